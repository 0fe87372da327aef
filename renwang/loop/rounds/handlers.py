"""What outreach does when an earlier stage says something, when a promise is due, and every so often."""

import contextlib
import uuid
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Protocol

from django.utils import timezone

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.events import Event
from renwang.foundation.channels import actions as channels
from renwang.foundation.channels import queries as messages
from renwang.loop.registry.events import SubjectsMerged

from . import actions, queries
from .models import CheckIn, Contact
from .rules import OPEN_STATES, Outcome

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


def drop_contacts_of_double(event: SubjectsMerged, *, actor: Actor, now: datetime) -> None:
    """Nobody is asked twice because two records of one household were made one on the same day."""
    if Contact.objects.filter(household_id=event.gone_id, state__in=OPEN_STATES).exists():
        following = Actor(user_id=actor.user_id, name=actor.name, is_system=True)
        actions.drop_double(actor=following, now=now, household_id=event.gone_id)


class HouseholdsEmptied(Protocol):
    """An event of the register after which some households may have nobody left in them."""

    @property
    def emptied_ids(self) -> tuple[int, ...]: ...


def drop_contacts_of_ended(event: HouseholdsEmptied, *, actor: Actor, now: datetime) -> None:
    """Nobody is looked for where nobody lives any more."""
    if event.emptied_ids:
        following = Actor(user_id=actor.user_id, name=actor.name, is_system=True)
        actions.drop_ended(actor=following, now=now, household_ids=event.emptied_ids)


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


def send_texts(now: datetime) -> None:
    """Ask by message whom that is planned for."""
    actions.send_texts(actor=Actor.system(), now=now)


def take_replies(now: datetime) -> None:
    """Take up what phones have said."""
    actions.take_new_replies(actor=Actor.system(), now=now)


FAILED_IN = ("failed_ids", "expired_ids")  # where events of the channels say which messages will not arrive
CONTACTS_IN = ("contact_ids", "closed_contact_ids", "carried_ids", "unreached_ids")


def let_contacts_go_on(event: Event, *, actor: Actor, now: datetime) -> None:
    """Let contacts go on by another way at once whose message does not arrive, or of which nobody knows it."""
    failed = [pk for name in FAILED_IN for pk in getattr(event, name, ())]
    faults = messages.about_of(failed, queries.ABOUT) if failed else {}
    waiting = Contact.objects.filter(pk__in=faults, state__in=OPEN_STATES, mode="sms")
    tried = [
        actions.AttemptMade(
            submission_id=uuid.uuid5(uuid.NAMESPACE_URL, f"renwang:text:{row.pk}:{row.texted}"),
            contact_id=row.pk,
            mode="sms",
            outcome=Outcome.NO_SUCH_NUMBER if "bad_number" in faults[row.pk] else Outcome.NOT_SENT,
            at=now,
        )
        for row in waiting
        if "cancelled" not in faults[row.pk]
    ]
    if tried:
        actions.record_attempts(actor=Actor.system(), now=now, attempts=tried)


def cancel_texts(event: Event, *, actor: Actor, now: datetime) -> None:
    """Take messages back that have not gone out to households that were reached, closed or went on."""
    ids = [pk for name in CONTACTS_IN for pk in getattr(event, name, ())]
    if told := getattr(event, "check_in_ids", ()):
        ids += CheckIn.objects.filter(id__among=told).values_list("contact_id", flat=True)
    ids += [getattr(event, "contact_id", 0)]
    if queued := queries.queued_about(ids):
        channels.cancel_messages(actor=Actor.system(), now=now, about=queries.ABOUT, about_ids=queued)
