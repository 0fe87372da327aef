"""Where the figures of bulletins come from. The one module here that knows the indicators."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from renwang.foundation.access.rules import Actor
from renwang.loop.indicators import kinds as indicators
from renwang.loop.indicators import queries as figures
from renwang.loop.indicators.engine import packed
from renwang.loop.indicators.models import Reckoning
from renwang.loop.indicators.rules import FigureIn, UnknownIndicator

from ..rules import FigureTold, Name, Place, Same, StaleBulletin

# Numbers of a share that other indicators tell as well: left out of one, they must not stand in the other.
SAME = (
    Same("outreach.coverage", "n", "outreach.modes"),
    Same("outreach.coverage", "n", "outreach.dispositions", ("completed", "partial")),
    Same("outreach.coverage", "of", "outreach.dispositions"),
    Same("cases.hours", "of", "cases.verified"),
    Same("supplies.verified", "of", "supplies.requested"),
)


@dataclass(frozen=True, slots=True)
class RowsBehind:
    """The rows behind a figure, packed: those counted and, of a share, those that were not."""

    kind: str = ""
    counted: bytes = b""
    rest: bytes = b""


@dataclass(frozen=True)
class Computed:
    """One figure as the indicators computed it: what, until which moment, when, and of which rows."""

    told: FigureTold
    until: datetime
    computed_at: datetime
    rows: RowsBehind = RowsBehind()


@dataclass(frozen=True)
class Described:
    """What an indicator is, in the language of the moment."""

    code: str
    label: str
    unit: str
    method: str
    counts: str


def figures_of(areas: Sequence[str], day: date, *, named: Iterable[Name] = ()) -> list[Computed]:
    """Return every figure of a day in some areas, those that count nothing included. Two queries.

    ``named``: slices of the first area that a text names; where nothing is counted in one any more, it counts nothing.
    """
    kept = figures.reckoning_of(day)
    if kept is None:
        return []
    told = dict(figures.figures_of(kept, areas).told)
    for one in indicators.all_kinds():
        # "0 overdue" is told too; what has no row in an area below is 0 there.
        for area in areas:
            told.setdefault((area, one.code, ""), FigureIn(one.code, area, "", 0))
    for name in named:
        told.setdefault((areas[0], name.code, name.slice), FigureIn(name.code, areas[0], name.slice, 0))
    return [_computed(one, kept) for one in told.values() if _is_known(one.indicator)]


def _computed(one: FigureIn, kept: Reckoning) -> Computed:
    unit = indicators.get(one.indicator).unit
    place = Place(one.area, Name(one.indicator, one.slice))
    told = FigureTold(place, unit.value, one.numerator, one.denominator, one.value)
    assert kept.until is not None and kept.computed_at is not None
    return Computed(told, kept.until, kept.computed_at)


def _is_known(code: str) -> bool:
    return any(one.code == code for one in indicators.all_kinds())


def with_rows(computed: Sequence[Computed], day: date, *, area: str) -> list[Computed]:
    """Return figures of an area and the areas below it with the rows behind them. Two queries, however many figures.

    Raises StaleBulletin where they were counted anew in this moment.
    """
    if not computed:
        return []
    stale = StaleBulletin(_("The figures have just been counted anew. Try again."))
    kept = figures.reckoning_of(day)
    if kept is None or any(kept.computed_at != one.computed_at for one in computed):
        raise stale
    keys = [(one.told.place.name.code, one.told.place.area, one.told.place.name.slice) for one in computed]
    behind = figures.rows_of_area(kept, set(keys), area=area)
    found = []
    for key, one in zip(keys, computed, strict=True):
        indicator = indicators.get(key[0])
        counted, rest = behind[key]
        figure = FigureIn(*key, one.told.numerator, one.told.denominator)
        if len(counted) != figure.rows_behind(indicator.unit):
            raise stale
        rows = RowsBehind(indicator.rows.code, packed(counted), packed(rest) if rest else b"")
        found.append(Computed(one.told, one.until, one.computed_at, rows))
    return found


def described(codes: Iterable[str]) -> dict[str, Described]:
    """Return what indicators are; those of programmes that are no longer installed are left out."""
    return {
        one.code: Described(one.code, str(one.label), one.unit.value, str(one.method), str(one.counts))
        for one in indicators.all_kinds()
        if one.code in set(codes)
    }


def slice_label(code: str, slice: str) -> str:
    """Return what a slice of an indicator is called, in the language of the moment."""
    try:
        return indicators.get(code).slice_label(slice)
    except UnknownIndicator:
        return slice


def may_see_rows(viewer: Actor, code: str, area: str, slice: str) -> bool:
    """Answer whether somebody may open the rows of a figure."""
    try:
        return figures.may_open(viewer, indicators.get(code), area, slice)
    except UnknownIndicator:
        return False


def lines(code: str, ids: Sequence[int], *, viewer: Actor) -> list[indicators.Line]:
    """Return rows behind a figure as a page lists them, after ``may_see_rows``."""
    return indicators.get(code).rows().lines(ids, viewer=viewer)


def names_of(codes: set[str]) -> dict[str, str]:
    """Return what areas are called, in the reader's language."""
    return figures.names_of(codes)
