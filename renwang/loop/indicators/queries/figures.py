"""The figures that were kept: of an area, of the areas below it, of the days before."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from ..models import Figure, Reckoning
from ..rules import FigureIn


@dataclass(frozen=True)
class DayFigures:
    """The figures of some areas in one counting of a day."""

    reckoning: Reckoning
    told: dict[tuple[str, str, str], FigureIn]  # (area, indicator, slice)

    def of(self, area: str, code: str, slice: str = "") -> FigureIn:  # the word of the figures
        """Return one figure; where nothing was counted it counts nothing."""
        return self.told.get((area, code, slice)) or FigureIn(code, area, slice, 0)

    def slices(self, area: str, code: str) -> list[FigureIn]:
        """Return the slices of an indicator in an area, the greatest first."""
        found = [one for key, one in self.told.items() if key[:2] == (area, code) and key[2]]
        return sorted(found, key=lambda one: (-one.numerator, one.slice))


def reckoning_of(day: date, version: int = 0) -> Reckoning | None:
    """Return the counting of a day that holds (or one version of it); None where it has not been counted."""
    found = Reckoning.objects.filter(day=day, computed_at__isnull=False)
    if version:
        found = found.filter(version=version)
    return found.select_related("by").order_by("-version").first()


def versions_of(day: date) -> list[Reckoning]:
    """Return every counting of a day, those begun and not counted yet included, the latest first."""
    return list(Reckoning.objects.filter(day=day).select_related("by").order_by("-version"))


def reckonings_between(first: date, last: date) -> dict[date, Reckoning]:
    """Return the counting of each day that holds. One query."""
    rows = Reckoning.objects.filter(day__gte=first, day__lte=last, computed_at__isnull=False).order_by("day", "version")
    return {row.day: row for row in rows}


def figures_of(reckoning: Reckoning, areas: Sequence[str], *, whole_only: bool = False) -> DayFigures:
    """Return the figures of some areas; ``whole_only``: without the slices. One query."""
    rows = Figure.objects.filter(reckoning=reckoning, area__in=list(areas))
    if whole_only:
        rows = rows.filter(slice="")
    told = {(row.area, row.indicator, row.slice): _figure_in(row) for row in rows}
    return DayFigures(reckoning, told)


def figures_over_days(reckonings: Iterable[Reckoning], area: str) -> dict[date, DayFigures]:
    """Return an area's figures of several days, without the slices. One query."""
    by_id = {row.pk: row for row in reckonings}
    found = {row.day: DayFigures(row, {}) for row in by_id.values()}
    for row in Figure.objects.filter(reckoning__in=list(by_id), area=area, slice=""):
        found[by_id[row.reckoning_id].day].told[row.area, row.indicator, row.slice] = _figure_in(row)
    return found


def _figure_in(row: Figure) -> FigureIn:
    return FigureIn(row.indicator, row.area, row.slice, row.numerator, row.denominator, row.value)
