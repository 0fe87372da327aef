"""A handful of firms with plain numbers, and a way to ask the engine about them."""

from dataclasses import replace
from datetime import date, timedelta

from .. import Method, Question, Row, Table, opened, preset

DAY = date(2020, 2, 10)
NAMES = ("enterprise_id", "meter_id", "division", "industry", "size")
READING = ("meter_id", "day", "kwh")
# F1 uses 100 a day, F2 200 by two meters, F3 50, F4 150: together 500.
FIRMS = [
    ("F1", "M1", "990704001", "C13", "designated"),
    ("F2", "M2", "990704001", "C14", "designated"),
    ("F2", "M2b", "990704001", "C14", "designated"),
    ("F3", "M3", "990704002", "C14", "small"),
    ("F4", "M4", "990705001", "C13", "small"),
]
BASE = {"M1": 100, "M2": 150, "M2b": 50, "M3": 50, "M4": 150}


def base_days(base: dict[str, float] | None = None) -> list[tuple[object, ...]]:
    """Ten days of the last quarter of 2019."""
    return [
        (meter, date(2019, 10, 1) + timedelta(n), kwh)
        for n in range(10)
        for meter, kwh in (BASE if base is None else base).items()
    ]


def on(day: date = DAY, **kwh: float | None) -> list[tuple[object, ...]]:
    return [(meter, day, amount) for meter, amount in kwh.items()]


def question(
    readings: list[tuple[object, ...]] | Table,
    *,
    firms: list[tuple[object, ...]] | Table | None = None,
    names: tuple[str, ...] = NAMES,
    method: Method | str = "zhejiang",
    day: date = DAY,
    **more: object,
) -> Question:
    told = FIRMS if firms is None else firms
    fields: dict[str, object] = {"first": day, "last": day, **more}
    return Question(
        readings=readings if isinstance(readings, Table) else Table(rows=readings, names=READING),
        enterprises=told if isinstance(told, Table) else Table(rows=told, names=names),
        method=preset(method) if isinstance(method, str) else method,
        **fields,  # type: ignore[arg-type]
    )


def rows(readings: list[tuple[object, ...]] | Table, **more: object) -> list[Row]:
    with opened(question(readings, **more)) as run:  # type: ignore[arg-type]
        return run.rows()


def the_row(readings: list[tuple[object, ...]] | Table, **more: object) -> Row:
    found = rows(readings, **more)
    assert len(found) == 1
    return found[0]


def noticed(readings: list[tuple[object, ...]] | Table, **more: object) -> dict[str, int]:
    with opened(question(readings, **more)) as run:  # type: ignore[arg-type]
        return {notice.code: notice.count for notice in run.report.notices}


def method(**fields: object) -> Method:
    return replace(preset("zhejiang"), **fields)  # type: ignore[arg-type]
