"""The only code that writes who is responsible for whom."""

from .computing import compute_proposal
from .duties import define_duties
from .hand_overs import hand_back, hand_over
from .holding import assign, assign_to_divisions, end_assignments
from .problems import (
    AssignmentProblem,
    DutyIsHeld,
    NothingToHandOver,
    NothingToPropose,
    SameWorker,
    StaleHandOver,
    StaleProposal,
    TwoHolders,
    UnknownDivision,
    UnknownDuty,
    UnknownLine,
    UnknownSubject,
    UnknownWorker,
    UnusableCapacity,
)
from .proposals import COMPUTE, apply_proposal, change_line, discard_proposal, propose_helpers
from .workers import add_workers, set_availability

__all__ = [
    "COMPUTE",
    "AssignmentProblem",
    "DutyIsHeld",
    "NothingToHandOver",
    "NothingToPropose",
    "SameWorker",
    "StaleHandOver",
    "StaleProposal",
    "TwoHolders",
    "UnknownDivision",
    "UnknownDuty",
    "UnknownLine",
    "UnknownSubject",
    "UnknownWorker",
    "UnusableCapacity",
    "add_workers",
    "apply_proposal",
    "assign",
    "assign_to_divisions",
    "change_line",
    "compute_proposal",
    "define_duties",
    "discard_proposal",
    "end_assignments",
    "hand_back",
    "hand_over",
    "propose_helpers",
    "set_availability",
]
