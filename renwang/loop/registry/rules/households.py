"""Households and people as an office's ledger tells them, before anything is looked up."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..engine.identifiers import read_resident_id
from .choices import Relation, Sex


class SamePersonTwice(ValueError):
    """One ID number stands on two people of one batch. ``places``: their positions (household, member), from nought."""

    def __init__(self, first: tuple[int, int], second: tuple[int, int]) -> None:
        super().__init__(f"One ID number on two people: {first} and {second}.")
        self.places = (first, second)


class SameHouseholdTwice(ValueError):
    """One household number stands on two households of one batch. ``places``: their positions, from nought."""

    def __init__(self, first: int, second: int) -> None:
        super().__init__(f"One household number on two households: {first} and {second}.")
        self.places = (first, second)


@dataclass(frozen=True, slots=True)
class ProgrammeIn:
    """A ledger a subject may stand on."""

    code: str
    label: str
    label_en: str
    office: str
    is_sensitive: bool = False


@dataclass(frozen=True, slots=True)
class EnrolmentIn:
    """Standing on one ledger. ``since`` empty: the day of the registration."""

    programme: str
    since: dt.date | None = None
    reason: str = ""

    def __reduce__(self) -> tuple[Any, ...]:  # half a million go through bytes: a third of the time it takes otherwise
        return EnrolmentIn, (
            self.programme,
            self.since,
            self.reason,
        )


@dataclass(frozen=True, slots=True)
class PersonIn:
    """One human being. What is empty was not said, and erases nothing."""

    name: str
    relation: Relation = Relation.OTHER
    id_number: str = ""
    sex: Sex = Sex.UNKNOWN
    born_on: dt.date | None = None
    phone: str = ""
    particulars: str = ""  # lines: code, tab, value (rules.particulars)
    same_as: int | None = None  # whom of the register this is, where that is settled already

    def __reduce__(self) -> tuple[Any, ...]:  # half a million go through bytes: a third of the time it takes otherwise
        return PersonIn, (
            self.name,
            self.relation,
            self.id_number,
            self.sex,
            self.born_on,
            self.phone,
            self.particulars,
            self.same_as,
        )


@dataclass(frozen=True, slots=True)
class HouseholdIn:
    """One household with its members. ``division`` is a code; ``name`` empty: the name of its head.

    ``is_loose``: a list of persons told of it, who stay with whom they live if the register knows them.
    """

    number: str = ""
    name: str = ""
    division: str = ""
    address: str = ""
    phone: str = ""
    lon: float | None = None
    lat: float | None = None
    members: tuple[PersonIn, ...] = ()
    enrolments: tuple[EnrolmentIn, ...] = ()
    particulars: str = ""
    is_loose: bool = False

    def __reduce__(self) -> tuple[Any, ...]:  # half a million go through bytes: a third of the time it takes otherwise
        return HouseholdIn, (
            self.number,
            self.name,
            self.division,
            self.address,
            self.phone,
            self.lon,
            self.lat,
            self.members,
            self.enrolments,
            self.particulars,
            self.is_loose,
        )


@dataclass(frozen=True, slots=True)
class OrganisationIn:
    """An enterprise, a school, a supplier, an office."""

    name: str
    division: str
    credit_code: str = ""
    contact_name: str = ""
    phone: str = ""
    address: str = ""
    enrolments: tuple[EnrolmentIn, ...] = ()
    particulars: str = ""


def head_position(members: Sequence[PersonIn]) -> int | None:
    """Return the position of the head, else nothing."""
    return next((i for i, person in enumerate(members) if person.relation == Relation.HEAD), None)


def household_name(household: HouseholdIn) -> str:
    """Return the name a household bears: its own, its head's, or its first member's."""
    if household.name or not household.members:
        return household.name
    return household.members[head_position(household.members) or 0].name


def completed(person: PersonIn) -> PersonIn:
    """Return the person with sex and day of birth from the ID number, where these were not said."""
    if not person.id_number or (person.sex != Sex.UNKNOWN and person.born_on):
        return person
    told = read_resident_id(person.id_number)
    if not told.is_valid:
        return person
    sex = person.sex if person.sex != Sex.UNKNOWN else Sex(told.sex)
    return replace(person, sex=sex, born_on=person.born_on or told.born_on)
