"""Count a day: every indicator for all areas at once, rolled up."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from renwang.loop.registry.models import Division
from renwang.loop.rounds.models import Contact

from .. import kinds
from ..engine import packed
from ..models import Reckoning
from ..rules import KEEPS_FIXING, Day, FigureIn, check_tallies, day_at, is_to_be_fixed, rolled_up


@dataclass(frozen=True, slots=True)
class RowsIn:
    """The rows counted in one area itself, packed."""

    indicator: str
    area: str
    slice: str
    counted: int
    not_counted: int
    ids: bytes
    rest: bytes


@dataclass(frozen=True)
class Counted:
    """All figures of a day, and the rows behind them."""

    day: Day
    figures: tuple[FigureIn, ...]
    rows: tuple[RowsIn, ...]
    is_final: bool = False  # the day is over, and its rows will hardly change


def span_of(day: date, *, now: datetime) -> Day:
    """Return a day of the district as it is counted at a moment."""
    return day_at(day, now=now, zone=timezone.get_default_timezone())


def counted_day(day: date, *, now: datetime, report: Callable[[int], None] = lambda _percent: None) -> Counted:
    """Return the figures of a day as they are now. As many statements as there are indicators, however many areas."""
    zone = timezone.get_default_timezone()
    span = span_of(day, now=now)
    areas = frozenset(Division.objects.values_list("code", flat=True))
    figures: list[FigureIn] = []
    rows: list[RowsIn] = []
    settled = is_to_be_fixed(day, now=now, zone=zone)
    every = kinds.all_kinds()
    for place, one in enumerate(every):
        settled = settled and one.is_settled(span)
        tallies = list(one.tallies(span))
        check_tallies(one.code, tallies)
        figures += rolled_up(one.code, one.unit, tallies, areas=areas)
        rows += [
            RowsIn(
                indicator=one.code,
                area=tally.area,
                slice=tally.slice,
                counted=len(tally.ids),
                not_counted=len(tally.rest),
                ids=packed(tally.ids),
                rest=packed(tally.rest) if tally.rest else b"",
            )
            for tally in tallies
        ]
        report(90 * (place + 1) // len(every))
    return Counted(span, tuple(figures), tuple(rows), is_final=settled)


def days_to_count(*, now: datetime) -> list[date]:
    """Return the days whose figures are to be counted now: those that are over and not fixed yet, and today. Two queries."""
    today = timezone.localdate(now)
    earliest = today - timedelta(days=KEEPS_FIXING)
    asked = Contact.objects.filter(day__gte=earliest).order_by("day").values_list("day", flat=True).first() or today
    kept = dict(Reckoning.objects.filter(day__gte=earliest, version=1).values_list("day", "is_fixed"))
    # Where nobody was asked the days are told as well, from the first that was counted: of enterprises, of cases opened by hand.
    first = min(today, asked, *kept)
    past = [first + timedelta(days=n) for n in range((today - first).days)]
    return [*(day for day in past if not kept.get(day)), today]
