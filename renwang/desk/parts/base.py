"""What all parts share: which icon a meaning has, where a part's template lies, the hour of the page."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.template import Context

MEANING_ICONS = {
    "act": "alert-octagon",
    "late": "clock-exclamation",
    "verified": "rosette-discount-check",
    "doing": "circle-dot",
    "quiet": "circle",
}
SUBJECT_ICONS = {"person": "user", "household": "home", "organisation": "building", "village": "map-pin"}


def now_of(context: Context | Mapping[str, Any]) -> datetime | None:
    """Return the hour the page is drawn at (the context processor gives it), or None outside a page."""
    now = context.get("now")
    return now if isinstance(now, datetime) else None


def part(name: str) -> str:
    """Return the path of a part's template."""
    return f"components/{name}.html"
