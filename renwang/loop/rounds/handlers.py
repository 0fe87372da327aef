"""What outreach does when an earlier stage says something, when a promise is due, and every so often."""

import contextlib
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Protocol

from django.utils import timezone

from renwang.foundation.access.rules import Actor

from . import actions, queries

AT_ONCE = 5000


class AssignmentsChanged(Protocol):
    """An event of the assignments: its batch names the rows that began and ended."""

    @property
    def batch_id(self) -> str: ...


def let_contacts_follow(event: AssignmentsChanged, *, actor: Actor, now: datetime) -> None:
    """Open contacts go to whoever is answerable now."""
    touched = queries.open_contacts_touched_by(event.batch_id)
    for start in range(0, len(touched), AT_ONCE):
        actions.follow_answerable(actor=actor, now=now, subject_ids=touched[start : start + AT_ONCE])


def keep_plan(payload: Mapping[str, Any], *, now: datetime, report: Callable[[int], None]) -> None:
    """Plan the day a round was opened for: the promise of ``open_round``."""
    actions.plan_day(actor=Actor.system(), now=now, day=date.fromisoformat(payload["day"]))
    report(100)


def plan_today(now: datetime) -> None:
    """Settle the days before, plan today, and let those go on whose residents stay silent."""
    system = Actor.system()
    actions.plan_day(actor=system, now=now, day=timezone.localdate(now))
    actions.move_silent(actor=system, now=now)


def work_out_waiting(now: datetime) -> None:
    """Work out what the servers have left over: they do it themselves, unless they were stopped."""
    while actions.work_out_waiting(actor=Actor.system(), now=now):
        pass


def keep_working_out(payload: Mapping[str, Any], *, now: datetime, report: Callable[[int], None]) -> None:
    """Work out one check-in that failed among others: the promise of ``set_aside_check_in``."""
    with contextlib.suppress(actions.NothingWaiting):
        actions.work_out_check_ins(actor=Actor.system(), now=now, check_in_ids=[payload["check_in_id"]])
