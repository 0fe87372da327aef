"""Decisions about figures, as pure functions of plain values."""

from .days import GRACE, KEEPS_FIXING, Day, day_at, is_to_be_fixed
from .refusals import NoReason, Refused, StaleDay, UnknownIndicator
from .rolling import Tally, WrongTally, check_tallies, rolled_up
from .units import FigureIn, Part, Unit, figure

__all__ = [
    "GRACE",
    "KEEPS_FIXING",
    "Day",
    "FigureIn",
    "NoReason",
    "Part",
    "Refused",
    "StaleDay",
    "Tally",
    "Unit",
    "UnknownIndicator",
    "WrongTally",
    "check_tallies",
    "day_at",
    "figure",
    "is_to_be_fixed",
    "rolled_up",
]
