"""Asking for many values at once: one array on PostgreSQL, a list of parameters on SQLite."""

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from django.db import connection
from django.db.models import BinaryField, Field, Lookup

T = TypeVar("T")


class Among(Lookup[Any]):
    """`filter(id__among=[…])`: as `__in`, but ten thousand values are one parameter, which the server need not parse."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        left, params = self.process_lhs(compiler, connection)
        values = list(self.rhs)
        kind = _TYPES.get(self.lhs.output_field.get_internal_type(), "text")
        if connection.vendor != "postgresql":
            if kind == "uuid":
                values = [value.hex for value in values]  # as an embedded file keeps them
            marks = ", ".join(["%s"] * len(values)) or "NULL"
            # Only parameters are put in; the left side is the ORM's own.
            return f"{left} IN ({marks})", [*params, *values]
        return f"{left} = ANY(%s::{kind}[])", [*params, _array(values, kind)]


def _array(values: list[Any], kind: str) -> str:
    """Return an array as PostgreSQL writes it: the driver's own way from a list takes ten times as long."""
    if kind == "bytea":
        return "{" + ",".join([f'"\\\\x{bytes(value).hex()}"' for value in values]) + "}"
    if kind in ("bigint", "uuid"):
        return "{" + ",".join(map(str, values)) + "}"
    # Two signs mean something inside quotes.
    quoted = [str(value).replace("\\", "\\\\").replace('"', '\\"') for value in values]
    return "{" + ",".join([f'"{value}"' for value in quoted]) + "}"


_TYPES = {
    "BinaryField": "bytea",
    "BigAutoField": "bigint",
    "BigIntegerField": "bigint",
    "UUIDField": "uuid",
}
Field.register_lookup(Among)
BinaryField.register_lookup(Among)


def chunks(items: Iterable[T]) -> Iterator[list[T]]:
    """Return the items in parts that one statement can name (SQLite takes fewer than PostgreSQL)."""
    rows = list(items)
    size = 900 if connection.vendor == "sqlite" else 10_000
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
