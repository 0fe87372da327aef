"""Where a village's tile stands: as it lies on the ground, in rows without holes. Pure: numbers in, numbers out."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt


@dataclass(frozen=True, slots=True)
class Spot:
    """One thing to be placed; degrees, or None where the place is not known."""

    code: str
    lon: float | None
    lat: float | None


def columns_for(count: int, *, most: int = 12, shape: float = 0.8) -> int:
    """Return how many columns suit so many tiles; ``shape``: rows per column of the whole, so that it fits its window."""
    return max(1, min(most, ceil(sqrt(count / shape)))) if count else 1


def placed(spots: Sequence[Spot], *, columns: int) -> dict[str, tuple[int, int]]:
    """Return ``code → (row, column)``, from 0.

    From north to south in rows of ``columns``, each row from west to east; what has no place on the ground follows by code.
    """
    known = sorted(
        (spot for spot in spots if spot.lon is not None and spot.lat is not None),
        key=lambda spot: (-(spot.lat or 0), spot.lon or 0, spot.code),
    )
    rest = sorted((spot for spot in spots if spot.lon is None or spot.lat is None), key=lambda spot: spot.code)
    found: dict[str, tuple[int, int]] = {}
    for row, start in enumerate(range(0, len(known), columns)):
        line = sorted(known[start : start + columns], key=lambda spot: (spot.lon or 0, spot.code))
        found |= {spot.code: (row, column) for column, spot in enumerate(line)}
    first = ceil(len(known) / columns)
    for place, spot in enumerate(rest):
        found[spot.code] = (first + place // columns, place % columns)
    return found


def steps_for(values: Sequence[int]) -> tuple[float, ...]:
    """Return the counts at which a tile becomes one shade darker: 1, then evenly up to the highest; none twice."""
    top = max(values, default=0)
    raw = [1, ceil(top / 4), ceil(top / 2), ceil(3 * top / 4)]
    return tuple(float(step) for step in sorted({max(1, step) for step in raw}))


def step_of(value: float, steps: Sequence[float]) -> int:
    """Return how dark a tile is, from 0."""
    return sum(value >= step for step in steps)
