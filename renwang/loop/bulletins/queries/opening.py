"""Open a figure of a bulletin: exactly the rows it was counted from, for those who may see them."""

from dataclasses import dataclass

from renwang.foundation.access.rules import Actor, NotAllowed
from renwang.loop.indicators.engine import unpacked
from renwang.loop.indicators.kinds import Line

from ..models import BulletinFigure
from . import source
from .listing import bulletin_seen

PAGE = 50


@dataclass(frozen=True, slots=True)
class RowsPage:
    """One page of the rows behind a figure of a bulletin."""

    lines: list[Line]
    total: int
    number: int
    pages: int
    gone: int


def figure_seen(*, viewer: Actor, figure_id: int) -> BulletinFigure | None:
    """Return a figure of a bulletin somebody may read."""
    row = BulletinFigure.objects.filter(pk=figure_id).select_related("bulletin").first()
    return row if row is not None and bulletin_seen(viewer=viewer, bulletin_id=row.bulletin_id) else None


def may_open(viewer: Actor, row: BulletinFigure) -> bool:
    """Answer whether somebody may see the rows behind a figure."""
    return source.may_see_rows(viewer, row.indicator, row.area, row.slice)


def ids_of(row: BulletinFigure, part: str) -> list[int]:
    """Return the ids of the rows behind a figure; ``part`` "of": of a share all that were asked about."""
    counted = unpacked(bytes(row.rows)) if row.rows else []
    return [*counted, *(unpacked(bytes(row.rest)) if part == "of" and row.rest else [])]


def rows_page(*, viewer: Actor, row: BulletinFigure, part: str, number: int) -> RowsPage:
    """Return a page of the rows behind a figure; raises NotAllowed."""
    if not may_open(viewer, row):
        raise NotAllowed("indicators.view", row.area)
    ids = ids_of(row, part)
    pages = max(1, -(-len(ids) // PAGE))
    number = min(max(1, number), pages)
    here = ids[(number - 1) * PAGE : number * PAGE]
    lines = source.lines(row.indicator, here, viewer=viewer)
    return RowsPage(lines, len(ids), number, pages, gone=len(here) - len(lines))
