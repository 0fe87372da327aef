"""What the loop itself counts, one file for each stage. Importing this package makes them known."""

from .cases import CasesOpen, CasesOpened, CasesOverdue, CasesVerified, HoursToVerified
from .counting import grouped
from .findings import Findings
from .outreach import Coverage, Dispositions, Modes, Unreached
from .rows import CaseRows, ContactRows, FindingRows

__all__ = [
    "CaseRows",
    "CasesOpen",
    "CasesOpened",
    "CasesOverdue",
    "CasesVerified",
    "ContactRows",
    "Coverage",
    "Dispositions",
    "FindingRows",
    "Findings",
    "HoursToVerified",
    "Modes",
    "Unreached",
    "grouped",
]
