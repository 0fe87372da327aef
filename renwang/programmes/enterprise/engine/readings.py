"""Readings of meters, wherever they lie, as one thing that is asked day by day.

Parquet stays where it is: from its own statistics it is known which file (and which part of it) holds which day, so that a day
costs a day. What is in text or workbooks, or so written that every part holds every day, is first laid down by day.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from fnmatch import fnmatch

import duckdb

from .faults import Notice, Refused
from .tables import Desk, Found, Table, described, found, listed, literal, matched, quoted, scanned

NEEDED_DAILY = ("meter_id", "day", "kwh")
NEEDED_LOAD = ("meter_id", "at", "kw")
UNITS = {"kwh": 1, "wan-kwh": 10_000, "mwh": 1_000}
INTEGERS = frozenset({"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"})
NUMBERS = INTEGERS | {"UBIGINT", "HUGEINT", "FLOAT", "DOUBLE", "REAL"}
# Above this share of unreadable cells the file is refused, below it the rows are counted and left out.
READABLE = 0.01
# A file whose parts span more days than this is first laid down by day, if it is large.
SCATTERED_DAYS = 10
LARGE_ROWS = 2_000_000

EARLIEST = date(1990, 1, 1)
DAY_FORMATS = ["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S"]
AT_FORMATS = [
    *("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"),
    *("%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y年%m月%d日 %H:%M", "%Y%m%d%H%M%S", "%Y%m%d%H%M"),
]


@dataclass(frozen=True, slots=True)
class Shelf:
    """Files of one shape: `when` and `amount` are SQL over their columns; `days` tells which file holds which days."""

    key: str
    when: str
    when_type: str
    amount: str
    days: tuple[tuple[str, date, date], ...]

    def on(self, first: date, last: date, key_type: str) -> str | None:
        """Return the SQL of all rows (key, taken, amount) from `first` to `last`, or nothing where no file holds them."""
        files = [file for file, low, high in self.days if low <= last and high >= first]
        if not files:
            return None
        after = last + timedelta(days=1)
        kept = (
            f"{self.when} between date '{first}' and date '{last}'"
            if self.when_type == "DATE"
            else f"{self.when} >= timestamp '{first}' and {self.when} < timestamp '{after}'"
        )
        key = self.key if key_type == "BIGINT" else f"cast({self.key} as varchar)"
        scan = f"read_parquet({listed(files)}, union_by_name = true)" if len(files) > 1 else literal(files[0])
        return f"select {key} as key, {self.when} as taken, {self.amount} as amount from {scan} where {kept}"


@dataclass(slots=True)
class Readings:
    """All readings of a question. `is_load`: kW at 15 minutes, not kWh a day."""

    shelves: list[Shelf]
    key_type: str
    is_load: bool
    first: date
    last: date
    notices: list[Notice] = field(default_factory=list)

    def on(self, first: date, last: date) -> str:
        """Return the SQL of the rows (key, taken, amount) of some days."""
        parts = [sql for shelf in self.shelves if (sql := shelf.on(first, last, self.key_type))]
        if not parts:
            nothing = "null::varchar" if self.key_type == "VARCHAR" else "null::bigint"
            return f"select {nothing} as key, date '{first}' as taken, null::double as amount where false"
        return " union all ".join(parts)


def read(desk: Desk, table: Table, *, unit: str = "kwh", unit_of: tuple[tuple[str, str], ...] = ()) -> Readings:
    """Look at the readings' files and return what can be asked of them. `unit_of`: (pattern of paths, unit)."""
    for name in (unit, *(each for _pattern, each in unit_of)):
        if name not in UNITS:
            raise Refused("unknown_unit", unit=name)
    files = found(desk, table, "readings")
    by_factor: dict[int, Found] = {}
    for file in files:
        told = next((each for pattern, each in unit_of if fnmatch(file, pattern) or file == pattern), unit)
        mine = by_factor.setdefault(UNITS[told], Found())
        is_text = file in files.text
        by_factor[UNITS[told]] = Found(
            mine.parquet if is_text else (*mine.parquet, file), (*mine.text, file) if is_text else mine.text
        )
    notices: list[Notice] = []
    shelves: list[Shelf] = []
    kinds: set[bool] = set()
    keys: set[str] = set()
    for factor, group in by_factor.items():
        for is_text, some in ((False, group.parquet), (True, group.text)):
            if not some:
                continue
            shelf, is_load, key_type = _shelf(desk, table, group, factor, notices, is_text=is_text)
            shelves.append(shelf)
            kinds.add(is_load)
            keys.add(key_type)
    if len(kinds) > 1:
        raise Refused("bad_question", field="readings", reason="kWh a day and kW at 15 minutes cannot be mixed")
    days = [day for shelf in shelves for _file, low, high in shelf.days for day in (low, high)]
    if not days:
        raise Refused("empty", table="readings")
    key_type = "BIGINT" if keys == {"BIGINT"} else "VARCHAR"
    return Readings(shelves, key_type, kinds.pop(), min(days), max(days), notices)


def _shelf(
    desk: Desk, table: Table, group: Found, factor: int, notices: list[Notice], *, is_text: bool
) -> tuple[Shelf, bool, str]:
    scan = scanned(group, is_text=is_text)
    files = group.text if is_text else group.parquet
    columns = described(desk, scan, files[0])
    theirs = matched(columns, table, {*NEEDED_DAILY, *NEEDED_LOAD})
    is_load = not all(name in theirs for name in NEEDED_DAILY) and all(name in theirs for name in NEEDED_LOAD)
    needed = NEEDED_LOAD if is_load else NEEDED_DAILY
    missing = [name for name in needed if name not in theirs]
    if missing:
        raise Refused("missing_columns", table="readings", columns=", ".join(missing), found=", ".join(columns))
    key, when, amount = (theirs[name] for name in needed)
    key_type = "BIGINT" if columns[key] in INTEGERS else "VARCHAR"
    times = "" if factor == 1 else f" * {factor}"
    is_number = columns[amount] in NUMBERS or columns[amount].startswith("DECIMAL")
    is_plain = columns[when] == "DATE" or columns[when] in {"TIMESTAMP", "TIMESTAMP_NS", "TIMESTAMP_MS"}
    if not is_text and is_plain and is_number:
        spans, is_plain = _spans(desk, files, when)
        if spans and is_plain:
            when_type = "DATE" if columns[when] == "DATE" else "TIMESTAMP"
            cast = quoted(amount) if columns[amount] == "DOUBLE" else f"cast({quoted(amount)} as double)"
            shelf = Shelf(quoted(key), quoted(when), when_type, cast + times, spans)
            return shelf, is_load, key_type
    parsed = _laid_down(desk, scan, (key, when, amount), columns, notices, is_load=is_load, is_text=is_text)
    spans, _ = _spans(desk, (parsed,), "taken")
    if not spans:
        raise Refused("empty", table="readings")
    return Shelf("key", "taken", "TIMESTAMP" if is_load else "DATE", "amount" + times, spans), is_load, key_type


def _spans(desk: Desk, files: tuple[str, ...], when: str) -> tuple[tuple[tuple[str, date, date], ...], bool]:
    """Return each file's first and last day from its own statistics, and whether it may be read as it lies.

    It may not where the parts of a large file span many days each, or where a row has no day (it must be counted).
    """
    rows = desk.all(
        f"""select file_name, min(try_cast(stats_min_value as timestamp)), max(try_cast(stats_max_value as timestamp)),
            count(*) = count(try_cast(stats_min_value as timestamp)), sum(row_group_num_rows),
            sum(stats_null_count), avg(datediff('day', try_cast(stats_min_value as timestamp), try_cast(stats_max_value as timestamp)))
            from (select distinct file_name, row_group_id, row_group_num_rows, stats_null_count, stats_min_value, stats_max_value
                  from parquet_metadata({listed(files)}) where path_in_schema = {literal(when)})
            group by file_name order by file_name"""
    )
    if any(not row[3] or row[1] is None for row in rows) or len(rows) < len(files):
        low, high = desk.one(
            f"select min({quoted(when)}), max({quoted(when)}) from read_parquet({listed(files)}, union_by_name = true)"
        )
        if low is None:
            return (), True
        low, high = (each.date() if hasattr(each, "date") else each for each in (low, high))
        return tuple((file, low, high) for file in files), True
    spans = tuple((row[0], row[1].date(), row[2].date()) for row in rows)
    large = sum(row[4] for row in rows) >= LARGE_ROWS
    is_scattered = large and any(row[6] > SCATTERED_DAYS for row in rows)
    return spans, not is_scattered and not any(row[5] for row in rows)


def _laid_down(
    desk: Desk,
    scan: str,
    names: tuple[str, str, str],
    columns: dict[str, str],
    notices: list[Notice],
    *,
    is_load: bool,
    is_text: bool,
) -> str:
    """Write the readings by day into one file of our own; count what cannot be read; return its path."""
    key, when, amount = names
    key_sql = quoted(key) if columns[key] in INTEGERS else f"nullif(trim(cast({quoted(key)} as varchar)), '')"
    when_sql = moment(quoted(when), columns[when], is_load=is_load)
    amount_sql = number(quoted(amount), columns[amount])
    path = desk.path(".parquet")
    raw = f"select {key_sql} as key, {when_sql} as taken, {amount_sql} as amount"
    doubt = (
        f"select count(*), count(*) filter ({when_sql} is null), "
        f"count(*) filter ({amount_sql} is null and nullif(trim(cast({quoted(amount)} as varchar)), '') is not null) from {scan}"
    )
    try:
        rows, no_day, no_number = desk.one(doubt)
        if not rows:
            raise Refused("empty", table="readings")
        bad_day = f"{when_sql} is null"
        bad_number = f"{amount_sql} is null and nullif(trim(cast({quoted(amount)} as varchar)), '') is not null"
        for code, column, count, where in (
            ("unreadable_days", when, no_day, bad_day),
            ("unreadable_numbers", amount, no_number, bad_number),
        ):
            if count:
                shown = desk.dicts(
                    f"select cast({quoted(key)} as varchar) as meter_id, cast({quoted(column)} as varchar) as told "
                    f"from {scan} where {where} limit 20"
                )
                _doubt(code, column, count, rows, shown, notices)
        desk.run(
            f"copy ({raw} from {scan} where {when_sql} is not null order by 2, 1) to {literal(str(path))} "
            f"(format parquet, compression zstd, row_group_size 122880)"
        )
    except duckdb.Error as error:
        raise Refused("unreadable_file", path=scan[:200], reason=str(error).strip().split("\n")[0][:200]) from None
    return str(path)


def _doubt(
    code: str, column: str, count: int, rows: int, shown: tuple[dict[str, object], ...], notices: list[Notice]
) -> None:
    if count > rows * READABLE:
        told = ", ".join(str(one["told"]) for one in shown[:3])
        if code == "unreadable_days":
            raise Refused("unreadable_days", table="readings", count=count, rows=rows, examples=told)
        raise Refused("unreadable_numbers", table="readings", column=column, count=count, rows=rows, examples=told)
    notices.append(Notice(code, count, shown))


def number(column: str, kind: str) -> str:
    """Return the SQL of an amount as a double, from a number or from text such as "1,234.50"."""
    if kind in NUMBERS or kind.startswith("DECIMAL"):
        return f"cast({column} as double)"
    return f"try_cast(replace(replace(trim(cast({column} as varchar)), ',', ''), '，', '') as double)"


def moment(column: str, kind: str, *, is_load: bool) -> str:
    """Return the SQL of a day (or a moment) from whatever the column holds."""
    target = "timestamp" if is_load else "date"
    if kind == "DATE" or kind.startswith("TIMESTAMP"):
        local = f"timezone('Asia/Shanghai', {column})" if kind == "TIMESTAMP WITH TIME ZONE" else column
        return f"cast({local} as {target})"
    text = f"trim(cast({column} as varchar))"
    formats = listed(AT_FORMATS if is_load else DAY_FORMATS)
    read = f"cast(try_strptime({text}, {formats}) as {target})"
    # "20-02-10" is no day of the year 20.
    return f"case when {read} >= date '{EARLIEST}' then {read} end"
