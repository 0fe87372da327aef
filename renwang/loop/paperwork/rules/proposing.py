"""Which field a column of an office's form means, by its title and the titles over it. Proposed, never decided."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from renwang.foundation.sheets.engine.grids import SERIALS, Table, Title
from renwang.foundation.sheets.engine.header import title_key
from renwang.foundation.sheets.engine.tables import Title as LedgerTitle
from renwang.loop.registry.rules import recognising

from .fields import LINE_FIELDS, PARTICULAR, Field
from .statuses import Level

# A name or a phone under one of these is the helper's, not the household's.
_HELPERS = ("帮扶", "责任人", "包户", "包保", "包靠", "联系干部")
_OF_HELPER = {
    "name": "helper_name",
    "phone": "helper_phone",
    "helper_name": "helper_name",
    "helper_phone": "helper_phone",
}
# A name or a phone under one of these is of somebody whom the row is not about: nobody's, rather than the wrong one's.
_OTHERS = (
    "配偶", "父亲", "母亲", "监护人", "家长", "紧急联系", "驻村", "网格员", "村医", "医生", "负责人", "经办", "填表", "担保", "房东", "班主任", "子女",
)  # fmt: skip
_OF_SOMEBODY = frozenset({"name", "phone", "id_number", "sex", "age", "born_on", "household_phone", "address"})
# What an import calls otherwise than a form.
_FROM_LEDGER = {"kind": "ledgers", "household_size": "member_count"}
_PERSONAL = frozenset({"relation", "born_on", "sex", "age", "name", "id_number", "temperature", "symptoms"})


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a form seems to be: a row for each what, and what each column (from 1) seems to hold ("": nobody knows)."""

    level: Level
    fields: Mapping[int, str]


class Catalogue:
    """All that columns can be filled with, by code and by title."""

    def __init__(self, fields: Iterable[Field]) -> None:
        self.by_code = {field.code: field for field in fields}
        self._by_title: dict[str, list[Field]] = {}
        for field in self.by_code.values():
            for title in dict.fromkeys(title_key(one) for one in (*field.titles, str(field.label))):
                self._by_title.setdefault(title, []).append(field)

    def at(self, level: Level) -> list[Field]:
        """Return the fields a row of this kind can hold, in their order."""
        return [field for field in self.by_code.values() if level in field.levels]

    def known(self, title: Title) -> bool:
        """Answer whether a title means something, of whomever it tells: for finding the row of titles."""
        return any(True for _ in self._meaning(title))

    def meaning(self, title: Title, level: Level) -> str:
        """Return the code of the field a title means in a row of this kind, "" where nobody knows."""
        # A line over the table is no group: 单位负责人：
        groups = [part for part in title.above if ":" not in part and "：" not in part]
        is_of_another = any(word in part for part in groups for word in _OTHERS)
        return next(
            (
                field.code
                for field in self._meaning(title)
                if level in field.levels and not (is_of_another and field.code in _OF_SOMEBODY)
            ),
            "",
        )

    def _meaning(self, title: Title) -> Iterable[Field]:
        for key in self._keys(title):
            yield from self._by_title.get(key, ())
        told = _in_a_ledger(title)
        for code in (told, f"{PARTICULAR}{told}"):
            if code in self.by_code:
                yield self.by_code[code]

    @staticmethod
    def _keys(title: Title) -> Iterable[str]:
        whole, own = title_key("".join((*title.above, title.text))), title_key(title.text)
        return dict.fromkeys((whole, own))


def _in_a_ledger(title: Title) -> str:
    """Return the field that an import would take a column for, as a form calls it; "" where it would not know it either."""
    parts = (*title.above, title.text)
    told = recognising.field_of_title(LedgerTitle(title.column - 1, "/".join(parts), parts)) or ""
    return _FROM_LEDGER.get(told, told)


def proposed(table: Table, catalogue: Catalogue, settled: Level | None = None) -> Proposal:
    """Return what a form seems to be, by the most columns that are understood; ``settled``: what a row is known to stand for."""
    level = settled or _level(table, catalogue)
    found: dict[int, str] = {}
    before = ""
    for title in table.titles:
        code = "" if title.is_serial or title.column in table.counted else catalogue.meaning(title, level)
        if level in (Level.HOUSEHOLD, Level.PERSON):
            over = "".join(title.above)
            follows = before.startswith("helper_") and code == "phone"
            if code in _OF_HELPER and (follows or any(word in over for word in _HELPERS)):
                code = _OF_HELPER[code]
        if code and code in found.values():
            code = ""  # said once; the second of two equal titles is a person's to tell
        found[title.column] = code
        before = code
    return Proposal(level, found)


def _level(table: Table, catalogue: Catalogue) -> Level:
    """Return what one row stands for: what the most columns make sense of; of two, the finer only where it is told."""
    known = {level: {code for title in table.titles if (code := catalogue.meaning(title, level))} for level in Level}
    totals = {code for code in known[Level.VILLAGE] if code not in {field.code for field in LINE_FIELDS}}
    lines = known[Level.HOUSEHOLD] - {"township", "village", "division"}
    only_totals = {"n_households", "n_persons"}
    if len(totals) > len(lines) or (
        totals - only_totals and not lines & (_PERSONAL | {"head_name", "number", "address"})
    ):
        return (
            Level.STREET
            if "township" in known[Level.VILLAGE] and "village" not in known[Level.VILLAGE]
            else Level.VILLAGE
        )
    if "relation" in lines or ("name" in lines and "member_count" not in lines and "head_name" in lines):
        return Level.PERSON
    if "name" in lines and not lines & {"member_count", "head_name", "ledgers", "address", "helper_name"}:
        return Level.PERSON
    return Level.HOUSEHOLD


def is_serial(path: str) -> bool:
    """Answer whether a column only numbers the rows: it is filled by itself and asks nobody."""
    return title_key(path.rpartition(" / ")[2]) in SERIALS


def column_key(path: str) -> str:
    """Return a column's title as it is compared from one version of a form to the next."""
    return "/".join(title_key(part) for part in path.split(" / "))[:200]
