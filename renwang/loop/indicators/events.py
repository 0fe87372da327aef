"""What the indicators say happened: ids and plain values only."""

from dataclasses import dataclass
from datetime import date

from renwang.foundation.audit.events import Event


@dataclass(frozen=True, kw_only=True)
class FiguresKept(Event):
    """The figures of a day were counted; ``is_fixed``: they stand from now on."""

    day: date
    version: int
    figures: int
    is_fixed: bool


@dataclass(frozen=True, kw_only=True)
class CountingAsked(Event):
    """Somebody asked for the figures of a day at once."""

    day: date


@dataclass(frozen=True, kw_only=True)
class CorrectionAsked(Event):
    """Somebody had a day that was fixed counted anew, for a reason they gave."""

    day: date
    corrects: int
