"""Reads of figures: counting a day, the figures of an area, the rows behind one."""

from .counting import Counted, RowsIn, counted_day, days_to_count
from .figures import (
    DayFigures,
    figures_of,
    figures_over_days,
    plotted,
    reckoning_of,
    reckonings_between,
    versions_of,
)
from .opening import PAGE, VIEW, RowsPage, may_open, row_ids, rows_page

__all__ = [
    "PAGE",
    "VIEW",
    "Counted",
    "DayFigures",
    "RowsIn",
    "RowsPage",
    "counted_day",
    "days_to_count",
    "figures_of",
    "figures_over_days",
    "may_open",
    "plotted",
    "reckoning_of",
    "reckonings_between",
    "row_ids",
    "rows_page",
    "versions_of",
]
