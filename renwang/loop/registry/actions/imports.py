"""An office's workbook: taken in sealed, checked row by row, and entered or put away."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action, promise
from renwang.foundation.sheets.engine.caps import DEFAULT_CAPS, check_size

from ..events import ImportApplied, ImportDiscarded, ImportStarted, WorkbookChecked, WorkbookReceived
from ..models import ImportBatch, ImportRow
from ..queries.imports import Checked
from ..rules import IMPORT_MOVES, HouseholdIn, ImportStatus, Verdict
from .households import check_divisions, register_households

CHECK = "registry.check_workbook"
APPLY = "registry.apply_import"


class StaleImport(ValueError):
    """Somebody else has applied or discarded the import meanwhile, or it is not checked yet."""

    def __init__(self) -> None:
        super().__init__(_("This import has moved on meanwhile. Load the page again."))


@action
def receive_workbook(*, actor: Actor, now: datetime, area: str, filename: str, content: bytes) -> WorkbookReceived:
    """Take in a workbook, sealed, and promise that it will be checked; one still in hand is not taken in twice.

    Raises UnknownDivision, TooBig (a SheetFault).
    """
    actor.check_may("registry.receive_workbook", area)
    if area:
        check_divisions({area})
    check_size(len(content), DEFAULT_CAPS)
    digest = hashlib.sha256(content).hexdigest()
    same = ImportBatch.objects.filter(digest=digest, area=area).exclude(
        status__in=(ImportStatus.DISCARDED, ImportStatus.REFUSED)
    )
    in_hand = same.exclude(status=ImportStatus.APPLIED).values_list("pk", flat=True).first()
    if in_hand is not None:
        return WorkbookReceived(batch_id=in_hand, area=area, digest=digest, seen_before=True)
    seen_before = same.exists()
    batch = ImportBatch.objects.create(
        filename=filename[:200], digest=digest, blob=content, area=area, by_id=actor.user_id, uploaded_at=now
    )
    promise(kind=CHECK, key=f"{CHECK}:{batch.pk}", payload={"batch_id": batch.pk}, now=now)
    return WorkbookReceived(batch_id=batch.pk, area=area, digest=digest, seen_before=seen_before)


@action
def check_workbook(*, actor: Actor, now: datetime, batch_id: int, found: Checked) -> WorkbookChecked:
    """Write down the verdict on every row, computed by `queries.imports.checked`. Raises StaleImport."""
    batch = _batch(batch_id)
    actor.check_may("registry.check_workbook", batch.area)
    status = ImportStatus.REFUSED if found.problem or not found.total else ImportStatus.CHECKED
    problem = found.problem or ("" if found.total else _("There is no row below the column titles."))
    _move(
        batch_id,
        ImportStatus.CHECKING,
        status,
        problem=problem[:300],
        rows=found.total,
        rows_new=found.count(Verdict.NEW),
        rows_changed=found.count(Verdict.CHANGED),
        rows_unchanged=found.count(Verdict.UNCHANGED),
        rows_invalid=found.count(Verdict.INVALID),
    )
    ImportRow.objects.bulk_create(
        [
            ImportRow(batch_id=batch_id, row_no=one.row, verdict=one.verdict, field=one.field, message=one.message)
            for one in found.verdicts
        ],
        batch_size=2000,
    )
    return WorkbookChecked(
        batch_id=batch_id,
        is_usable=status == ImportStatus.CHECKED,
        rows=found.total,
        rows_invalid=found.count(Verdict.INVALID),
    )


@action
def apply_import(*, actor: Actor, now: datetime, batch_id: int) -> ImportStarted:
    """Promise that the good rows of a checked workbook are entered. Raises StaleImport."""
    actor.check_may("registry.apply_import", _batch(batch_id).area)
    _move(batch_id, ImportStatus.CHECKED, ImportStatus.APPLYING)
    promise(kind=APPLY, key=f"{APPLY}:{batch_id}", payload={"batch_id": batch_id}, now=now)
    return ImportStarted(batch_id=batch_id)


@action
def enter_import_rows(
    *, actor: Actor, now: datetime, batch_id: int, households: Sequence[HouseholdIn], up_to_row: int
) -> ImportStarted:
    """Enter one part of an import and note up to which row; a part that is entered already is left alone."""
    batch = _batch(batch_id)
    actor.check_may("registry.apply_import", batch.area)
    here = ImportBatch.objects.filter(pk=batch_id, status=ImportStatus.APPLYING, applied_to__lt=up_to_row)
    if here.update(applied_to=up_to_row):
        register_households(actor=actor, now=now, households=households, source=f"import:{batch_id}")
    return ImportStarted(batch_id=batch_id)


@action
def finish_import(*, actor: Actor, now: datetime, batch_id: int) -> ImportApplied:
    """Close an import whose good rows are all entered. Raises StaleImport."""
    batch = _batch(batch_id)
    actor.check_may("registry.apply_import", batch.area)
    _move(batch_id, ImportStatus.APPLYING, ImportStatus.APPLIED, applied_at=now)
    return ImportApplied(
        batch_id=batch_id, new=batch.rows_new, changed=batch.rows_changed, unchanged=batch.rows_unchanged
    )


@action
def discard_import(*, actor: Actor, now: datetime, batch_id: int) -> ImportDiscarded:
    """Put a checked workbook away; nothing of it is entered, the file stays. Raises StaleImport."""
    actor.check_may("registry.discard_import", _batch(batch_id).area)
    _move(batch_id, ImportStatus.CHECKED, ImportStatus.DISCARDED)
    return ImportDiscarded(batch_id=batch_id)


def _batch(batch_id: int) -> ImportBatch:
    found = ImportBatch.objects.defer("blob").filter(pk=batch_id).first()
    if found is None:
        raise StaleImport
    return found


def _move(batch_id: int, seen: ImportStatus, to: ImportStatus, **told: object) -> None:
    """Move an import on, if it still stands where it was seen. The filter is the lock."""
    if to not in IMPORT_MOVES[seen] or not ImportBatch.objects.filter(pk=batch_id, status=seen).update(
        status=to, **told
    ):
        raise StaleImport
