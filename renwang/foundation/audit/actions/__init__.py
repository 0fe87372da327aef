"""The one door through which anything is written."""

from .door import action, listeners, promise, subscribe
from .outbox import claim, drop_dead_letter, keep, lose, return_dead_letter

__all__ = [
    "action",
    "claim",
    "drop_dead_letter",
    "keep",
    "listeners",
    "lose",
    "promise",
    "return_dead_letter",
    "subscribe",
]
