"""Readings of a province: firms with one to three meters, a file for each day, 0.1 % gaps and 0.1 % read twice."""

from datetime import date, timedelta
from pathlib import Path

import duckdb

FIRST = date(2019, 10, 1)
BASE_DAYS = 92


def days(count: int) -> list[date]:
    return [FIRST + timedelta(n) for n in range(count)]


def connect(threads: int = 2, memory: str = "2GB") -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(config={"threads": threads, "memory_limit": memory, "preserve_insertion_order": False})
    con.execute("set parquet_metadata_cache = true")
    return con


def write_firms(folder: Path, firms: int) -> int:
    """Write enterprises.parquet (and one with the bases told); return the number of meters."""
    con = connect()
    con.execute(
        f"""create table meter as select i as firm, j, 3300000000 + ((i * 4 + j) * 7919) % 6700000000 as meter_id,
            exp(4 + 1.2 * sqrt(-2 * ln((hash(i, 1) % 1000000 + 1) / 1000001.0)) * cos(2 * pi() * (hash(i, 2) % 1000000) / 1000000.0)) as base
            from range({firms}) t(i), range(3) s(j)
            where j = 0 or (j = 1 and hash(i, 7) % 100 < 8) or (j = 2 and hash(i, 7) % 100 < 2)"""
    )
    chosen = """select 'F' || lpad(firm::varchar, 7, '0') as enterprise_id, meter_id,
        (330000 + (hash(firm, 3) % 11 + 1) * 100 + hash(firm, 4) % 9 + 1)::varchar as division,
        'C' || (13 + hash(firm, 5) % 31) as industry,
        (['large', 'medium', 'small', 'micro'])[(hash(firm, 6) % 4 + 1)::int] as size"""
    con.execute(f"copy ({chosen} from meter) to '{folder}/enterprises.parquet' (compression zstd)")
    con.execute(
        f"copy ({chosen}, round(base, 3) as base_kwh from meter) to '{folder}/with_base.parquet' (compression zstd)"
    )
    con.execute(f"copy meter to '{folder}/meter.parquet' (compression zstd)")
    return int(con.execute("select count(*) from meter").fetchone()[0])  # type: ignore[index]


def write_days(folder: Path, asked: list[date]) -> int:
    """Write one Parquet file for each day; return the bytes."""
    con = connect()
    con.execute(f"create table meter as from '{folder}/meter.parquet'")
    (folder / "days").mkdir(exist_ok=True)
    for day in asked:
        n = (day - FIRST).days
        share = 1000 if n < BASE_DAYS else min(1000, 150 + 6 * (n - BASE_DAYS))
        con.execute(
            f"""copy (select meter_id, date '{day}' as day, round(base * (0.7 + 0.6 * (hash(meter_id, {n}) % 10000) / 10000)
                * case when hash(firm, {n} // 7, 9) % 1000 < {share} then 1 else (hash(firm, {n}, 8) % 250) / 1000 end, 2) as kwh
                from meter, range(2) s(k) where (k = 0 and hash(meter_id, {n}, 11) % 1000 > 0)
                or (k = 1 and hash(meter_id, {n}, 12) % 1000 = 0)) to '{folder}/days/{day}.parquet' (compression zstd)"""
        )
    return sum(file.stat().st_size for file in (folder / "days").glob("*.parquet"))


def write_load(folder: Path, firms: int, asked: list[date]) -> int:
    """Write 96 points a day of the first meter of each firm, one file for each day; return the bytes."""
    con = connect()
    (folder / "load").mkdir(exist_ok=True)
    for number, day in enumerate(asked):
        con.execute(
            f"""copy (select 3300000000 + (i * 4 * 7919) % 6700000000 as meter_id,
                (timestamp '{day}' + to_minutes(q * 15)::interval) as "at",
                round(50 * (case when q between 32 and 72 then 1 else 0.1 end) * (0.6 + (hash(i, q, {number}) % 800) / 1000), 1)::float as kw
                from range(96) a(q), range({firms}) t(i)) to '{folder}/load/{day}.parquet' (compression zstd)"""
        )
    return sum(file.stat().st_size for file in (folder / "load").glob("*.parquet"))
