"""The power index of resumption, computed from meters' readings; knows no database of ours and no page."""

from .faults import NOTICES, REFUSALS, Notice, Refused
from .figures import Figures, figures
from .methods import PRESETS, Method, preset, read_method
from .questions import EXAMPLE_ZONES, FirmDay, Portrait, Question, Report, Rest, Row, Zone
from .running import Run, opened
from .tables import Table

__all__ = [
    "EXAMPLE_ZONES",
    "NOTICES",
    "PRESETS",
    "REFUSALS",
    "Figures",
    "FirmDay",
    "Method",
    "Notice",
    "Portrait",
    "Question",
    "Refused",
    "Report",
    "Rest",
    "Row",
    "Run",
    "Table",
    "Zone",
    "figures",
    "opened",
    "preset",
    "read_method",
]
