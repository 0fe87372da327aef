"""Which moments belong to a day, and when its figures are fixed."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

GRACE = timedelta(hours=2)  # past midnight: contacts are being settled, answers told offline arrive
KEEPS_FIXING = 14  # days back: what a worker that stood still makes good


@dataclass(frozen=True, slots=True)
class Day:
    """One local day, as it is counted: ``since`` midnight, what happened before ``until`` (now, or the next midnight) counts."""

    day: date
    since: datetime
    until: datetime
    is_over: bool


def day_at(day: date, *, now: datetime, zone: tzinfo) -> Day:
    """Return a day as it is counted at a moment."""
    since = datetime.combine(day, time(), zone)
    ends = datetime.combine(day + timedelta(days=1), time(), zone)
    return Day(day, since, max(since, min(now, ends)), is_over=now >= ends)


def is_to_be_fixed(day: date, *, now: datetime, zone: tzinfo) -> bool:
    """Answer whether a day is over for long enough that its figures stand."""
    return now >= datetime.combine(day + timedelta(days=1), time(), zone) + GRACE
