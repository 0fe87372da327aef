"""Decisions about figures, as pure functions of plain values."""

from .days import GRACE, KEEPS_FIXING, Day, day_at, is_to_be_fixed
from .refusals import NoReason, Refused, StaleDay, UnknownIndicator
from .rolling import Tally, WrongTally, check_tallies, rolled_up
from .units import FigureIn, Part, Unit, figure
from .words import Change, change, grouped_digits, in_figures, plotted

__all__ = [
    "GRACE",
    "KEEPS_FIXING",
    "Change",
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
    "change",
    "check_tallies",
    "day_at",
    "figure",
    "grouped_digits",
    "in_figures",
    "is_to_be_fixed",
    "plotted",
    "rolled_up",
]
