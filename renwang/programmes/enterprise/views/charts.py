"""The geometry of the index charts: lines over days as SVG, drawn on the server, so that they print. Numbers in, numbers out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

WIDTH, HEIGHT = 720, 220
LEFT, RIGHT, TOP, BOTTOM = 44, 96, 12, 28


@dataclass(frozen=True)
class Line:
    """One line: its points as SVG takes them, where its label stands, and its last value."""

    label: str
    points: tuple[str, ...]  # several where days are missing
    kind: str
    x: float
    y: float
    value: str


@dataclass(frozen=True)
class Chart:
    """Lines over days, with the scale beside."""

    lines: list[Line]
    marks: list[tuple[float, str]]  # height, what it says
    days: list[tuple[float, str]]  # from the left, what it says
    cuts: list[tuple[float, str]]
    described: str
    width: int = WIDTH
    height: int = HEIGHT


def chart(
    series: Sequence[tuple[str, str, Mapping[date, Decimal | None]]],
    *,
    days: Sequence[date],
    cuts: Sequence[tuple[Decimal, str]] = (),
) -> Chart | None:
    """Return lines from zero over some days: (label, kind, value of each day); a missing day is a gap. None where nothing is known."""
    known = [value for _label, _kind, values in series for value in values.values() if value is not None]
    if not known or not days:
        return None
    top = _top(max(*known, Decimal(100)))
    wide = WIDTH - LEFT - RIGHT

    def x(place: int) -> float:
        return round(LEFT + wide * place / max(len(days) - 1, 1), 1)

    def y(value: Decimal) -> float:
        return round(TOP + (HEIGHT - TOP - BOTTOM) * float(1 - value / top), 1)

    lines = []
    for label, kind, values in series:
        runs: list[list[str]] = [[]]
        last: tuple[float, float, Decimal] | None = None
        for place, day in enumerate(days):
            value = values.get(day)
            if value is None:
                runs.append([])
                continue
            runs[-1].append(f"{x(place)},{y(value)}")
            last = (x(place), y(value), value)
        if last is not None:
            points = tuple(" ".join(run) for run in runs if run)
            lines.append(Line(label, points, kind, last[0], last[1], f"{last[2]:f}"))
    step = max(len(days) // 6, 1)
    return Chart(
        lines=_apart(lines),
        marks=[(y(Decimal(mark)), str(mark)) for mark in range(0, int(top) + 1, int(top) // 4 or 1)],
        days=[(x(place), f"{day.month}-{day.day}") for place, day in enumerate(days) if place % step == 0],
        cuts=[(y(value), words) for value, words in cuts if value < top],
        described="; ".join(f"{line.label} {line.value}" for line in lines),
    )


def _top(highest: Decimal) -> Decimal:
    return Decimal(-(-int(highest) // 20) * 20)


def _apart(lines: list[Line]) -> list[Line]:
    """Return the lines with labels that do not lie on one another."""
    placed: list[Line] = []
    for line in sorted(lines, key=lambda one: one.y):
        y = max(line.y, placed[-1].y + 15) if placed else line.y
        placed.append(Line(line.label, line.points, line.kind, line.x, y, line.value))
    return placed
