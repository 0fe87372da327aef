"""Plan a day: one contact for each household and slot, whichever offices ask."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action
from renwang.loop.registry.models import Subject

from .. import queries
from ..events import HouseholdsPlanned
from ..models import CheckIn, Contact, ContactPart, Round
from ..rules import (
    ContactState,
    Disposition,
    PartState,
    Standing,
    beginning,
    share_of_late_round,
    slot_starts_at,
    slots_to_plan,
    union,
)
from .settle import settle_past_days

BATCH = 2000


@dataclass(frozen=True, slots=True)
class Wanted:
    """One round wants to ask one household in one slot."""

    household_id: int
    round_id: int
    slot: int


@dataclass(frozen=True, slots=True)
class DayPlan:
    """What planning a day has done."""

    day: date
    contacts: int
    parts: int


def plan_day(*, actor: Actor, now: datetime, day: date) -> DayPlan:
    """Settle the days before, then give every household its contact of this day. As often as one likes: what is there stays.

    Works in batches, each in a transaction of its own; an interrupted plan goes on where it stopped.
    """
    settle_past_days(actor=actor, now=now, today=day)
    wanted: dict[int, list[Wanted]] = {}
    for asking in queries.rounds_asking_on(day):
        if not actor.may("rounds.plan_day", asking.area):
            continue
        for slot in slots_to_plan(asking.cadence, day=day, now=now, zone=timezone.get_default_timezone()):
            ids = queries.still_to_plan(asking, day=day, slot=slot).values_list("pk", flat=True)
            for household_id in ids.iterator(chunk_size=5000):
                wanted.setdefault(household_id, []).append(Wanted(household_id, asking.pk, slot))
    contacts = parts = 0
    for batch in _batches(sorted(wanted), BATCH):
        planned = plan_households(
            actor=actor, now=now, day=day, wanted=[one for household_id in batch for one in wanted[household_id]]
        )
        contacts += len(planned.contact_ids)
        parts += planned.part_count
    return DayPlan(day=day, contacts=contacts, parts=parts)


@action
def plan_households(*, actor: Actor, now: datetime, day: date, wanted: Sequence[Wanted]) -> HouseholdsPlanned:
    """Give a batch of households their contacts of a day, or further rounds their share in those. The unique constraint of
    a household's slot makes two planners at once one."""
    households = dict(
        Subject.objects.filter(pk__in={one.household_id for one in wanted}).values_list("pk", "division_id")
    )
    actor.check_may_all("rounds.plan_day", households.values())
    rounds = {asking.pk: asking for asking in Round.objects.filter(pk__in={one.round_id for one in wanted})}
    new = _begin_contacts(households, rounds, wanted, day=day, now=now)
    # Locked until the end, so that nobody answers a contact while a share is put into it.
    standing = {
        (row.household_id, row.slot): row
        for row in Contact.objects.select_for_update().filter(household_id__in=households, day=day).order_by("pk")
    }
    parts = _share(standing, rounds, wanted, day=day)
    ContactPart.objects.bulk_create(parts, ignore_conflicts=True, batch_size=BATCH)
    ids = sorted(standing[key].pk for key in new)
    return HouseholdsPlanned(day=day, contact_ids=tuple(ids), part_count=len(parts))


def _begin_contacts(
    households: dict[int, str], rounds: dict[int, Round], wanted: Sequence[Wanted], *, day: date, now: datetime
) -> set[tuple[int, int]]:
    """Insert the contacts that are not there; return their households and slots."""
    there = dict.fromkeys(
        Contact.objects.filter(household_id__in=households, day=day).values_list("household_id", "slot")
    )
    refused = set(
        Contact.objects.filter(household_id__in=households, day=day, state=ContactState.REFUSED).values_list(
            "household_id", flat=True
        )
    )
    steps = queries.steps_of_rounds(rounds)
    phones = queries.households_with_phone(households)
    answerable = queries.answerable_for(list(households), now)
    carried = _carried_standings(households, day)
    leading: dict[tuple[int, int], int] = {}
    order = {round_id: place for place, round_id in enumerate(rounds)}
    for one in sorted(wanted, key=lambda one: order.get(one.round_id, 0)):
        key = (one.household_id, one.slot)
        if key not in there and not (one.slot and one.household_id in refused):
            leading.setdefault(key, one.round_id)
    fresh = []
    for (household_id, slot), round_id in leading.items():
        starts_at = (
            max(slot_starts_at(day, slot, timezone.get_default_timezone()), now)
            if slot == 0
            else slot_starts_at(day, slot, timezone.get_default_timezone())
        )
        has_phone = household_id in phones
        begun = beginning(steps[round_id], has_phone=has_phone, starts_at=starts_at)
        before = carried.get((household_id, round_id)) if slot == 0 else None
        if before is not None and before.step < len(steps[round_id]):
            # Where the day before stopped, this day goes on: three failed calls are not made anew.
            begun = Standing(
                begun.state, Disposition(before.disposition), before.step, before.mode, before.tries, begun.next_try_at
            )
        fresh.append(
            Contact(
                household_id=household_id,
                division_id=households[household_id],
                day=day,
                slot=slot,
                led_by_id=round_id,
                user_id=answerable.get(household_id),
                state=begun.state,
                disposition=begun.disposition,
                step=begun.step,
                mode=begun.mode,
                tries=begun.tries,
                next_try_at=begun.next_try_at,
                has_phone=has_phone,
            )
        )
    Contact.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=BATCH)
    return {(row.household_id, row.slot) for row in fresh}


def _carried_standings(household_ids: Iterable[int], day: date) -> dict[tuple[int, int], Contact]:
    """Return the contacts that ended as carried, by household and leading round, the latest of each."""
    rows = Contact.objects.filter(
        household_id__in=list(household_ids), state=ContactState.CARRIED, day__lt=day, slot=0
    ).order_by("day")
    return {(row.household_id, row.led_by_id): row for row in rows}


def _share(
    standing: dict[tuple[int, int], Contact], rounds: dict[int, Round], wanted: Sequence[Wanted], *, day: date
) -> list[ContactPart]:
    """Return the shares of the rounds in the contacts as they stand."""
    ended = [row.pk for row in standing.values() if row.state == ContactState.REACHED]
    answered: dict[int, list[int]] = {}
    told: dict[int, int] = {}
    for contact_id, round_id, check_in_id in ContactPart.objects.filter(
        contact_id__in=ended, state=PartState.ANSWERED
    ).values_list("contact_id", "round_id", "check_in_id"):
        answered.setdefault(contact_id, []).append(round_id)
        if check_in_id:
            told[contact_id] = max(check_in_id, told.get(contact_id, 0))
    partial = set(CheckIn.objects.filter(pk__in=told.values(), is_partial=True).values_list("contact_id", flat=True))
    asked = queries.asked_by_rounds({*rounds, *(one for ids in answered.values() for one in ids)}) if wanted else {}
    refused = {row.household_id for row in standing.values() if row.state == ContactState.REFUSED}
    parts = []
    for one in wanted:
        row = standing.get((one.household_id, one.slot))
        if row is None:
            # The second contact of the day does not begin after a refusal: the share stands in the first one.
            row = standing.get((one.household_id, 0))
            if row is None or one.household_id not in refused:
                continue
        known = union(asked[round_id] for round_id in answered.get(row.pk, ()))
        is_covered = row.pk in told and row.pk not in partial and known.covers(asked[one.round_id])
        share = share_of_late_round(
            ContactState(row.state), is_covered=is_covered, may_wait=rounds[one.round_id].closes_on > day
        )
        parts.append(
            ContactPart(
                contact_id=row.pk,
                round_id=one.round_id,
                state=share.state,
                because=share.because,
                check_in_id=told.get(row.pk) if share.state == PartState.ANSWERED else None,
            )
        )
    return parts


def _batches(ids: Sequence[int], size: int) -> Iterable[Sequence[int]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))
