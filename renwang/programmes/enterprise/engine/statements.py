"""The method as SQL: one text for every engine. Amounts are whole millionths of a kWh, so that sums are exact in any order.

Only what DuckDB and Spark say alike is used: case, filter (where …), bigint. A runner fills in where rows come from.
Names: key (a meter), f (a firm), cell (a group of firms), u (what a meter used, in 10⁻⁶ kWh), k (what a firm used).
"""

from datetime import date
from fractions import Fraction

from .methods import Method

UNIT = 1_000_000  # parts of a kWh
POINTS = 96
# A base is rounded to a millionth; a share that differs from the threshold by less than that is the threshold.
SLACK = 5
# Between these shares of its base a firm's use looks like 万kWh written for kWh.
SUSPECT_LOW, SUSPECT_HIGH = 5_000, 20_000


def once_daily(method: Method, rows: str, day: str, group: str) -> str:
    """One row for each meter and day, whatever was read twice, is negative or absurd.

    `rows` has key, taken, amount (kWh). `day` is an SQL day, `group` what to group by beside the key ("" or "day, ").
    Gives day, key, u (null: not usable), n (usable rows), differs, short.
    """
    picked = {
        "smaller": "min(v)",
        "larger": "max(v)",
        "left_out": "case when min(v) = max(v) then min(v) end",
    }[method.conflicting]
    return (
        f"select {day} as day, key, {picked} as u, count(v) as n, "
        f"case when min(v) < max(v) then 1 else 0 end as differs, 0 as short from ("
        f"select key, taken, case when amount >= 0 and amount <= {method.absurd_above} "
        f"then cast(round(amount * {UNIT}) as bigint) end as v from ({rows}) rows_) values_ group by {group}key"
    )


def once_load(method: Method, rows: str, day: str, group: str) -> str:
    """The same from kW at 15 minutes: the mean of the points × 24 h, where at least `least_points` of 96 are there."""
    most = method.absurd_above / 24
    picked = {
        "smaller": "min(v)",
        "larger": "max(v)",
        "left_out": "case when min(v) = max(v) then min(v) end",
    }[method.conflicting]
    return (
        f"select {day} as day, key, case when count(w) >= {method.least_points} "
        f"then cast(round(cast(sum(w) as double) * {24 * UNIT // 1000} / count(w)) as bigint) end as u, "
        f"1 + sum(case when n > 1 then n - 1 else 0 end) as n, max(differs) as differs, "
        f"case when count(w) < {POINTS} then 1 else 0 end as short from ("
        f"select key, taken, {picked} as w, count(v) as n, case when min(v) < max(v) then 1 else 0 end as differs from ("
        f"select key, taken, case when amount >= 0 and amount <= {most} then cast(round(amount * 1000) as bigint) end as v "
        f"from ({rows}) rows_) values_ group by key, taken) points_ group by {group}key"
    )


def once(method: Method, rows: str, *, is_load: bool, day: date | None) -> str:
    """Return the statement for one day, or (day None) for all days of the rows."""
    text = once_load if is_load else once_daily
    if day is None:
        return text(method, rows, "cast(taken as date)", "cast(taken as date), ")
    return text(method, rows, f"date '{day}'", "")


def base_parts(source: str) -> str:
    """Sum and number of days of each meter, from rows of `once`."""
    return f"select key, sum(u) as s, count(u) as n from {source} group by key"


def base_of_meters(source: str, *, days: int | None) -> str:
    """Daily mean of each meter from its parts; `days`: of a whole calendar period, else of the days that were read."""
    divisor = "sum(n)" if days is None else str(days)
    return (
        f"select key, cast(round(cast(sum(s) as double) / {divisor}) as bigint) as base, sum(n) as n from {source} "
        f"group by key having sum(n) > 0"
    )


def firm_days(source: str, *, single: str | None, several: str) -> str:
    """What each firm used on each day: day, f, cell, base, k, got (meters with a usable reading), seen, meters.

    `single` and `several` are the meters of firms with one and with more (key, f, cell, base of the firm, meters). Without
    `single`, `several` holds all: the same sums, in one pass instead of two.
    """
    many = (
        f"select o.day, m.f, min(m.cell) as cell, min(m.base) as base, cast(sum(o.u) as bigint) as k, count(o.u) as got, "
        f"count(*) as seen, min(m.meters) as meters from {source} o join {several} m on o.key = m.key group by o.day, m.f"
    )
    if single is None:
        return many
    return (
        f"select o.day, m.f, m.cell, m.base, o.u as k, case when o.u is null then 0 else 1 end as got, 1 as seen, 1 as meters "
        f"from {source} o join {single} m on o.key = m.key union all {many}"
    )


def is_resumed(method: Method) -> str:
    """The test of a firm with a base, and of one without, in whole numbers."""
    share = Fraction(method.threshold) / 100
    top, bottom = share.numerator, share.denominator
    slack = SLACK * bottom
    test = (
        f"k * {bottom} > {top} * base + {slack}"
        if method.comparison == ">"
        else f"k * {bottom} >= {top} * base - {slack} and (base > 0 or k > 0)"
    )
    if method.zero_base == "resumed_if_used":
        return f"(got > 0 and ((base > 0 and {test}) or (base = 0 and k > 0)))"
    return f"(got > 0 and base > 0 and {test})"


def is_counted(method: Method) -> str:
    """Whether a firm's day counts at all: one without a base only where the method says so."""
    return "got > 0" if method.zero_base == "resumed_if_used" else "(got > 0 and base > 0)"


def cell_days(method: Method, source: str) -> str:
    """The sums of each group of firms on each day: all that any rate, at any level, is made of."""
    return (
        "select day, cell, count(*) filter (where counted) as firms_read, "
        "count(*) filter (where resumed) as resumed, "
        "coalesce(sum(k) filter (where counted), 0) as k_all, "
        "coalesce(sum(k) filter (where resumed), 0) as k_resumed, "
        "coalesce(sum(base) filter (where counted), 0) as base_read, "
        "coalesce(sum(base) filter (where resumed), 0) as base_resumed, "
        "count(*) filter (where counted and got < meters) as partial, "
        "count(*) filter (where suspect) as suspects, sum(seen) as meters_seen from ("
        f"select day, cell, k, base, got, meters, seen, {is_counted(method)} as counted, {is_resumed(method)} as resumed, "
        f"k > 0 and k * {SUSPECT_LOW} < base and k * {SUSPECT_HIGH} > base as suspect "
        f"from ({source}) firm_days_) tested_ group by day, cell"
    )


def told_days(source: str) -> str:
    """What was read on each day, before anybody's firm is asked for."""
    return (
        f"select day, sum(n) as n_rows, count(*) as meters, "
        f"coalesce(sum(n - 1) filter (where differs = 0 and n > 1), 0) as twice_equal, "
        f"count(*) filter (where differs = 1) as twice_different, "
        f"count(*) filter (where u is null) as unusable, sum(short) as short from {source} group by day"
    )
