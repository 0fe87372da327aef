"""The method on DuckDB: a few days at a time, so that a year needs no more memory than a week."""

from datetime import date, timedelta

from . import statements
from .methods import Method
from .readings import Readings
from .register import Register
from .tables import Desk

# Sums of meters are folded together after so many batches, that the base of many years needs no more room than that of one.
FOLD_AFTER = 8


def days_between(first: date, last: date) -> list[date]:
    """Return every day from `first` to `last`."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def years_before(day: date, years: int = 1) -> date:
    """Return the same day of an earlier year; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


class DuckRunner:
    """Fills `cell_day` and `told_day` for some days. Needs `firm`, `meter`, `cell` and `firm_cell` on the desk."""

    name = "duckdb"

    def __init__(self, desk: Desk, method: Method, readings: Readings, register: Register, batch: int = 8) -> None:
        self.desk = desk
        self.method = method
        self.readings = readings
        self.register = register
        # 96 points are many more rows of a day.
        self.batch = max(1, batch // 8) if readings.is_load else batch
        desk.run(
            """create table cell_day (day date, cell integer, firms_read bigint, resumed bigint, k_all hugeint, k_resumed hugeint,
               base_read hugeint, base_resumed hugeint, partial bigint, suspects bigint, meters_seen bigint)"""
        )
        desk.run(
            """create table told_day (day date, n_rows bigint, meters bigint, twice_equal bigint, twice_different bigint,
               unusable bigint, short bigint)"""
        )
        desk.run(f"create table stranger (day date, key {readings.key_type.lower()}, n bigint)")

    def gather(self, days: list[date]) -> None:
        """Lay down once what every meter used on some days: the table `once`."""
        parts = [
            statements.once(self.method, self.readings.on(day, day), is_load=self.readings.is_load, day=day)
            for day in days
        ]
        self.desk.run("create or replace temp table once as " + " union all ".join(parts))
        # A day of the base is gathered again for each day that is compared with it; it is told of once.
        told = statements.told_days("once")
        self.desk.run(f"insert into told_day select * from ({told}) t where day not in (select day from told_day)")

    def base(self, first: date, last: date, *, keep: str) -> None:
        """Make the table `keep` (key, base, n) of every meter's daily mean in a period."""
        self.desk.run(f"create or replace temp table base_part (key {self.readings.key_type}, s hugeint, n bigint)")
        days = [day for day in days_between(first, last) if self.readings.first <= day <= self.readings.last]
        for number, start in enumerate(range(0, len(days), self.batch), 1):
            self.gather(days[start : start + self.batch])
            self.desk.run(f"insert into base_part {statements.base_parts('once')}")
            if number % FOLD_AFTER == 0:
                self.desk.run(
                    "create or replace temp table base_part as select key, sum(s) as s, sum(n) as n from base_part group by key"
                )
        whole = (last - first).days + 1 if self.method.base_days == "calendar" else None
        self.desk.run(f"create or replace table {keep} as {statements.base_of_meters('base_part', days=whole)}")
        self.desk.run("drop table base_part")

    def hold(self, on: date | None) -> None:
        """Make `single`, `several` and `firm_now`: who holds which meters on a day, with the bases. None: on every day."""
        valid = f"where date '{on}' between since and until" if on else ""
        self.desk.run(
            f"""create or replace temp table firm_now as select f, cell, coalesce(meters, 0) as meters,
                coalesce(base, 0)::bigint as base from firm_cell left join (
                select f, count(*) as meters, sum(coalesce(base, 0)) as base from meter left join meter_base using (key)
                {valid} group by f) x using (f)"""
        )
        for name, test in (("single", "= 1"), ("several", "> 1")):
            self.desk.run(
                f"""create or replace temp table {name} as select key, f, cell, firm_now.base, meters
                    from (select key, f from meter {valid}) x join firm_now using (f) where meters {test} order by key"""
            )

        self.desk.run(
            """create or replace temp table standing as select cell, count(*) filter (where base > 0) as firms,
               count(*) filter (where base = 0) as zero, sum(base)::bigint as base, sum(meters)::bigint as meters
               from firm_now group by cell"""
        )

    def compute(self, days: list[date]) -> None:
        """Add the sums of some days to `cell_day`."""
        self.gather(days)
        source = statements.firm_days("once", single="single", several="several")
        self.desk.run(f"insert into cell_day {statements.cell_days(self.method, source)}")
        span = f"day between date '{days[0]}' and date '{days[-1]}'"
        told = self.desk.one(f"select coalesce(sum(meters), 0) from told_day where {span}")[0]
        seen = self.desk.one(f"select coalesce(sum(meters_seen), 0) from cell_day where {span}")[0]
        if seen < told:
            self.desk.run(
                """insert into stranger select day, key, n from once where key is null or key not in (
                   select key from single union all select key from several)"""
            )

    def firm_days(self, days: list[date], keys: str | None = None) -> None:
        """Make the table `firm_of_day` (day, f, k, got) of some days; `keys`: SQL of the only meters that matter."""
        rows = self.readings.on(days[0], days[-1])
        if keys:
            rows = f"select * from ({rows}) all_ where key in ({keys})"
        once = statements.once(self.method, rows, is_load=self.readings.is_load, day=None)
        self.desk.run(f"create or replace temp table once_of as {once}")
        source = statements.firm_days("once_of", single="single", several="several")
        self.desk.run(f"create or replace temp table firm_of_day as select day, f, k, got from ({source}) x")
