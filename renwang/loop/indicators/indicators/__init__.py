"""What the loop itself counts, one file for each stage. Importing this package makes them known."""

from .cases import CasesOpen, CasesOpened, CasesOverdue, CasesVerified, HoursToVerified
from .counting import grouped
from .findings import Findings
from .outreach import Coverage, Dispositions, Modes, Unreached
from .rows import CaseRows, ContactRows, FindingRows, LineRows
from .supplies import SuppliesCommitted, SuppliesReceived, SuppliesRequested, SuppliesVerified

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
    "LineRows",
    "Modes",
    "SuppliesCommitted",
    "SuppliesReceived",
    "SuppliesRequested",
    "SuppliesVerified",
    "Unreached",
    "grouped",
]
