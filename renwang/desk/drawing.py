"""The geometry of the small drawings: bars from zero, tiles in rows. Pure: numbers in, numbers out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Number = int | float

STEPS = (0.5, 0.7, 0.85, 0.95)
"""Shares at which a tile becomes one shade darker."""


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    kind: str


def spark_bars(values: Sequence[Number | None], width: float = 96, height: float = 28) -> list[Bar]:
    """Place one upright bar per value on a zero line; the last is marked ``last``, a missing one becomes a low ``none``."""
    if not values:
        return []
    top = max([value for value in values if value is not None], default=0) or 1
    step = width / len(values)
    bars = []
    for place, value in enumerate(values):
        tall = 1.5 if value is None else max(1.5, height * max(value, 0) / top)
        kind = "none" if value is None else "last" if place == len(values) - 1 else ""
        bars.append(Bar(round(step * place, 2), round(height - tall, 2), round(step * 0.78, 2), round(tall, 2), kind))
    return bars


def share_of(value: Number | None, top: Number) -> float:
    """Return the length of a bar in percent of the whole, zero-based, never outside 0…100."""
    if not value or top <= 0:
        return 0.0
    return round(min(100.0, max(0.0, 100 * value / top)), 2)


def shade(share: Number | None) -> str:
    """Return the class of a tile for a share between 0 and 1: ``s0``…``s4``; ``sx`` where nothing is known."""
    if share is None:
        return "sx"
    return f"s{sum(share >= step for step in STEPS)}"


@dataclass(frozen=True)
class Tile:
    label: str
    value: str
    detail: str
    href: str
    shade: str
    overdue: int
    x: int
    y: int
    tight: bool = False


def tiles(
    cells: Iterable[Mapping[str, Any]], columns: int, width: int, height: int, gap: int, letters: int = 7
) -> tuple[list[Tile], int, int]:
    """Place cells in a grid and return them with the width and height of the whole.

    A cell is a mapping with ``label``, ``share`` (0…1 or None), ``overdue`` (count), ``href``, ``detail``; with ``row`` and
    ``column`` (from 0) it stands where it lies on the ground, otherwise in reading order. Long labels are drawn
    narrower (``tight``), very long ones are cut at ``letters``.
    """
    placed = []
    right = bottom = 0
    for order, cell in enumerate(cells):
        column = int(cell.get("column", order % columns))
        row = int(cell.get("row", order // columns))
        label = str(cell["label"])
        share = cell.get("share")
        placed.append(
            Tile(
                label=label if _breadth(label) <= letters * 2 else _cut(label, letters * 2 - 1) + "…",
                tight=_breadth(label) > 11,
                value="–" if share is None else f"{100 * float(share):.0f}",
                detail=f"{label}{' · ' if cell.get('detail') else ''}{cell.get('detail', '')}",
                href=str(cell.get("href", "")),
                shade=shade(share),
                overdue=int(cell.get("overdue") or 0),
                x=column * (width + gap),
                y=row * (height + gap),
            )
        )
        right, bottom = max(right, column + 1), max(bottom, row + 1)
    return placed, max(right * (width + gap) - gap, width), max(bottom * (height + gap) - gap, height)


def _breadth(text: str) -> int:
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)


def _cut(text: str, breadth: int) -> str:
    kept = ""
    for letter in text:
        if _breadth(kept + letter) > breadth:
            break
        kept += letter
    return kept
