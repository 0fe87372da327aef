"""How much each way of asking brings in over time, as numbers and as the geometry of a small drawing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

TALL = 64  # pixels of a bar that is full; across, everything is in percent, so that nothing is squeezed on a phone
LEAST = 1.5
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# The last so many hours or days are drawn.
MOST_BARS = {HOUR: 96, DAY: 60}
MOST_DAYS_NAMED = 8
# Wider, few bars would look like blocks.
FEWEST_BARS = {HOUR: 12, DAY: 8}
ROOM_FOR_A_DATE = 11.0  # percent of the width


@dataclass(frozen=True, slots=True)
class Yield:
    """What one mode asked and got in one hour or day."""

    moment: datetime
    asked: int
    answered: int


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of asked, and upon it the part that answered; all from zero. Across in percent, upwards in pixels."""

    x: float
    width: float
    asked_y: float
    asked_height: float
    answered_y: float
    answered_height: float
    told: Yield


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on the axis of time: a day that begins, with its date where there is room, or an hour of it."""

    x: float
    moment: datetime
    is_hour: bool = False
    has_words: bool = True


def by_mode(
    asked: Mapping[tuple[datetime, str], int], answered: Mapping[tuple[datetime, str], int], step: timedelta
) -> dict[str, list[Yield]]:
    """Return for each mode what it asked and got, hour by hour or day by day without a gap; every mode has the same moments."""
    known = sorted({moment for moment, _mode in (*asked, *answered)})
    if not known:
        return {}
    count = (known[-1] - known[0]) // step + 1
    first = max(0, count - MOST_BARS[step])
    moments = [known[0] + step * place for place in range(first, count)]
    modes = sorted({mode for _moment, mode in (*asked, *answered)})
    return {
        mode: [Yield(one, asked.get((one, mode), 0), answered.get((one, mode), 0)) for one in moments] for mode in modes
    }


def bars(yields: Sequence[Yield], top: int, step: timedelta) -> list[Bar]:
    """Return the bars of one mode; ``top``: what a full bar stands for."""
    wide = _wide(len(yields), step)
    found = []
    for place, one in enumerate(yields):
        high, low = (_high(value, top) for value in (one.asked, one.answered))
        if one.asked or one.answered:
            found.append(
                Bar(
                    round(wide * place, 2),
                    round(wide * 0.8, 2),
                    round(TALL - high, 1),
                    high,
                    round(TALL - low, 1),
                    low,
                    one,
                )
            )
    return found


def marks(moments: Sequence[datetime], step: timedelta) -> list[Mark]:
    """Return the marks of the axis under bars of these moments."""
    if step == DAY:
        every = -(-len(moments) // MOST_DAYS_NAMED)
        return [
            Mark(round(_wide(len(moments), step) * place, 2), one)
            for place, one in enumerate(moments)
            if place % every == 0
        ]
    wide = _wide(len(moments), step)
    # Every three hours, or six, or at noon: as there is room.
    every = next((hours for hours in (3, 6, 12) if hours * wide >= ROOM_FOR_A_DATE), 24)
    found: list[Mark] = []
    for place, one in enumerate(moments):
        if place == 0 or one.hour == 0:
            # The rest of a first evening is too narrow for its date.
            begins = next((later for later in range(place + 1, len(moments)) if moments[later].hour == 0), len(moments))
            has_words = begins == len(moments) or (begins - place) * wide >= ROOM_FOR_A_DATE
            found.append(Mark(round(wide * place, 2), one, has_words=has_words))
        elif one.hour % every == 0 and wide * place - found[-1].x >= ROOM_FOR_A_DATE:
            found.append(Mark(round(wide * place, 2), one, is_hour=True))
    return found


def top_of(yields: Mapping[str, Sequence[Yield]]) -> int:
    """Return the most of all."""
    return max((max(one.asked, one.answered) for rows in yields.values() for one in rows), default=0)


def _high(value: int, top: int) -> float:
    """Return how high a bar is; one visit beside a thousand messages is still seen."""
    return max(round(TALL * value / max(top, 1), 1), LEAST) if value else 0.0


def _wide(count: int, step: timedelta) -> float:
    return 100 / max(count, FEWEST_BARS[step])
