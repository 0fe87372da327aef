"""How the worker keeps what the register promised."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from renwang.foundation.access.models import User
from renwang.foundation.access.queries import actor_for
from renwang.foundation.access.rules import Actor

from . import actions
from .models import ImportBatch
from .queries import imports
from .rules import ImportStatus


def keep_check(payload: Mapping[str, Any], *, now: datetime, report: Callable[[int], None] | None = None) -> None:
    """Check a received workbook; one that is checked already is left alone."""
    batch = ImportBatch.objects.filter(pk=payload["batch_id"], status=ImportStatus.CHECKING).first()
    if batch is None:
        return
    actor = _uploader(batch, now)
    found = imports.checked(
        viewer=actor, content=batch.blob or b"", filename=batch.filename, area=batch.area, now=now, report=report
    )
    try:
        actions.check_workbook(actor=actor, now=now, batch_id=batch.pk, found=found)
    except actions.StaleImport:
        return  # another worker was first


def keep_apply(payload: Mapping[str, Any], *, now: datetime, report: Callable[[int], None] | None = None) -> None:
    """Enter the good rows part by part, each in its own transaction, from where an earlier worker stopped."""
    batch = ImportBatch.objects.filter(pk=payload["batch_id"], status=ImportStatus.APPLYING).first()
    if batch is None:
        return
    actor = _uploader(batch, now)
    found = imports.checked(viewer=actor, content=batch.blob or b"", filename=batch.filename, area=batch.area, now=now)
    total = len(found.households)
    for start in range(0, total, imports.STEP):
        part = slice(start, start + imports.STEP)
        last = found.last_rows[part][-1]
        if last > batch.applied_to:
            actions.enter_import_rows(
                actor=actor, now=now, batch_id=batch.pk, households=found.households[part], up_to_row=last
            )
        if report:
            report(min(start + imports.STEP, total) * 100 // total)
    try:
        actions.finish_import(actor=actor, now=now, batch_id=batch.pk)
    except actions.StaleImport:
        return  # another worker was first


def _uploader(batch: ImportBatch, now: datetime) -> Actor:
    """Return who sent the file, with the rights held now; the system where it came by the command line."""
    user = User.objects.filter(pk=batch.by_id).first() if batch.by_id else None
    return actor_for(user=user, now=now, verified=True) if user else Actor.system()
