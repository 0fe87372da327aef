"""Where the desk's screens lead: the addresses of other apps' pages, in one place."""

from typing import Any
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from renwang.loop.cases.queries import WorklistFilters


def to(name: str, *args: Any, **query: Any) -> str:
    """Return an address with its query; empty where the page does not exist in this installation."""
    try:
        address = reverse(name, args=args)
    except NoReverseMatch:
        return ""
    given = {key: value for key, value in query.items() if value not in ("", None)}
    return f"{address}?{urlencode(given)}" if given else address


def first(*names: str, args: tuple[Any, ...] = ()) -> str:
    """Return the address of the first of several pages that exists."""
    return next((found for name in names if (found := to(name, *args))), "")


def household(subject_id: int) -> str:
    return to("desk:household", subject_id)


def worklist(**filters: str) -> str:
    """Return the worklist of cases with exactly these filters."""
    query = WorklistFilters(**filters).to_query()
    address = to("cases:worklist")
    return f"{address}?{query}" if address and query else address


def case(case_id: int) -> str:
    return first("cases:case", "cases:page", "cases:detail", args=(case_id,))


def check_in(contact_id: int) -> str:
    """Return the page on which what a household says is recorded."""
    return first("rounds:check_in", "rounds:record", "rounds:contact", args=(contact_id,))


def call(contact_id: int) -> str:
    """Return the address to which a POST logs the look at a phone number and tells it."""
    return to("rounds:check_in_phone", contact_id)
