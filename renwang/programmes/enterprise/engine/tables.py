"""Tables as they come: Parquet, csv, xlsx, in files, folders and globs, or rows in memory; and the connection they are read by."""

import csv
import glob
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from .faults import Refused

PARQUET = frozenset({".parquet", ".pq"})
TEXT = frozenset({".csv", ".tsv", ".txt", ".gz"})
BOOKS = frozenset({".xlsx", ".xls", ".xlsm"})


@dataclass(frozen=True, slots=True)
class Table:
    """Where rows come from: `paths` (files, folders, globs), or `rows` under `names`. `columns`: our name → theirs."""

    paths: tuple[str, ...] = ()
    rows: Iterable[Sequence[object]] | None = None
    names: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """The files behind a table, by how they are read. Rows in memory have become a text file."""

    parquet: tuple[str, ...] = ()
    text: tuple[str, ...] = ()

    def __iter__(self) -> Any:
        return iter((*self.parquet, *self.text))


def quoted(name: str) -> str:
    """Return a name as SQL takes it."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a text as SQL takes it."""
    return "'" + text.replace("'", "''") + "'"


def listed(texts: Iterable[str]) -> str:
    """Return texts as a list of DuckDB."""
    return "[" + ", ".join(literal(text) for text in texts) + "]"


class Desk:
    """One connection to DuckDB with a folder of its own for what does not fit in memory; closed, nothing stays behind."""

    def __init__(self, *, memory: str = "700MB", threads: int | None = None, folder: str | None = None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="renwang-power-", dir=folder))
        try:
            self.con = duckdb.connect(
                config={
                    "autoinstall_known_extensions": False,
                    "autoload_known_extensions": False,
                    "memory_limit": memory,
                    "temp_directory": str(self.folder / "spill"),
                    "preserve_insertion_order": False,
                    **({"threads": threads} if threads is not None else {}),
                }
            )
        except duckdb.Error as error:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise Refused("bad_question", field="memory or threads", reason=_first_line(error)) from None
        self.con.execute("set parquet_metadata_cache = true")
        self._files = 0

    def close(self) -> None:
        """Give back the memory and the folder."""
        self.con.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def path(self, suffix: str) -> Path:
        """Return the name of a new file in the folder."""
        self._files += 1
        return self.folder / f"{self._files}{suffix}"

    def run(self, sql: str) -> duckdb.DuckDBPyConnection:
        """Run a statement."""
        return self.con.execute(sql)

    def all(self, sql: str) -> list[tuple[Any, ...]]:
        """Return all rows of a statement."""
        return self.con.execute(sql).fetchall()

    def one(self, sql: str) -> tuple[Any, ...]:
        """Return the only row of a statement."""
        row = self.con.execute(sql).fetchone()
        assert row is not None
        return row

    def dicts(self, sql: str) -> tuple[dict[str, object], ...]:
        """Return the rows of a statement with their names, days as text."""
        cursor = self.con.execute(sql)
        names = [column[0] for column in cursor.description or ()]
        return tuple({n: _plain(v) for n, v in zip(names, row, strict=True)} for row in cursor.fetchall())


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date | datetime) else value


def found(desk: Desk, table: Table, what: str) -> Found:
    """Return the files of a table; refuse what is not there or not known. `what` names the table in a refusal."""
    if table.rows is not None:
        return Found(text=(_written(desk, table.names, table.rows),))
    files: list[str] = []
    for path in table.paths:
        files += _expanded(path)
    if not files:
        raise Refused("empty", table=what)
    parquet, text = [], []
    for file in dict.fromkeys(files):
        suffix = Path(file).suffix.lower()
        if Path(file).stat().st_size == 0:
            raise Refused("unreadable_file", path=file, reason="it is empty (0 bytes)")
        if suffix in PARQUET:
            parquet.append(file)
        elif suffix in TEXT:
            text.append(_as_unicode(desk, file))
        elif suffix in BOOKS:
            text.append(_book(desk, file))
        else:
            raise Refused("unknown_format", path=file)
    return Found(tuple(parquet), tuple(text))


def _expanded(path: str) -> list[str]:
    place = Path(path).expanduser()
    if place.is_dir():
        known = PARQUET | TEXT | BOOKS
        files = [
            str(file)
            for file in sorted(place.rglob("*"))
            if file.is_file() and file.suffix.lower() in known and not file.name.startswith((".", "_", "~$"))
        ]
    elif place.is_file():
        files = [str(place)]
    else:
        files = sorted(file for file in glob.glob(str(place), recursive=True) if os.path.isfile(file))  # noqa: PTH113, PTH207
    if not files:
        raise Refused("no_file", path=path)
    return files


def _written(desk: Desk, names: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    path = desk.path(".csv")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        writer.writerows([_text(value) for value in row] for row in rows)
    return str(path)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        # A workbook knows no whole numbers: meter 33000001 arrives as 33000001.0.
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return str(value)


def _book(desk: Desk, file: str) -> str:
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_path(file)
        rows = book.get_sheet_by_index(0).to_python()
    except (python_calamine.CalamineError, OSError, IndexError) as error:
        raise Refused("unreadable_file", path=file, reason=_first_line(error)) from None
    rows = [row for row in rows if any(cell not in {"", None} for cell in row)]
    if not rows:
        raise Refused("unreadable_file", path=file, reason="it holds no rows")
    return _written(desk, [_text(cell).strip() for cell in rows[0]], rows[1:])


def _as_unicode(desk: Desk, file: str) -> str:
    """Return the file itself, or a copy of it in UTF-8 when it is in GB 18030, as many offices' csv files are."""
    if file.endswith(".gz"):
        return file
    with Path(file).open("rb") as raw:
        head = raw.read(1 << 20)
    if b"\x00" in head:
        raise Refused("unreadable_file", path=file, reason="it is not a text file")
    for cut in range(4):
        try:
            head[: len(head) - cut].decode("utf-8")
        except UnicodeDecodeError:
            continue
        return file
    path = desk.path(".csv")
    try:
        with (
            Path(file).open(encoding="gb18030", newline="") as old,
            path.open("w", encoding="utf-8", newline="") as new,
        ):
            shutil.copyfileobj(old, new, 1 << 20)
    except UnicodeDecodeError:
        raise Refused("unreadable_file", path=file, reason="neither UTF-8 nor GB 18030") from None
    return str(path)


def scanned(found_files: Found, *, is_text: bool) -> str:
    """Return the SQL that reads the Parquet files, or the text files, of a table."""
    if is_text:
        files = listed(found_files.text)
        return f"read_csv({files}, all_varchar = true, header = true, union_by_name = true, null_padding = true)"
    return f"read_parquet({listed(found_files.parquet)}, union_by_name = true)"


def described(desk: Desk, scan: str, path: str) -> dict[str, str]:
    """Return column → type of what a scan reads."""
    try:
        return {row[0]: row[1] for row in desk.all(f"describe select * from {scan}")}
    except duckdb.Error as error:
        raise Refused("unreadable_file", path=path, reason=_first_line(error)) from None


def matched(found_columns: Mapping[str, str], table: Table, wanted: Iterable[str]) -> dict[str, str]:
    """Return our name → their column, for each of the wanted that is there. Case and blanks around do not matter."""
    loose = {name.strip().strip("\ufeff").lower(): name for name in found_columns}
    matches = {}
    for ours in wanted:
        theirs = table.columns.get(ours)
        if theirs is not None:
            if theirs.strip().lower() not in loose:
                raise Refused("unknown_column", column=theirs, found=", ".join(found_columns))
            matches[ours] = loose[theirs.strip().lower()]
        elif ours in loose:
            matches[ours] = loose[ours]
    return matches


def _first_line(error: BaseException) -> str:
    return str(error).strip().split("\n")[0][:200]
