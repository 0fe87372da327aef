"""Drawings made on the server."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import template
from django.utils.translation import gettext

from renwang.desk import drawing, wording
from renwang.desk.parts.base import part

register = template.Library()


@register.inclusion_tag(part("sparkline"))
def sparkline(values: Sequence[drawing.Number | None], label: str) -> dict[str, Any]:
    """Small upright bars from zero, the last one strong; None is a gap. The numbers are in its description."""
    described = ", ".join(wording.spaced(value) for value in values)
    return {"bars": drawing.spark_bars(values), "label": label, "described": described}


@register.inclusion_tag(part("bars"))
def bars(
    rows: Iterable[Mapping[str, Any]], unit: str = "", top: drawing.Number | None = None, label: str = ""
) -> dict[str, Any]:
    """Lying bars from zero with direct labels. A row: ``label``, ``value``, optional ``href``, ``note``, ``meaning``."""
    given = list(rows)
    highest = top if top is not None else max((row["value"] or 0 for row in given), default=0)
    drawn = [{**row, "share": drawing.share_of(row["value"], highest)} for row in given]
    return {"rows": drawn, "unit": unit, "label": label}


@register.inclusion_tag(part("bar"))
def bar(value: drawing.Number | None, top: drawing.Number = 100, meaning: str = "") -> dict[str, Any]:
    """One lying bar from zero, silent: the number must stand beside it."""
    return {"share": drawing.share_of(value, top), "meaning": meaning}


@register.inclusion_tag(part("tile_map"))
def tile_map(
    cells: Iterable[Mapping[str, Any]], columns: int = 8, label: str = "", scale: bool = True
) -> dict[str, Any]:
    """A map of equal tiles, each a link: shade = share, ring with a number = overdue. For the cells see ``drawing.tiles``."""
    placed, width, height = drawing.tiles(cells, columns, width=96, height=60, gap=4)
    return {
        "tiles": placed,
        "width": width,
        "height": height,
        "label": label or gettext("Map of tiles"),
        "scale": scale,
    }
