"""Tables of cases."""

from ..needs.other import OtherNeed
from .cases import Attendance, Case, CaseStep, Confirmation, ConfirmationLink, Referral, SavedFilter
from .needs import Need

__all__ = [
    "Attendance",
    "Case",
    "CaseStep",
    "Confirmation",
    "ConfirmationLink",
    "Need",
    "OtherNeed",
    "Referral",
    "SavedFilter",
]
