"""Reads of planning a day: as few as can be for each batch, because they are what a batch costs."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from renwang.foundation.audit.queries import among
from renwang.loop.registry.models import Household, Membership, Subject

from ..models import Contact
from ..rules import ContactState


@dataclass(frozen=True, slots=True)
class ToBePlanned:
    """What must be known of a household before its contact begins."""

    division: str
    has_phone: bool  # its own, or a member's


@dataclass(frozen=True, slots=True)
class Begun:
    """A contact of a day as far as a further share in it depends on it."""

    pk: int
    household_id: int
    state: str
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Carried:
    """Where a contact stood when its day ended and it was carried."""

    disposition: str
    step: int
    mode: str
    tries: int


def to_be_planned(household_ids: Collection[int]) -> dict[int, ToBePlanned]:
    """Return what is known of each household; those that are gone are missing. Three queries."""
    own = Household.objects.filter(among(Household, "subject_id", household_ids), phone_idx__isnull=False)
    callable_ids = set(own.values_list("subject_id", flat=True))
    # Most have a number of their own: only the others' members are looked through.
    others = [pk for pk in household_ids if pk not in callable_ids]
    members = Membership.objects.filter(
        among(Membership, "household_id", others), until__isnull=True, person__person__phone_idx__isnull=False
    )
    callable_ids |= set(members.values_list("household_id", flat=True))
    rows = Subject.objects.filter(among(Subject, "id", household_ids)).values_list("pk", "division_id")
    return {pk: ToBePlanned(code, pk in callable_ids) for pk, code in rows}


def begun_contacts(household_ids: Collection[int], day: date) -> dict[tuple[int, int], Begun]:
    """Return the contacts of a day by household and slot, locked until the transaction ends. One query."""
    rows = (
        Contact.objects.select_for_update()
        .filter(among(Contact, "household_id", household_ids), day=day)
        .order_by("pk")
    )
    return {
        (household_id, slot): Begun(pk, household_id, state, ended_at)
        for pk, household_id, slot, state, ended_at in rows.values_list(
            "pk", "household_id", "slot", "state", "ended_at"
        )
    }


def carried_standings(
    household_ids: Collection[int], leading: Mapping[int, object], day: date
) -> dict[tuple[int, int], Carried]:
    """Return where the contacts stood that ended as carried, by household and leading round, the latest of each. One query."""
    rows = Contact.objects.filter(
        among(Contact, "household_id", household_ids),
        led_by_id__in=list(leading),
        state=ContactState.CARRIED,
        day__lt=day,
        slot=0,
    ).order_by("day")
    return {
        (household_id, round_id): Carried(disposition, step, mode, tries)
        for household_id, round_id, disposition, step, mode, tries in rows.values_list(
            "household_id", "led_by_id", "disposition", "step", "mode", "tries"
        )
    }
