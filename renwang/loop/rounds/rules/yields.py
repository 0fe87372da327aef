"""How much each way of asking brings in over time, as numbers and as the geometry of a small drawing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

WIDTH, HEIGHT = 720, 64
MOST_BARS = 72


@dataclass(frozen=True, slots=True)
class Yield:
    """What one mode asked and got in one hour or day."""

    moment: datetime
    asked: int
    answered: int


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of asked, and upon it the part that answered; all from zero."""

    x: float
    width: float
    asked_y: float
    asked_height: float
    answered_y: float
    answered_height: float
    told: Yield


def by_mode(
    asked: Mapping[tuple[datetime, str], int], answered: Mapping[tuple[datetime, str], int]
) -> dict[str, list[Yield]]:
    """Return for each mode what it asked and got, by moment; every mode has every moment, so that they stand under one another."""
    moments = sorted({moment for moment, _mode in (*asked, *answered)})[-MOST_BARS:]
    modes = sorted({mode for _moment, mode in (*asked, *answered)})
    return {
        mode: [Yield(one, asked.get((one, mode), 0), answered.get((one, mode), 0)) for one in moments] for mode in modes
    }


def bars(yields: Sequence[Yield], top: int) -> list[Bar]:
    """Return the bars of one mode; ``top``: the most that any mode asked or got in one moment, so that they can be compared."""
    step = WIDTH / max(len(yields), 12)
    found = []
    for place, one in enumerate(yields):
        high, low = (round(HEIGHT * value / max(top, 1), 1) for value in (one.asked, one.answered))
        found.append(
            Bar(
                round(step * place, 1),
                round(step * 0.8, 1),
                round(HEIGHT - high, 1),
                high,
                round(HEIGHT - low, 1),
                low,
                one,
            )
        )
    return found


def top_of(yields: Mapping[str, Sequence[Yield]]) -> int:
    """Return the most of all."""
    return max((max(one.asked, one.answered) for rows in yields.values() for one in rows), default=0)
