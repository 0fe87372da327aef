"""In which order one works through a day: what burns first, then what is due, from each place to the nearest. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import cos, radians


@dataclass(frozen=True, slots=True)
class Stop:
    """One household to be called or visited. ``is_alarm``: something there cannot wait; degrees, or None."""

    key: int
    due_at: datetime
    is_alarm: bool = False
    lon: float | None = None
    lat: float | None = None
    division: str = ""
    address: str = ""


def day_order(stops: Iterable[Stop], *, now: datetime, start: tuple[float, float] | None = None) -> list[int]:
    """Return the keys in working order: alarms, then what is due, both as one walks; then what comes later, by its hour.

    ``start``: (lon, lat) where the day begins; without it the walk begins at the northernmost place. At most some
    hundreds of stops: the walk compares each with each.
    """
    given = list(stops)
    alarms = [stop for stop in given if stop.is_alarm]
    due = [stop for stop in given if not stop.is_alarm and stop.due_at <= now]
    later = [stop for stop in given if not stop.is_alarm and stop.due_at > now]
    first = walk(alarms, start=start)
    here = _last_place(first) or start
    second = walk(due, start=here)
    return [
        stop.key for stop in (*first, *second, *sorted(later, key=lambda one: (one.due_at, one.division, one.address)))
    ]


def walk(stops: Sequence[Stop], *, start: tuple[float, float] | None = None) -> list[Stop]:
    """Return the stops from each to the nearest; those without a place follow by division, address, key."""
    left = [stop for stop in stops if stop.lon is not None and stop.lat is not None]
    left.sort(key=lambda stop: (-(stop.lat or 0), stop.lon or 0, stop.key))
    here = start or ((left[0].lon or 0, left[0].lat or 0) if left else None)
    found: list[Stop] = []
    while left and here is not None:
        place = _nearest(here, left)
        nearest = left.pop(place)
        here = (nearest.lon or 0, nearest.lat or 0)
        found.append(nearest)
    unplaced = [stop for stop in stops if stop.lon is None or stop.lat is None]
    return found + sorted(unplaced, key=lambda stop: (stop.division, _natural(stop.address), stop.key))


def _nearest(here: tuple[float, float], stops: Sequence[Stop]) -> int:
    return min(range(len(stops)), key=lambda at: _apart(here, stops[at]))


def _apart(here: tuple[float, float], stop: Stop) -> float:
    """Return the square of the distance on the ground, in degrees of latitude; fair within a district."""
    width = cos(radians(here[1]))
    return float(((stop.lon or 0) - here[0]) * width) ** 2 + float((stop.lat or 0) - here[1]) ** 2


def _last_place(stops: Sequence[Stop]) -> tuple[float, float] | None:
    return next(
        ((stop.lon, stop.lat) for stop in reversed(stops) if stop.lon is not None and stop.lat is not None), None
    )


def _natural(address: str) -> tuple[tuple[int, int | str], ...]:
    """Return an address such that 9号 stands before 10号."""
    parts: list[tuple[int, int | str]] = []
    number = ""
    for letter in address:
        if letter.isdecimal() and letter.isascii():
            number += letter
            continue
        if number:
            parts.append((0, int(number)))
            number = ""
        parts.append((1, letter))
    if number:
        parts.append((0, int(number)))
    return tuple(parts)
