"""One household with its people, and what may be opened of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from renwang.foundation.access.engine.masks import mask_id, mask_phone
from renwang.foundation.access.rules import Actor

from ..models import Enrolment, Household, Membership, Organisation, Person, Subject
from ..rules import SubjectKind
from .people import visible
from .search import place_of


@dataclass(frozen=True, slots=True)
class MemberCard:
    """One present member of a household, sealed values masked."""

    id: int
    membership_id: int
    household_id: int
    name: str
    relation: str
    relation_label: str
    sex: str
    sex_label: str
    born_on: date | None
    phone: str
    id_number: str
    since: date


@dataclass(frozen=True, slots=True)
class EnrolmentCard:
    """One standing on a ledger, now or before."""

    id: int
    programme: str
    label: str
    label_en: str
    since: date
    until: date | None
    reason: str
    is_sensitive: bool


@dataclass(frozen=True, slots=True)
class HouseholdCard:
    """One household with its members and ledgers."""

    id: int
    name: str
    number: str
    division: str
    place: str
    village: str  # as addresses write it
    address: str
    phone: str
    lon: float | None
    lat: float | None
    is_current: bool
    merged_into: int | None
    members: tuple[MemberCard, ...]
    enrolments: tuple[EnrolmentCard, ...]


def members_of(household_ids: Iterable[int]) -> dict[int, list[MemberCard]]:
    """Return the present members of households, heads first: one query however many. Scope the ids before."""
    found: dict[int, list[MemberCard]] = {pk: [] for pk in household_ids}
    rows = Membership.objects.filter(household_id__in=list(found), until__isnull=True, person__is_current=True)
    for row in rows.select_related("person__person").order_by("pk"):
        person = row.person.person
        found[row.household_id].append(
            MemberCard(
                id=row.person_id,
                membership_id=row.pk,
                household_id=row.household_id,
                name=row.person.name,
                relation=row.relation,
                relation_label=row.get_relation_display(),
                sex=person.sex,
                sex_label=person.get_sex_display(),
                born_on=person.born_on,
                phone=mask_phone(person.phone) if person.phone else "",
                id_number=mask_id(person.id_number) if person.id_number else "",
                since=row.since,
            )
        )
    for members in found.values():
        members.sort(key=lambda member: member.relation != "head")
    return found


def household_card(viewer: Actor, household_id: int) -> HouseholdCard | None:
    """Return a household the viewer may see, merged away or not; nothing where there is none or it may not be seen."""
    subject = (
        Subject.objects.filter(visible(viewer), pk=household_id, kind=SubjectKind.HOUSEHOLD)
        .select_related("division__parent", "household")
        .first()
    )
    if subject is None:
        return None
    row = subject.household
    return HouseholdCard(
        id=subject.pk,
        name=subject.name,
        number=row.number,
        division=subject.division_id,
        place=place_of(subject.division),
        village=subject.division.name,
        address=row.address,
        phone=mask_phone(row.phone) if row.phone else "",
        lon=row.lon,
        lat=row.lat,
        is_current=subject.is_current,
        merged_into=subject.merged_into_id,
        members=tuple(members_of([subject.pk])[subject.pk]),
        enrolments=tuple(enrolments_of(viewer, [subject.pk])[subject.pk]),
    )


def enrolments_of(viewer: Actor, subject_ids: Iterable[int]) -> dict[int, list[EnrolmentCard]]:
    """Return on which ledgers subjects stand or stood. Sensitive ones only for their office, the command, and one's own people."""
    found: dict[int, list[EnrolmentCard]] = {pk: [] for pk in subject_ids}
    rows = Enrolment.objects.filter(subject_id__in=list(found)).select_related("programme")
    for row in rows.order_by("-until", "since"):
        if row.programme.is_sensitive and not may_see_sensitive(viewer, row.programme.office, row.subject_id):
            continue
        found[row.subject_id].append(
            EnrolmentCard(
                id=row.pk,
                programme=row.programme_id,
                label=row.programme.label,
                label_en=row.programme.label_en,
                since=row.since,
                until=row.until,
                reason=row.reason,
                is_sensitive=row.programme.is_sensitive,
            )
        )
    return found


def may_see_sensitive(viewer: Actor, office: str, subject_id: int) -> bool:
    """Answer whether a sensitive ledger may be shown: to its office, the command, and whoever is answerable for the subject."""
    return viewer.is_system or bool({office, "command"} & viewer.offices()) or subject_id in viewer.people


def opened(*, subject_id: int, field: str) -> str:
    """Return a sealed value. Only for a view that has just called `actions.reveal_field`."""
    for model in (Person, Household, Organisation):
        row = model._default_manager.filter(pk=subject_id).first()
        if row is not None:
            return getattr(row, field, None) or ""
    return ""
