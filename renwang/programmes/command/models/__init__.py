"""Tables of directives."""

from .copies import Copy, CopyStep, Reminder
from .directives import AskedFigure, Directive
from .papers import Attachment
from .reports import Report, ReportedFigure

__all__ = [
    "AskedFigure",
    "Attachment",
    "Copy",
    "CopyStep",
    "Directive",
    "Reminder",
    "Report",
    "ReportedFigure",
]
