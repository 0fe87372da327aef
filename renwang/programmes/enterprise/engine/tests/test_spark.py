"""The same method on DuckDB and on Spark: the same rows, to the last digit."""

import importlib.util
import logging
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from .. import Question, Report, Row, Table, opened, preset
from .district import NAMES, READING

BEGIN = date(2019, 10, 1)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        importlib.util.find_spec("pyspark") is None, reason="pyspark is not installed (the extra spark)"
    ),
    pytest.mark.skipif(shutil.which("java") is None, reason="there is no Java here"),
    # pyspark's own: it warns of the pandas it finds, and leaves sockets to the collector.
    pytest.mark.filterwarnings("ignore"),
]


@pytest.fixture(scope="module", autouse=True)
def _spark_ends_with_its_tests() -> Iterator[None]:
    # It says goodbye when the tests' own output is closed already.
    logging.getLogger("py4j").setLevel(logging.CRITICAL)
    yield
    from pyspark.sql import SparkSession

    session = SparkSession.getActiveSession()
    if session:
        session.stop()


def district() -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """Sixty firms with gaps, doubles, negatives, unknown and shared meters, and shares that sit on the threshold."""
    firms: list[tuple[object, ...]] = []
    readings: list[tuple[object, ...]] = []
    for n in range(60):
        for m in range(1 + n % 3):
            firms.append(
                (
                    f"F{n:02d}",
                    f"M{n:02d}{m}",
                    f"99070{n % 4}00{n % 2}",
                    f"C{13 + n % 5}",
                    "designated" if n % 2 else "small",
                )
            )
            if n == 7:
                continue  # never read
            usual = 40 + 3 * n + m / 3
            for day in range(12):
                if (n + day) % 11:
                    readings.append((f"M{n:02d}{m}", BEGIN + timedelta(day), round(usual, 3)))
            for day in range(20):
                amount = round(usual * (0.3 if (n + day) % 6 == 0 else (n * 7 + day * 5) % 13 / 10), 3)
                if (n * day) % 17 != 3:
                    readings.append(
                        (f"M{n:02d}{m}", date(2020, 2, 1) + timedelta(day), -1 if n == 9 and day == 4 else amount)
                    )
                if (n + day) % 13 == 0:
                    readings.append((f"M{n:02d}{m}", date(2020, 2, 1) + timedelta(day), amount + n % 2))
    firms += [("F58", "M000", "990700000", "C13", "small"), ("F61", None, "990700000", "C13", "small")]
    readings.append(("M999", date(2020, 2, 3), 5))
    return readings, firms


@pytest.mark.parametrize("name", ["zhejiang", "wuhan"])
def test_both_engines_say_the_same_row_by_row(name: str) -> None:
    readings, firms = district()
    method = replace(preset(name), base_from=BEGIN, base_to=BEGIN + timedelta(11))
    if name == "wuhan":
        method = replace(
            method, missing="left_out", zero_base="resumed_if_used", conflicting="left_out", base_days="calendar"
        )
    asked = Question(
        readings=Table(rows=readings, names=READING),
        enterprises=Table(rows=firms, names=NAMES),
        method=method,
        first=date(2020, 2, 1),
        last=date(2020, 2, 22),
        by=("division", "industry", "size"),
        levels=(4, 6, 9),
        cube=True,
        is_unit_sure=True,
    )
    found: dict[str, tuple[list[Row], Report]] = {}
    for engine in ("duckdb", "spark"):
        with opened(asked, engine) as run:
            found[engine] = run.rows(), run.report
    (one, told), (other, told_too) = found["duckdb"], found["spark"]
    assert len(one) > 1000
    assert one == other
    assert {notice.code: notice.count for notice in told.notices} == {n.code: n.count for n in told_too.notices}
    assert told.rests_on == told_too.rests_on
    assert (told.engine, told_too.engine) == ("duckdb", "spark")


def test_load_at_96_points_too() -> None:
    rows = [
        (f"M{m}", f"{day} {q // 4:02d}:{q % 4 * 15:02d}:00", 2 + m + (day.day * q) % 7 / 10)
        for day in [BEGIN + timedelta(n) for n in range(3)] + [date(2020, 2, 1) + timedelta(n) for n in range(3)]
        for m in range(3)
        for q in range(96 - 4 * m)
    ]
    asked = Question(
        readings=Table(rows=rows, names=("meter_id", "at", "kw")),
        enterprises=Table(rows=[("A", "M0"), ("A", "M1"), ("B", "M2")], names=("enterprise_id", "meter_id")),
        method=preset("zhejiang"),
        first=date(2020, 2, 1),
        last=date(2020, 2, 3),
    )
    answers = []
    for engine in ("duckdb", "spark"):
        with opened(asked, engine) as run:
            answers.append(run.rows())
    assert answers[0] == answers[1]
    assert answers[0][0].kwh > 0
