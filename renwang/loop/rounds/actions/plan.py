"""Plan a day: one contact for each household and slot, whichever offices ask."""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from heapq import merge
from itertools import groupby, islice, repeat
from operator import itemgetter
from typing import Any

from django.utils import timezone

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action, count_what_has_grown

from .. import queries
from ..events import HouseholdsPlanned
from ..models import CheckIn, ContactPart, Round
from ..queries.planning import Begun, ToBePlanned, begun_contacts, carried_standings, to_be_planned
from ..rules import (
    ContactState,
    Disposition,
    PartState,
    Standing,
    beginning,
    second_is_due,
    share_of_late_round,
    slot_starts_at,
    slots_to_plan,
    union,
)
from .beginning import BATCH, begin_contacts, begin_parts
from .settle import settle_past_days


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

    Works in batches, each in a transaction of its own; an interrupted plan goes on where it stopped. Of a whole district only
    numbers are held at once: eight bytes for each household a round asks.
    """
    settle_past_days(actor=actor, now=now, today=day)
    asked: list[tuple[int, int, array[int]]] = []
    for asking in queries.rounds_asking_on(day):
        if not actor.may("rounds.plan_day", asking.area):
            continue
        for slot in slots_to_plan(asking.cadence, day=day, now=now, zone=timezone.get_default_timezone()):
            ids = queries.still_to_plan(asking, day=day, slot=slot).order_by("pk").values_list("pk", flat=True)
            asked.append((asking.pk, slot, array("q", ids.iterator(chunk_size=10_000))))
    contacts = parts = 0
    for batch in _batches(asked):
        planned = plan_households(actor=actor, now=now, day=day, wanted=batch)
        contacts += len(planned.contact_ids)
        parts += planned.part_count
        count_what_has_grown()
    return DayPlan(day=day, contacts=contacts, parts=parts)


def _batches(asked: Sequence[tuple[int, int, Sequence[int]]]) -> Iterator[list[Wanted]]:
    """Yield what is wanted, the households in their order and each of them whole, in batches of up to BATCH households."""
    merged = merge(*(zip(ids, repeat(place), strict=False) for place, (_round, _slot, ids) in enumerate(asked)))
    households = groupby(merged, key=itemgetter(0))
    while batch := [
        Wanted(household_id, asked[place][0], asked[place][1])
        for _household, wishes in islice(households, BATCH)
        for household_id, place in wishes
    ]:
        yield batch


@action
def plan_households(*, actor: Actor, now: datetime, day: date, wanted: Sequence[Wanted]) -> HouseholdsPlanned:
    """Give a batch of households their contacts of a day, or further rounds their share in those. The unique constraint of
    a household's slot makes two planners at once one."""
    households = to_be_planned({one.household_id for one in wanted})
    actor.check_may_all("rounds.plan_day", {one.division for one in households.values()})
    asking = Round.objects.filter(pk__in={one.round_id for one in wanted}).order_by("opened_at", "pk")
    rounds = {row.pk: row for row in asking}
    # Locked until the end, so that nobody answers a contact while a share is put into it.
    standing = begun_contacts(households, day)
    fresh = _fresh(households, rounds, wanted, standing, day=day, now=now)
    begun = begin_contacts(fresh, day)
    if len(begun) < len(fresh):
        # Another planner was first with some: its contacts are shared.
        standing = begun_contacts(households, day)
    parts = _share({**standing, **begun}, rounds, wanted, day=day)
    begin_parts(parts)
    return HouseholdsPlanned(
        day=day, contact_ids=tuple(sorted(row.pk for row in begun.values())), part_count=len(parts)
    )


def _fresh(
    households: Mapping[int, ToBePlanned],
    rounds: Mapping[int, Round],
    wanted: Sequence[Wanted],
    standing: Mapping[tuple[int, int], Begun],
    *,
    day: date,
    now: datetime,
) -> list[dict[str, Any]]:
    """Return the columns of the contacts that are not there yet."""
    refused = {household_id for (household_id, _slot), row in standing.items() if row.state == ContactState.REFUSED}
    order = {round_id: place for place, round_id in enumerate(rounds)}
    leading: dict[tuple[int, int], int] = {}
    for one in sorted(wanted, key=lambda one: order[one.round_id]):
        key = (one.household_id, one.slot)
        if key not in standing and one.household_id in households and not (one.slot and one.household_id in refused):
            leading.setdefault(key, one.round_id)
    if not leading:
        return []
    steps = queries.steps_of_rounds(rounds)
    answerable = queries.answerable_for([household_id for household_id, _slot in leading], now)
    carried = carried_standings(households, rounds, day)
    zone = timezone.get_default_timezone()
    # Whoever begins in the morning begins now where the morning is over; the second contact keeps its own hour.
    starts = {0: max(slot_starts_at(day, 0, zone), now), 1: slot_starts_at(day, 1, zone)}
    # The rounds are few, and what they begin with is the same for thousands of households.
    beginnings = {
        (round_id, slot, has_phone): beginning(steps[round_id], has_phone=has_phone, starts_at=starts[slot])
        for round_id in set(leading.values())
        for slot in starts
        for has_phone in (True, False)
    }
    rows = []
    for (household_id, slot), round_id in sorted(leading.items()):
        household = households[household_id]
        begun = beginnings[round_id, slot, household.has_phone]
        before = carried.get((household_id, round_id)) if slot == 0 else None
        if before is not None and before.step < len(steps[round_id]):
            # Where the day before stopped, this day goes on: three failed calls are not made anew.
            begun = Standing(
                begun.state, Disposition(before.disposition), before.step, before.mode, before.tries, begun.next_try_at
            )
        rows.append(
            {
                "household_id": household_id,
                "division_id": household.division,
                "slot": slot,
                "led_by_id": round_id,
                "user_id": answerable.get(household_id),
                "state": begun.state.value,
                "disposition": begun.disposition.value,
                "step": begun.step,
                "mode": begun.mode,
                "tries": begun.tries,
                "next_try_at": _after(standing.get((household_id, 0)), begun.next_try_at, day)
                if slot
                else begun.next_try_at,
                "has_phone": household.has_phone,
            }
        )
    return rows


def _after(first: Begun | None, own: datetime, day: date) -> datetime:
    """Return when a second contact is due whose first may have ended already."""
    if first is None or first.state != ContactState.REACHED or first.ended_at is None:
        return own
    return second_is_due(own, told_at=first.ended_at, day=day, zone=timezone.get_default_timezone()) or own


def _share(
    standing: Mapping[tuple[int, int], Begun], rounds: Mapping[int, Round], wanted: Sequence[Wanted], *, day: date
) -> list[dict[str, Any]]:
    """Return the shares of the rounds in the contacts as they stand."""
    ended = [row.pk for row in standing.values() if row.state == ContactState.REACHED]
    answered: dict[int, list[int]] = {}
    told: dict[int, int] = {}
    for contact_id, round_id, check_in_id in (
        ContactPart.objects.filter(contact_id__in=ended, state=PartState.ANSWERED).values_list(
            "contact_id", "round_id", "check_in_id"
        )
        if ended
        else ()
    ):
        answered.setdefault(contact_id, []).append(round_id)
        if check_in_id:
            told[contact_id] = max(check_in_id, told.get(contact_id, 0))
    partial = set(CheckIn.objects.filter(pk__in=told.values(), is_partial=True).values_list("contact_id", flat=True))
    asked = queries.asked_by_rounds({*rounds, *(one for ids in answered.values() for one in ids)}) if wanted else {}
    refused = {row.household_id for row in standing.values() if row.state == ContactState.REFUSED}
    parts: list[dict[str, Any]] = []
    for one in wanted:
        row = standing.get((one.household_id, one.slot))
        if row is None:
            # The second contact of the day does not begin after a refusal: the share stands in the first one.
            row = standing.get((one.household_id, 0))
            if row is None or one.household_id not in refused:
                continue
        is_covered = (
            row.pk in told
            and row.pk not in partial
            and union(asked[round_id] for round_id in answered[row.pk]).covers(asked[one.round_id])
        )
        share = share_of_late_round(
            ContactState(row.state), is_covered=is_covered, may_wait=rounds[one.round_id].closes_on > day
        )
        parts.append(
            {
                "contact_id": row.pk,
                "round_id": one.round_id,
                "state": share.state.value,
                "because": str(share.because),
                "check_in_id": told.get(row.pk) if share.state == PartState.ANSWERED else None,
            }
        )
    return parts
