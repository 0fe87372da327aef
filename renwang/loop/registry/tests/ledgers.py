"""Ledgers as offices keep them, for the tests: any head, any rows, merged cells, several sheets."""

import datetime as dt
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

from openpyxl import Workbook

from renwang.foundation.access.rules import Actor
from renwang.loop.registry import actions, handlers
from renwang.loop.registry.engine.identifiers import make_resident_id
from renwang.loop.registry.models import ImportBatch, ImportRow

AREA = "370704006"


def id_of(seq: int, sex: str = "1", born_on: dt.date = dt.date(1950, 3, 8)) -> str:
    return make_resident_id("990704", born_on, seq, sex)


def book(
    rows: Sequence[Sequence[object]], merges: Sequence[str] = (), sheets: Mapping[str, Sequence[Any]] | None = None
) -> bytes:
    """Return an xlsx of these rows; further sheets by name."""
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    for area in merges:
        sheet.merge_cells(area)
    for name, more in (sheets or {}).items():
        extra = made.create_sheet(name)
        for row in more:
            extra.append(list(row))
    content = BytesIO()
    made.save(content)
    return content.getvalue()


def send(
    actor: Actor,
    now: dt.datetime,
    content: bytes,
    *,
    filename: str = "台账.xlsx",
    ask: bool = True,
    area: str = AREA,
    **told: Any,
) -> ImportBatch:
    """Send a workbook and let it be checked."""
    received = actions.receive_workbook(actor=actor, now=now, area=area, filename=filename, content=content, **told)
    handlers.check_batch(received.batch_id, now=now, ask=ask)
    return ImportBatch.objects.get(pk=received.batch_id)


def enter(actor: Actor, now: dt.datetime, batch: ImportBatch, *, anyway: bool = False) -> ImportBatch:
    """Enter the good rows of a checked workbook; ``anyway``: though most of its rows are doubtful."""
    actions.apply_import(actor=actor, now=now, batch_id=batch.pk, anyway=anyway)
    handlers.keep_apply({"batch_id": batch.pk}, now=now)
    batch.refresh_from_db()
    return batch


def verdicts(batch: ImportBatch) -> dict[int, str]:
    """Return each row's verdict, runs of rows taken apart."""
    return {
        row: one.verdict
        for one in ImportRow.objects.filter(batch=batch)
        for row in range(one.row_no, max(one.row_to, one.row_no) + 1)
    }


def counts(batch: ImportBatch) -> dict[str, int]:
    """Return how many rows have each verdict, those that are not nought."""
    names = ("new", "changed", "unchanged", "conflict", "doubtful", "invalid", "ignored")
    return {name: count for name in names if (count := getattr(batch, f"rows_{name}"))}


def taken(actor: Actor, now: dt.datetime, rows: list[list[object]], **told: object) -> ImportBatch:
    return enter(actor, now, send(actor, now, book(rows), ask=False, **told))
