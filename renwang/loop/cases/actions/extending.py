"""Give a case more time: once in a while it is right, and then everybody sees it."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action

from .. import rules
from ..events import CaseExtended
from ..models import Case
from ..rules import StepSays
from .steps import check_each, locked, stale_case, write_steps


@action
def extend_case(*, actor: Actor, now: datetime, case_id: int, due_at: datetime, reason: str) -> CaseExtended:
    """Let a case's clock run longer, with a reason that stands on it. Only before it has run out; never shorter."""
    (case,) = locked([case_id])
    check_each(actor, "cases.extend_case", [case])
    said = rules.check_reason(reason)
    if case.due_at <= now:
        raise rules.ForbiddenMove(_("The clock has run out already: it is not extended any more."))
    if due_at <= case.due_at:
        raise rules.ForbiddenMove(_("An extension ends later than the clock runs now."))
    running = Case.objects.filter(pk=case_id, status__in=rules.CLOCK_RUNS, due_at=case.due_at)
    if not running.update(due_at=due_at):
        raise stale_case(case_id)
    until = f"{timezone.localtime(due_at):%Y-%m-%d %H:%M}"
    write_steps(
        case_ids=[case_id],
        old=case.status,
        new=case.status,
        by=actor.user_id,
        at=now,
        note=said,
        says=StepSays.EXTENDED,
        about=until,
    )
    return CaseExtended(case_id=case_id, due_at=due_at)
