"""The contract of an indicator: what every registration is run through. A programme calls it in its own tests, on its own rows."""

from itertools import pairwise

from renwang.foundation.access.rules import Actor
from renwang.loop.indicators import kinds, queries
from renwang.loop.indicators.models import Figure, Reckoning
from renwang.loop.indicators.rules import FigureIn, Part, Unit


def check_figures_open(indicator: kinds.Indicator, reckoning: Reckoning) -> int:
    """Open every figure of an indicator in a kept day and count its rows; return how many figures there were."""
    found = 0
    for row in Figure.objects.filter(reckoning=reckoning, indicator=indicator.code):
        figure = FigureIn(row.indicator, row.area, row.slice, row.numerator, row.denominator, row.value)
        parts = (Part.COUNTED, Part.ALL, Part.REST) if indicator.unit == Unit.PERCENT else (Part.COUNTED,)
        opened = {}
        for part in parts:
            ids = queries.row_ids(reckoning, indicator, row.area, row.slice, part)
            assert len(ids) == len(set(ids)) == figure.rows_behind(indicator.unit, part), (row, part)
            shown = _shown(indicator, reckoning, row.area, row.slice, part)
            assert shown == ids, "the pages show exactly the rows, each once, in their order"
            opened[part] = set(ids)
        if indicator.unit == Unit.PERCENT:
            assert opened[Part.ALL] == opened[Part.COUNTED] | opened[Part.REST]
            assert not opened[Part.COUNTED] & opened[Part.REST]
        found += 1
    return found


def _shown(indicator: kinds.Indicator, reckoning: Reckoning, area: str, slice: str, part: Part) -> list[int]:
    """Return the ids of all pages of a figure, two rows on each."""
    ids: list[int] = []
    number, last = 1, 1
    while number <= last:
        page = queries.rows_page(
            viewer=Actor.system(),
            reckoning=reckoning,
            indicator=indicator,
            area=area,
            slice=slice,
            part=part,
            number=number,
            size=2,
        )
        assert page.gone == 0
        ids += [line.id for line in page.lines]
        number, last = number + 1, page.pages
    return ids


def check_figures_add_up(indicator: kinds.Indicator, reckoning: Reckoning) -> None:
    """Assert that an area's figure is the sum of its slices, and of what was counted in every area below it."""
    rows = Figure.objects.filter(reckoning=reckoning, indicator=indicator.code)
    wholes = {row.area: row for row in rows if not row.slice}
    for area, whole in wholes.items():
        slices = [row for row in rows if row.area == area and row.slice]
        if slices and indicator.unit != Unit.INDEX:
            assert whole.numerator == sum(row.numerator for row in slices)
            assert whole.denominator == sum(row.denominator for row in slices)
    if indicator.unit == Unit.INDEX:
        return
    for upper, lower in pairwise(sorted(wholes)):
        if lower.startswith(upper):
            assert wholes[upper].numerator >= wholes[lower].numerator
