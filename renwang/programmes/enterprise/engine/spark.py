"""The same method on Spark: the statements are those of DuckDB, word for word; only where rows come from differs.

Spark reads the readings and brings them down to the sums of groups. The register, the totals above the groups and the rates are
small and stay with DuckDB. Parquet is read where it lies, by Spark itself; csv and workbooks are laid down as Parquet first.
"""

import os
from datetime import date
from pathlib import Path
from typing import Any

from . import statements
from .duck import DuckRunner
from .faults import Refused
from .methods import Method
from .readings import Readings
from .register import Register
from .tables import Desk, literal


class SparkRunner(DuckRunner):
    """Fills `cell_day` and `told_day` by Spark. `SPARK_REMOTE` or `MASTER` names a cluster; without, it is this machine."""

    name = "spark"

    def __init__(self, desk: Desk, method: Method, readings: Readings, register: Register, batch: int = 8) -> None:
        super().__init__(desk, method, readings, register, batch)
        # A plan for each day costs Spark more than the day: it is asked for a year at a time.
        self.batch = 366
        self._session = _session()

    def gather(self, days: list[date]) -> None:
        """Let Spark see once what every meter used on some days, as the view `once`."""
        spark = self._session
        parts = []
        for number, shelf in enumerate(self.readings.shelves):
            files = [file for file, low, high in shelf.days if low <= days[-1] and high >= days[0]]
            if not files:
                continue
            spark.read.option("mergeSchema", "true").parquet(*[_uri(file) for file in files]).createOrReplaceTempView(
                f"shelf_{number}"
            )
            key = shelf.key if self.readings.key_type == "BIGINT" else f"cast({shelf.key} as string)"
            when = f"cast({shelf.when} as date)"
            parts.append(
                f"select {_ticks(key)} as key, {_ticks(shelf.when)} as taken, {_ticks(shelf.amount)} as amount "
                f"from shelf_{number} where {_ticks(when)} between date '{days[0]}' and date '{days[-1]}'"
            )
        rows = (
            " union all ".join(parts)
            or "select cast(null as string) as key, current_date() as taken, 0.0D as amount where false"
        )
        text = statements.once(self.method, rows, is_load=self.readings.is_load, day=None)
        once = spark.sql(text).cache()
        once.createOrReplaceTempView("once")
        self._take("told_day", statements.told_days("once"))
        self.desk.run("create or replace table told_day as select distinct * from told_day")

    def base(self, first: date, last: date, *, keep: str) -> None:
        """Make the table `keep` (key, base, n) of every meter's daily mean in a period."""
        low, high = max(first, self.readings.first), min(last, self.readings.last)
        self.gather([low, high])
        whole = (last - first).days + 1 if self.method.base_days == "calendar" else None
        parts = statements.base_parts("once")
        self._session.sql(parts).createOrReplaceTempView("base_part")
        self.desk.run(f"create or replace table {keep} (key {self.readings.key_type}, base bigint, n bigint)")
        self._take(keep, statements.base_of_meters("base_part", days=whole))
        self._session.catalog.clearCache()

    def compute(self, days: list[date]) -> None:
        """Add the sums of some days to `cell_day`."""
        self.gather(days)
        self._give("several", "select * from single union all select * from several")
        source = statements.firm_days("once", single=None, several="several")
        self._take("cell_day", statements.cell_days(self.method, source))
        self._give("known", "select key from single union all select key from several")
        self._take("stranger", "select o.day, o.key, o.n from once o left anti join known k on o.key = k.key")
        self._session.catalog.clearCache()

    def _give(self, view: str, sql: str) -> None:
        """Show Spark a small table of the desk."""
        path = self.desk.path(".parquet")
        self.desk.run(f"copy ({sql}) to {literal(str(path))} (format parquet)")
        self._session.read.parquet(_uri(str(path))).createOrReplaceTempView(view)

    def _take(self, table: str, sql: str) -> None:
        """Bring the rows of a statement of Spark into a table of the desk."""
        try:
            rows = self._session.sql(sql).toLocalIterator()
            while chunk := [tuple(row) for row, _ in zip(rows, range(50_000), strict=False)]:
                path = self.desk.path(".csv")
                _lay_down(path, chunk)
                self.desk.run(
                    f"insert into {table} from read_csv({literal(str(path))}, header = false, all_varchar = true)"
                )
                path.unlink()
        except Exception as error:
            if isinstance(error, Refused):
                raise
            raise Refused("engine_failed", engine="spark", reason=str(error).strip().split("\n")[0][:200]) from None


def _lay_down(path: Path, rows: list[tuple[Any, ...]]) -> None:
    import csv

    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def _session() -> Any:
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise Refused(
            "engine_missing", engine="spark", reason="pyspark is not installed: pip install 'renwang[spark]'"
        ) from None
    builder = (
        SparkSession.builder.appName("renwang power-index")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
    )
    if not os.environ.get("SPARK_REMOTE") and not os.environ.get("MASTER"):
        builder = (
            builder.master("local[*]")
            .config("spark.driver.memory", "2g")
            .config("spark.sql.shuffle.partitions", str(2 * (os.cpu_count() or 1)))
        )
    try:
        session = builder.config("spark.sql.session.timeZone", "Asia/Shanghai").getOrCreate()
        session.sparkContext.setLogLevel("ERROR")
    except Exception as error:  # noqa: BLE001  # Java, the network, the cluster: whatever it is, it is not the question's fault
        raise Refused("engine_missing", engine="spark", reason=str(error).strip().split("\n")[0][:200]) from None
    return session


def _uri(path: str) -> str:
    return "file://" + str(Path(path).absolute()) if "://" not in path else path


def _ticks(sql: str) -> str:
    """Names stand in back-ticks in Spark, in quotation marks in DuckDB."""
    return sql.replace('"', "`")
