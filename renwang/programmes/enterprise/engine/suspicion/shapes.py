"""The shape of each firm's load, from 96 points a day in bulk: a day at a time, folded into a few sums for each firm.

A day of a meter is looked at when 87 to 96 points of it are there. Eight blocks of three hours carry the shape; they add up over a
firm's meters. Days on which a firm uses less than a quarter of its base claim nothing and are not looked at: who stands still
for repair does not fake.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt

from .. import readings as reading
from .. import register
from ..duck import days_between
from ..faults import Refused
from ..methods import Method
from ..tables import Desk, Table

BLOCKS = 8
MIDDLE = (3, 4)  # 9 to 15 h
LEAST_POINTS, MOST_POINTS = 87, 96
# What a day must reach to claim that the firm works: this share of its base, and above what it uses at night when all is usual.
CLAIM = 0.25
STANDING = 1.4
UNRESTING = 0.6
FOLD_AFTER = 10
SUMS = (*(f"b{n}" for n in range(BLOCKS)), "within", "kwh", "kwh_squared")
BASE, BEFORE, AFTER = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Look:
    """What is looked at: `base` when all was as usual, `window` now; `notice_on`: when a target was made known."""

    base: tuple[date, date]
    window: tuple[date, date]
    notice_on: date | None = None
    memory: str = "1GB"
    threads: int | None = None
    folder: str | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """The load of one firm in one period. None: too few days. `night`: mean load at night over that by day (0–6, 9–18 h).

    `spread`: of the blocks around the day's mean; `roughness`: of the points from 9 to 15 h around their block; `weekend`: use of a day of
    rest over that of a working day; `daily`: spread of the working days' sums. All are shares of a mean.
    """

    days: int
    kwh: float
    night: float | None
    spread: float | None
    roughness: float | None
    weekend: float | None
    daily: float | None
    profile: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Features:
    """One firm: as usual, now, and around the notice. `use` is what it uses now as a share of its base.

    `likeness`: correlation of today's profile with the firm's own (1 is the same shape). `before`, `after`: use on all days
    before and since the notice, as shares of the base.
    """

    enterprise_id: str
    usual: Shape
    now: Shape
    use: float | None
    likeness: float | None
    before: float | None
    after: float | None


def load_features(*, loads: Table, enterprises: Table, look: Look, unit: str = "kwh") -> list[Features]:
    """Return the features of every firm that has a meter, by enterprise_id. `loads`: meter_id, at, kw at 15 minutes."""
    if look.base[1] >= look.window[0]:
        raise Refused("bad_question", field="base", reason="it must end before the days that are looked at")
    desk = Desk(memory=look.memory, threads=look.threads, folder=look.folder)
    try:
        points = reading.read(desk, loads, unit=unit)
        if not points.is_load:
            raise Refused("missing_columns", table="readings", columns="at, kw", found="day, kwh")
        register.build(desk, enterprises, Method("suspicion"), by=(), key_type=points.key_type)
        _fold(desk, points, look)
        return _features(desk, look)
    finally:
        desk.close()


def _fold(desk: Desk, points: reading.Readings, look: Look) -> None:
    columns = ", ".join(f"{name} double" for name in SUMS)
    desk.run(f"create table fold (f integer, period integer, is_rest integer, n bigint, {columns})")
    desk.run("create table held_by as select key, f from meter order by key")
    for period, (first, last) in ((BASE, look.base), (AFTER, look.window)):
        if period == AFTER:
            _together(desk)
            # A plant that only stands by claims nothing, however much that is; one that never rests has no standing by.
            desk.run(
                f"""create table base_use as select f, greatest({CLAIM} * sum(kwh), least({STANDING} * sum(b0 + b1) * 12,
                    {UNRESTING} * sum(kwh))) / sum(n) as claim from fold where period = {BASE} group by f"""
            )
        for number, day in enumerate(days_between(first, last), 1):
            which = period if period == BASE or not look.notice_on or day > look.notice_on else BEFORE
            claims = "" if period == BASE else "join base_use u using (f) where d.kwh >= u.claim"
            desk.run(
                f"insert into fold select f, {which}, {int(day.weekday() >= 5)}, 1, {', '.join('d.' + name for name in SUMS)} "
                f"from ({_firm_day(points, day)}) d {claims}"
            )
            if number % FOLD_AFTER == 0:
                _together(desk)
    _together(desk)


def _firm_day(points: reading.Readings, day: date) -> str:
    """One row for each firm: mean kW of each block, variance of the points around their block, kWh and its square."""
    blocks = ", ".join(f"sum(case when block = {n} then kw else 0 end) as s{n}" for n in range(BLOCKS))
    # A block has 12 points; where some are missing the day is stretched to 96.
    means = ", ".join(f"sum(s{n} * {MOST_POINTS} / n / 12) as b{n}" for n in range(BLOCKS))
    # The middle of the day alone: where a shift begins or ends, points differ for everybody.
    squares = " + ".join(f"s{n} * s{n} / 12" for n in MIDDLE)
    return (
        f"select f, {means}, sum(greatest(ss - ({squares}), 0) / {12 * len(MIDDLE)}) as within, sum(s * 24 / n) as kwh, "
        f"sum(s * 24 / n) * sum(s * 24 / n) as kwh_squared from ("
        f"select key, count(*) as n, sum(kw) as s, sum(case when block in {MIDDLE} then kw * kw else 0 end) as ss, {blocks} from ("
        f"select key, amount as kw, hour(taken) // 3 as block from ({points.on(day, day)}) r where amount >= 0) p "
        f"group by key having count(*) between {LEAST_POINTS} and {MOST_POINTS}) m join held_by using (key) group by f"
    )


def _together(desk: Desk) -> None:
    sums = ", ".join(f"sum({name}) as {name}" for name in SUMS)
    desk.run(
        f"create or replace table fold as select f, period, is_rest, sum(n)::bigint as n, {sums} from fold group by f, period, is_rest"
    )


def _features(desk: Desk, look: Look) -> list[Features]:
    notice = look.notice_on
    before = [day for day in days_between(*look.window) if notice and day <= notice]
    after = [day for day in days_between(*look.window) if not notice or day > notice]
    # Before the notice many stand still, on Mondays as on Sundays: how they rest is seen after it.
    work = {BASE: _kinds(days_between(*look.base)), AFTER: _kinds(after)}
    names = ", ".join(SUMS)
    found: list[Features] = []
    rows = desk.run(
        f"select enterprise_id, period, is_rest, n, {names} from firm left join fold using (f) order by enterprise_id"
    )
    current: str | None = None
    parts: dict[tuple[int, int], tuple[float, ...]] = {}

    def finished() -> None:
        if current is not None:
            found.append(_firm(current, parts, work, len(before), len(after)))

    while chunk := rows.fetchmany(20_000):
        for row in chunk:
            if row[0] != current:
                finished()
                current, parts = row[0], {}
            if row[1] is not None:
                parts[row[1], row[2]] = row[3:]
    finished()
    return found


def _kinds(days: Iterable[date]) -> tuple[int, int]:
    rest = [day.weekday() >= 5 for day in days]
    return len(rest) - sum(rest), sum(rest)


def _firm(
    name: str,
    parts: dict[tuple[int, int], tuple[float, ...]],
    work: dict[int, tuple[int, int]],
    before: int,
    after: int,
) -> Features:
    usual = _shape([parts.get((BASE, 0))], [parts.get((BASE, 1))], _weekend(parts, BASE, work[BASE]))
    now = _shape(
        [parts.get((BEFORE, 0)), parts.get((AFTER, 0))],
        [parts.get((BEFORE, 1)), parts.get((AFTER, 1))],
        _weekend(parts, AFTER, work[AFTER]),
    )
    base = usual.kwh
    around = []
    for period, days in ((BEFORE, before), (AFTER, after)):
        used = sum(part[2 + BLOCKS] for rest in (0, 1) if (part := parts.get((period, rest))))
        around.append(used / days / base if days and base else None)
    return Features(
        name,
        usual,
        now,
        now.kwh / base if base and now.days else None,
        _likeness(usual.profile, now.profile),
        around[0],
        around[1],
    )


def _shape(
    working: list[tuple[float, ...] | None], resting: list[tuple[float, ...] | None], weekend: float | None
) -> Shape:
    some = [part for part in working if part]
    rest = [part for part in resting if part]
    whole = some + rest
    days = int(sum(part[0] for part in whole))
    if not days:
        return Shape(0, 0.0, None, None, None, None, None, ())
    kwh = sum(part[2 + BLOCKS] for part in whole) / days
    looked = some or whole
    n = sum(part[0] for part in looked)
    blocks = tuple(sum(part[1 + b] for part in looked) / n for b in range(BLOCKS))
    mean = sum(blocks) / BLOCKS
    if mean <= 0:
        return Shape(days, kwh, None, None, None, None, None, ())
    by_day = sum(blocks[3:6]) / 3
    within = sum(part[1 + BLOCKS] for part in looked) / n
    midday = sum(blocks[b] for b in MIDDLE) / len(MIDDLE)
    sums = sum(part[2 + BLOCKS] for part in looked)
    squares = sum(part[3 + BLOCKS] for part in looked)
    variance = max(squares / n - (sums / n) ** 2, 0.0)
    return Shape(
        days=days,
        kwh=kwh,
        night=(blocks[0] + blocks[1]) / 2 / by_day if by_day > 0 else None,
        spread=sqrt(sum((block - mean) ** 2 for block in blocks) / BLOCKS) / mean,
        roughness=sqrt(within) / midday if midday > 0 else None,
        weekend=weekend,
        daily=sqrt(variance) / (sums / n) if n > 2 and sums else None,
        profile=tuple(block / mean for block in blocks),
    )


def _weekend(parts: dict[tuple[int, int], tuple[float, ...]], period: int, calendar: tuple[int, int]) -> float | None:
    """Use of a day of rest over that of a working day, over the calendar: who rests on it used nothing."""
    working, resting = parts.get((period, 0)), parts.get((period, 1))
    if not working or not all(calendar) or not working[2 + BLOCKS]:
        return None
    return (resting[2 + BLOCKS] if resting else 0.0) / calendar[1] / (working[2 + BLOCKS] / calendar[0])


def _likeness(one: tuple[float, ...], other: tuple[float, ...]) -> float | None:
    """Correlation of two profiles; where the usual one is flat, how flat the other is as well."""
    if not one or not other:
        return None
    a = [value - 1 for value in one]
    b = [value - 1 for value in other]
    # A little evenness in both: two nearly flat curves are alike, whatever their noise says.
    even = 0.02 * BLOCKS
    top = sum(x * y for x, y in zip(a, b, strict=True)) + even
    bottom = sqrt((sum(x * x for x in a) + even) * (sum(y * y for y in b) + even))
    return top / bottom


def default_look(day: date, base: tuple[date, date], *, days: int = 14, notice_on: date | None = None) -> Look:
    """Return the look at the days up to `day`."""
    return Look(base, (day - timedelta(days=days - 1), day), notice_on)
