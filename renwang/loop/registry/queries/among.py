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

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        left, params = self.process_lhs(compiler, connection)
        values = list(self.rhs)
        if connection.vendor != "postgresql":
            marks = ", ".join(["%s"] * len(values)) or "NULL"
            # Only parameters are put in; the left side is the ORM's own.
            return f"{left} IN ({marks})", [*params, *values]
        return f"{left} = ANY(%s::{_TYPES.get(self.lhs.output_field.get_internal_type(), 'text')}[])", [*params, values]


_TYPES = {
    "BinaryField": "bytea",
    "BigAutoField": "bigint",
    "BigIntegerField": "bigint",
}
Field.register_lookup(Among)
BinaryField.register_lookup(Among)


def chunks(items: Iterable[T]) -> Iterator[list[T]]:
    """Return the items in parts that one statement can name (SQLite takes fewer than PostgreSQL)."""
    rows = list(items)
    size = 900 if connection.vendor == "sqlite" else 50_000
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
