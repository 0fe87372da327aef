"""From what was counted in each area to the figures of every area above it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from .units import FigureIn, Unit, figure


@dataclass(frozen=True, slots=True)
class Tally:
    """What an indicator counted in one area itself, in one slice; what lies below is added by the platform.

    ``ids``: the rows that count. ``rest``: of a share, the other rows that were asked about. ``amount``: of hours the seconds in
    all, of an amount its sum, of an index its value. An index is not added up, so it is told for each area that has one, with
    the rows behind it.
    """

    area: str
    ids: Sequence[int]
    slice: str = ""
    rest: Sequence[int] = ()
    amount: Decimal = Decimal(0)


class WrongTally(ValueError):
    """An indicator told what cannot be: an area that does not exist, one area twice, a row twice."""


@dataclass
class _Sum:
    counted: int = 0
    rest: int = 0
    amount: Decimal = Decimal(0)

    def add(self, tally: Tally) -> None:
        self.counted += len(tally.ids)
        self.rest += len(tally.rest)
        self.amount += tally.amount


def rolled_up(indicator: str, unit: Unit, tallies: Iterable[Tally], *, areas: Collection[str]) -> list[FigureIn]:
    """Return the figures of every area in which something was counted: each slice, and all slices together.

    ``areas``: every code there is. Raises WrongTally. An index has a figure where it was told, and nowhere else.
    """
    sums: dict[tuple[str, str], _Sum] = {}
    above: dict[str, list[str]] = {}
    for tally in tallies:
        if tally.area not in above:
            if tally.area not in areas:
                raise WrongTally(f"{indicator} counts in {tally.area!r}, which is no area.")
            above[tally.area] = [tally.area[:end] for end in range(1, len(tally.area) + 1) if tally.area[:end] in areas]
        upward = above[tally.area] if unit != Unit.INDEX else [tally.area]
        whole = ("",) if tally.slice and unit != Unit.INDEX else ()
        for area in upward:
            for part in (tally.slice, *whole):
                sums.setdefault((area, part), _Sum()).add(tally)
    return [
        figure(
            unit=unit,
            indicator=indicator,
            area=area,
            slice=part,
            counted=one.counted,
            rest=one.rest,
            amount=one.amount,
        )
        for (area, part), one in sorted(sums.items(), key=lambda pair: pair[0])
    ]


def check_tallies(indicator: str, tallies: Sequence[Tally]) -> None:
    """Raise WrongTally where an area was told twice in one slice, or a row counted twice there."""
    seen: set[tuple[str, str]] = set()
    for one in tallies:
        if (one.area, one.slice) in seen:
            raise WrongTally(f"{indicator} tells {one.area} {one.slice} twice.")
        seen.add((one.area, one.slice))
        if len({*one.ids, *one.rest}) != len(one.ids) + len(one.rest):
            raise WrongTally(f"{indicator} counts a row of {one.area} {one.slice} twice.")
