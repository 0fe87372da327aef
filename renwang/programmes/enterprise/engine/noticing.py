"""What the readings had that the index does not rest on, counted over the days that were asked for and those of the base."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from .faults import Notice
from .questions import Rest
from .register import EXAMPLES
from .tables import Desk

if TYPE_CHECKING:
    from .running import Run

# Days on which fewer firms in a hundred were read.
THIN = 80
# A firm that uses less than this in a day, at the median of all, is likely told in 万kWh.
SMALL_KWH = 1_000_000


def notices(run: Run) -> list[Notice]:
    """Return the notices of the computation, most of them with their first examples."""
    desk = run.desk
    span = f"day between date '{run.question.first}' and date '{run.question.last}'"
    found = [*_readings(run), *_strangers(run)]
    told = {row[0] for row in desk.all(f"select day from told_day where {span}")}
    gone = [day for day in run.question_days if day not in told]
    found.append(Notice("days_without_readings", len(gone), tuple({"day": day.isoformat()} for day in gone[:EXAMPLES])))
    thin = f"from rest_day where {span} and firms_read > 0 and firms_read * 100 < firms * {THIN}"
    found.append(
        Notice(
            "days_thin",
            desk.one(f"select count(*) {thin}")[0],
            desk.dicts(f"select day, firms_read, firms {thin} order by day limit {EXAMPLES}"),
        )
    )
    found += _bases(run)
    found.append(
        Notice(
            "unit_suspects",
            desk.one(f"select coalesce(sum(firms), 0) from suspects_of where {span}")[0],
            desk.dicts(f"select day, firms from suspects_of where {span} order by day limit {EXAMPLES}"),
        )
    )
    return found


def _readings(run: Run) -> list[Notice]:
    desk = run.desk
    most = run.question.method.absurd_above
    found = []
    for code, column in (("read_twice_equal", "twice_equal"), ("read_twice_different", "twice_different")):
        count = desk.one(f"select coalesce(sum({column}), 0) from told_day")[0]
        shown: tuple[dict[str, object], ...] = ()
        day = _first_day(desk, column)
        if day and not run.readings.is_load:
            test = "=" if column == "twice_equal" else "<"
            shown = desk.dicts(
                f"""select cast(key as varchar) as meter_id, date '{day}' as day, min(amount) as kwh, max(amount) as or_kwh
                    from ({run.readings.on(day, day)}) r where amount between 0 and {most}
                    group by key having count(*) > 1 and min(amount) {test} max(amount)
                    order by 1 limit {EXAMPLES}"""
            )
        elif day:
            shown = ({"day": day.isoformat()},)
        found.append(Notice(code, int(count), shown))
    if days := _days_with_unusable(run):
        found += _unusable(run, days)
    short = desk.one("select coalesce(sum(short), 0) from told_day")[0]
    found.append(
        Notice(
            "short_days",
            int(short),
            desk.dicts(f"select day, short as meters from told_day where short > 0 order by day limit {EXAMPLES}"),
        )
    )
    return found


def _days_with_unusable(run: Run) -> list[date]:
    """Return the days that hold a reading that could not be used, be it beside a good one of the same meter."""
    desk = run.desk
    first, last = desk.one("select min(day), max(day) from told_day")
    if first is None:
        return []
    if run.readings.is_load:
        return [row[0] for row in desk.all("select day from told_day where unusable > 0 or short > 0 order by day")]
    return [
        row[0]
        for row in desk.all(
            f"""select day from told_day join (select cast(taken as date) as day, count(*) as n
                from ({run.readings.on(first, last)}) r group by 1) x using (day) where x.n > n_rows order by day"""
        )
    ]


def _unusable(run: Run, days: list[date]) -> list[Notice]:
    """Tell apart the readings that could not be used: below nothing, beyond belief, empty."""
    desk = run.desk
    most = run.question.method.absurd_above / (24 if run.readings.is_load else 1)
    tests = {"negative": "amount < 0", "absurd": f"amount > {most}", "without_amount": "amount is null"}
    counts = dict.fromkeys(tests, 0)
    shown: dict[str, tuple[dict[str, object], ...]] = dict.fromkeys(tests, ())
    for day in days:
        rows = f"from ({run.readings.on(day, day)}) r"
        told = ", ".join(f"count(*) filter (where {test})" for test in tests.values())
        for code, count in zip(tests, desk.one(f"select {told} {rows}"), strict=True):
            counts[code] += count
            if count and len(shown[code]) < EXAMPLES:
                shown[code] += desk.dicts(
                    f"select cast(key as varchar) as meter_id, taken as day, amount {rows} where {tests[code]} "
                    f"order by 1 limit {EXAMPLES - len(shown[code])}"
                )
    return [Notice(code, counts[code], shown[code]) for code in tests]


def _strangers(run: Run) -> list[Notice]:
    """Readings of meters nobody has: unknown ones, and those that were in nobody's hands on that day."""
    desk = run.desk
    known = "key in (select key from held)"
    # Those of firms the method does not count are told with their firms.
    outside = "cast(key as varchar) in (select meter_id from outside where meter_id is not null)"
    found = []
    for code, test in (
        ("unknown_meters", f"(key is null or not ({known} or {outside}))"),
        ("meter_with_nobody", f"{known} and key not in (select key from contested)"),
    ):
        count = desk.one(f"select count(distinct coalesce(cast(key as varchar), '')) from stranger where {test}")[0]
        shown = desk.dicts(
            f"""select cast(key as varchar) as meter_id, count(distinct day) as days, sum(n)::bigint as readings
                from stranger where {test} group by 1 order by 1 limit {EXAMPLES}"""
        )
        found.append(Notice(code, count, shown))
    return found


def _bases(run: Run) -> list[Notice]:
    desk = run.desk
    bare = "from firm_now join firm using (f) where firm_now.base = 0"
    part = """from (select f, count(*) as meters, count(base) as with_base from meter left join meter_base using (key) group by f
              having count(base) between 1 and count(*) - 1) x join firm using (f)"""
    found = [
        Notice(
            "zero_base",
            desk.one(f"select count(*) {bare}")[0],
            desk.dicts(f"select enterprise_id, firm_now.meters {bare} order by 1 limit {EXAMPLES}"),
        ),
        Notice(
            "base_partly",
            desk.one(f"select count(*) {part}")[0],
            desk.dicts(f"select enterprise_id, x.meters, with_base {part} order by 1 limit {EXAMPLES}"),
        ),
    ]
    middle = desk.one("select median(base) from firm_now where base > 0")[0]
    if middle is not None and middle < SMALL_KWH:
        found.append(Notice("unit_doubtful", 1, ({"median_base_kwh": round(float(middle) / 1_000_000, 4)},)))
    return found


def _first_day(desk: Desk, column: str) -> date | None:
    day: date | None = desk.one(f"select min(day) from told_day where {column} > 0")[0]
    return day


def rests(run: Run) -> list[Rest]:
    """Return for each day asked how many firms and meters were read."""
    return [
        Rest(day, int(firms), int(read), int(meters), int(seen), _share(read, firms))
        for day, firms, read, meters, seen in run.desk.all(
            f"""select * from rest_day where day between date '{run.question.first}' and date '{run.question.last}' order by day"""
        )
    ]


def _share(read: int, firms: int) -> Decimal | None:
    return (Decimal(int(read) * 100) / int(firms)).quantize(Decimal("0.01"), ROUND_HALF_UP) if firms else None
