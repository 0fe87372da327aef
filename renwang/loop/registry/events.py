"""What has happened in the register."""

from dataclasses import dataclass

from renwang.foundation.audit.events import Event


@dataclass(frozen=True, kw_only=True)
class DivisionsLoaded(Event):
    """A list of divisions was loaded."""

    new: int
    changed: int
    unchanged: int


@dataclass(frozen=True, kw_only=True)
class ProgrammesDefined(Event):
    """Ledgers one may stand on were defined."""

    codes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class HouseholdsRegistered(Event):
    """Households and their members were entered or brought up to date.

    ``household_ids`` and ``verdicts`` ("new", "changed", "unchanged") stand in the order of what was given.
    """

    batch_id: str
    source: str
    household_ids: tuple[int, ...]
    verdicts: tuple[str, ...]
    persons_new: int
    persons_changed: int
    persons_moved: int


@dataclass(frozen=True, kw_only=True)
class OrganisationsRegistered(Event):
    """Organisations were entered or brought up to date, in the order of what was given."""

    batch_id: str
    source: str
    organisation_ids: tuple[int, ...]
    verdicts: tuple[str, ...]
