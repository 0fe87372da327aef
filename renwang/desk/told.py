"""How what was told is said in a few words, without opening what is sealed."""

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from renwang.loop.cases import kinds

WORDS: Mapping[str, Promise] = {
    "fever": _("fever"),
    "symptoms": _("symptoms"),
    "risk_travel": _("came from a risk area"),
    "exposure": _("contact with an infected person"),
    "needs_food": _("needs food"),
    "needs_medicine": _("needs medicine"),
    "needs_heating": _("needs heating"),
    "needs_repair": _("needs a repair"),
    "caregiver_absent": _("caregiver absent"),
    "needs_other": _("needs something else"),
}
OF_THE_BODY = frozenset({"fever", "symptoms", "risk_travel", "exposure"})


def finding(kind: str) -> str:
    """Return what a finding says, in a word or two."""
    if kind in WORDS:
        return str(WORDS[kind])
    need = kinds.for_finding(kind)
    return str(need.label) if need is not None else gettext("something was found")


def check_in(*, all_well: bool, findings: Iterable[str], is_partial: bool = False) -> str:
    """Return a check-in in one line: all well, or what was found."""
    found = list(dict.fromkeys(finding(kind) for kind in findings))
    if found:
        return gettext(", ").join(found)
    if all_well:
        return gettext("all well")
    return gettext("told in part") if is_partial else gettext("told, nothing found")
