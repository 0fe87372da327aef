"""What the system does by itself: show late cases further up, and write off what was verified a day ago."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action

from .. import queries, rules
from ..events import CasesClosed, CasesEscalated
from ..models import Case, CaseStep
from ..rules import Level, Status, StepSays
from .steps import locked, move


@action
def escalate_overdue(*, actor: Actor, now: datetime, case_ids: Sequence[int]) -> CasesEscalated:
    """Show late cases one step further up the area tree: village, subdistrict, district. It extends nothing.

    ``case_ids``: those ``queries.to_escalate`` named; what was met meanwhile is left alone.
    """
    actor.check_may("cases.escalate_overdue", "")
    late = queries.to_escalate(now=now).filter(pk__in=case_ids).select_for_update()
    by_level: dict[int, list[Case]] = defaultdict(list)
    for case in late:
        by_level[rules.level_for(late_by=now - case.due_at, is_urgent=case.is_urgent)].append(case)
    for level, cases in by_level.items():
        ids = [case.pk for case in cases]
        Case.objects.filter(pk__in=ids, status__in=rules.CLOCK_RUNS, level__lt=level).update(level=level)
        CaseStep.objects.bulk_create(
            [
                CaseStep(
                    case=case,
                    old=case.status,
                    new=case.status,
                    at=now,
                    says=StepSays.SHOWN_TO,
                    about=Level(str(level)).value,
                )
                for case in cases
            ],
            batch_size=1000,
        )
    return CasesEscalated(case_ids=tuple(case.pk for cases in by_level.values() for case in cases))


@action
def close_verified(*, actor: Actor, now: datetime, case_ids: Sequence[int]) -> CasesClosed:
    """Write off cases that were verified a day ago and that nobody closed."""
    actor.check_may("cases.close_verified", "")
    cases = locked(case_ids)
    done, stale = move(actor=actor, now=now, cases=cases, seen=Status.VERIFIED, to=Status.CLOSED, closed_at=now)
    return CasesClosed(case_ids=done, stale_ids=stale)
