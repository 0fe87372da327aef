"""The one door through which anything is written."""

from .counting import count_what_has_grown
from .door import Acting, action, listeners, promise, subscribe, together
from .outbox import (
    StalePromise,
    beat,
    beat_worker,
    begin_tick,
    claim,
    drop_dead_letter,
    keep,
    lose,
    note_tick,
    report_progress,
    return_dead_letter,
)

__all__ = [
    "Acting",
    "StalePromise",
    "action",
    "beat",
    "beat_worker",
    "begin_tick",
    "claim",
    "count_what_has_grown",
    "drop_dead_letter",
    "keep",
    "listeners",
    "lose",
    "note_tick",
    "promise",
    "report_progress",
    "return_dead_letter",
    "subscribe",
    "together",
]
