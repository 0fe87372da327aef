"""Reads about contacts: whose day, who is not reached, who stays silent."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from renwang.foundation.access.queries import in_scope
from renwang.foundation.access.rules import Actor
from renwang.loop.assignments.models import Assignment
from renwang.loop.registry.models import Household, Membership, Person, Subject
from renwang.loop.registry.rules import Relation

from .. import kinds
from ..models import Attempt, CheckIn, Contact
from ..rules import OPEN_STATES, Because, ContactState

LEVEL = "rounds.view"


def visible_contacts(*, viewer: Actor) -> QuerySet[Contact]:
    """Return the contacts the viewer may see: of their areas, and of their own people."""
    scope = in_scope("division_id", viewer.areas(LEVEL))
    if viewer.people and viewer.may_anywhere(LEVEL):
        scope |= Q(household_id__in=viewer.people)
    return Contact.objects.filter(scope)


def contacts_of_day(*, viewer: Actor, day: date) -> QuerySet[Contact]:
    """Return the contacts of one day the viewer may see, the next to be tried first."""
    return (
        visible_contacts(viewer=viewer)
        .filter(day=day)
        .select_related("household", "division", "user")
        .order_by("next_try_at", "division_id", "household_id")
    )


def my_contacts(*, viewer: Actor, day: date) -> QuerySet[Contact]:
    """Return the day of one worker: the contacts they are answerable for, open ones in the order they should be tried."""
    return contacts_of_day(viewer=viewer, day=day).filter(user_id=viewer.user_id or 0)


def unreached(*, viewer: Actor, until: date | None = None, now: datetime | None = None) -> QuerySet[Contact]:
    """Return the list the district cannot overlook: households not reached and not reached since, each once, the latest
    contact of each, with its reason in ``because``; and open contacts nobody is answerable for."""
    # Also of the same day: who is asked twice a day is on the list once.
    after = Q(day__gt=OuterRef("day")) | Q(day=OuterRef("day"), slot__gt=OuterRef("slot"))
    later = Contact.objects.filter(after, household_id=OuterRef("household_id"))
    is_missing = Q(state=ContactState.UNREACHED) | Q(state__in=OPEN_STATES, user__isnull=True)
    found = visible_contacts(viewer=viewer).filter(
        is_missing,
        household__is_current=True,  # who was merged into another is looked for as that other
    )
    if until is not None:
        found = found.filter(day__lte=until)
        later = later.filter(day__lte=until)
    reached_since = later.filter(state__in=(ContactState.REACHED, ContactState.CLOSED, ContactState.REFUSED))
    again = later.filter(is_missing)
    return (
        found.exclude(Exists(reached_since))
        .exclude(Exists(again))
        .select_related("household", "division", "user")
        .order_by("day", "division_id", "household_id")
    )


def why_unreached(contact: Contact) -> str:
    """Return in words why a contact on the list of the unreached is there."""
    if contact.state in OPEN_STATES and contact.user_id is None:
        return str(Because.NOBODY_ANSWERABLE.label)
    return str(Because(contact.because).label) if contact.because else str(_("not reached"))


def silent_contacts(now: datetime) -> QuerySet[Contact]:
    """Return the open contacts whose resident was to answer alone and whose wait is over."""
    alone = [mode.code for mode in kinds.all_modes() if not mode.asked_by_worker]
    return Contact.objects.filter(
        state__in=(ContactState.DUE, ContactState.TRYING), mode__in=alone, next_try_at__lte=now
    ).order_by("pk")


def member_ids(household_ids: Collection[int]) -> dict[int, set[int]]:
    """Return who belongs to each household or once did: a form filled before somebody moved out still speaks of them."""
    found: dict[int, set[int]] = {}
    for household_id, person_id in Membership.objects.filter(household__id__among=household_ids).values_list(
        "household_id", "person_id"
    ):
        found.setdefault(household_id, set()).add(person_id)
    return found


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a household, as a form needs them."""

    person_id: int
    name: str
    relation: str
    is_head: bool
    born_on: date | None


def members_of_household(household_id: int) -> list[Member]:
    """Return the current members of a household, the head first. Ask only about a household the viewer may see."""
    rows = (
        Membership.objects.filter(household_id=household_id, until__isnull=True)
        .select_related("person__person")
        .order_by("pk")
    )
    found = []
    for row in rows:
        person: Person | None = getattr(row.person, "person", None)
        found.append(
            Member(
                person_id=row.person_id,
                name=row.person.name,
                relation=str(row.get_relation_display()),
                is_head=row.relation == Relation.HEAD,
                born_on=person.born_on if person else None,
            )
        )
    return sorted(found, key=lambda member: not member.is_head)


def last_check_ins(household_ids: Collection[int]) -> dict[int, CheckIn]:
    """Return the latest check-in of each household; its answers stay sealed until they are read."""
    rows = (
        CheckIn.objects.filter(household_id__in=household_ids).defer("told").order_by("household_id", "told_at", "pk")
    )
    return {row.household_id: row for row in rows}


def attempts_of(contact: Contact) -> QuerySet[Attempt]:
    """Return the tries at one contact, the latest first."""
    return Attempt.objects.filter(contact=contact).select_related("by").order_by("-at", "-pk")


def phone_holder(household_id: int) -> int | None:
    """Return whose number reaches a household: its own, else the first member's; None where no number is known."""
    if Household.objects.filter(subject_id=household_id, phone_idx__isnull=False).exists():
        return household_id
    members = Membership.objects.filter(household_id=household_id, until__isnull=True)
    return (
        members.filter(person__person__phone_idx__isnull=False)
        .order_by("pk")
        .values_list("person_id", flat=True)
        .first()
    )


def household_phone(household: Subject) -> tuple[str, str]:
    """Return the number that reaches a household and whose it is ("" is the household's own). Only after the look was logged."""
    holder = phone_holder(household.pk)
    if holder is None:
        return "", ""
    if holder == household.pk:
        return Household.objects.get(subject_id=holder).phone or "", ""
    person = Person.objects.select_related("subject").get(subject_id=holder)
    return person.phone or "", person.subject.name


def seen_contact(*, viewer: Actor, contact_id: int) -> Contact | None:
    """Return one contact the viewer may see, or None."""
    return (
        visible_contacts(viewer=viewer)
        .filter(pk=contact_id)
        .select_related("household", "division", "user", "led_by")
        .first()
    )


def open_contacts_touched_by(batch_id: str) -> list[int]:
    """Return the households with open contacts whose answerable person a batch of assignments may have changed."""
    changed = Assignment.objects.filter(Q(begun_in=batch_id) | Q(ended_in=batch_id))
    areas = tuple(changed.filter(division__isnull=False).values_list("division_id", flat=True).distinct())
    found = Contact.objects.filter(state__in=OPEN_STATES).filter(
        Q(household_id__in=changed.filter(subject__isnull=False).values("subject_id")) | in_scope("division_id", areas)
    )
    return sorted(set(found.values_list("household_id", flat=True)))
