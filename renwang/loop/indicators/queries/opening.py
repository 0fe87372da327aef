"""Open a figure: exactly the rows that were counted, page by page, for those who may see them."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from renwang.foundation.access.queries import in_scope
from renwang.foundation.access.rules import Actor, NotAllowed

from .. import kinds
from ..engine import unpacked
from ..models import FigureRows, Reckoning
from ..rules import Part, Unit

PAGE = 50
VIEW = "indicators.view"


@dataclass(frozen=True, slots=True)
class RowsPage:
    """One page of the rows behind a figure. ``gone``: rows of the page that are no longer kept (a life erased on its date)."""

    lines: list[kinds.Line]
    total: int
    number: int
    pages: int
    gone: int = 0

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def has_next(self) -> bool:
        return self.number < self.pages


def may_open(viewer: Actor, indicator: kinds.Indicator, area: str, slice: str = "") -> bool:
    """Answer whether somebody may see every row behind a figure of an area."""
    return viewer.may(VIEW, area) and indicator.may_open(viewer, area, slice)


def rows_page(
    *,
    viewer: Actor,
    reckoning: Reckoning,
    indicator: kinds.Indicator,
    area: str,
    slice: str = "",
    part: Part = Part.COUNTED,
    number: int = 1,
    size: int = PAGE,
) -> RowsPage:
    """Return one page of exactly the rows that were counted; raises NotAllowed. Only the ids of the page are unpacked."""
    if not may_open(viewer, indicator, area, slice):
        raise NotAllowed(indicator.rows.permission, area)
    kept = _kept(reckoning, indicator, area, slice)
    sizes = list(kept.values_list("pk", "counted", "not_counted"))
    total = sum(_size(counted, rest, indicator.unit, part) for _pk, counted, rest in sizes)
    pages = max(1, -(-total // size))
    number = min(max(number, 1), pages)
    start, at, wanted, skipped = (number - 1) * size, 0, [], None
    for pk, counted, rest in sizes:
        here = _size(counted, rest, indicator.unit, part)
        if at + here > start and at < start + size:
            wanted.append(pk)
            skipped = at if skipped is None else skipped
        at += here
    rows = FigureRows.objects.in_bulk(wanted)
    ids = [one for pk in wanted for one in _ids(rows[pk], indicator.unit, part)]
    ids = ids[start - (skipped or 0) :][:size]
    lines = indicator.rows().lines(ids, viewer=viewer)
    return RowsPage(lines, total, number, pages, gone=len(ids) - len(lines))


def row_ids(
    reckoning: Reckoning,
    indicator: kinds.Indicator,
    area: str,
    slice: str = "",
    part: Part = Part.COUNTED,
) -> list[int]:
    """Return the ids of all rows behind a figure, in the order of their areas. One query."""
    return list(_all_ids(_kept(reckoning, indicator, area, slice), indicator.unit, part))


def rows_of_area(
    reckoning: Reckoning, wanted: Collection[tuple[str, str, str]], *, area: str
) -> dict[tuple[str, str, str], tuple[list[int], list[int]]]:
    """Return the ids behind many figures at once, (indicator, area, slice) → (counted, not counted), all within an area. One query."""
    found: dict[tuple[str, str, str], tuple[list[int], list[int]]] = {key: ([], []) for key in wanted}
    codes, areas = {code for code, _area, _slice in wanted}, {place for _code, place, _slice in wanted}
    is_index = {one.code for one in kinds.all_kinds() if one.unit == Unit.INDEX}
    kept = FigureRows.objects.filter(in_scope("area", (area,)), reckoning=reckoning, indicator__in=codes)
    for row in kept.order_by("indicator", "area", "slice"):
        above = [row.area[:end] for end in range(1, len(row.area) + 1) if row.area[:end] in areas]
        places = [row.area] if row.indicator in is_index else above
        hit = [
            found[key]
            for place in places
            for part in {row.slice, ""}
            if (key := (row.indicator, place, part)) in found and (part == row.slice or row.indicator not in is_index)
        ]
        if hit:
            counted = unpacked(bytes(row.ids))
            rest = unpacked(bytes(row.rest)) if row.rest else []
            for to_counted, to_rest in hit:
                to_counted.extend(counted)
                to_rest.extend(rest)
    return found


def _all_ids(kept: QuerySet[FigureRows], unit: Unit, part: Part) -> Iterator[int]:
    for row in kept:
        yield from _ids(row, unit, part)


def _kept(reckoning: Reckoning, indicator: kinds.Indicator, area: str, slice: str) -> QuerySet[FigureRows]:
    """Return what was kept for a figure: of all areas in it, and of a whole all its slices; an index only its own."""
    where = Q(area=area) if indicator.unit == Unit.INDEX else in_scope("area", (area,))
    found = FigureRows.objects.filter(where, reckoning=reckoning, indicator=indicator.code)
    if slice or indicator.unit == Unit.INDEX:
        found = found.filter(slice=slice)
    return found.order_by("area", "slice")


def _size(counted: int, rest: int, unit: Unit, part: Part) -> int:
    if unit != Unit.PERCENT or part == Part.COUNTED:
        return counted
    return rest if part == Part.REST else counted + rest


def _ids(row: FigureRows, unit: Unit, part: Part) -> Sequence[int]:
    counted = [] if unit == Unit.PERCENT and part == Part.REST else unpacked(bytes(row.ids))
    rest = unpacked(bytes(row.rest)) if unit == Unit.PERCENT and part != Part.COUNTED and row.rest else []
    return [*counted, *rest]
