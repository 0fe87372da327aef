"""Enterprises and their meters: from the table as it was handed in to firms that can be counted, with every doubt noticed."""

from collections.abc import Iterable
from dataclasses import dataclass

import duckdb

from .faults import Notice, Refused
from .methods import Method
from .readings import DAY_FORMATS
from .tables import Desk, Table, described, found, listed, literal, matched, quoted, scanned

ALWAYS = ("enterprise_id", "meter_id")
GROUPS = ("division", "industry", "size")
OPTIONAL = ("credit_code", "base_kwh", "from", "until", "name")
EXAMPLES = 20


@dataclass(frozen=True, slots=True)
class Register:
    """What stands in the tables `firm` and `meter` of the desk. `columns`: the attributes of a firm that are there."""

    columns: tuple[str, ...]
    has_base: bool
    has_moves: bool
    notices: tuple[Notice, ...]


def build(desk: Desk, table: Table, method: Method, *, by: Iterable[str], key_type: str) -> Register:
    """Make the tables `firm` (f, enterprise_id, attributes, meters) and `meter` (m, key, f, o, since, until, told_base)."""
    by = tuple(by)
    _told(desk, table, (*by, *method.population))
    columns = {row[0] for row in desk.all("describe told")}
    attributes = tuple(name for name in dict.fromkeys((*GROUPS, *by, *method.population)) if name in columns)
    missing = [name for name in by if name not in columns]
    if missing:
        raise Refused(
            "missing_columns", table="enterprises", columns=", ".join(missing), found=", ".join(sorted(columns))
        )
    notices = [*_rows(desk), *_population(desk, method, columns)]
    has_moves = "from" in columns or "until" in columns
    shared = ", ".join(f"min({quoted(name)}) as {quoted(name)}" for name in (*attributes, "name") if name in columns)
    desk.run(
        f"""create table firm as select cast(row_number() over () - 1 as integer) as f, * from (
            select enterprise_id, {shared + "," if shared else ""} count(distinct meter_id) as meters
            from told where enterprise_id is not null group by enterprise_id having count(meter_id) > 0)"""
    )
    notices += _firms(desk, attributes, columns)
    if not desk.one("select count(*) from firm")[0]:
        raise Refused("no_enterprises")
    notices += _meters(desk, columns, key_type)
    return Register(attributes, "base_kwh" in columns, has_moves, tuple(notice for notice in notices if notice.count))


def _told(desk: Desk, table: Table, more: Iterable[str]) -> None:
    files = found(desk, table, "enterprises")
    parts = []
    names: dict[str, None] = {}
    for is_text, mine in ((False, files.parquet), (True, files.text)):
        if not mine:
            continue
        scan = scanned(files, is_text=is_text)
        columns = described(desk, scan, mine[0])
        theirs = matched(columns, table, dict.fromkeys((*ALWAYS, *GROUPS, *OPTIONAL, *more)))
        missing = [name for name in ALWAYS if name not in theirs]
        if missing:
            raise Refused("missing_columns", table="enterprises", columns=", ".join(missing), found=", ".join(columns))
        names |= dict.fromkeys(theirs)
        chosen = ", ".join(
            f"nullif(trim(cast({quoted(there)} as varchar)), '') as {quoted(ours)}" for ours, there in theirs.items()
        )
        parts.append(f"select {chosen} from {scan}")
    try:
        desk.run(f"create table told as {' union all by name '.join(parts)}")
    except duckdb.Error as error:
        raise Refused("unreadable_file", path="enterprises", reason=str(error).split("\n")[0][:200]) from None
    if not desk.one("select count(*) from told")[0]:
        raise Refused("empty", table="enterprises")
    for name in ("from", "until"):
        if name in names:
            day = f"cast(try_strptime({quoted(name)}, {listed(DAY_FORMATS)}) as date)"
            rows = desk.dicts(
                f"select enterprise_id, {quoted(name)} as told from told where {quoted(name)} is not null and {day} is null limit 3"
            )
            if rows:
                raise Refused(
                    "unreadable_days",
                    table="enterprises",
                    count=len(rows),
                    rows=desk.one("select count(*) from told")[0],
                    examples=", ".join(str(row["told"]) for row in rows),
                )
            desk.run(f"alter table told alter {quoted(name)} set data type date using {day}")
    if "base_kwh" in names:
        amount = "try_cast(replace(base_kwh, ',', '') as double)"
        rows = desk.dicts(f"select base_kwh from told where base_kwh is not null and {amount} is null limit 3")
        if rows:
            raise Refused(
                "unreadable_numbers",
                table="enterprises",
                column="base_kwh",
                count=len(rows),
                rows=desk.one("select count(*) from told")[0],
                examples=", ".join(str(row["base_kwh"]) for row in rows),
            )
        desk.run(f"alter table told alter base_kwh set data type double using {amount}")


def _rows(desk: Desk) -> list[Notice]:
    nobody = "enterprise_id is null"
    count = desk.one(f"select count(*) from told where {nobody}")[0]
    return [
        Notice(
            "rows_without_enterprise", count, desk.dicts(f"select meter_id from told where {nobody} limit {EXAMPLES}")
        )
    ]


def _population(desk: Desk, method: Method, columns: set[str]) -> list[Notice]:
    """Keep only the firms the method counts; where the column is not there, keep all and say so."""
    notices = []
    desk.run("create table outside as select * from told limit 0")
    for column, allowed in method.population.items():
        if column not in columns:
            told: dict[str, object] = {"column": column, "allowed": ", ".join(allowed)}
            notices.append(Notice("population_not_told", 1, (told,)))
            continue
        outside = f"{quoted(column)} is null or {quoted(column)} not in ({', '.join(literal(one) for one in allowed)})"
        count = desk.one(f"select count(distinct enterprise_id) from told where {outside}")[0]
        shown = desk.dicts(
            f"select distinct enterprise_id, {quoted(column)} from told where {outside} limit {EXAMPLES}"
        )
        notices.append(Notice("outside_population", count, shown))
        desk.run(f"insert into outside select * from told where {outside}")
        desk.run(f"delete from told where {outside}")
    return notices


def _told_of(desk: Desk, code: str, count: str, examples: str) -> Notice:
    """Return a notice; the examples are only looked for where there is something."""
    number = int(desk.one(count)[0])
    return Notice(code, number, desk.dicts(f"{examples} limit {EXAMPLES}") if number else ())


def _firms(desk: Desk, attributes: tuple[str, ...], columns: set[str]) -> list[Notice]:
    bare = """from (select enterprise_id from told where enterprise_id is not null
                    group by enterprise_id having count(meter_id) = 0)"""
    notices = [
        _told_of(desk, "firms_without_meters", f"select count(*) {bare}", f"select enterprise_id {bare} order by 1")
    ]
    if attributes:
        differs = " or ".join(f"min({quoted(name)}) <> max({quoted(name)})" for name in attributes)
        told = ", ".join(f"string_agg(distinct {quoted(name)}, ' / ') as {quoted(name)}" for name in attributes)
        twice = f"from told where enterprise_id is not null group by enterprise_id having {differs}"
        notices.append(
            _told_of(
                desk,
                "firms_told_differently",
                f"select count(*) from (select enterprise_id {twice})",
                f"select enterprise_id, {told} {twice} order by 1",
            )
        )
    if "credit_code" in columns:
        twice = """from told where credit_code is not null and enterprise_id is not null
                   group by upper(credit_code) having count(distinct enterprise_id) > 1"""
        notices.append(
            _told_of(
                desk,
                "credit_codes_twice",
                f"select count(*) from (select 1 {twice})",
                f"""select upper(credit_code) as credit_code, string_agg(distinct enterprise_id, ', ' order by enterprise_id)
                    as enterprises {twice} order by 1""",
            )
        )
    return notices


def _meters(desk: Desk, columns: set[str], key_type: str) -> list[Notice]:
    """A meter belongs to one firm at a time: told of two at once, it is nobody's until somebody says whose."""
    since = '"from"' if "from" in columns else "null::date"
    until = "until" if "until" in columns else "null::date"
    base = "base_kwh" if "base_kwh" in columns else "null::double"
    key = "try_cast(meter_id as bigint)" if key_type == "BIGINT" else "meter_id"
    desk.run(
        f"""create table held as select {key} as key, meter_id, f, coalesce({since}, date '0001-01-01') as since,
            coalesce({until}, date '9999-12-31') as until, max({base}) as told_base
            from told join firm using (enterprise_id) where meter_id is not null group by all"""
    )
    clash = """from held a join held b on a.key = b.key and (a.f <> b.f or a.since <> b.since) and a.since <= b.until
               and b.since <= a.until"""
    notices = [
        _told_of(
            desk,
            "meters_of_two",
            f"select count(distinct a.key) {clash} where a.f <> b.f",
            f"""select distinct a.meter_id, x.enterprise_id as one, y.enterprise_id as other {clash}
                join firm x on x.f = a.f join firm y on y.f = b.f where a.f < b.f order by 1""",
        )
    ]
    desk.run(f"create table contested as select distinct a.key {clash} where a.f <> b.f")
    # The same firm told twice over the same days holds the meter once.
    desk.run(
        """delete from held using held earlier where held.key = earlier.key and held.f = earlier.f
           and earlier.since < held.since and held.since <= earlier.until"""
    )
    desk.run(
        """create table meter as select key, meter_id, f, since, until, told_base from held
           where key is not null and key not in (select key from contested)"""
    )
    moved = "from meter join firm using (f) group by meter_id having count(distinct f) > 1"
    notices.append(
        _told_of(
            desk,
            "meters_moved",
            f"select count(*) from (select meter_id {moved})",
            f"""select meter_id, string_agg(enterprise_id, ' → ' order by since) as enterprises, min(until) as until
                {moved} order by 1""",
        )
    )
    desk.run("update firm set meters = coalesce((select count(distinct key) from meter where meter.f = firm.f), 0)")
    return notices
