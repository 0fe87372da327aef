"""Drawings made on the server."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

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


def _tile(tile: drawing.Tile) -> str:
    """Write one tile. Four hundred villages stand on one map: a loop in the template takes ten times as long."""
    x, y, label = tile.x, tile.y, escape(tile.label)
    overdue = ngettext("%(n)s overdue", "%(n)s overdue", tile.overdue) % {"n": tile.overdue} if tile.overdue else ""
    told = escape(f"{tile.detail} · {tile.value}%" + (f" · {overdue}" if overdue else ""))
    tight = ' textLength="82" lengthAdjust="spacingAndGlyphs"' if tile.tight else ""
    box, end = (
        (f'<a href="{escape(tile.href)}" class="{tile.shade}">', "</a>")
        if tile.href
        else (f'<g class="{tile.shade}">', "</g>")
    )
    value = tile.value if tile.value == "–" else f"{tile.value}%"
    pin = (
        f'<circle class="pin" cx="{x + 83}" cy="{y + 43}" r="10"/><text class="pin-n" x="{x + 83}" y="{y + 47}">{tile.overdue}</text>'
        if tile.overdue
        else ""
    )
    return (
        f'{box}<title>{told}</title><rect class="cell" x="{x}" y="{y}" width="96" height="60" rx="4"/>'
        f'<text x="{x + 9}" y="{y + 23}"{tight}>{label}</text><text class="value" x="{x + 9}" y="{y + 47}">{value}</text>{pin}{end}'
    )


@register.inclusion_tag(part("tile_map"))
def tile_map(
    cells: Iterable[Mapping[str, Any]], columns: int = 8, label: str = "", scale: bool = True
) -> dict[str, Any]:
    """A map of equal tiles, each a link: shade = share, ring with a number = overdue. For the cells see ``drawing.tiles``."""
    placed, width, height = drawing.tiles(cells, columns, width=96, height=60, gap=4)
    return {
        "tiles": SafeString("".join(_tile(tile) for tile in placed)),
        "width": width,
        "height": height,
        "label": label or gettext("Map of tiles"),
        "scale": scale,
    }
