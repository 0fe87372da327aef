"""Decisions about forms, fillings and exports, as pure values."""

from .fields import INDICATOR, LEDGER, LINE_FIELDS, LINES, OWN, PARTICULAR, PLACES, STANDING, TOTAL_FIELDS, Field
from .marking import ANSWER_MASK, mark_of
from .proposing import Catalogue, Proposal, column_key, is_serial, proposed
from .refusals import CannotDo, FormNotEmpty, NoKnownColumn, Stale, check_reason, in_words
from .statuses import (
    FILLING_MOVES,
    KEPT_DAYS,
    MOST_FIGURES,
    SHORTEST_REASON,
    ExportKind,
    ExportStatus,
    FileKind,
    FillingStatus,
    Level,
    OpensTo,
)
from .tables import TABLES, OpenColumn, OpenTable

__all__ = [
    "ANSWER_MASK",
    "FILLING_MOVES",
    "INDICATOR",
    "KEPT_DAYS",
    "LEDGER",
    "LINES",
    "LINE_FIELDS",
    "MOST_FIGURES",
    "OWN",
    "PARTICULAR",
    "PLACES",
    "SHORTEST_REASON",
    "STANDING",
    "TABLES",
    "TOTAL_FIELDS",
    "CannotDo",
    "Catalogue",
    "ExportKind",
    "ExportStatus",
    "Field",
    "FileKind",
    "FillingStatus",
    "FormNotEmpty",
    "Level",
    "NoKnownColumn",
    "OpenColumn",
    "OpenTable",
    "OpensTo",
    "Proposal",
    "Stale",
    "check_reason",
    "column_key",
    "in_words",
    "is_serial",
    "mark_of",
    "proposed",
]
