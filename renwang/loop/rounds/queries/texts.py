"""Reads about messages to households and their replies."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F, Q, QuerySet

from renwang.foundation.access.fields import blinds
from renwang.foundation.access.queries import in_scope
from renwang.foundation.access.rules import Actor
from renwang.foundation.channels import kinds as channel_kinds
from renwang.foundation.channels import queries as channels
from renwang.foundation.channels.models import Incoming, Message
from renwang.loop.registry.models import Division, Household, Membership

from .. import kinds
from ..models import Contact
from ..rules import ContactState
from ..rules.replies import Kin

ABOUT = "rounds.contact"


@dataclass(slots=True)
class ToText:
    """One contact that is asked by message next. ``name``: the household's; ``letter``: set where families share a phone."""

    pk: int
    household_id: int
    name: str
    division_id: str
    day: date
    slot: int
    led_by_id: int
    step: int
    tries: int
    next_try_at: datetime
    letter: str = ""


def contacts_to_text(day: date, most: int, after: int = 0) -> list[ToText]:
    """Return the open contacts of a day whose next try is a message that was not queued yet. ``after``: the last one of the batch
    before, so that nobody looks through all who were asked already for the next thousand."""
    modes = [mode.code for mode in kinds.all_modes() if mode.sends_text]
    rows = Contact.objects.filter(
        pk__gt=after, day=day, mode__in=modes, state__in=(ContactState.DUE, ContactState.TRYING), has_phone=True
    ).exclude(texted=F("step") * 10 + F("tries") + 1)
    columns = ("pk", "household_id", "household__name", "division_id", "day", "slot", "led_by_id", "step", "tries")
    return [ToText(*row) for row in rows.order_by("pk").values_list(*columns, "next_try_at")[:most]]


@dataclass(frozen=True, slots=True)
class Number:
    """The number that reaches a household. ``index``: its blind index, by which others on the same phone are found."""

    number: str
    index: bytes


def numbers_of(household_ids: Collection[int]) -> dict[int, Number]:
    """Return the number of each household that has one: its own, else its first member's. For sending, not for showing."""
    found: dict[int, Number] = {}
    own = Household.objects.filter(subject__id__among=household_ids, phone_idx__isnull=False)
    for household_id, number, index in own.values_list("subject_id", "phone", "phone_idx"):
        found[household_id] = Number(number or "", bytes(index))
    # Most have a number of their own: only of the others the members' are looked for, and opened.
    others = [pk for pk in household_ids if pk not in found]
    rows = Membership.objects.filter(
        household__id__among=others, until__isnull=True, person__person__phone_idx__isnull=False
    ).order_by("-pk")
    for household_id, number, index in rows.values_list(
        "household_id", "person__person__phone", "person__person__phone_idx"
    ):
        found[household_id] = Number(number or "", bytes(index))
    return {pk: one for pk, one in found.items() if one.number}


def households_on(indexes: Collection[bytes]) -> dict[bytes, dict[int, int | None]]:
    """Return for each blind index of a number {household: the one member whose own number it is, or None}."""
    found: dict[bytes, dict[int, int | None]] = {}
    for index, household_id in Household.objects.filter(phone_idx__among=indexes, subject__is_current=True).values_list(
        "phone_idx", "subject_id"
    ):
        found.setdefault(bytes(index), {})[household_id] = None
    people = Membership.objects.filter(until__isnull=True, person__person__phone_idx__among=indexes).order_by("pk")
    twice: set[tuple[bytes, int]] = set()
    for index, household_id, person_id in people.values_list("person__person__phone_idx", "household_id", "person_id"):
        of_number = found.setdefault(bytes(index), {})
        if of_number.get(household_id) is not None:
            twice.add((bytes(index), household_id))
        of_number[household_id] = person_id
    for key, household_id in twice:
        found[key][household_id] = None
    return found


def contacts_for_replies(household_ids: Collection[int], day: date) -> dict[int, list[Contact]]:
    """Return the contacts of a day and the day before of each household, the latest first."""
    found: dict[int, list[Contact]] = {}
    rows = Contact.objects.filter(household__id__among=household_ids, day__in=(day, day - timedelta(days=1)))
    for row in rows.select_related("household").order_by("-day", "-slot"):
        found.setdefault(row.household_id, []).append(row)
    return found


def kin_of(household_ids: Collection[int], today: date) -> dict[int, list[Kin]]:
    """Return the members of each household, as far as it takes to know of whom a reply speaks."""
    found: dict[int, list[Kin]] = {}
    rows = Membership.objects.filter(household__id__among=household_ids, until__isnull=True).order_by("pk")
    for household_id, person_id, name, relation, sex, born_on in rows.values_list(
        "household_id", "person_id", "person__name", "relation", "person__person__sex", "person__person__born_on"
    ):
        age = None
        if born_on is not None:
            age = today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day))
        found.setdefault(household_id, []).append(Kin(person_id, name, relation, sex or "0", age))
    return found


def contacts_on_phones(indexes: Collection[bytes], day: date) -> dict[bytes, list[Contact]]:
    """Return the contacts of a day whose households share a number, in one order: by it they get their letters. Numbers that
    reach one household alone are missing."""
    on = {index: households for index, households in households_on(indexes).items() if len(households) > 1}
    if not on:
        return {}
    contacts: dict[int, list[Contact]] = {}
    for row in Contact.objects.filter(
        household__id__among={pk for households in on.values() for pk in households}, day=day
    ).order_by("pk"):
        contacts.setdefault(row.household_id, []).append(row)
    return {
        index: [row for pk in sorted(households) for row in contacts.get(pk, ())] for index, households in on.items()
    }


def queued_about(contact_ids: Iterable[int]) -> list[int]:
    """Return the contacts with messages that have not gone out yet."""
    rows = Message.objects.filter(about=ABOUT, about_id__among=set(contact_ids), state__in=("queued", "errored"))
    return [int(pk) for pk in rows.values_list("about_id", flat=True).distinct() if pk is not None]


def root_area() -> str:
    """Return the area of the whole register: whose those replies are that belong to no place."""
    roots = list(Division.objects.filter(parent__isnull=True).values_list("code", flat=True)[:2])
    return roots[0] if len(roots) == 1 else ""


def replies_to_review(*, viewer: Actor) -> QuerySet[Incoming]:
    """Return the replies that wait for a person, of the viewer's areas."""
    return channels.to_review(viewer=viewer)


def replies_waiting(*, viewer: Actor) -> int:
    """Return how many replies wait for a person in what the viewer may see."""
    return replies_to_review(viewer=viewer).count()


def candidates_for(rows: Collection[Incoming], *, viewer: Actor, day: date) -> dict[int, list[Contact]]:
    """Return for each reply the contacts of its number that the viewer may see, the latest first."""
    indexes = {row.pk: blinds(row.address or "", "phone") for row in rows}
    on = households_on([index for several in indexes.values() for index in several])
    households = {pk: [one for index in several for one in on.get(index, ())] for pk, several in indexes.items()}
    contacts: dict[int, list[Contact]] = {}
    wanted = {one for several in households.values() for one in several}
    seen = Contact.objects.filter(household_id__in=wanted, day__gte=day - timedelta(days=7))
    scope = in_scope("division_id", viewer.areas("rounds.view"))
    if viewer.people and viewer.may_anywhere("rounds.view"):
        scope |= Q(household_id__in=viewer.people)
    for row in seen.filter(scope).select_related("household", "division").order_by("-day", "-slot"):
        contacts.setdefault(row.household_id, []).append(row)
    return {pk: [contacts[one][0] for one in several if one in contacts] for pk, several in households.items()}


def default_modes() -> tuple[str, ...]:
    """Return the ways a new round begins with: by message first, where a line for messages is set up."""
    return ("sms", "call", "visit") if channel_kinds.is_set_up("sms") else ("call", "visit")


def messages_of(contact_id: int) -> list[Message]:
    """Return the messages to a household about one contact, oldest first."""
    return channels.messages_about(ABOUT, [contact_id])
