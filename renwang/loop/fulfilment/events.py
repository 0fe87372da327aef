"""What fulfilment says happened: ids and plain values only."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from renwang.foundation.audit.events import Event


@dataclass(frozen=True, kw_only=True)
class OfferMade(Event):
    """Somebody is ready to give something within an area."""

    offer_id: int


@dataclass(frozen=True, kw_only=True)
class OfferEnded(Event):
    """An offer was taken back; what was promised from it stays promised."""

    offer_id: int


@dataclass(frozen=True, kw_only=True)
class LineRequested(Event):
    """A case asks for a resource."""

    case_id: int
    line_id: int
    resource: str
    quantity: Decimal
    submission_id: UUID
    is_repeat: bool = False


@dataclass(frozen=True, kw_only=True)
class LineMoved(Event):
    """A quantity of a line took one step: commit, send, receive, lose, verify or cancel."""

    case_id: int
    line_id: int
    step: str
    quantity: Decimal
    submission_id: UUID
    offer_id: int | None = None
    is_repeat: bool = False


@dataclass(frozen=True, kw_only=True)
class LinesVerified(Event):
    """What cases had received became verified, because their households confirmed."""

    line_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class LinesCancelled(Event):
    """What was promised to cases and not sent went back to its offers, because they need nothing any more."""

    line_ids: tuple[int, ...]
