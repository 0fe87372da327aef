"""What cases say happened: ids and plain values only."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from renwang.foundation.audit.events import Event


@dataclass(frozen=True, kw_only=True)
class CasesOpened(Event):
    """Cases were opened; those of ``told_again_ids`` were open already and were told of once more."""

    case_ids: tuple[int, ...]
    told_again_ids: tuple[int, ...] = ()
    urgent_ids: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CasesTaken(Event):
    """Somebody took cases in hand; those of ``stale_ids`` somebody else had moved first."""

    case_ids: tuple[int, ...]
    stale_ids: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CaseReleased(Event):
    """A holder gave a case back."""

    case_id: int


@dataclass(frozen=True, kw_only=True)
class CaseMet(Event):
    """The holder says that the need is met; the household has not confirmed it yet."""

    case_id: int


@dataclass(frozen=True, kw_only=True)
class CaseConfirmed(Event):
    """The one who had the need, or a second person, said whether it is met."""

    case_id: int
    is_met: bool
    how: str
    submission_id: UUID
    is_repeat: bool = False


@dataclass(frozen=True, kw_only=True)
class CasesClosed(Event):
    """Verified cases were written off."""

    case_ids: tuple[int, ...]
    stale_ids: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CaseGivenUp(Event):
    """A case was given up, with a reason."""

    case_id: int


@dataclass(frozen=True, kw_only=True)
class CaseReopened(Event):
    """A case that had been given up is open again."""

    case_id: int


@dataclass(frozen=True, kw_only=True)
class CaseNoted(Event):
    """Somebody wrote something beside a case."""

    case_id: int


@dataclass(frozen=True, kw_only=True)
class CaseExtended(Event):
    """A case was given more time."""

    case_id: int
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class CasesAssigned(Event):
    """Cases were given to a holder."""

    case_ids: tuple[int, ...]
    user_id: int
    stale_ids: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CaseReferred(Event):
    """Somebody was asked to help with a case; its holder stays."""

    case_id: int
    referral_id: int


@dataclass(frozen=True, kw_only=True)
class CaseTransferred(Event):
    """A case was offered to another area or office, which must accept it."""

    case_id: int
    referral_id: int


@dataclass(frozen=True, kw_only=True)
class ReferralAnswered(Event):
    """The receiver of a referral or transfer accepted or rejected it."""

    case_id: int
    referral_id: int
    is_accepted: bool


@dataclass(frozen=True, kw_only=True)
class ReferralRevoked(Event):
    """A referral or transfer was taken back before it was answered."""

    case_id: int
    referral_id: int


@dataclass(frozen=True, kw_only=True)
class ConfirmationLinkMade(Event):
    """A link was made by which a household confirms: sent to its own phone, or to be shown by a second person."""

    case_id: int
    link_id: int
    is_sent: bool


@dataclass(frozen=True, kw_only=True)
class CaseAttended(Event):
    """Somebody has a case in front of them."""

    case_id: int


@dataclass(frozen=True, kw_only=True)
class CasesFollowed(Event):
    """Live cases went with their household to where it lives now."""

    case_ids: tuple[int, ...]
    to_code: str


@dataclass(frozen=True, kw_only=True)
class CasesEscalated(Event):
    """Late cases are now shown one step further up."""

    case_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class FilterSaved(Event):
    """An account kept a filter of the worklist."""

    filter_id: int


@dataclass(frozen=True, kw_only=True)
class FilterForgotten(Event):
    """An account threw a kept filter away."""

    filter_id: int
