"""Write many rows at the speed of the database: COPY and arrays on PostgreSQL, one prepared statement on SQLite."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model


def insert_rows(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows of plain database values. Building a model instance for each would cost more than writing it."""
    # All of them at hand first: a row that still asks the database something would wait for the COPY it is part of, for ever.
    written = list(rows)
    quoted = ", ".join(f'"{column}"' for column in columns)
    table = f'"{model._meta.db_table}"'
    source = iter(written)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with connection.wrap_database_errors, cursor.copy(f"COPY {table} ({quoted}) FROM STDIN") as copy:
                if not {type(one) for row in written for one in row} <= _COPIED.keys():
                    for row in source:
                        copy.write_row(row)
                while part := list(islice(source, 10_000)):
                    copy.write("".join(["\t".join([_COPIED[type(one)](one) for one in row]) + "\n" for row in part]))
            return
        # Table and columns are names of our own models, never anything typed.
        statement = f"INSERT INTO {table} ({quoted}) VALUES ({', '.join(['%s'] * len(columns))})"  # noqa: S608
        while part := list(islice(source, 5000)):
            cursor.executemany(statement, [[_plain(value) for value in row] for row in part])


def _escaped(text: str) -> str:
    """Return text as COPY reads it; hardly any needs more than one look."""
    if _SPECIAL.search(text):
        text = (
            text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r").replace("\0", "")
        )
    return text


_SPECIAL = re.compile("[\\\\\t\n\r\0]")
# How COPY writes each type. One dictionary look-up a value costs a fifth of the driver's own way from Python to text.
_COPIED: dict[type, Callable[[Any], str]] = {
    str: _escaped,
    int: str,
    float: repr,
    bool: lambda value: "t" if value else "f",
    bytes: lambda value: "\\\\x" + value.hex(),
    date: date.isoformat,
    datetime: datetime.isoformat,
    UUID: str,
    type(None): lambda _none: "\\N",
}


def update_rows(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Update rows of plain database values, each a primary key and then a value for each column, in one statement.

    ``bulk_update`` writes a CASE with a WHEN for every row and column: for five hundred rows that costs more than all the rest of an action.
    """
    written = list(rows)
    if not written:
        return
    table = f'"{model._meta.db_table}"'
    fields = {field.column: field for field in model._meta.concrete_fields}
    key = model._meta.pk.column
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            names = [key, *columns]
            arrays = ", ".join(
                f"%s::{fields[name].rel_db_type(connection) if name == key else fields[name].db_type(connection)}[]"
                for name in names
            )
            quoted = ", ".join(f'"{name}"' for name in names)
            told = ", ".join(f'"{name}" = given."{name}"' for name in columns)
            cursor.execute(
                f"UPDATE {table} SET {told} FROM unnest({arrays}) AS given ({quoted}) "  # noqa: S608  # our own names
                f'WHERE {table}."{key}" = given."{key}"',
                [list(column) for column in zip(*written, strict=True)],
            )
            return
        told = ", ".join(f'"{name}" = %s' for name in columns)
        cursor.executemany(
            f'UPDATE {table} SET {told} WHERE "{key}" = %s',  # noqa: S608  # our own names
            [[*(_plain(value) for value in row[1:]), row[0]] for row in written],
        )


def _plain(value: Any) -> Any:
    """Return a value as the ORM keeps it in an embedded file: a moment without its zone, or it would compare as text."""
    if isinstance(value, UUID):
        return value.hex
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value


def take_ids(model: type[Model], count: int) -> list[int]:
    """Return ids that nobody else will get, so that rows which name one another can be written without reading back."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [f'"{table}"', count]
            )
            return [row[0] for row in cursor.fetchall()]
        # Whoever writes holds SQLite's only write lock, so nobody takes these meanwhile; AUTOINCREMENT goes on after them.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = cursor.fetchone()
    first = (last[0] if last else 0) + 1
    return list(range(first, first + count))
