"""What leaves the system as a file: asked for with a reason, made by the worker, every taking written down."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from renwang.foundation.access.actions import log_look, log_looks
from renwang.foundation.access.rules import Actor, NotAllowed
from renwang.foundation.audit.actions import action, promise
from renwang.loop.registry.models import Subject

from ..events import CopyTaken, ExportBegun, ExportMade, ExportsDropped, HouseholdFileTaken, TakenOut
from ..models import Export, Filling
from ..queries import check_programme, fillings
from ..rules import KEPT_DAYS, CannotDo, ExportKind, ExportStatus, FillingStatus, Stale, check_reason

EXPORT = "paperwork.make_export"
Looks = Iterable[tuple[int, str, str]]


@action
def export_household_files(
    *, actor: Actor, now: datetime, area: str, programme: str, file_format: str, opens_sealed: bool, reason: str
) -> ExportBegun:
    """Promise one file per household of an area, as one PDF or as one Word document each. Raises CannotDo."""
    actor.check_may("paperwork.export_household_files", area)
    return _begin(
        actor,
        now,
        Export(
            kind=ExportKind.HOUSEHOLD_FILES,
            file_format=_known(file_format, ("pdf", "docx")),
            area=area,
            programme_id=programme or None,
            opens_sealed=opens_sealed,
            reason=check_reason(reason),
        ),
    )


@action
def export_table(
    *,
    actor: Actor,
    now: datetime,
    table: str,
    area: str,
    programme: str,
    file_format: str,
    has_hxl: bool,
    opens_sealed: bool,
    reason: str,
) -> ExportBegun:
    """Promise an open table of an area, with its dictionary. Raises CannotDo."""
    actor.check_may("paperwork.export_table", area)
    return _begin(
        actor,
        now,
        Export(
            kind=ExportKind.TABLE,
            table=table,
            file_format=_known(file_format, ("csv", "parquet", "xlsx")),
            has_hxl=has_hxl,
            area=area,
            programme_id=programme or None,
            opens_sealed=opens_sealed,
            reason=check_reason(reason),
        ),
    )


def _known(file_format: str, formats: tuple[str, ...]) -> str:
    if file_format not in formats:
        raise CannotDo(_("Choose one of these formats: %(formats)s.") % {"formats": ", ".join(formats)})
    return file_format


def _begin(actor: Actor, now: datetime, export: Export) -> ExportBegun:
    check_programme(actor, export.programme_id or "")
    if export.opens_sealed:
        actor.check_may("access.reveal", export.area)
    export.by_id, export.asked_at = actor.user_id, now
    export.save()
    promise(kind=EXPORT, key=f"{EXPORT}:{export.pk}", payload={"export_id": export.pk}, now=now)
    return ExportBegun(
        export_id=export.pk, kind=export.kind, table=export.table, area=export.area, opens_sealed=export.opens_sealed
    )


@action
def finish_export(
    *,
    actor: Actor,
    now: datetime,
    export_id: int,
    content: bytes = b"",
    filename: str = "",
    rows: int = 0,
    looks: Looks = (),
    problem: str = "",
) -> ExportMade:
    """Keep a file that the worker made, with the looks it took; or why it could not be made. Raises Stale."""
    export = Export.objects.defer("file").get(pk=export_id)
    needed = "household_files" if export.kind == ExportKind.HOUSEHOLD_FILES else "table"
    actor.check_may(f"paperwork.export_{needed}", export.area)
    digest = hashlib.sha256(content).hexdigest() if content else ""
    here = Export.objects.filter(pk=export_id, status=ExportStatus.MAKING)
    if problem:
        moved = here.update(status=ExportStatus.FAILED, problem=problem[:300], ready_at=now)
    else:
        told = {"file": content, "filename": filename[:120], "rows": rows, "digest": digest, "ready_at": now}
        moved = here.update(status=ExportStatus.READY, **told)
    if not moved:
        raise Stale
    looks = list(looks)
    if looks:
        log_looks(actor=actor, now=now, area=export.area, looks=looks, reason=export.reason)
    return ExportMade(export_id=export_id, rows=rows, digest=digest, is_failed=bool(problem))


@action
def take_copy(*, actor: Actor, now: datetime, what: str, which: int) -> CopyTaken:
    """Write down that somebody takes the file of a filling ("filling") or of their own export ("export"). Raises Stale."""
    if what == "filling":
        filling = Filling.objects.defer("file").filter(pk=which).exclude(digest="").first()
        if filling is None or filling.status not in (FillingStatus.WAITING, FillingStatus.RELEASED):
            raise Stale
        actor.check_may("paperwork.take_copy", filling.area)
        # What was opened for one office is not for another's officer of the same area.
        if not fillings(viewer=actor).filter(pk=which).exists():
            raise NotAllowed("paperwork.take_copy", filling.area)
        return CopyTaken(what=what, which=which, area=filling.area, digest=filling.digest)
    export = Export.objects.defer("file").filter(pk=which, status=ExportStatus.READY).first()
    if export is None:
        raise Stale
    actor.check_may("paperwork.take_copy", export.area)
    if export.by_id != actor.user_id:
        raise NotAllowed("paperwork.take_copy", export.area)
    return CopyTaken(what="export", which=which, area=export.area, digest=export.digest)


@action
def take_household_file(
    *, actor: Actor, now: datetime, household_id: int, file_format: str, looks: Looks, reason: str
) -> HouseholdFileTaken:
    """Write down that somebody takes the file of one household; ``looks``: the protected fields it opens, which need a reason."""
    household = Subject.objects.get(pk=household_id)
    actor.check_may_for("paperwork.take_household_file", household.division_id, household_id)
    opened = sorted(set(looks))
    if opened:
        actor.check_may_for("access.reveal", household.division_id, household_id)
        told = check_reason(reason)
        for subject, code, field in opened:
            # A handful of people of one household: each look is an entry of its own, as on the page.
            log_look(actor=actor, now=now, subject_id=subject, code=code, field=field, reason=told)
    return HouseholdFileTaken(household_id=household_id, file_format=file_format, opens_sealed=bool(opened))


@action
def take_out(
    *,
    actor: Actor,
    now: datetime,
    what: str,
    area: str,
    file_format: str,
    rows: int,
    digest: str,
    looks: Looks,
    reason: str,
) -> TakenOut:
    """Write down that the command line writes a file: what, of which area, what for."""
    actor.check_may("paperwork.export_table", area)
    looks = list(looks)
    if looks:
        log_looks(actor=actor, now=now, area=area, looks=looks, reason=check_reason(reason))
    return TakenOut(what=what, area=area, file_format=file_format, rows=rows, digest=digest, opens_sealed=bool(looks))


@action
def drop_exports(*, actor: Actor, now: datetime) -> ExportsDropped:
    """Delete the files that have waited for their days; that they were made stays written down."""
    actor.check_may_anywhere("paperwork.drop_exports")
    old = Export.objects.filter(status=ExportStatus.READY, ready_at__lt=now - timedelta(days=KEPT_DAYS))
    ids = tuple(old.values_list("pk", flat=True))
    Export.objects.filter(pk__in=ids, status=ExportStatus.READY).update(status=ExportStatus.GONE, file=None)
    return ExportsDropped(export_ids=ids)
