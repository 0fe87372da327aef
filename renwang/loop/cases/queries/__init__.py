"""Reads about cases. Whoever reads about people says who is looking."""

from .figures import CaseCounts, KindCount, closing_due, counts, counts_since, to_escalate
from .findings import openings_of
from .numbers import ABOUT_LINK, can_send, is_sent_just_now, own_number
from .page import CasePage, case_page, link_page, must_attend_anew, who_attends
from .rights import (
    check_may_answer,
    handlers_of,
    last_move,
    last_step,
    may_see_detail,
    may_with,
    receivers,
    receivers_of_some,
    transfer_areas,
    visible,
    visible_cases,
)
from .subjects import CaseMoment, OpenCase, case_timeline, live_of, open_by_household
from .worklist import Page, Tab, WorklistFilters, kept_filters, page_of, tabs, worklist

__all__ = [
    "ABOUT_LINK",
    "CaseCounts",
    "CaseMoment",
    "CasePage",
    "KindCount",
    "OpenCase",
    "Page",
    "Tab",
    "WorklistFilters",
    "can_send",
    "case_page",
    "case_timeline",
    "check_may_answer",
    "closing_due",
    "counts",
    "counts_since",
    "handlers_of",
    "is_sent_just_now",
    "kept_filters",
    "last_move",
    "last_step",
    "link_page",
    "live_of",
    "may_see_detail",
    "may_with",
    "must_attend_anew",
    "open_by_household",
    "openings_of",
    "own_number",
    "page_of",
    "receivers",
    "receivers_of_some",
    "tabs",
    "to_escalate",
    "transfer_areas",
    "visible",
    "visible_cases",
    "who_attends",
    "worklist",
]
