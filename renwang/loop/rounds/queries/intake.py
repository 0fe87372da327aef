"""Reads of the intake: as few as can be for each batch, because they are what a batch costs."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from renwang.foundation.access.rules import Actor
from renwang.loop.registry.models import Subject

from ..models import CheckIn, Contact, Waiting
from .check_ins import visible_check_ins
from .contacts import member_ids


@dataclass(frozen=True, slots=True)
class Place:
    """What must be known of a contact before something told is kept for it."""

    contact_id: int
    household_id: int
    division: str
    state: str
    is_there: bool  # the household lives where it lived when it was put on the list
    members: Collection[int]  # who belongs to it or once did
    day: date  # of the contact


def places_of(contact_ids: Collection[int]) -> dict[int, Place]:
    """Return what is known of each contact that exists; on PostgreSQL in one statement, and locked against being removed."""
    if connection.vendor == "postgresql":
        return _in_one_statement(sorted(contact_ids))
    rows = list(Contact.objects.filter(pk__in=contact_ids).select_related("household"))
    members = member_ids({row.household_id for row in rows})
    return {
        row.pk: Place(
            contact_id=row.pk,
            household_id=row.household_id,
            division=row.division_id,
            state=row.state,
            is_there=_is_there(row.household, row.division_id),
            members=members.get(row.household_id, ()),
            day=row.day,
        )
        for row in rows
    }


def _is_there(household: Subject, division: str) -> bool:
    return household.is_current and household.division_id == division


def _in_one_statement(contact_ids: list[int]) -> dict[int, Place]:
    with connection.cursor() as cursor:
        # The foreign keys will take these locks at the commit, when the ledger's chain is held: then it is too late to wait.
        cursor.execute(
            """SELECT c.id, c.household_id, c.division_id, c.state, s.is_current AND s.division_id = c.division_id,
                   ARRAY(SELECT m.person_id FROM registry_membership m WHERE m.household_id = c.household_id), c.day
            FROM rounds_contact c JOIN registry_subject s ON s.id = c.household_id
            WHERE c.id = ANY(%s) ORDER BY c.id FOR KEY SHARE
            """,
            [contact_ids],
        )
        return {row[0]: Place(*row) for row in cursor.fetchall()}


def waiting_check_ins(most: int) -> list[int]:
    """Return the check-ins whose findings are still to be worked out, the earliest first, without those set aside."""
    rows = Waiting.objects.filter(is_set_aside=False).order_by("check_in_id")
    return list(rows.values_list("check_in_id", flat=True)[:most])


def is_worked_out(check_in_id: int) -> bool:
    """Answer whether everything that follows from a check-in has followed."""
    return not Waiting.objects.filter(check_in_id=check_in_id).exists()


def became_of(submission_id: UUID, *, viewer: Actor) -> CheckIn | None:
    """Return the check-in a submission became: one's own, or of a household one may see; None otherwise."""
    found = CheckIn.objects.filter(submission_id=submission_id).defer("told").first()
    if found is None or (viewer.user_id is not None and found.by_id == viewer.user_id):
        return found
    return found if visible_check_ins(viewer=viewer).filter(pk=found.pk).exists() else None
