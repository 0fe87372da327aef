"""Keep a file of readings as Parquet, one folder for each day: what the index is computed from, and what a backup copies."""

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import duckdb

from .faults import Notice, Refused
from .readings import Readings, read
from .tables import Desk, Table, described, found, listed, literal, scanned

# What offices call the columns: grid companies' exports, our own template, and English.
TITLES: Mapping[str, frozenset[str]] = {
    "meter_id": frozenset({"meter_id", "表号", "电表编号", "电能表编号", "表计编号", "计量点编号", "户号", "meter"}),
    "day": frozenset({"day", "日期", "数据日期", "用电日期", "date"}),
    "kwh": frozenset(
        {"kwh", "电量", "日电量", "用电量", "日用电量", "用电量(kwh)", "电量(kwh)", "电量(千瓦时)", "用电量(千瓦时)"}
    ),
    "at": frozenset({"at", "时间", "采集时间", "数据时间", "time"}),
    "kw": frozenset({"kw", "负荷", "功率", "有功功率", "负荷(kw)"}),
}
BRACKETS = re.compile(r"\([^)]*\)")  # 日电量(kWh), 负荷(kW)
WAN = ("万千瓦时", "万kwh", "万度")
RECENT_DAYS = 31  # what a meter usually shows is read from its last month, however many years are kept
FAR_OFF = 1000  # readings that differ so much from those kept of the same meters are in another unit


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of one file. `asks_unit`: it looks like 万kWh written for kWh (or the reverse), and nothing was kept."""

    first: date
    last: date
    days: int
    rows: int
    meters: int
    is_load: bool
    asks_unit: bool
    notices: tuple[Notice, ...]


def keep(path: Path, folder: Path, *, name: str, unit: str = "kwh", is_unit_sure: bool = False) -> Kept:
    """Lay a file's readings down under `folder/daily/day=…/name.parquet` (loads under `folder/loads`); refuses as the engine does.

    The same file again writes the same files. Nothing is kept where the unit is in doubt and nobody has said it.
    """
    desk = Desk()
    try:
        table = Table(paths=(str(path),))
        columns, says_wan = _columns(desk, table)
        readings = read(desk, replace(table, columns=columns), unit=unit)
        rows = readings.on(readings.first, readings.last)
        shelf = folder / ("loads" if readings.is_load else "daily")
        try:
            desk.run(f"create table told as select cast(key as varchar) as meter_id, taken, amount from ({rows})")
        except duckdb.Error as error:
            # Its list of contents is sound, what it lists is not.
            raise Refused("unreadable_file", path=str(path), reason=str(error).split("\n")[0][:200]) from None
        count, meters = desk.one("select count(*), count(distinct meter_id) from told")
        days = desk.one("select count(distinct cast(taken as date)) from told")[0]
        doubtful = not is_unit_sure and ((says_wan and unit == "kwh") or _is_far_off(desk, shelf, readings))
        if not doubtful:
            _lay_down(desk, shelf, name, is_load=readings.is_load)
        return Kept(
            readings.first, readings.last, days, count, meters, readings.is_load, doubtful, tuple(readings.notices)
        )
    finally:
        desk.close()


def forget(folder: Path, *, name: str) -> int:
    """Take a file's readings away again; return how many days held some."""
    gone = 0
    for part in folder.glob(f"*/day=*/{name}.parquet"):
        part.unlink(missing_ok=True)
        gone += 1
    return gone


def kept_between(folder: Path, first: date, last: date, *, shelf: str = "daily") -> tuple[str, ...]:
    """Return the files of the days from first to last."""
    found_files = []
    for place in sorted((folder / shelf).glob("day=*")):
        day = date.fromisoformat(place.name.removeprefix("day="))
        if first <= day <= last:
            found_files += [str(file) for file in sorted(place.glob("*.parquet"))]
    return tuple(found_files)


def _columns(desk: Desk, table: Table) -> tuple[dict[str, str], bool]:
    """Return our name → theirs for the titles that are there, and whether one of them says 万kWh."""
    files = found(desk, table, "readings")
    is_text = bool(files.text)
    there = described(desk, scanned(files, is_text=is_text), next(iter(files)))
    mapped: dict[str, str] = {}
    says_wan = False
    for title in there:
        plain = "".join(title.lower().split()).replace("（", "(").replace("）", ")")
        if any(word in plain for word in WAN):
            says_wan = True
            mapped.setdefault("kwh", title)
        bare = BRACKETS.sub("", plain)
        for ours, titles in TITLES.items():
            if plain in titles or bare in titles:
                mapped.setdefault(ours, title)
    return {ours: theirs for ours, theirs in mapped.items() if ours != theirs}, says_wan


def _is_far_off(desk: Desk, shelf: Path, readings: Readings) -> bool:
    """Answer whether the meters' usual amounts are a thousand times those that are kept of them, or a thousandth."""
    if readings.is_load:
        return False
    days = sorted(shelf.glob("day=*"))[-RECENT_DAYS:]
    kept = [str(file) for day in days for file in day.glob("*.parquet")]
    if not kept:
        return False
    ratio = desk.one(
        f"""select median(new.usual / old.usual) from
            (select meter_id, median(amount) as usual from told where amount > 0 group by meter_id) new
            join (select meter_id, median(kwh) as usual from read_parquet({listed(kept)}, union_by_name = true)
                  where kwh > 0 group by meter_id) old using (meter_id)"""
    )[0]
    return ratio is not None and (ratio * FAR_OFF < 1 or ratio > FAR_OFF)


def _lay_down(desk: Desk, shelf: Path, name: str, *, is_load: bool) -> None:
    """Write the rows by day into a folder of the desk, then move each day's file to its place: whole, or not at all."""
    made = desk.folder / "made"
    amount = "taken as at, amount as kw" if is_load else "amount as kwh"
    desk.run(
        f"copy (select meter_id, {amount}, cast(taken as date) as day from told where taken is not null order by day, meter_id) "
        f"to {literal(str(made))} (format parquet, compression zstd, partition_by (day), write_partition_columns true)"
    )
    for place in made.glob("day=*"):
        target = shelf / place.name
        target.mkdir(parents=True, exist_ok=True)
        parts = sorted(place.glob("*.parquet"))
        if len(parts) > 1:
            one = place / "one.parquet"
            desk.run(
                f"copy (from read_parquet({listed(map(str, parts))})) to {literal(str(one))} (format parquet, compression zstd)"
            )
            parts = [one]
        fresh = target / f".{name}.new"
        shutil.copyfile(parts[0], fresh)
        fresh.replace(target / f"{name}.parquet")
