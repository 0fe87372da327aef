"""Find somebody by name, given name, pinyin, initials, ID number, phone or household number: a constant number of queries."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from renwang.foundation.access.engine.masks import mask_id, mask_phone
from renwang.foundation.access.engine.normal import phone as phone_digits
from renwang.foundation.access.fields import blinds
from renwang.foundation.access.queries import in_scope
from renwang.foundation.access.rules import Actor, next_prefix

from ..engine.names import name_pinyin, query_key
from ..models import Division, Household, Membership, Organisation, Person, SearchKey, Subject
from ..rules import Relation, SubjectKind
from .people import visible

# Up to this many divisions are named one by one, so that a village's helper reads the village's keys and no others.
_FEW = 80
_ID = re.compile(r"\d{15}|\d{17}[\dXx]")


@dataclass(frozen=True, slots=True)
class Found:
    """One subject found, with nothing about it that must be opened with a reason."""

    id: int
    kind: str
    name: str
    place: str  # "九龙街道 西李三村"
    division: str
    household_id: int | None  # where a person lives; the household itself
    household_number: str
    head: str
    relation: str  # a person's, to the head
    sex: str
    born_year: int | None
    members: int
    phone: str  # masked
    id_number: str  # masked
    address: str
    # What two are compared by: numbers of other people look the same once their middle is hidden.
    phone_token: str = ""
    id_token: str = ""
    has_ended: bool = False  # nobody lives there any more


def search(viewer: Actor, text: str, limit: int = 20, *, also_ended: bool = False) -> list[Found]:
    """Return whom the viewer may see and the text may mean, exact matches first; six queries at most.

    A whole ID number, phone (7 digits or more) or household number finds by equality; anything else by the beginning of a
    name, a given name, their pinyin or initials. A head of a household stands for it. ``also_ended``: by its number, a
    household too in which nobody lives any more.
    """
    text = text.strip()
    if not text:
        return []
    ids = _by_number(viewer, text, limit, also_ended) or _by_key(viewer, query_key(text), limit)
    return _cards(viewer, ids, also_ended)[:limit]


def card(viewer: Actor, subject_id: int) -> Found | None:
    """Return one current subject the viewer may see, as search tells it."""
    return next(iter(_cards(viewer, [subject_id])), None)


def alike(viewer: Actor, one: Found, text: str = "", limit: int = 20) -> list[Found]:
    """Return others of the same kind who may be the same: those who sound alike, or whom a text may mean."""
    found = search(viewer, text or name_pinyin(one.name).replace(" ", ""), limit)
    if one.kind == SubjectKind.HOUSEHOLD:
        found = _cards(viewer, list(dict.fromkeys(card.household_id for card in found if card.household_id)))
    return [card for card in found if card.kind == one.kind and card.id != one.id]


def _by_number(viewer: Actor, text: str, limit: int, also_ended: bool) -> list[int]:
    """Return the ids found by equality of a number, in one query for people and one for the others."""
    compact = re.sub(r"[\s\-]", "", text)
    digits = phone_digits(text)
    is_number = bool(re.fullmatch(r"\+?[\d\s\-()]{7,}", text)) and len(digits) >= 7
    if _ID.fullmatch(compact):
        return _ids(Person.objects.filter(id_number_idx__in=blinds(compact, "id_number")), viewer, limit)
    if is_number:
        index = blinds(text, "phone")
        found = _ids(Household.objects.filter(Q(phone_idx__in=index) | Q(number=text)), viewer, limit, also_ended)
        found += _ids(Person.objects.filter(phone_idx__in=index), viewer, limit)
        return found or _ids(Organisation.objects.filter(phone_idx__in=index), viewer, limit)
    if any(sign.isdigit() for sign in text):
        numbers = {text, text.upper()}
        return _ids(Household.objects.filter(number__in=numbers), viewer, limit, also_ended) or _ids(
            Organisation.objects.filter(credit_code__in=numbers), viewer, limit
        )
    return []


def _ids(
    rows: "QuerySet[Person] | QuerySet[Household] | QuerySet[Organisation]",
    viewer: Actor,
    limit: int,
    also_ended: bool = False,
) -> list[int]:
    there = Q(subject__merged_into__isnull=True) if also_ended else Q(subject__is_current=True)
    found = rows.filter(visible(viewer, "subject"), there)
    return list(found.values_list("pk", flat=True)[:limit])


def _by_key(viewer: Actor, key: str, limit: int) -> list[int]:
    """Return the ids found by the beginning of a key: one range of an index, whoever looks."""
    if not key:
        return []
    keys = SearchKey.objects.filter(key__gte=key, key__lt=next_prefix(key))
    scoped, order = scoped_keys(viewer, keys)
    # A subject has several keys, and one merged away has them still: take more than are shown.
    rows = scoped.filter(subject__is_current=True).order_by(*order).values_list("subject_id", "key")[: limit * 8]
    ranked = sorted(rows, key=lambda row: (row[1] != key, len(row[1])))
    return list(dict.fromkeys(subject for subject, _key in ranked))[: limit * 2]


def scoped_keys(viewer: Actor, keys: QuerySet[SearchKey]) -> tuple[QuerySet[SearchKey], tuple[str, ...]]:
    """Return the keys the viewer may see, and the order in which an index gives them without sorting."""
    areas = viewer.areas("registry.view")
    own = viewer.people if viewer.may_anywhere("registry.view") else frozenset()
    if not areas:
        return keys.filter(subject_id__in=own), ("key",)
    codes = list(Division.objects.filter(in_scope("code", areas)).values_list("code", flat=True)[: _FEW + 1])
    if len(codes) > _FEW:
        return keys.filter(in_scope("code", areas)), ("key", "code")
    scope = Q(code__in=codes)
    return keys.filter(scope | Q(subject_id__in=own) if own else scope), ("code", "key") if len(codes) == 1 else ()


def _cards(viewer: Actor, ids: list[int], also_ended: bool = False) -> list[Found]:
    if not ids:
        return []
    there = Q(is_current=True)
    if also_ended:
        there |= Q(kind=SubjectKind.HOUSEHOLD, merged_into__isnull=True)
    subjects = {
        row.pk: row
        for row in Subject.objects.filter(visible(viewer), there, pk__in=ids).select_related(
            "division__parent", "person", "household", "organisation"
        )
    }
    homes = {
        row.person_id: row
        for row in Membership.objects.filter(person_id__in=subjects, until__isnull=True).select_related(
            "household__household"
        )
    }
    heads, sizes = _heads_and_sizes(
        {row.household_id for row in homes.values()}
        | {s.pk for s in subjects.values() if s.kind == SubjectKind.HOUSEHOLD}
    )
    shown_homes = {row.household_id for pk, row in homes.items() if pk in subjects and row.relation == Relation.HEAD}
    return [
        _card(subjects[pk], homes.get(pk), heads, sizes)
        for pk in ids
        # A household whose head is found too is told by the head's line.
        if pk in subjects and pk not in shown_homes
    ]


def _heads_and_sizes(households: Iterable[int]) -> tuple[dict[int, str], dict[int, int]]:
    heads: dict[int, str] = {}
    sizes: dict[int, int] = {}
    for household, relation, name in Membership.objects.filter(
        household_id__in=set(households), until__isnull=True
    ).values_list("household_id", "relation", "person__name"):
        sizes[household] = sizes.get(household, 0) + 1
        if relation == Relation.HEAD:
            heads[household] = name
    return heads, sizes


def _card(subject: Subject, home: Membership | None, heads: dict[int, str], sizes: dict[int, int]) -> Found:
    person: Person | None = getattr(subject, "person", None)
    household: Household | None = getattr(subject, "household", None)
    organisation: Organisation | None = getattr(subject, "organisation", None)
    home_row = home.household.household if home else household
    home_id = home.household_id if home else subject.pk if household else None
    typed = person or household or organisation
    return Found(
        id=subject.pk,
        kind=subject.kind,
        name=subject.name,
        place=place_of(subject.division),
        division=subject.division_id,
        household_id=home_id,
        household_number=home_row.number if home_row else "",
        head=heads.get(home_id or 0, ""),
        relation=home.relation if home else "",
        sex=person.sex if person else "",
        born_year=person.born_on.year if person and person.born_on else None,
        members=sizes.get(home_id or 0, 0),
        phone=mask_phone(typed.phone) if typed and typed.phone else "",
        id_number=mask_id(person.id_number) if person and person.id_number else "",
        address=home_row.address if home_row else organisation.address if organisation else "",
        phone_token=_token(typed.phone if typed else "", "phone"),
        id_token=_token(person.id_number if person else "", "id_number"),
        has_ended=not subject.is_current,
    )


def _token(value: str | None, kind: str) -> str:
    """Return what stands for a sealed value, under the newest key whatever key it was sealed with."""
    return next((index.hex() for index in blinds(value, kind)), "") if value else ""


def place_of(division: Division) -> str:
    """Return a division with the one above it: 九龙街道 西李三村."""
    above = division.parent
    return f"{above.called} {division.called}" if above and above.level != "district" else division.called
