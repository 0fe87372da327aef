"""What the register knows already of those a ledger tells of."""

import datetime as dt
from dataclasses import dataclass, field


@dataclass(slots=True)
class KnownPerson:
    """One current person as the register has it, sealed values by their blind index only."""

    id: int
    name: str
    division: str
    sex: str
    born_on: dt.date | None
    id_idx: bytes | None
    phone_idx: bytes | None
    household: int | None = None
    relation: str = ""
    membership: int | None = None
    since: dt.date | None = None
    source: str = ""  # the office that told of them
    told_idx: bytes | None = None  # of what the asking office told before, beyond the register's columns
    told_text: str = ""  # that itself, opened only where it is not the same as what is told now


@dataclass(slots=True)
class KnownHousehold:
    """One household as the register has it: a current one, or one that ended with its last member."""

    id: int
    name: str
    division: str
    number: str
    address: str
    phone_idx: bytes | None
    lon: float | None
    lat: float | None
    members: list[KnownPerson] = field(default_factory=list)
    enrolments: dict[str, tuple[int, str]] = field(default_factory=dict)  # programme: (row, reason)
    source: str = ""
    told_idx: bytes | None = None
    told_text: str = ""
    has_ended: bool = False


@dataclass(slots=True)
class Match:
    """Whom of the register one given household and its people are; None is new."""

    household: KnownHousehold | None
    people: list[KnownPerson | None]
    gone: frozenset[int] = frozenset()  # positions of people whom the register knows as died or gone for good
    doubts: dict[int, str] = field(default_factory=dict)  # positions of new people who may be somebody known, and why

    def codes(self) -> set[str]:
        """Return the divisions in which those known stand now."""
        found = {person.division for person in self.people if person}
        return found | {self.household.division} if self.household else found
