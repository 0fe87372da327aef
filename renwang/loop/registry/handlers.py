"""How the worker keeps what the register promised."""

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction

from renwang.foundation.access.models import User
from renwang.foundation.access.queries import actor_for
from renwang.foundation.access.rules import Actor

from . import actions
from .models import ImportBatch, ImportTrace
from .queries import imports, ledgers, likeness
from .queries.imports import Checked
from .rules import ImportStatus

Report = Callable[[int], None]


@contextmanager
def _uncollected() -> Iterator[None]:
    """Let Python not look for circles meanwhile: among half a million small rows there are none, and looking takes a third."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def keep_check(payload: Mapping[str, Any], *, now: datetime, report: Report | None = None) -> None:
    """Check a received workbook; it may wait for an officer to say what its columns mean."""
    check_batch(payload["batch_id"], now=now, report=report, ask=bool(payload.get("asks", True)))


def check_batch(batch_id: int, *, now: datetime, report: Report | None = None, ask: bool = True) -> Checked | None:
    """Check a received workbook and return what was found; one that is checked already is left alone."""
    batch = ImportBatch.objects.filter(pk=batch_id, status=ImportStatus.CHECKING).first()
    if batch is None:
        return None
    actor = _uploader(batch, now)
    # Whoever settled the columns of this very workbook is not asked again.
    asks = ask and not batch.columns.exists()
    with _uncollected():
        found = _checked(batch, actor, now, report=report, ask=asks)
        try:
            actions.check_workbook(actor=actor, now=now, batch_id=batch.pk, found=found, asks=asks)
        except actions.StaleImport:
            return None  # another worker was first
    return found


def keep_apply(
    payload: Mapping[str, Any], *, now: datetime, report: Report | None = None, found: Checked | None = None
) -> None:
    """Enter the good rows part by part, each in its own transaction, from where an earlier worker stopped.

    `found`: what `keep_check` has just read of the same workbook, so that it need not be read again.
    """
    batch = ImportBatch.objects.filter(pk=payload["batch_id"], status=ImportStatus.APPLYING).first()
    if batch is None:
        return
    actor = _uploader(batch, now)
    with _uncollected():
        _enter(batch, actor, now, report, found if found is not None else _checked(batch, actor, now))
    try:
        actions.finish_import(actor=actor, now=now, batch_id=batch.pk)
    except actions.StaleImport:
        return  # another worker was first


def _enter(batch: ImportBatch, actor: Actor, now: datetime, report: Report | None, found: Checked) -> None:
    total, step = len(found.last_rows), imports.step()
    for start in range(0, total, step):
        part = slice(start, start + step)
        last = found.last_rows[part][-1]
        if last > batch.applied_to:
            # Together, or a kill between the two would lose a question: those who are entered are new no longer.
            with transaction.atomic():
                actions.enter_import_rows(
                    actor=actor,
                    now=now,
                    batch_id=batch.pk,
                    households=found.households[part],
                    organisations=found.organisations[part],
                    up_to_row=last,
                )
                if asked := [one for one in found.doubts if start <= one.household < start + step]:
                    pairs = likeness.filed(found.households, asked)
                    actions.file_doubts(actor=actor, now=now, source=f"import:{batch.pk}", pairs=pairs)
        if report:
            report(min(start + step, total) * 100 // total)


def keep_undo(payload: Mapping[str, Any], *, now: datetime, report: Report | None = None) -> None:
    """Take an import back part by part, each in its own transaction, from where an earlier worker stopped."""
    batch = ImportBatch.objects.defer("blob").filter(pk=payload["batch_id"], status=ImportStatus.UNDOING).first()
    if batch is None:
        return
    actor = _uploader(batch, now)
    total = max(ImportTrace.objects.filter(batch=batch).count(), 1)
    while True:
        try:
            part = actions.take_back_part(actor=actor, now=now, batch_id=batch.pk)
        except actions.StaleImport:
            return
        if report:
            report(100 - ImportTrace.objects.filter(batch=batch, kept="").count() * 100 // total)
        if not part.taken and not part.kept and not _is_undoing(batch):
            return


def _is_undoing(batch: ImportBatch) -> bool:
    return ImportBatch.objects.filter(pk=batch.pk, status=ImportStatus.UNDOING).exists()


def _checked(
    batch: ImportBatch, actor: Actor, now: datetime, *, report: Report | None = None, ask: bool = False
) -> Checked:
    return imports.checked(
        viewer=actor,
        content=batch.blob or b"",
        filename=batch.filename,
        area=batch.area,
        now=now,
        office=batch.office,
        about=batch.about or "auto",
        settle=ledgers.settled_for(batch),
        ask=ask,
        report=report,
    )


def _uploader(batch: ImportBatch, now: datetime) -> Actor:
    """Return who sent the file, with the rights held now; the system where it came by the command line."""
    user = User.objects.filter(pk=batch.by_id).first() if batch.by_id else None
    return actor_for(user=user, now=now, verified=True) if user else Actor.system()
