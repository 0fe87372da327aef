"""What follows from a case: its household confirmed, or it needs nothing any more."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid5

from django.db.models import F

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action

from ..events import LinesCancelled, LinesVerified
from ..models import Line, Movement
from ..rules import Step
from .returning import give_back


@action
def verify_lines_of(*, actor: Actor, now: datetime, case_id: int, submission_id: UUID) -> LinesVerified:
    """Let all that a case received become verified: its household has confirmed that the need is met."""
    actor.check_may("fulfilment.verify_lines_of", "")
    lines = list(Line.objects.select_for_update().filter(case_id=case_id, received__gt=F("verified")).order_by("pk"))
    Movement.objects.bulk_create(
        [
            Movement(
                submission_id=uuid5(submission_id, f"verify {line.pk}"),
                line=line,
                step=Step.VERIFY,
                quantity=line.quantities.unverified,
                by_id=actor.user_id,
                at=now,
            )
            for line in lines
        ]
    )
    Line.objects.filter(pk__in=[line.pk for line in lines]).update(verified=F("received"))
    return LinesVerified(line_ids=tuple(line.pk for line in lines))


@action
def cancel_lines_of(*, actor: Actor, now: datetime, case_ids: Sequence[int]) -> LinesCancelled:
    """Give back what was promised to cases and not sent: they were written off or given up."""
    actor.check_may("fulfilment.cancel_lines_of", "")
    lines = list(
        Line.objects.select_for_update()
        .filter(case_id__in=case_ids, is_cancelled=False, in_transit=0, received__lt=F("requested"))
        .order_by("pk")
    )
    unsent = {line.pk: line.quantities.waiting for line in lines}
    Line.objects.filter(pk__in=list(unsent)).update(
        is_cancelled=True, committed=F("in_transit") + F("received") + F("lost")
    )
    give_back(unsent)
    return LinesCancelled(line_ids=tuple(unsent))
