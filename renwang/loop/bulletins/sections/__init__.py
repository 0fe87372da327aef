"""What the loop itself tells, one file for each part. Importing this package makes them known."""

from .cases import CasesSection
from .findings import FindingsSection
from .outreach import OutreachSection
from .supplies import SuppliesSection

__all__ = ["CasesSection", "FindingsSection", "OutreachSection", "SuppliesSection"]
