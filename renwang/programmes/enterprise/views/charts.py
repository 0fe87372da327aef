"""The geometry of the index charts: lines over days as SVG, drawn on the server, so that they print. Numbers in, numbers out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

WIDE, NARROW, HEIGHT = 720, 344, 220
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
    width: int
    height: int = HEIGHT

    @property
    def is_narrow(self) -> bool:
        """Whether it is drawn for a phone, where the wide one would be too small to read."""
        return self.width < WIDE

    @property
    def left(self) -> int:
        """Where the plot begins."""
        return LEFT

    @property
    def right(self) -> int:
        """Where the plot ends."""
        return self.width - RIGHT

    @property
    def foot(self) -> int:
        """Where the days stand."""
        return self.height - 8


def charts(
    series: Sequence[tuple[str, str, Mapping[date, Decimal | None]]],
    *,
    days: Sequence[date],
    cuts: Sequence[tuple[Decimal, str]] = (),
) -> list[Chart]:
    """Return the same lines twice, for a wide page (and paper) and for a phone; none where nothing is known."""
    drawn = (chart(series, days=days, cuts=cuts, width=width) for width in (WIDE, NARROW))
    return [one for one in drawn if one is not None]


def chart(
    series: Sequence[tuple[str, str, Mapping[date, Decimal | None]]],
    *,
    days: Sequence[date],
    cuts: Sequence[tuple[Decimal, str]] = (),
    width: int = WIDE,
) -> Chart | None:
    """Return lines from zero over some days: (label, kind, value of each day); a missing day is a gap. None where nothing is known."""
    known = [value for _label, _kind, values in series for value in values.values() if value is not None]
    if not known or not days:
        return None
    top = _top(max(*known, Decimal(100)))
    wide = width - LEFT - RIGHT

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
    step = max(len(days) // (6 if width == WIDE else 3), 1)
    return Chart(
        lines=_apart(lines),
        marks=[(y(Decimal(mark)), str(mark)) for mark in range(0, int(top) + 1, int(top) // 4 or 1)],
        days=[(x(place), f"{day.month}-{day.day}") for place, day in enumerate(days) if place % step == 0],
        cuts=[(y(value), words) for value, words in cuts if value < top],
        described="; ".join(f"{line.label} {line.value}" for line in lines),
        width=width,
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
