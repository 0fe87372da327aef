"""Where the desk's screens lead: the addresses of other apps' pages, in one place."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from renwang.loop.cases.queries import WorklistFilters

# Stands in a pattern for whatever number or code comes there.
_ANY = "9876543210"


def to(name: str, *args: Any, **query: Any) -> str:
    """Return an address with its query; empty where the page does not exist in this installation."""
    try:
        address = reverse(name, args=args)
    except NoReverseMatch:
        return ""
    given = {key: value for key, value in query.items() if value not in ("", None)}
    return f"{address}?{urlencode(given)}" if given else address


def each(name: str, **query: Any) -> Callable[[int | str], str]:
    """Return a function from a number or code to its address: for hundreds of links of one kind the pattern is resolved once."""
    head, mark, tail = to(name, _ANY, **query).partition(_ANY)
    return lambda key: f"{head}{key}{tail}" if mark else ""


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
