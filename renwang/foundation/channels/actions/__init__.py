"""Send, receive, and note what became of it."""

from .incoming import Settled, UnknownIncoming, join_late_parts, keep_incoming, settle_incoming
from .lines import hold_line, note_line, release_line
from .outgoing import (
    MessageRefused,
    MessageToSend,
    ToWire,
    cancel_messages,
    give_up_messages,
    queue_messages,
    take_back_messages,
    wire_messages,
)
from .parts import IncomingTold
from .receipts import ReceiptTold, Submitted, note_receipts, note_submitted

__all__ = [
    "IncomingTold",
    "MessageRefused",
    "MessageToSend",
    "ReceiptTold",
    "Settled",
    "Submitted",
    "ToWire",
    "UnknownIncoming",
    "cancel_messages",
    "give_up_messages",
    "hold_line",
    "join_late_parts",
    "keep_incoming",
    "note_line",
    "note_receipts",
    "note_submitted",
    "queue_messages",
    "release_line",
    "settle_incoming",
    "take_back_messages",
    "wire_messages",
]
