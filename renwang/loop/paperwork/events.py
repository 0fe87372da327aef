"""What happened to forms, fillings and exports; ids and plain values only."""

from dataclasses import dataclass

from renwang.foundation.audit.events import Event


@dataclass(frozen=True, kw_only=True)
class FormTakenIn(Event):
    """An office's empty form came in, or came in again with other columns."""

    form_id: int
    version_id: int
    number: int
    to_decide: int  # columns that wait for a person
    seen_before: bool


@dataclass(frozen=True, kw_only=True)
class ColumnsMapped(Event):
    """A person said what the columns of a version are filled with."""

    version_id: int
    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class FormPlanned(Event):
    """A form fills itself every day from now on, or no longer; or it is of another ledger."""

    form_id: int
    daily_at: str
    programme: str


@dataclass(frozen=True, kw_only=True)
class ColumnAsked(Event):
    """What the register does not know becomes a question of a round."""

    column_id: int
    question: str
    round_id: int | None
    is_new_question: bool


@dataclass(frozen=True, kw_only=True)
class FillingBegun(Event):
    """A form is to be filled for an area and a day."""

    filling_id: int
    version_id: int
    area: str
    opens_sealed: bool


@dataclass(frozen=True, kw_only=True)
class FillingFilled(Event):
    """A form was filled and waits for a person; or could not be, and says why."""

    filling_id: int
    rows: int
    figures: int
    digest: str
    is_failed: bool


@dataclass(frozen=True, kw_only=True)
class FillingReleased(Event):
    """A person released a filled form: from now on it is frozen."""

    filling_id: int
    digest: str


@dataclass(frozen=True, kw_only=True)
class FillingPutAway(Event):
    """A person put a filled form away."""

    filling_id: int
    reason_given: bool


@dataclass(frozen=True, kw_only=True)
class CopyTaken(Event):
    """Somebody took the file of a filling or of an export."""

    what: str  # "filling", "export"
    which: int
    area: str
    digest: str


@dataclass(frozen=True, kw_only=True)
class HouseholdFileTaken(Event):
    """Somebody took the file of one household."""

    household_id: int
    file_format: str
    opens_sealed: bool


@dataclass(frozen=True, kw_only=True)
class ExportBegun(Event):
    """Somebody asked for a file of many rows."""

    export_id: int
    kind: str
    table: str
    area: str
    opens_sealed: bool


@dataclass(frozen=True, kw_only=True)
class ExportMade(Event):
    """A file is ready, or could not be made."""

    export_id: int
    rows: int
    digest: str
    is_failed: bool


@dataclass(frozen=True, kw_only=True)
class ExportsDropped(Event):
    """Files nobody needs any more were deleted."""

    export_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class TakenOut(Event):
    """A file was written by the command line: what, of which area, how many rows."""

    what: str
    area: str
    file_format: str
    rows: int
    digest: str
    opens_sealed: bool
