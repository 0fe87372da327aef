"""The only code that writes who is responsible for whom."""

from .duties import define_duties
from .holding import assign, assign_to_divisions, end_assignments
from .problems import (
    AssignmentProblem,
    DutyIsHeld,
    NothingToHandOver,
    SameWorker,
    StaleHandOver,
    StaleProposal,
    TwoHolders,
    UnknownDivision,
    UnknownDuty,
    UnknownSubject,
    UnknownWorker,
    UnusableCapacity,
)
from .workers import add_workers, set_availability

__all__ = [
    "AssignmentProblem",
    "DutyIsHeld",
    "NothingToHandOver",
    "SameWorker",
    "StaleHandOver",
    "StaleProposal",
    "TwoHolders",
    "UnknownDivision",
    "UnknownDuty",
    "UnknownSubject",
    "UnknownWorker",
    "UnusableCapacity",
    "add_workers",
    "assign",
    "assign_to_divisions",
    "define_duties",
    "end_assignments",
    "set_availability",
]
