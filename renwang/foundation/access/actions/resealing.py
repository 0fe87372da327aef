"""Bringing every sealed value under the current key, in batches, while the system runs.

Nothing a person can see changes, so this writes past the door of actions; the command that calls it is the only
caller. Each envelope names its key: a run that was stopped goes on where it stopped when it is started again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connections, models, transaction

from renwang.foundation.access.engine.keyring import KeyMissing
from renwang.foundation.access.engine.normal import normalise
from renwang.foundation.access.engine.seal import SealBroken, Sealer
from renwang.foundation.access.fields import (
    BlindIndexField,
    SealedTextField,
    blind_fields,
    sealed_fields,
)

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """One batch of one table that is done: `last` is its last primary key; broken rows stay as they were."""

    table: str
    seen: int
    resealed: int
    reindexed: int
    broken: tuple[Any, ...]
    last: Any


def sealed_models() -> list[type[models.Model]]:
    """Return every model with a sealed column, in the order of INSTALLED_APPS."""
    return [model for model in apps.get_models() if sealed_fields(model) and not model._meta.proxy]


def reseal_model(
    model: type[models.Model],
    sealer: Sealer,
    *,
    size: int = 1000,
    using: str = "default",
    write: bool = True,
) -> Iterator[Progress]:
    """Bring one table under the sealer's current keys, one transaction a batch; with write=False only count.

    A row changed by somebody else meanwhile is left alone: its writer sealed it, and the next run looks again.
    """
    fields = [*sealed_fields(model), *blind_fields(model)]
    key = model._meta.pk
    assert key is not None  # every table of ours has one
    connection = connections[using]
    key_column = connection.ops.quote_name(str(key.column))
    name = connection.ops.quote_name
    columns = ", ".join(name(str(field.column)) for field in (key, *fields))
    table = name(model._meta.db_table)
    # Only names of tables and columns from the models stand in the text; every value is a parameter.
    first = f"SELECT {columns} FROM {table} ORDER BY {key_column} LIMIT {size:d}"  # noqa: S608
    after = f"SELECT {columns} FROM {table} WHERE {key_column} > %s ORDER BY {key_column} LIMIT {size:d}"  # noqa: S608
    last: Any = None
    while True:
        with transaction.atomic(using=using), connection.cursor() as cursor:
            if last is None:
                cursor.execute(first)
            else:
                cursor.execute(after, [last])
            rows: list[Row] = cursor.fetchall()
            if not rows:
                return
            changes: list[tuple[str, Row]] = []
            resealed = reindexed = 0
            broken: list[Any] = []
            for row in rows:
                before = [None if value is None else bytes(value) for value in row[1:]]
                try:
                    now = _renewed(fields, before, sealer)
                except (SealBroken, KeyMissing):
                    broken.append(row[0])
                    continue
                changed = [place for place, value in enumerate(now) if value != before[place]]
                resealed += any(not isinstance(fields[place], BlindIndexField) for place in changed)
                reindexed += any(isinstance(fields[place], BlindIndexField) for place in changed)
                if changed:
                    changes.append(_guarded(connection, table, key_column, fields, changed, before, now, row[0]))
            if write:
                for sql, values in changes:
                    cursor.execute(sql, values)
            last = rows[-1][0]
        yield Progress(model._meta.label, len(rows), resealed, reindexed, tuple(broken), last)


def _renewed(
    fields: Sequence[models.Field[Any, Any]], before: list[bytes | None], sealer: Sealer
) -> list[bytes | None]:
    """Return the row's envelopes and indexes as the sealer would write them today."""
    now = list(before)
    texts: dict[str, str] = {}
    sealed = {field.name for field in fields if isinstance(field, SealedTextField)}
    for place, field in enumerate(fields):
        envelope = before[place]
        if isinstance(field, BlindIndexField):
            if field.source not in sealed:
                continue  # an index of a plain column needs no rotation of the seal; saving renews it
            text = texts.get(field.source, "")
            now[place] = sealer.blind(text, field.kind) if normalise(text, field.kind) else None
        elif envelope is not None:
            purpose: bytes = field.sealed_for.encode()  # type: ignore[attr-defined]
            value = sealer.open(envelope, purpose)
            if isinstance(field, SealedTextField):
                texts[field.name] = value.decode()
            if not sealer.is_current(envelope):
                now[place] = sealer.seal(value, purpose)
    return now


def _guarded(
    connection: Any,
    table: str,
    key_column: str,
    fields: Sequence[models.Field[Any, Any]],
    changed: list[int],
    before: list[bytes | None],
    now: list[bytes | None],
    pk: Any,
) -> tuple[str, Row]:
    """Return the UPDATE that changes a row only if its sealed columns are still what was read."""
    name = connection.ops.quote_name

    def binary(value: bytes | None) -> Any:
        return None if value is None else connection.Database.Binary(value)

    seen = [place for place, field in enumerate(fields) if not isinstance(field, BlindIndexField)]
    sets = ", ".join(f"{name(fields[place].column)} = %s" for place in changed)
    guards = " AND ".join(
        f"{name(fields[p].column)} IS NULL" if before[p] is None else f"{name(fields[p].column)} = %s" for p in seen
    )
    values = [binary(now[p]) for p in changed] + [pk] + [binary(before[p]) for p in seen if before[p] is not None]
    return f"UPDATE {table} SET {sets} WHERE {key_column} = %s AND {guards}", tuple(values)  # noqa: S608
