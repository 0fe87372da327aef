"""From the sums of the smallest groups to every total above them, their rates and the index; changes, zones and ranks."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import combinations
from pathlib import Path

from .figures import index_sql, rate_sql
from .questions import Question, Row
from .tables import Desk, listed, literal, quoted

FIGURES = (
    *("enterprises", "resumed", "resumption_rate", "kwh", "base_kwh", "production_rate", "production_rate_resumed"),
    *("index", "missing", "zero_base"),
)


@dataclass(frozen=True, slots=True)
class Grouping:
    """One set of groups: the columns that are told apart, and the length of the division's code (0: as given)."""

    columns: tuple[str, ...]
    level: int


SUMS = ("firms_read", "resumed", "k_all", "k_resumed", "base_read", "base_resumed", "partial")


class Plan:
    """The groupings of a question: what was asked for, and with `cube` every total above. The finest come first."""

    def __init__(self, question: Question) -> None:
        sets: list[tuple[str, ...]] = [question.by]
        if question.cube:
            sets = [kept for size in range(len(question.by), -1, -1) for kept in combinations(question.by, size)]
        levels = tuple(sorted(set(question.levels), reverse=True)) or (0,)
        self.groupings = [
            Grouping(columns, level) for columns in sets for level in (levels if "division" in columns else (0,))
        ]

    def parent(self, place: int) -> int | None:
        """Return which grouping a grouping is summed from: the smallest one that tells at least as much apart."""
        mine = self.groupings[place]
        for other in range(place - 1, -1, -1):
            theirs = self.groupings[other]
            is_finer = set(mine.columns) <= set(theirs.columns)
            if is_finer and ("division" not in mine.columns or theirs.level >= mine.level):
                return other
        return None


def roll_up(desk: Desk, question: Question, plan: Plan, days: list[date], path: Path) -> None:
    """Write all groups of some days to one Parquet file, from `cell_day` and `standing`."""
    values = ", ".join(f"(date '{day}')" for day in days)
    desk.run(
        f"""insert into rest_day select d.day, s.firms, coalesce(x.firms_read, 0), s.meters, coalesce(x.meters_seen, 0)
            from (values {values}) d(day) cross join (select sum(firms) as firms, sum(meters) as meters from standing) s
            left join (select day, sum(firms_read) as firms_read, sum(meters_seen) as meters_seen from cell_day group by day) x
            on x.day = d.day"""
    )
    told = ", ".join(f"cast(coalesce(x.{name}, 0) as bigint) as {name}" for name in SUMS)
    grid = f"""select d.day, s.firms, s.zero, s.base, c.* exclude (cell), {told}, d.day in (select day from told_day) as has_readings
        from (values {values}) d(day) cross join standing s join cell c using (cell)
        left join cell_day x on x.day = d.day and x.cell = s.cell"""
    added = ", ".join(f"sum({name})::bigint as {name}" for name in ("firms", "zero", "base", *SUMS))
    keys = "".join(f", {2 + place}" for place in range(len(question.by)))
    parts, all_of = [], []
    for number, grouping in enumerate(plan.groupings):
        columns = []
        for name in question.by:
            if name not in grouping.columns:
                columns.append(f"cast(null as varchar) as {quoted(name)}, ")
            elif name == "division" and grouping.level:
                columns.append(f"left({quoted(name)}, {grouping.level}) as {quoted(name)}, ")
            else:
                columns.append(quoted(name) + ", ")
        above = plan.parent(number)
        parts.append(
            f"s{number} as materialized (select day, {''.join(columns)}bool_or(has_readings) as has_readings, {added} "
            f"from {'grid' if above is None else f's{above}'} group by day{keys})"
        )
        all_of.append(f"select *, {number} as set_, {grouping.level} as level from s{number}")
    desk.run(
        f"copy (with grid as ({grid}), {', '.join(parts)} select {_figures(question)} from ({' union all '.join(all_of)}) sums_ "
        f"order by {_order(question)}) to {literal(str(path))} (format parquet, compression zstd)"
    )


def _figures(question: Question) -> str:
    method = question.method
    counted = "(firms + zero)" if method.zero_base == "resumed_if_used" else "firms"
    enterprises, base = ("firms_read", "base_read") if method.missing == "left_out" else (counted, "base")
    used = "k_resumed" if method.numerator == "resumed" else "k_all"

    def where_read(sql: str) -> str:
        return f"case when has_readings then {sql} end"

    columns = [
        "day",
        *(quoted(name) for name in question.by),
        "set_",
        "level",
        f"{enterprises}::bigint as enterprises",
        "resumed::bigint as resumed",
        f"{where_read(rate_sql(method, 'resumed', enterprises))} as resumption_rate",
        f"{used} as k",
        f"{base} as b",
        f"{where_read(rate_sql(method, used, base))} as production_rate",
        f"{where_read(rate_sql(method, 'k_resumed', 'base_resumed'))} as production_rate_resumed",
        f"{where_read(index_sql(method, 'resumed', enterprises, used, base))} as index",
        f"({counted} - firms_read)::bigint as missing",
        "zero::bigint as zero_base",
        "partial::bigint as partial",
    ]
    return ", ".join(columns)


def publish(desk: Desk, question: Question, plan: Plan, files: list[Path]) -> None:
    """Make the view `published`: the days asked for, with changes, zones and ranks where they are wanted."""
    desk.run(f"create or replace view result as from read_parquet({listed(str(file) for file in files)})")
    same = "".join(f" and {{0}}.{quoted(name)} is not distinct from r.{quoted(name)}" for name in question.by)
    joins, changes = [], []
    for name, span in (("day_change", 1), ("week_change", 7)):
        if question.history >= span:
            alias = f"before_{span}"
            on = f"{alias}.day = r.day - {span} and {alias}.set_ = r.set_ and {alias}.level = r.level" + same.format(
                alias
            )
            joins.append(f"left join result {alias} on {on}")
            changes.append(f"r.index - {alias}.index as {name}")
        else:
            changes.append(f"null as {name}")
    zone = "null"
    if question.zones:
        tests = " ".join(
            f"when r.index >= {one.lowest} then {literal(one.name)}"
            for one in sorted(question.zones, key=lambda one: one.lowest, reverse=True)
        )
        zone = f"case {tests} end"
    rank = "null"
    if question.ranks:
        rank = "case when r.index is not null then rank() over (partition by r.day, r.set_, r.level order by r.index desc nulls last) end"
    desk.run(
        f"""create or replace view published as select r.* exclude (k, b), r.k::decimal(38, 0) * 0.000001::decimal(7, 6) as kwh,
            r.b::decimal(38, 0) * 0.000001::decimal(7, 6) as base_kwh, {", ".join(changes)}, {zone} as zone, {rank} as rank
            from result r {" ".join(joins)} where r.day between date '{question.first}' and date '{question.last}'"""
    )


def _order(question: Question) -> str:
    return ", ".join(["day", "set_", "level", *(quoted(name) for name in question.by)])


def rows(desk: Desk, question: Question) -> list[Row]:
    """Return the published rows as values."""
    names = (*FIGURES, "partial", "level", "day_change", "week_change", "zone", "rank")
    groups = "".join(quoted(name) + ", " for name in question.by)
    width = len(question.by)
    answer = []
    for found in desk.all(f"select day, {groups}{', '.join(names)} from published order by {_order(question)}"):
        told = dict(zip(names, found[1 + width :], strict=True))
        told["kwh"], told["base_kwh"] = plain(told["kwh"]), plain(told["base_kwh"])
        told["level"] = told["level"] or None
        answer.append(Row(day=found[0], group=dict(zip(question.by, found[1 : 1 + width], strict=True)), **told))
    return answer


def plain(amount: Decimal) -> Decimal:
    """Return kWh without empty places: 12.500000 becomes 12.5, and 400 stays 400."""
    short = amount.normalize()
    return short if short.as_tuple().exponent <= 0 else short.quantize(Decimal(1))  # type: ignore[operator]


def write(desk: Desk, question: Question, path: Path, kind: str) -> int:
    """Write the published rows, by day and group, to a Parquet or csv file; return how many."""
    more = [name for name, asked in columns_asked(question).items() if asked]
    groups = "".join(quoted(name) + ", " for name in question.by)
    how = "format parquet, compression zstd" if kind == "parquet" else "format csv, header true"
    # The results of some days lie in their order already, one file after the other: without joins and windows nothing
    # is sorted a second time, which for a year's cube costs more than writing it.
    is_in_order = not question.history and not question.ranks
    order = "" if is_in_order else f" order by {_order(question)}"
    desk.run(f"set preserve_insertion_order = {str(is_in_order).lower()}")
    try:
        count = desk.one(
            f"copy (select day, {groups}{', '.join([*FIGURES, *more])} from published{order}) to {literal(str(path))} ({how})"
        )[0]
    finally:
        desk.run("set preserve_insertion_order = false")
    return int(count)


def columns_asked(question: Question) -> dict[str, bool]:
    """Return the columns that only some questions have, and whether this one does."""
    return {
        "level": len(question.levels) > 1,
        "day_change": question.history >= 1,
        "week_change": question.history >= 7,
        "zone": bool(question.zones),
        "rank": question.ranks,
    }
