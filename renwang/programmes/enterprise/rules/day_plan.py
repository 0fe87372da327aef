"""A cadre's day: whom to look at today, and in which order to drive."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import asin, cos, radians, sin, sqrt

LEAST_A_DAY = 6
MOST_A_DAY = 10


@dataclass(frozen=True)
class Stop:
    """One enterprise: does it wait for a check today, when was it last looked at, where is it (degrees WGS 84)."""

    enterprise_id: int
    is_waiting: bool
    last_on: date | None
    lon: float | None
    lat: float | None


def chosen(stops: Sequence[Stop], *, today: date, most: int = MOST_A_DAY, least: int = LEAST_A_DAY) -> list[Stop]:
    """Return whom to look at today: all that wait, then the others in rotation, the longest unseen first.

    Who waits is never put off, so there may be more than ``most`` of them; the others fill up to ``least`` only, or to
    ``most`` where they were not looked at for a week.
    """
    waiting = sorted((stop for stop in stops if stop.is_waiting), key=_turn)
    others = sorted((stop for stop in stops if not stop.is_waiting and stop.last_on != today), key=_turn)
    overdue = sum(1 for stop in others if stop.last_on is None or (today - stop.last_on).days >= 7)
    room = max(least, min(most, len(waiting) + overdue)) - len(waiting)
    return waiting + others[: max(room, 0)]


def _turn(stop: Stop) -> tuple[date, int]:
    return (stop.last_on or date.min, stop.enterprise_id)


def in_driving_order(stops: Sequence[Stop], *, start: tuple[float, float] | None = None) -> list[Stop]:
    """Return the stops in a sensible order to drive, never longer than the list: the nearest next, or the list, whichever is shorter
    once its crossings are undone (2-opt). Without a place: last."""
    placed = [stop for stop in stops if stop.lon is not None and stop.lat is not None]
    others = [stop for stop in stops if stop.lon is None or stop.lat is None]
    if len(placed) < 2:
        return [*placed, *others]
    at = start or _middle(placed)
    left, road = list(placed), []
    while left:
        nearest = min(left, key=lambda stop: (_metres(at, _of(stop)), stop.enterprise_id))
        left.remove(nearest)
        road.append(nearest)
        at = _of(nearest)
    begin = start or _of(road[0])
    roads = [_untangled(one, begin) for one in (road, placed)]
    return [*min(roads, key=lambda one: length_of(one, start=begin)), *others]


def length_of(stops: Sequence[Stop], *, start: tuple[float, float] | None = None) -> int:
    """Return the metres as the crow flies from stop to stop (not home again)."""
    points = [_of(stop) for stop in stops if stop.lon is not None and stop.lat is not None]
    if start:
        points.insert(0, start)
    return round(sum(_metres(one, other) for one, other in itertools.pairwise(points)))


def _untangled(road: list[Stop], start: tuple[float, float]) -> list[Stop]:
    best = length_of(road, start=start)
    for _round in range(20):
        improved = False
        for first in range(len(road) - 1):
            for last in range(first + 1, len(road)):
                turned = road[:first] + road[first : last + 1][::-1] + road[last + 1 :]
                length = length_of(turned, start=start)
                if length < best:
                    road, best, improved = turned, length, True
        if not improved:
            break
    return road


def _of(stop: Stop) -> tuple[float, float]:
    return (stop.lon or 0.0, stop.lat or 0.0)


def _middle(stops: Sequence[Stop]) -> tuple[float, float]:
    points = [_of(stop) for stop in stops]
    return (sum(lon for lon, _lat in points) / len(points), sum(lat for _lon, lat in points) / len(points))


def _metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    lon, lat, other_lon, other_lat = one[0], one[1], other[0], other[1]
    half_lat = sin(radians(other_lat - lat) / 2) ** 2
    half_lon = sin(radians(other_lon - lon) / 2) ** 2
    return 2 * 6_371_008.8 * asin(sqrt(half_lat + cos(radians(lat)) * cos(radians(other_lat)) * half_lon))
