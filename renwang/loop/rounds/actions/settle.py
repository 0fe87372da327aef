"""End the contacts of past days, and let those go on whose residents stay silent."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action

from .. import queries
from ..events import ContactsSettled, SilenceNoted
from ..models import Attempt, Contact, ContactPart
from ..rules import (
    OPEN_STATES,
    Cadence,
    ContactState,
    PartState,
    RoundStatus,
    after_day,
    after_silence,
    share_after_day,
)
from .standing import put_down, standing_of, write_down

BATCH = 2000


def settle_past_days(*, actor: Actor, now: datetime, today: date) -> int:
    """End every open contact of the days before ``today``; returns how many. Each batch is a transaction of its own."""
    settled = 0
    # A contact of today that was due stays; one of a day that is not over yet cannot be settled.
    last = min(today, timezone.localdate(now))
    while True:
        ids = list(
            Contact.objects.filter(day__lt=last, state__in=OPEN_STATES)
            .order_by("pk")
            .values_list("pk", flat=True)[:BATCH]
        )
        if not ids:
            return settled
        done = settle_contacts(actor=actor, now=now, contact_ids=ids)
        settled += len(done.carried_ids) + len(done.unreached_ids)


@action
def settle_contacts(*, actor: Actor, now: datetime, contact_ids: Sequence[int]) -> ContactsSettled:
    """End a batch of contacts whose day is over: carried where a round goes on asking, else on the list of the unreached."""
    rows = list(
        Contact.objects.select_for_update()
        .filter(pk__in=contact_ids, state__in=OPEN_STATES, day__lt=timezone.localdate(now))
        .order_by("pk")
    )
    actor.check_may_all("rounds.settle_contacts", {row.division_id for row in rows})
    parts: dict[int, list[ContactPart]] = {}
    for part in ContactPart.objects.filter(contact__in=rows, state=PartState.ASKED).select_related("round"):
        parts.setdefault(part.contact_id, []).append(part)
    tried = set(Attempt.objects.filter(contact__in=rows).values_list("contact_id", flat=True))
    shares: dict[tuple[str, str], list[int]] = {}
    for row in rows:
        own = parts.get(row.pk, [])
        waiting = {part.pk for part in own if part.round.status == RoundStatus.OPEN and part.round.closes_on > row.day}
        goes_on = any(part.pk in waiting and part.round.cadence == Cadence.ONCE for part in own)
        ended = after_day(
            standing_of(row), goes_on=goes_on, was_tried=row.pk in tried, has_worker=row.user_id is not None
        )
        put_down(row, ended, now=now)
        for part in own:
            share = share_after_day(
                may_wait=part.pk in waiting, cadence=part.round.cadence, ended=ended.state, because=ended.because
            )
            shares.setdefault((share.state, share.because), []).append(part.pk)
    write_down(rows)
    for (state, because), ids in shares.items():
        ContactPart.objects.filter(pk__in=ids).update(state=state, because=because)
    return ContactsSettled(
        carried_ids=tuple(row.pk for row in rows if row.state == ContactState.CARRIED),
        unreached_ids=tuple(row.pk for row in rows if row.state == ContactState.UNREACHED),
    )


def move_silent(*, actor: Actor, now: datetime) -> int:
    """Let every contact go on whose resident was to answer by link and has not; returns how many."""
    moved = 0
    while True:
        ids = list(queries.silent_contacts(now).values_list("pk", flat=True)[:BATCH])
        if not ids:
            return moved
        done = note_silence(actor=actor, now=now, contact_ids=ids)
        if not done.contact_ids:
            return moved
        moved += len(done.contact_ids)


@action
def note_silence(*, actor: Actor, now: datetime, contact_ids: Sequence[int]) -> SilenceNoted:
    """Let a batch of contacts go on to the next mode, because the wait for an answer by link is over."""
    rows = list(Contact.objects.select_for_update().filter(pk__in=contact_ids, state__in=OPEN_STATES).order_by("pk"))
    actor.check_may_all("rounds.note_silence", {row.division_id for row in rows})
    steps = queries.steps_of_rounds({row.led_by_id for row in rows})
    moved = []
    for row in rows:
        before = standing_of(row)
        after = after_silence(before, steps[row.led_by_id], has_phone=row.has_phone, now=now)
        if after != before:
            put_down(row, after, now=now)
            moved.append(row)
    write_down(moved)
    return SilenceNoted(contact_ids=tuple(row.pk for row in moved))
