"""One question, opened: files are read once, then rows, firms and portraits are asked of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import duckdb

from . import cube, firms, noticing, readings, register
from .duck import DuckRunner, days_between, years_before
from .faults import Notice, Refused
from .questions import FirmDay, Portrait, Question, Report, Row
from .tables import Desk, quoted

# A whole day's use below a thousandth of its base, or a thousand times above it, is a wrong unit, not an epidemic.
UNIT_SHARE = 1_000
# So many firms in a hundred whose use looks like 万kWh.
SUSPECT_SHARE = 10


class Run:
    """An opened question. Everything is computed when it is first asked for, and only once."""

    def __init__(self, question: Question, desk: Desk, engine: str) -> None:
        self.question = question
        self.desk = desk
        self._check(question)
        self.readings = readings.read(desk, question.readings, unit=question.unit, unit_of=question.unit_of)
        self.register = register.build(
            desk, question.enterprises, question.method, by=question.by, key_type=self.readings.key_type
        )
        self._cells()
        self.runner = self._runner(engine)
        self._days = days_between(question.first - timedelta(days=question.history), question.last)
        self._daily_base = question.method.base_kind == "last_year"
        self._without_base: Refused | None = None
        self._has_base = False
        self._is_held = False
        self._is_done = False
        self._results: list[Path] = []

    @staticmethod
    def _check(question: Question) -> None:
        if question.first > question.last:
            raise Refused("bad_question", field="days", reason=f"{question.first} is after {question.last}")
        if len(set(question.by)) != len(question.by):
            raise Refused("bad_question", field="by", reason="a column is named twice")
        if question.levels and "division" not in question.by:
            raise Refused("bad_question", field="levels", reason="levels are of the division: group by division too")
        if len(question.by) > 5:
            raise Refused("bad_question", field="by", reason="at most five columns")
        if told := set(question.by) & {"day", *cube.FIGURES, *cube.columns_asked(question)}:
            raise Refused("bad_question", field="by", reason=f"{min(told)} is what a figure is called")

    def _runner(self, engine: str) -> DuckRunner:
        if engine == "duckdb":
            return DuckRunner(self.desk, self.question.method, self.readings, self.register, self.question.batch)
        if engine == "spark":
            from .spark import SparkRunner

            return SparkRunner(self.desk, self.question.method, self.readings, self.register, self.question.batch)
        raise Refused("engine_missing", engine=engine, reason="known are duckdb and spark")

    def _cells(self) -> None:
        by = [f"coalesce({quoted(name)}, '') as {quoted(name)}" for name in self.question.by]
        self.desk.run(f"create table keyed as select f{''.join(', ' + one for one in by)} from firm")
        names = ", ".join(quoted(name) for name in self.question.by)
        if names:
            self.desk.run(
                f"create table cell as select cast(row_number() over (order by {names}) - 1 as integer) as cell, * "
                f"from (select distinct {names} from keyed)"
            )
            self.desk.run(f"create table firm_cell as select f, cell from keyed join cell using ({names})")
        else:
            self.desk.run("create table cell as select 0 as cell")
            self.desk.run("create table firm_cell as select f, 0 as cell from keyed")

    def _base(self, first: date, last: date) -> None:
        """Make `meter_base` (key, base) of a period: as told in the enterprises' table, or from the readings."""
        source = self.question.base_source
        told = "select key, max(told_base) as told_base from meter group by key"
        has_told = self.register.has_base and source in {"auto", "column"}
        if source == "column" and not self.register.has_base:
            raise Refused("missing_columns", table="enterprises", columns="base_kwh", found="")
        untold = self.desk.one("select count(*) from meter where told_base is null")[0]
        if has_told and (not untold or source == "column"):
            self.desk.run(
                f"create or replace table meter_base as select key, cast(round(told_base * 1000000) as bigint) as base "
                f"from ({told}) x where told_base is not null"
            )
            return
        if last < self.readings.first or first > self.readings.last:
            if not has_told:
                raise Refused(
                    "no_base", first=first, last=last, from_day=self.readings.first, to_day=self.readings.last
                )
            self.desk.run("create or replace table read_base (key varchar, base bigint, n bigint) ")
        else:
            self.runner.base(first, last, keep="read_base")
        if has_told:
            self.desk.run(
                f"""create or replace table meter_base as select key,
                    coalesce(cast(round(told_base * 1000000) as bigint), base) as base
                    from ({told}) x left join (select * replace (cast(key as {self.readings.key_type}) as key) from read_base) y
                    using (key) where told_base is not null or base is not null"""
            )
        else:
            self.desk.run("create or replace table meter_base as select key, base from read_base")
            if not self.desk.one("select count(*) from meter_base join meter using (key) where base > 0")[0]:
                raise Refused(
                    "no_base", first=first, last=last, from_day=self.readings.first, to_day=self.readings.last
                )

    def _hold(self, day: date) -> None:
        """See to it that bases and holders are those of a day."""
        method = self.question.method
        if self._daily_base:
            self._base_of_last_year(day)
        elif not self._is_held:
            self._base(method.base_from, method.base_to)
        if self._changes_daily:
            self.runner.hold(day)
        elif not self._is_held:
            self.runner.hold(None)
        self._is_held = True

    def _base_of_last_year(self, day: date) -> None:
        """Make the base of one day. A day without one has no index; a question none of whose days has one is refused (`compute`)."""
        middle = years_before(day)
        around = timedelta(days=self.question.method.window)
        try:
            self._base(middle - around, middle + around)
        except Refused as fault:
            if fault.code != "no_base":
                raise
            self._without_base = fault
            self.desk.run("create or replace table meter_base (key varchar, base bigint)")
            if self.readings.key_type == "BIGINT":
                self.desk.run("alter table meter_base alter key set data type bigint")
        else:
            self._has_base |= day >= self.question.first

    def compute(self) -> None:
        """Compute every day that was asked for, a few at a time, into files of results."""
        if self._is_done:
            return
        first, last = self.question.first, self.question.last
        if last < self.readings.first or first > self.readings.last:
            raise Refused(
                "no_readings", first=first, last=last, from_day=self.readings.first, to_day=self.readings.last
            )
        step = 1 if self._changes_daily else self.runner.batch
        plan = cube.Plan(self.question)
        self.desk.run("create table suspects_of (day date, firms bigint)")
        self.desk.run(
            "create table rest_day (day date, firms bigint, firms_read bigint, meters bigint, meters_seen bigint)"
        )
        for start in range(0, len(self._days), step):
            days = self._days[start : start + step]
            self._hold(days[0])
            self.runner.compute(days)
            if not self.question.is_unit_sure:
                self._check_unit(days)
            path = self.desk.path(".parquet")
            cube.roll_up(self.desk, self.question, plan, days, path)
            self._results.append(path)
            self.desk.run(
                "insert into suspects_of select day, sum(suspects) from cell_day group by day having sum(suspects) > 0"
            )
            self.desk.run("delete from cell_day")
        if self._without_base and not self._has_base:
            raise self._without_base
        if first == last and not self.desk.one(f"select count(*) from told_day where day = date '{first}'")[0]:
            raise Refused(
                "no_readings", first=first, last=last, from_day=self.readings.first, to_day=self.readings.last
            )
        cube.publish(self.desk, self.question, plan, self._results)
        self._is_done = True

    def _check_unit(self, days: list[date]) -> None:
        for day, used, base, suspects, read in self.desk.all(
            "select day, sum(k_all), sum(base_read), sum(suspects), sum(firms_read) from cell_day group by day order by day"
        ):
            if used and base and (used * UNIT_SHARE < base or used > base * UNIT_SHARE):
                raise Refused("unit", day=day, share=f"{float(used) / float(base) * 100:.4g} %", where="all")
            if suspects and suspects * 100 >= read * SUSPECT_SHARE:
                raise Refused("unit", day=day, share=f"{suspects}/{read}", where="firms")

    def rows(self) -> list[Row]:
        """Return the rows of the days asked for, by day and group."""
        self.compute()
        return cube.rows(self.desk, self.question)

    def write(self, path: Path, kind: str) -> int:
        """Write the rows to a file (parquet or csv) without holding them in memory; return how many there are."""
        self.compute()
        return cube.write(self.desk, self.question, path, kind)

    def firm_days(self, day: date) -> list[FirmDay]:
        """Return every firm's day, those that are missing or have no base among them."""
        self._hold(day)
        return firms.firm_days(self.runner, self.question, self.register, [day])

    def days_of(self, enterprise_id: str, days: list[date]) -> list[FirmDay]:
        """Return the days of one firm."""
        together = [[day] for day in days] if self._changes_daily else [days]
        found: list[FirmDay] = []
        for some in together:
            self._hold(some[0])
            found += firms.firm_days(self.runner, self.question, self.register, some, enterprise_id)
        return found

    @property
    def _changes_daily(self) -> bool:
        """Whether bases or holders of meters differ from day to day."""
        return self._daily_base or self.register.has_moves

    def top(self, day: date, count: int = 10, *, by: str = "kwh") -> list[FirmDay]:
        """Return the firms that used most (`kwh`), are furthest on (`rate`) or lack most of their base (`lack`)."""
        return firms.top(self.firm_days(day), count, by=by)

    def portrait(self, enterprise_id: str) -> Portrait:
        """Return one firm over all days asked for."""
        return firms.portrait(self, enterprise_id, self.question_days)

    @property
    def question_days(self) -> list[date]:
        """The days that were asked for, without those before them that are only compared with."""
        return self._days[self.question.history :]

    @property
    def report(self) -> Report:
        """What was left out and what the figures rest on."""
        self.compute()
        notices: list[Notice] = [*self.readings.notices, *self.register.notices, *noticing.notices(self)]
        method = self.question.method
        return Report(
            method,
            tuple(notice for notice in notices if notice.count),
            tuple(noticing.rests(self)),
            self.runner.name,
            self.readings.first,
            self.readings.last,
            method.assumed,
        )


@contextmanager
def opened(question: Question, engine: str = "duckdb") -> Iterator[Run]:
    """Open a question on an engine; what it needed on disk is gone afterwards."""
    desk = Desk(memory=question.memory, threads=question.threads, folder=question.folder)
    try:
        yield Run(question, desk, engine)
    except duckdb.OutOfMemoryException as error:
        raise Refused("engine_failed", engine="duckdb", reason=str(error).split("\n")[0][:200]) from None
    except (duckdb.IOException, duckdb.ConversionException, duckdb.OutOfRangeException) as error:
        raise Refused("engine_failed", engine="duckdb", reason=str(error).split("\n")[0][:200]) from None
    finally:
        desk.close()
