"""An office's workbook: send it, look at the verdicts, enter the good rows or put it away."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from renwang.foundation.audit.models import Promise
from renwang.foundation.sheets.engine.faults import SheetFault
from renwang.foundation.sheets.engine.verdicts import write_verdicts
from renwang.foundation.sheets.errors import explain, verdict_words

from .. import actions, handlers
from ..actions.imports import APPLY, CHECK
from ..engine.template import template_workbook
from ..forms import UploadForm
from ..models import ImportBatch, ImportRow
from ..queries import imports, lists
from ..rules import ImportStatus, Verdict
from ..rules.labels import FIELDS, template_words
from .acting import TELLABLE, actor_in, tell

ON_A_PAGE = 50
# So small a file is checked, or entered, before one has looked up; a larger one is the worker's.
AT_ONCE = 100_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "POST"])
def listed(request: HttpRequest) -> HttpResponse:
    """Take in a workbook, and show those that were sent."""
    actor = actor_in(request)
    actor.check_may_anywhere("registry.import_people")
    form = UploadForm(
        request.POST or None,
        request.FILES or None,
        areas=lists.areas(viewer=actor, permission="registry.receive_workbook"),
    )
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        now = timezone.now()
        try:
            content = file.read()
            received = actions.receive_workbook(
                actor=actor, now=now, area=form.cleaned_data["area"], filename=file.name, content=content
            )
        except SheetFault as fault:
            form.add_error("file", explain(fault))
        except TELLABLE as problem:
            form.add_error(None, str(problem))
        else:
            if received.seen_before:
                messages.info(request, _("This very file was sent before: look whether it still needs to be entered."))
            if len(content) <= AT_ONCE:
                handlers.keep_check({"batch_id": received.batch_id}, now=now)
            return redirect("registry:import", received.batch_id)
    page = Paginator(imports.batches(viewer=actor), ON_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request, "registry/imports.html", {"form": form, "page": page, "places": dict(lists.areas(viewer=actor))}
    )


def _batch(request: HttpRequest, batch_id: int) -> ImportBatch:
    actor = actor_in(request)
    actor.check_may_anywhere("registry.import_people")
    batch = imports.batches(viewer=actor).filter(pk=batch_id).first()
    if batch is None:
        raise Http404
    return batch


@require_GET
def one(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Show the verdicts of a workbook, the wrong rows first."""
    batch = _batch(request, batch_id)
    wanted = request.GET.get("verdict", "")
    if wanted not in Verdict.values:
        wanted = Verdict.INVALID.value if batch.rows_invalid else ""
    rows = ImportRow.objects.filter(batch=batch)
    if wanted and request.GET.get("verdict") != "all":
        rows = rows.filter(verdict=wanted)
    page = Paginator(rows.order_by("row_no"), ON_A_PAGE).get_page(request.GET.get("page"))
    counts = {
        "invalid": batch.rows_invalid,
        "new": batch.rows_new,
        "changed": batch.rows_changed,
        "unchanged": batch.rows_unchanged,
    }
    tabs = [
        {
            "label": Verdict(code).label,
            "href": f"?verdict={code}",
            "active": wanted == code,
            "count": counts[code],
            "meaning": "act" if code == "invalid" and counts[code] else "",
        }
        for code in counts
    ]
    context = {
        "batch": batch,
        "page": page,
        "tabs": tabs,
        "fields": FIELDS,
        "good": batch.rows_new + batch.rows_changed,
        "is_running": batch.status in (ImportStatus.CHECKING, ImportStatus.APPLYING),
        "may_apply": actor_in(request).may("registry.apply_import", batch.area),
        **_progress(batch),
    }
    return render(request, "registry/import.html", context)


@never_cache
@require_GET
def progress(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Answer how far the worker has come; once it is done the page loads anew (htmx)."""
    batch = _batch(request, batch_id)
    if batch.status not in (ImportStatus.CHECKING, ImportStatus.APPLYING):
        response = HttpResponse()
        response["HX-Refresh"] = "true"
        return response
    return render(request, "registry/import_progress.html", {"batch": batch, **_progress(batch)})


def _progress(batch: ImportBatch) -> dict[str, object]:
    kind = APPLY if batch.status == ImportStatus.APPLYING else CHECK
    promise = Promise.objects.filter(key=f"{kind}:{batch.pk}").first()
    return {
        "percent": min(promise.progress, 99) if promise else 0,
        "is_stuck": bool(promise and promise.status == "dead"),
    }


@require_POST
def apply(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Enter the good rows."""
    batch = _batch(request, batch_id)
    actor, now = actor_in(request), timezone.now()
    try:
        actions.apply_import(actor=actor, now=now, batch_id=batch_id)
    except TELLABLE as problem:
        tell(request, problem)
    else:
        if batch.rows <= 500:
            handlers.keep_apply({"batch_id": batch_id}, now=now)
            messages.success(request, _("The good rows are in the register."))
    return redirect("registry:import", batch_id)


@require_POST
def discard(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Put the workbook away."""
    _batch(request, batch_id)
    try:
        actions.discard_import(actor=actor_in(request), now=timezone.now(), batch_id=batch_id)
    except TELLABLE as problem:
        tell(request, problem)
    else:
        messages.success(request, _("Put away: nothing of this workbook was entered."))
    return redirect("registry:imports")


@never_cache
@require_GET
def marked(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Send the uploader's own workbook back with a verdict on every row and the wrong cells marked."""
    batch = _batch(request, batch_id)
    content = ImportBatch.objects.get(pk=batch_id).blob or b""
    try:
        sheet, header = imports.opened_sheet(content, batch.filename)
    except SheetFault as fault:
        messages.error(request, explain(fault))
        return redirect("registry:import", batch_id)
    found = [
        (
            row.row_no,
            row.field or None,
            "error" if row.verdict == Verdict.INVALID else "ok",
            row.message or str(Verdict(row.verdict).label),
        )
        for row in ImportRow.objects.filter(batch=batch).order_by("row_no")
    ]
    data = write_verdicts(
        content,
        found,  # type: ignore[arg-type]  # the level is one of its words
        header=header,
        filename=batch.filename,
        sheet=sheet.name,
        words=verdict_words(),
    )
    return _as_file(data, _("checked-%(number)d.xlsx") % {"number": batch_id})


@require_GET
def template(request: HttpRequest) -> HttpResponse:
    """Send an empty workbook with the columns, an explanation of each, and lists to choose from."""
    actor = actor_in(request)
    actor.check_may_anywhere("registry.import_people")
    villages = lists.choosable_divisions(viewer=actor, permission="registry.receive_workbook")
    return _as_file(template_workbook(template_words(), villages), _("register-template.xlsx"))


def _as_file(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    response["Cache-Control"] = "no-store, private"
    return response
