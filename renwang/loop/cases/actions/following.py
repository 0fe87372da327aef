"""Cases go where their household goes."""

from collections.abc import Sequence
from datetime import datetime

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action
from renwang.loop.registry.models import Division

from ..events import CasesFollowed
from ..models import Case, CaseStep
from ..rules import LIVE, StepSays


@action
def follow_move(*, actor: Actor, now: datetime, subject_ids: Sequence[int], to_code: str) -> CasesFollowed:
    """Put the live cases of these subjects into the division they live in now; whoever holds a case keeps it.

    What is verified or closed stays where it was done. The new area sees its cases at once, and their clocks run on.
    """
    actor.check_may("cases.follow_move", "")
    live = list(
        Case.objects.select_for_update()
        .filter(subject_id__in=subject_ids, status__in=LIVE)
        .exclude(division_id=to_code)
        .order_by("pk")
    )
    ids = tuple(case.pk for case in live)
    Case.objects.filter(pk__in=ids, status__in=LIVE).update(division_id=to_code)
    place = Division.objects.get(pk=to_code).name
    CaseStep.objects.bulk_create(
        [
            CaseStep(
                case=case,
                old=case.status,
                new=case.status,
                by_id=actor.user_id,
                at=now,
                says=StepSays.MOVED,
                about=place,
            )
            for case in live
        ]
    )
    return CasesFollowed(case_ids=ids, to_code=to_code)
