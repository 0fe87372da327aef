"""Reads of figures: counting a day, the figures of an area, the rows behind one."""

from .counting import Counted, RowsIn, counted_day, days_to_count, span_of
from .figures import (
    DayFigures,
    figures_of,
    figures_over_days,
    reckoning_of,
    reckonings_between,
    versions_of,
)
from .opening import PAGE, VIEW, RowsPage, may_open, row_ids, rows_of_area, rows_page
from .places import AreaSeen, area_choices, area_seen, names_of

__all__ = [
    "PAGE",
    "VIEW",
    "AreaSeen",
    "Counted",
    "DayFigures",
    "RowsIn",
    "RowsPage",
    "area_choices",
    "area_seen",
    "counted_day",
    "days_to_count",
    "figures_of",
    "figures_over_days",
    "may_open",
    "names_of",
    "reckoning_of",
    "reckonings_between",
    "row_ids",
    "rows_of_area",
    "rows_page",
    "span_of",
    "versions_of",
]
