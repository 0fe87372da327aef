"""Tables in open formats: csv and Parquet, each with a dictionary of its columns that a machine can read, and HXL hashtags."""

import csv
import hashlib
import io
import json
import tempfile
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, Literal

from renwang.foundation.sheets.engine.cells import Value
from renwang.foundation.sheets.engine.package import Mark, legal

Kind = Literal["text", "int", "number", "date", "datetime", "bool"]
# https://specs.frictionlessdata.io/table-schema/ · https://duckdb.org/docs/sql/data_types/overview
_SCHEMA: Final[Mapping[str, str]] = {
    "text": "string",
    "int": "integer",
    "number": "number",
    "date": "date",
    "datetime": "datetime",
    "bool": "boolean",
}
_SQL: Final[Mapping[str, str]] = {
    "text": "VARCHAR",
    "int": "BIGINT",
    "number": "DOUBLE",
    "date": "DATE",
    "datetime": "TIMESTAMP",
    "bool": "BOOLEAN",
}
# What a spreadsheet program takes for the beginning of a formula (OWASP, CSV injection).
# Excel in Chinese takes the wide signs for the narrow ones.
_RUNS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_STAMP: Final = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an open table: its name, what people call it, what it means, its HXL hashtag, whether it is protected."""

    name: str
    title: str
    meaning: str
    kind: Kind = "text"
    hxl: str = ""
    is_sealed: bool = False


Rows = Iterable[Sequence[Value]]


def inert(value: Value) -> Value:
    """Return a value that no spreadsheet program takes for a formula; numbers stay numbers."""
    if isinstance(value, str) and value.lstrip(" \u3000").startswith(_RUNS):
        return "'" + value
    return value


def csv_bytes(columns: Sequence[Column], rows: Rows, *, hxl: bool = False) -> bytes:
    """Return a csv (UTF-8 with a mark, so that Excel reads Chinese): names, hashtags where asked for, then the rows."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow([column.name for column in columns])
    if hxl:
        writer.writerow([column.hxl for column in columns])
    for row in rows:
        writer.writerow([_told(inert(value)) for value in row])
    return b"\xef\xbb\xbf" + buffer.getvalue().encode("utf-8", "replace")


def parquet_bytes(
    columns: Sequence[Column], rows: Rows, *, name: str, mark: Mark, hxl: bool = False, memory_mb: int = 256
) -> bytes:
    """Return a Parquet file (zstd) with the mark, the dictionary and the hashtags in its own metadata."""
    import duckdb

    about = json.dumps(dictionary(columns, name=name, mark=mark, hxl=hxl), ensure_ascii=False)
    told = {"taken_by": mark.who, "taken_at": mark.at, "taken_for": mark.why, "mark": mark.line, "datapackage": about}
    with tempfile.TemporaryDirectory(prefix="renwang-") as folder:
        target = Path(folder, "table.parquet")
        # Nothing is ever fetched: what the wheel holds is enough.
        config: dict[str, Any] = {
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "memory_limit": f"{memory_mb}MB",
            "temp_directory": folder,
            "threads": 1,
        }
        with duckdb.connect(":memory:", config=config) as connection:
            shape = ", ".join(f"{_quoted(column.name)} {_SQL[column.kind]}" for column in columns)
            connection.execute(f"CREATE TABLE told ({shape})")
            names = ", ".join(f"{_literal(column.name)}: {_literal(_SQL[column.kind])}" for column in columns)
            # Row by row through the driver a district took a quarter of an hour; as a file of its own it takes seconds.
            plain = Path(folder, "table.csv")
            with plain.open("w", encoding="utf-8", errors="replace", newline="") as file:
                for row in rows:
                    cells = (_plain(value, column.kind) for value, column in zip(row, columns, strict=True))
                    file.write(",".join(cells) + "\n")
            connection.execute(
                f"INSERT INTO told SELECT * FROM read_csv({_literal(str(plain))}, header = false, delim = ',', quote = '\"', "  # noqa: S608
                f"escape = '\"', nullstr = '', allow_quoted_nulls = false, auto_detect = false, columns = {{{names}}})"
            )
            metadata = ", ".join(f"{key}: {_literal(legal(value))}" for key, value in told.items())
            connection.execute(
                f"COPY told TO {_literal(str(target))} (FORMAT parquet, COMPRESSION zstd, KV_METADATA {{{metadata}}})"
            )
        return target.read_bytes()


def dictionary(columns: Sequence[Column], *, name: str, mark: Mark, hxl: bool = False) -> dict[str, Any]:
    """Return the dictionary of a table as a Frictionless data package: every field with its type, words and hashtag."""
    return {
        "profile": "tabular-data-package",
        "name": name,
        "title": name,
        "description": mark.line,
        "contributors": [{"title": mark.who, "role": "publisher"}],
        "created": mark.at,
        "keywords": [mark.why],
        "resources": [
            {
                "name": name,
                "profile": "tabular-data-resource",
                "encoding": "utf-8",
                "hxl": hxl,
                "schema": {
                    "fields": [
                        {
                            "name": column.name,
                            "type": _SCHEMA[column.kind],
                            "title": column.title,
                            "description": column.meaning,
                            **({"hxl": column.hxl} if column.hxl else {}),
                            "protected": column.is_sealed,
                        }
                        for column in columns
                    ]
                },
            }
        ],
    }


def bundle(files: Mapping[str, bytes]) -> bytes:
    """Return several files as one zip; the same files give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _STAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return buffer.getvalue()


def with_dictionary(content: bytes, filename: str, columns: Sequence[Column], *, mark: Mark, hxl: bool) -> bytes:
    """Return a table and its dictionary as one zip: datapackage.json beside the file, with the file's hash."""
    name = Path(filename).stem
    told = dictionary(columns, name=name, mark=mark, hxl=hxl)
    resource = told["resources"][0]
    resource |= {"path": filename, "bytes": len(content), "hash": "sha256:" + hashlib.sha256(content).hexdigest()}
    return bundle({filename: content, "datapackage.json": json.dumps(told, ensure_ascii=False, indent=2).encode()})


def _told(value: Value) -> str | int | float:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.replace(tzinfo=None).isoformat(" ", "minutes")
        case date():
            return value.isoformat()
        case str():
            return legal(value)
    return value


def _plain(value: Value, kind: Kind) -> str:
    """Return a value as it stands in a csv of ours: text in quotes, so that an empty one is told from none."""
    if value is None:
        return ""
    told = value.replace(tzinfo=None).isoformat(" ") if isinstance(value, datetime) else _told(value)
    return _quoted(str(told)) if kind == "text" or isinstance(value, str) else str(told)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
