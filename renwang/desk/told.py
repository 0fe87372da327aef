"""How what was told is said in a few words, without opening what is sealed."""

from collections.abc import Iterable

from django.utils.translation import gettext

from renwang.loop.rounds import queries as rounds


def finding(kind: str) -> str:
    """Return what a finding says, in a word or two."""
    return rounds.finding_in_words(kind)


def check_in(*, all_well: bool, findings: Iterable[str], is_partial: bool = False) -> str:
    """Return a check-in in one line: all well, or what was found."""
    found = list(dict.fromkeys(finding(kind) for kind in findings))
    if found:
        return gettext(", ").join(found)
    if all_well:
        return gettext("all well")
    return gettext("told in part") if is_partial else gettext("told, nothing found")
