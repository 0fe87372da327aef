"""What happened to enterprises: ids and plain values only."""

from dataclasses import dataclass
from datetime import date, datetime

from renwang.foundation.audit.events import Event


@dataclass(frozen=True, kw_only=True)
class EnterprisesRegistered(Event):
    """Enterprises were entered or brought up to date."""

    enterprise_ids: tuple[int, ...]
    count_new: int
    count_changed: int


@dataclass(frozen=True, kw_only=True)
class MetersSet(Event):
    """Meters of enterprises were written down, moved or ended."""

    enterprise_ids: tuple[int, ...]
    count_new: int
    count_ended: int


@dataclass(frozen=True, kw_only=True)
class EnterpriseInvited(Event):
    """A link was made by which an enterprise enters."""

    enterprise_id: int
    invitation_id: int


@dataclass(frozen=True, kw_only=True)
class InvitationAccepted(Event):
    """Somebody entered as an enterprise by a link."""

    enterprise_id: int
    invitation_id: int
    user_id: int
    is_new: bool


@dataclass(frozen=True, kw_only=True)
class SignInCodeSent(Event):
    """A code was sent to an enterprise's registered phone."""

    enterprise_id: int
    code_id: int


@dataclass(frozen=True, kw_only=True)
class SignInCodeTried(Event):
    """A code was typed in; right or wrong."""

    enterprise_id: int
    code_id: int
    is_right: bool
    user_id: int | None


@dataclass(frozen=True, kw_only=True)
class SeatEnded(Event):
    """An account no longer speaks for an enterprise."""

    enterprise_id: int
    user_id: int


@dataclass(frozen=True, kw_only=True)
class FilingWritten(Event):
    """A firm wrote on its filing."""

    enterprise_id: int
    filing_id: int


@dataclass(frozen=True, kw_only=True)
class StaffListReceived(Event):
    """A firm sent the list of staff who come back; ``is_repeat``: the very file that was sent last."""

    enterprise_id: int
    filing_id: int
    is_repeat: bool = False


@dataclass(frozen=True, kw_only=True)
class StaffListChecked(Event):
    """Every row of a list of staff has its verdict; nobody of it is taken yet."""

    enterprise_id: int
    filing_id: int
    is_usable: bool
    rows: int
    rows_wrong: int


@dataclass(frozen=True, kw_only=True)
class StaffListTaken(Event):
    """The good rows of a list of staff are taken, or will be by the worker (``is_done`` not yet)."""

    enterprise_id: int
    filing_id: int
    is_done: bool
    staff: int = 0


@dataclass(frozen=True, kw_only=True)
class StaffListDiscarded(Event):
    """A firm put its list of staff away: who was on the list before stays."""

    enterprise_id: int
    filing_id: int


@dataclass(frozen=True, kw_only=True)
class CommitmentSigned(Event):
    """A firm signed the letter of commitment."""

    enterprise_id: int
    filing_id: int


@dataclass(frozen=True, kw_only=True)
class FilingMoved(Event):
    """A filing went from one status to the next."""

    enterprise_id: int
    filing_id: int
    old: str
    new: str


@dataclass(frozen=True, kw_only=True)
class ThreeListsTaken(Event):
    """Somebody took the three lists out as a file."""

    case_ids: tuple[int, ...]
    area: str


@dataclass(frozen=True, kw_only=True)
class SiteChecked(Event):
    """A stationed cadre looked at a site."""

    enterprise_id: int
    check_id: int
    findings: tuple[str, ...]
    case_id: int | None
    is_repeat: bool = False


@dataclass(frozen=True, kw_only=True)
class RequestMade(Event):
    """A firm asked for something."""

    enterprise_id: int
    case_id: int
    kind: str
    is_repeat: bool = False


@dataclass(frozen=True, kw_only=True)
class AssistAsked(Event):
    """The leading office asked another for its part."""

    case_id: int
    assist_id: int
    office: str


@dataclass(frozen=True, kw_only=True)
class AssistAnswered(Event):
    """An assisting office answered."""

    case_id: int
    assist_id: int


@dataclass(frozen=True, kw_only=True)
class RequestExtended(Event):
    """The leading office was given more time for a request."""

    case_id: int
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class RequestAnswered(Event):
    """The leading office answered a request, or refused it with a reason."""

    case_id: int
    is_refused: bool


@dataclass(frozen=True, kw_only=True)
class RequestConfirmed(Event):
    """The firm itself said whether its request is met."""

    enterprise_id: int
    case_id: int
    is_met: bool


@dataclass(frozen=True, kw_only=True)
class DayReported(Event):
    """A firm told how many are at work and how much of its capacity it uses."""

    enterprise_id: int
    day: date


@dataclass(frozen=True, kw_only=True)
class GateRecorded(Event):
    """A gate told of a shift, or one person passed it."""

    enterprise_id: int
    shift_id: int
    day: date
    fevers: int
    is_repeat: bool = False


@dataclass(frozen=True, kw_only=True)
class GateDaysRolledUp(Event):
    """The gates of a day were added up for the health office."""

    day: date
    enterprises: int
    people: int
    fevers: int


@dataclass(frozen=True, kw_only=True)
class CadresStationed(Event):
    """Enterprises got their cadre."""

    count: int


@dataclass(frozen=True, kw_only=True)
class ReadingsTaken(Event):
    """A file of readings was sent."""

    file_id: int
    is_repeat: bool


@dataclass(frozen=True, kw_only=True)
class ReadingsNoted(Event):
    """What became of a file of readings."""

    file_id: int
    state: str
    rows: int


@dataclass(frozen=True, kw_only=True)
class UnitSettled(Event):
    """Somebody said in which unit a file of readings is."""

    file_id: int
    unit: str


@dataclass(frozen=True, kw_only=True)
class PowerSettingChanged(Event):
    """The method, base, zones or the line of the power index were set."""

    setting_id: int
    method: str


@dataclass(frozen=True, kw_only=True)
class IndexKept(Event):
    """The index of some days was computed and kept."""

    run_id: int
    first: date
    last: date
    rows: int


@dataclass(frozen=True, kw_only=True)
class SuspicionsKept(Event):
    """Load curves were judged; firms above the line are looked at on the spot."""

    day: date
    count: int
    count_above: int
