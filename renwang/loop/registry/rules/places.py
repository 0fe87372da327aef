"""Which division a row names: by its code, or by village and township as offices write them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .verdicts import say

INHERITED = "*"  # the row names no place: it is that of its household's first row


@dataclass(frozen=True, slots=True)
class Places:
    """The divisions of the area one may write in: code → name, and (name of the one above, name) → codes."""

    names: Mapping[str, str]
    by_name: Mapping[str, Sequence[str]]
    above: Mapping[str, str]  # code → name of the division above
    elsewhere: frozenset[str]  # codes of the register outside the area
    only: str = ""  # the area itself where it has nothing below it: a village need not name itself
    _known: dict[tuple[str, str, str], tuple[str, str, str]] = field(default_factory=dict, compare=False)

    def find(self, code: str, village: str, township: str) -> tuple[str, str, str]:
        """Return the code, and where it is wrong the field and what is wrong. INHERITED where no place is named."""
        key = (code, village, township)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._find(code, village, township)
        return found

    def knows(self, name: str) -> bool:
        """Answer whether some division bears this name."""
        return bare_place(name) in self.by_name

    def _find(self, code: str, village: str, township: str) -> tuple[str, str, str]:
        code = re.sub(r"\.0$", "", code)
        if len(code) == 12 and code.endswith("000"):
            code = code[:9] if not code.endswith("000000") else code[:6]
        if code:
            if code in self.names:
                return code, "", ""
            outside = code in self.elsewhere
            told = say("outside_area") if outside else say("unknown_division")
            return "", "division", told
        name = village or township
        if not name:
            return INHERITED, "", ""
        found = [
            one
            for one in self.by_name.get(bare_place(name), ())
            if not (village and township) or bare_place(self.above.get(one, "")) == bare_place(township)
        ]
        if len(found) == 1:
            return found[0], "", ""
        if found:
            told = say("several_villages")
        else:
            told = say("unknown_village")
        return "", "village", told


def bare_place(name: str) -> str:
    """Return a place's name without what offices write or leave out: 九龙街道办事处, 西李三村民委员会."""
    plain = re.sub(r"\s+", "", name)
    seat = re.sub(r"(办事处|居民委员会|村民委员会|村委会|居委会)$", "", plain) or plain
    return re.sub(r"(街道|社区|村|镇|乡)$", "", seat) or seat
