"""What a ledger tells that the register does not have yet. Empty is not said, and changes nothing."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from .choices import Relation, Sex
from .households import HouseholdIn, PersonIn, household_name

Told = dict[str, object]


# Where two sources may disagree; the rest follows from where somebody lives, or is only ever filled in.
DISPUTABLE = frozenset({"name", "sex", "born_on", "phone", "address", "lon", "lat"})


@dataclass(frozen=True, slots=True)
class Say:
    """Which office speaks, and which office has the last word on which field."""

    office: str = ""
    owners: Mapping[str, str] = field(default_factory=dict)

    def decides(self, name: str, source: str) -> bool:
        """Answer whether this office may change a field that `source` told of.

        Its owner may; without an owner whoever told it, and anybody where nobody in particular did.
        """
        owner = self.owners.get(name)
        if owner:
            return self.office == owner or (source == self.office and source != "")
        return source in ("", self.office)

    def parted(self, told: Told, source: str, is_empty: Mapping[str, bool]) -> tuple[Told, tuple[str, ...]]:
        """Return what may be changed, and the fields on which two sources disagree."""
        disputed = tuple(
            name
            for name in told
            if name in DISPUTABLE and not is_empty.get(name, False) and not self.decides(name, source)
        )
        return ({name: value for name, value in told.items() if name not in disputed} if disputed else told), disputed


class Index(Protocol):
    """Answer whether a value is the one that a blind index was made of."""

    def __call__(self, value: str, kind: str, index: bytes | None) -> bool: ...


class PersonSeen(Protocol):
    """A person as the register has it."""

    @property
    def name(self) -> str: ...
    @property
    def division(self) -> str: ...
    @property
    def sex(self) -> str: ...
    @property
    def born_on(self) -> dt.date | None: ...
    @property
    def id_idx(self) -> bytes | None: ...
    @property
    def phone_idx(self) -> bytes | None: ...


class HouseholdSeen(Protocol):
    """A household as the register has it."""

    @property
    def name(self) -> str: ...
    @property
    def division(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def phone_idx(self) -> bytes | None: ...
    @property
    def lon(self) -> float | None: ...
    @property
    def lat(self) -> float | None: ...


def changes_of_person(person: PersonIn, known: PersonSeen, division: str, is_same: Index) -> tuple[Told, Told]:
    """Return what changes of the subject and of the person, by column."""
    subject: Told = {}
    if person.name and person.name != known.name:
        subject["name"] = person.name
    if division != known.division:
        subject["division_id"] = division
    own: Told = {}
    if person.sex not in (Sex.UNKNOWN, known.sex):
        own["sex"] = person.sex
    if person.born_on and person.born_on != known.born_on:
        own["born_on"] = person.born_on
    # Two numbers on one person are for a human to decide; one that was merged in leads here with a number of its own.
    if person.id_number and known.id_idx is None:
        own["id_number"] = person.id_number
    if person.phone and not is_same(person.phone, "phone", known.phone_idx):
        own["phone"] = person.phone
    return subject, own


def changes_of_household(household: HouseholdIn, known: HouseholdSeen, is_same: Index) -> tuple[Told, Told]:
    """Return what changes of the subject and of the household, by column."""
    subject: Told = {}
    has_name = household.name or any(person.relation == Relation.HEAD for person in household.members)
    if has_name and household_name(household) != known.name:
        subject["name"] = household_name(household)
    if household.division != known.division:
        subject["division_id"] = household.division
    own: Told = {}
    if household.number and not known.number:
        own["number"] = household.number
    if household.address and household.address != known.address:
        own["address"] = household.address
    if household.phone and not is_same(household.phone, "phone", known.phone_idx):
        own["phone"] = household.phone
    if household.lon is not None and household.lon != known.lon:
        own["lon"] = household.lon
    if household.lat is not None and household.lat != known.lat:
        own["lat"] = household.lat
    return subject, own
