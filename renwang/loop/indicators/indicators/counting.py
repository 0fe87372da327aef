"""Count in bulk: one grouped statement for all areas, which brings the ids of the rows with the counts."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Aggregate, F, Q, QuerySet, Sum, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.sql.compiler import SQLCompiler

from ..rules import Tally


class IdsOf(Aggregate):
    """The ids of a group: an array on PostgreSQL, joined by commas on the embedded database."""

    function = "ARRAY_AGG"
    output_field = TextField()

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        return super().as_sql(compiler, connection, function="GROUP_CONCAT", **context)


def grouped(
    rows: QuerySet[Any],
    *,
    area: str = "division_id",
    slice: str = "",  # the word of the figures
    counted: Q | None = None,
    amount: Combinable | None = None,
    key: str = "pk",
) -> Iterator[Tally]:
    """Yield what rows come to by the column of their area (and of their slice), in one statement.

    ``counted``: of a share, which of the rows count. ``amount``: what is summed over them, a number or a span of time (as seconds).
    """
    by = [area, slice] if slice else [area]
    told: dict[str, Any] = {"ids_": IdsOf(F(key), filter=counted)}
    if counted is not None:
        told["rest_"] = IdsOf(F(key), filter=~counted)
    told["amount_"] = Sum(amount) if amount is not None else Value(0)
    for row in rows.order_by().values(*by).annotate(**told).iterator(chunk_size=2000):
        yield Tally(
            area=row[area],
            slice=str(row[slice]) if slice else "",
            ids=_ids(row["ids_"]),
            rest=_ids(row.get("rest_")),
            amount=_amount(row["amount_"]),
        )


def _ids(told: Any) -> Sequence[int]:
    if told is None:
        return ()
    return [int(one) for one in told.split(",")] if isinstance(told, str) else told


def _amount(told: Any) -> Decimal:
    if isinstance(told, timedelta):
        return Decimal(int(told.total_seconds()))
    return Decimal(str(told or 0))
