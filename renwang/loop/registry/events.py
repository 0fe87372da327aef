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
    emptied_ids: tuple[int, ...]  # households whose last member lives in another now


@dataclass(frozen=True, kw_only=True)
class OrganisationsRegistered(Event):
    """Organisations were entered or brought up to date, in the order of what was given."""

    batch_id: str
    source: str
    organisation_ids: tuple[int, ...]
    verdicts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class HouseholdMoved(Event):
    """A household lives elsewhere now, with all its members."""

    household_id: int
    person_ids: tuple[int, ...]
    from_code: str
    to_code: str


@dataclass(frozen=True, kw_only=True)
class Enrolled(Event):
    """Subjects stand on a ledger from now on."""

    programme: str
    subject_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class EnrolmentEnded(Event):
    """A subject stands on a ledger no longer."""

    enrolment_id: int
    subject_id: int
    programme: str


@dataclass(frozen=True, kw_only=True)
class MembershipEnded(Event):
    """A person belongs to a household no longer."""

    membership_id: int
    person_id: int
    household_id: int
    is_gone: bool  # has died or left for good, not only this household
    emptied_ids: tuple[int, ...]  # the household, where its last member went


@dataclass(frozen=True, kw_only=True)
class SubjectCorrected(Event):
    """What was written down about somebody was mended. ``fields`` are names of columns, never their values."""

    subject_id: int
    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class FieldRevealed(Event):
    """Somebody looked at a sealed field of somebody."""

    subject_id: int
    field: str


@dataclass(frozen=True, kw_only=True)
class SubjectsMerged(Event):
    """Two records of one subject are one."""

    merge_id: int
    kept_id: int
    gone_id: int
    moved: int
    stayed: int


@dataclass(frozen=True, kw_only=True)
class MergeUndone(Event):
    """Two records that had been made one are two again, with every link where it was."""

    merge_id: int
    kept_id: int
    gone_id: int
    moved: int


@dataclass(frozen=True, kw_only=True)
class DoubtsFiled(Event):
    """Pairs that may be one human being wait for a person's decision."""

    doubt_ids: tuple[int, ...]
    source: str


@dataclass(frozen=True, kw_only=True)
class DoubtDecided(Event):
    """Somebody decided whether two records are one: "same", "apart" or "later"."""

    doubt_id: int
    decision: str
    merge_id: int | None


@dataclass(frozen=True, kw_only=True)
class WorkbookReceived(Event):
    """An office's workbook was taken in, sealed, to be checked."""

    batch_id: int
    area: str
    digest: str
    seen_before: bool


@dataclass(frozen=True, kw_only=True)
class WorkbookChecked(Event):
    """Every row of a workbook has its verdict, or the file was refused as a whole."""

    batch_id: int
    is_usable: bool
    rows: int
    rows_invalid: int


@dataclass(frozen=True, kw_only=True)
class ImportStarted(Event):
    """The good rows of a checked workbook are being entered."""

    batch_id: int


@dataclass(frozen=True, kw_only=True)
class ImportApplied(Event):
    """The good rows of a workbook are in the register."""

    batch_id: int
    new: int
    changed: int
    unchanged: int


@dataclass(frozen=True, kw_only=True)
class ImportDiscarded(Event):
    """A checked workbook was put away; nothing of it was entered."""

    batch_id: int


@dataclass(frozen=True, kw_only=True)
class ColumnsSettled(Event):
    """Somebody said what the columns of a workbook mean; it is checked anew."""

    batch_id: int
    columns: int


@dataclass(frozen=True, kw_only=True)
class ImportTakenBack(Event):
    """Part of an import was taken back: ``taken`` things, and ``kept`` that were edited or used since."""

    batch_id: int
    taken: int
    kept: int
    emptied_ids: tuple[int, ...]  # households in which nobody is left


@dataclass(frozen=True, kw_only=True)
class FieldOwned(Event):
    """An office has the last word on a field from now on; empty: nobody in particular."""

    field: str
    office: str


@dataclass(frozen=True, kw_only=True)
class MemberAdded(Event):
    """A person lives in a household from now on; ``is_new``: was not in the register before."""

    household_id: int
    person_id: int
    is_new: bool
    emptied_ids: tuple[int, ...]  # households whose last member lives in another now
