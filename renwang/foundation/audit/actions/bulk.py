"""Write many rows at the speed of the database: COPY and arrays on PostgreSQL, one prepared statement on SQLite."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model


def insert_rows(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows of plain database values. Building a model instance for each would cost more than writing it."""
    source = iter(rows)
    # Some at hand first: a row that still asks the database something would wait for the COPY it is part of, for ever.
    while written := list(islice(source, _AT_A_TIME)):
        _insert(model, columns, written)


class Inserting:
    """Inserts rows in the order they are given in, while the one who gives them goes on computing: the database has a core of its own.

    Between the first rows and `settle` the database must not be asked anything else. SQLite inserts at once.
    """

    def __init__(self, sender: ThreadPoolExecutor) -> None:
        self._sender = sender
        self._sent: list[Future[None]] = []

    def rows(self, model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Insert rows of plain database values."""
        written = list(rows)
        is_large = len(written) >= _WORTH_A_THREAD or bool(self._sent)
        text = _as_copied(written) if connection.vendor == "postgresql" and is_large else None
        if text is None:
            self.settle()
            insert_rows(model, columns, written)
        elif text:
            connection.ensure_connection()
            # Django's own wrapper belongs to the thread that made it; the driver's connection does not mind.
            self._sent.append(self._sender.submit(_send, connection.connection, _copy(model, columns), text))

    def settle(self) -> None:
        """Wait until all is in; raises what the database refused."""
        sent, self._sent = self._sent, []
        with connection.wrap_database_errors:
            for one in sent:
                one.result()


@contextmanager
def inserting() -> Iterator[Inserting]:
    """Insert into several tables while the block computes the next rows; at the end of the block all are in, or an error is raised."""
    with ThreadPoolExecutor(1) as sender:
        found = Inserting(sender)
        try:
            yield found
        finally:
            found.settle()


def _send(driver: Any, statement: str, text: str) -> None:
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(text)


def _copy(model: type[Model], columns: Sequence[str]) -> str:
    quoted = ", ".join(f'"{column}"' for column in columns)
    return f'COPY "{model._meta.db_table}" ({quoted}) FROM STDIN'


def _as_copied(rows: Sequence[Sequence[Any]]) -> str | None:
    """Return rows as COPY reads them; nothing where one holds a value of some other type."""
    try:
        return "".join(["\t".join([_COPIED[type(one)](one) for one in row]) + "\n" for row in rows])
    except KeyError:
        return None


def _insert(model: type[Model], columns: Sequence[str], written: Sequence[Sequence[Any]]) -> None:
    quoted = ", ".join(f'"{column}"' for column in columns)
    table = f'"{model._meta.db_table}"'
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            text = _as_copied(written)
            with connection.wrap_database_errors, cursor.copy(_copy(model, columns)) as copy:
                if text is not None:
                    copy.write(text)
                else:
                    for row in written:
                        copy.write_row(row)
            return
        # Table and columns are names of our own models, never anything typed.
        statement = f"INSERT INTO {table} ({quoted}) VALUES ({', '.join(['%s'] * len(columns))})"  # noqa: S608
        cursor.executemany(statement, [[_plain(value) for value in row] for row in written])


def _escaped(text: str) -> str:
    """Return text as COPY reads it; hardly any needs more than one look."""
    if _SPECIAL.search(text):
        text = (
            text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r").replace("\0", "")
        )
    return text


_AT_A_TIME = 10_000
_WORTH_A_THREAD = 1_000
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
            # Told as runs: mostly it is one, and a hundred thousand rows of one number each are slow to fetch.
            cursor.execute(
                "SELECT min(id), max(id) FROM (SELECT id, id - row_number() OVER (ORDER BY id) AS run FROM "
                "(SELECT nextval(counter) AS id FROM generate_series(1, %s), "
                "(SELECT pg_get_serial_sequence(%s, 'id')::regclass AS counter OFFSET 0) AS named) AS taken) AS runs "
                "GROUP BY run ORDER BY 1",
                [count, f'"{table}"'],
            )
            return [one for first, last in cursor.fetchall() for one in range(first, last + 1)]
        # Whoever writes holds SQLite's only write lock, so nobody takes these meanwhile; AUTOINCREMENT goes on after them.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = cursor.fetchone()
    first = (last[0] if last else 0) + 1
    return list(range(first, first + count))
