"""From what was found to what is needed."""

from collections.abc import Iterable

from renwang.loop.rounds.models import Finding
from renwang.loop.rounds.rules import part_of

from .. import kinds
from ..rules import CaseOpening


def openings_of(finding_ids: Iterable[int]) -> list[CaseOpening]:
    """Return the cases that findings call for: one for each subject and kind of need, in the order of the findings.

    Fever and symptoms of one person make one opening. Findings that no kind of need answers call for none.
    """
    rows = Finding.objects.filter(id__among=list(finding_ids)).select_related("check_in").order_by("pk")
    found: dict[tuple[int, int, str, str], CaseOpening] = {}
    for finding in rows:
        need = kinds.for_finding(finding.kind)
        if need is None:
            continue
        # One need told of in two ways is one opening; two check-ins of one subject are two, the second tells again.
        place = (finding.check_in_id, finding.subject_id, need.code, finding.about)
        if place not in found:
            found[place] = CaseOpening(
                subject_id=finding.subject_id,
                kind=need.code,
                answers={**part_of(finding.check_in.answers, finding.about), "told_as": finding.kind},
                division=finding.division_id,
                finding_id=finding.pk,
            )
    return list(found.values())
