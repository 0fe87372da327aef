"""How the worker keeps what the paperwork promised, and what happens every so often."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from renwang.foundation.access.models import User
from renwang.foundation.access.queries import actor_for
from renwang.foundation.access.rules import Actor, NotAllowed
from renwang.foundation.documents.engine import CannotTypeset
from renwang.foundation.documents.errors import explain
from renwang.foundation.sheets.engine.faults import SheetFault
from renwang.foundation.sheets.engine.filling import TooManyToFill

from . import actions, queries
from .models import Export, Filling, FormColumn
from .rules import CannotDo, ExportKind, ExportStatus, FileKind, FillingStatus, Level, Stale, column_key, in_words

Report = Callable[[int], None]


def keep_filling(payload: Mapping[str, Any], *, now: datetime, report: Report = lambda _percent: None) -> None:
    """Fill a form with the rights of whoever asked for it, held now; one that is filled already is left alone."""
    filling = (
        Filling.objects.select_related("version__form", "by")
        .filter(pk=payload["filling_id"], status=FillingStatus.FILLING, round_no=payload["round_no"])
        .first()
    )
    if filling is None:
        return
    made, problem = None, ""
    actor = actor_of(filling.by, now)
    try:
        actor.check_may("paperwork.fill_form", filling.area)
        if filling.opens_sealed:
            actor.check_may("access.reveal", filling.area)
        made = queries.filled(task_of(filling, actor, now), report=report)
    except NotAllowed:
        problem = _("Whoever plans this form may not fill it here any more: somebody else of the office plans it anew.")
    except (SheetFault, TooManyToFill, CannotDo) as fault:
        problem = in_words(fault)
    keeper = actor if made is not None else Actor.system()
    try:
        actions.finish_filling(
            actor=keeper, now=now, filling_id=filling.pk, round_no=filling.round_no, made=made, problem=problem
        )
    except Stale:
        return  # another worker was first


def task_of(filling: Filling, actor: Actor, now: datetime) -> queries.Task:
    """Return what is to be filled."""
    version, form = filling.version, filling.version.form
    columns = list(FormColumn.objects.filter(version=version))
    known = queries.catalogue(actor).by_code
    content = version.blob or b""
    reason = filling.opened_because or filling.reason
    return queries.Task(
        content=content,
        kind=FileKind(version.kind),
        table=queries.table_of(content, {column_key(column.title) for column in columns}),
        level=Level(version.level),
        columns={column.position: known[column.field] for column in columns if column.field in known},
        viewer=actor,
        area=filling.area,
        day=filling.day,
        now=now,
        mark=queries.mark_for(actor, now=now, reason=reason, is_opened=filling.opens_sealed),
        programme=form.programme_id or "",
        office=form.office,
        opens_sealed=filling.opens_sealed,
    )


def keep_export(payload: Mapping[str, Any], *, now: datetime, report: Report = lambda _percent: None) -> None:
    """Make a file with the rights of whoever asked for it, held now; one that is made already is left alone."""
    export = Export.objects.select_related("by").filter(pk=payload["export_id"], status=ExportStatus.MAKING).first()
    if export is None:
        return
    actor = actor_of(export.by, now)
    made, problem = None, ""
    try:
        if export.opens_sealed:
            actor.check_may("access.reveal", export.area)
        made = _made(export, actor, now, report)
    except NotAllowed as refused:
        problem = str(refused)
    except CannotTypeset as fault:
        problem = explain(fault)
    except CannotDo as fault:
        problem = str(fault)
    try:
        if made is None:
            actions.finish_export(actor=Actor.system(), now=now, export_id=export.pk, problem=problem)
        else:
            actions.finish_export(
                actor=actor,
                now=now,
                export_id=export.pk,
                content=made.content,
                filename=made.name,
                rows=made.rows,
                looks=made.looks,
            )
    except Stale:
        return  # another worker was first


def _made(export: Export, actor: Actor, now: datetime, report: Report) -> queries.File:
    mark = queries.mark_for(actor, now=now, reason=export.reason, is_opened=export.opens_sealed)
    if export.kind == ExportKind.HOUSEHOLD_FILES:
        actor.check_may("paperwork.export_household_files", export.area)
        return queries.village_files(
            viewer=actor,
            area=export.area,
            programme=export.programme_id or "",
            file_format=export.file_format,
            opens_sealed=export.opens_sealed,
            mark=mark,
            now=now,
            report=report,
        )
    actor.check_may("paperwork.export_table", export.area)
    taking = queries.Taking(
        viewer=actor,
        area=export.area,
        now=now,
        programme=export.programme_id or "",
        opens_sealed=export.opens_sealed,
        report=report,
    )
    return queries.open_table(
        table=export.table, taking=taking, file_format=export.file_format, has_hxl=export.has_hxl, mark=mark
    )


def fill_daily(now: datetime) -> None:
    """Begin the forms whose hour has come today and that are not filled yet; each waits for a person."""
    local = timezone.localtime(now)
    # One look spares an action, and its entry, every minute of the day.
    for form in queries.due_forms(day=local.date(), at=local.time()):
        try:
            actions.fill_form(
                actor=actor_of(form.by, now),
                now=now,
                form_id=form.pk,
                area=form.area,
                day=local.date(),
                reason=_("Daily form, filled by itself"),
                is_daily=True,
            )
        except NotAllowed:
            # Whoever planned it left: it stands among the failed ones, where their office sees it.
            actions.fill_form(
                actor=Actor.system(),
                now=now,
                form_id=form.pk,
                area=form.area,
                day=local.date(),
                reason=_("Daily form, filled by itself"),
                is_daily=True,
            )


def drop_exports(now: datetime) -> None:
    """Delete the files that have waited for their days."""
    if Export.objects.filter(status=ExportStatus.READY).exists():
        actions.drop_exports(actor=Actor.system(), now=now)


def actor_of(user: User | None, now: datetime) -> Actor:
    """Return who asked, with the rights held now; the system where it came by the command line."""
    return actor_for(user=user, now=now, verified=True) if user else Actor.system()
