"""Reads for paperwork: lists, totals, files, tables. Whoever reads about people says who is looking."""

from .catalogue import catalogue
from .filled import FigureMade, Made, Task, filled
from .forms import (
    RowBehind,
    current_version,
    due_forms,
    examples,
    exports,
    fillings,
    forms,
    rows_behind,
    undecided,
    waiting,
)
from .household_files import HouseholdFile, household_files, household_ids
from .lines import Line, Look, Wanted, households, lines
from .making import File, dictionary_of, household_document, mark_for, open_table, village_files
from .opening import Opened, opened, proposal_for, table_of
from .scope import check_programme, may_list
from .tables import Taking, columns_of, rows_of
from .totals import Count, Over, places, totals

__all__ = [
    "Count",
    "FigureMade",
    "File",
    "HouseholdFile",
    "Line",
    "Look",
    "Made",
    "Opened",
    "Over",
    "RowBehind",
    "Taking",
    "Task",
    "Wanted",
    "catalogue",
    "check_programme",
    "columns_of",
    "current_version",
    "dictionary_of",
    "due_forms",
    "examples",
    "exports",
    "filled",
    "fillings",
    "forms",
    "household_document",
    "household_files",
    "household_ids",
    "households",
    "lines",
    "mark_for",
    "may_list",
    "open_table",
    "opened",
    "places",
    "proposal_for",
    "rows_behind",
    "rows_of",
    "table_of",
    "totals",
    "undecided",
    "village_files",
    "waiting",
]
