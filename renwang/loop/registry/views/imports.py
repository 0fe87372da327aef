"""An office's workbook: send it, look at the verdicts, enter the good rows or put it away."""

from collections.abc import Iterable

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from renwang.foundation.audit.models import Promise
from renwang.foundation.sheets.engine.faults import SheetFault
from renwang.foundation.sheets.errors import explain

from .. import actions, handlers
from ..actions.imports import APPLY, CHECK
from ..actions.undoing import UNDO
from ..engine.template import template_workbook
from ..forms import ColumnsForm, UploadForm
from ..models import ImportBatch, ImportRow
from ..queries import imports, ledgers, lists
from ..queries.imports import RowVerdict
from ..queries.marking import changes_of, marked_workbook
from ..rules import ImportStatus, Verdict, looks_wrong
from ..rules.labels import KEPT, KEPT_OTHER, field_choices, field_label, template_words
from ..rules.recognising import OTHER, form_name
from ..rules.verdicts import SHEET_STEP, in_words
from .acting import TELLABLE, actor_in, tell

ON_A_PAGE = 50
# So small a file is checked, or entered, before one has looked up; a larger one is the worker's.
AT_ONCE = 100_000
RUNNING = (ImportStatus.CHECKING, ImportStatus.APPLYING, ImportStatus.UNDOING)
FAULTS = (Verdict.INVALID.value, Verdict.CONFLICT.value, Verdict.DOUBTFUL.value)
SHOWN = (
    Verdict.INVALID,
    Verdict.CONFLICT,
    Verdict.DOUBTFUL,
    Verdict.NEW,
    Verdict.CHANGED,
    Verdict.UNCHANGED,
    Verdict.IGNORED,
)
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
        offices=sorted(actor.offices()),
    )
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        now = timezone.now()
        try:
            content = file.read()
            received = actions.receive_workbook(
                actor=actor,
                now=now,
                area=form.cleaned_data["area"],
                filename=file.name,
                content=content,
                office=form.cleaned_data.get("office") or "",
                about=form.cleaned_data["about"],
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
    batch, actor = _batch(request, batch_id), actor_in(request)
    wanted = request.GET.get("verdict", "")
    if wanted not in Verdict.values:
        wanted = next((code for code in FAULTS if getattr(batch, f"rows_{code}")), "")
    rows = ImportRow.objects.filter(batch=batch)
    if wanted and request.GET.get("verdict") != "all":
        rows = rows.filter(verdict=wanted)
    page = Paginator(rows.order_by("row_no"), ON_A_PAGE).get_page(request.GET.get("page"))
    counts = {verdict.value: getattr(batch, f"rows_{verdict.value}") for verdict in SHOWN}
    tabs = [
        {
            "label": Verdict(code).label,
            "href": f"?verdict={code}",
            "active": wanted == code,
            "count": counts[code],
            "meaning": ("act" if code == "invalid" else "late" if code in FAULTS else "") if counts[code] else "",
        }
        for code in counts
        if counts[code] or code in ("new", "changed", "unchanged", "invalid")
    ]
    context = {
        "batch": batch,
        "problem": imports.problem_in_words(batch.problem),
        "page": page,
        "tabs": tabs,
        "rows": _rows(batch, page),
        "good": batch.rows_new + batch.rows_changed + batch.rows_conflict,
        "looks_wrong": looks_wrong(batch.rows, batch.rows_doubtful),
        "is_running": batch.status in RUNNING,
        "may_apply": actor.may("registry.apply_import", batch.area),
        "can_settle": batch.status in (ImportStatus.MAPPING, ImportStatus.CHECKED)
        and actor.may("registry.settle_columns", batch.area),
        "may_undo": actor.may("registry.undo_import", batch.area),
        "columns": _columns(batch),
        "unread": batch.unread.split("\n") if batch.unread else [],
        "has_sheets": "\n" in batch.sheets,
        "choices": field_choices(),
        "form_name": batch.mapping_name or form_name(batch.filename, batch.sheet),
        "kept": _kept(batch) if batch.status in (ImportStatus.UNDONE, ImportStatus.UNDOING) else [],
        **_progress(batch),
    }
    return render(request, "registry/import.html", context)


@never_cache
@require_GET
def progress(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Answer how far the worker has come; once it is done the page loads anew (htmx)."""
    batch = _batch(request, batch_id)
    if batch.status not in RUNNING:
        response = HttpResponse()
        response["HX-Refresh"] = "true"
        return response
    return render(request, "registry/import_progress.html", {"batch": batch, **_progress(batch)})


def _progress(batch: ImportBatch) -> dict[str, object]:
    kinds = {ImportStatus.APPLYING.value: APPLY, ImportStatus.UNDOING.value: UNDO}
    kind = kinds.get(batch.status, CHECK)
    # A workbook whose columns were settled is checked a second time, under a key of its own.
    keys = Q(key=f"{kind}:{batch.pk}") | Q(key__startswith=f"{kind}:{batch.pk}:")
    promise = Promise.objects.filter(keys).order_by("-pk").first()
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
        actions.apply_import(actor=actor, now=now, batch_id=batch_id, anyway=request.POST.get("anyway") == "1")
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


@require_POST
def settle(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Take what the columns of a workbook mean, remember it for the office, and check the rows."""
    batch = _batch(request, batch_id)
    now = timezone.now()
    fields = {
        int(name.removeprefix("column-")): value
        for name, value in request.POST.items()
        if name.startswith("column-") and name.removeprefix("column-").isdecimal() and isinstance(value, str)
    }
    try:
        settled = ColumnsForm.cleaned(fields, {column.pk: column.title for column in batch.columns.all()})
        actions.settle_columns(
            actor=actor_in(request), now=now, batch_id=batch_id, fields=settled, save_as=request.POST.get("save_as", "")
        )
    except TELLABLE as problem:
        tell(request, problem)
    else:
        if batch.rows <= 500 and ImportBatch.objects.filter(pk=batch_id).exists():
            handlers.check_batch(batch_id, now=now)
        messages.success(request, _("The columns are remembered for the next workbook of this form."))
    return redirect("registry:import", batch_id)


@require_POST
def undo(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Take an import back as a whole."""
    batch = _batch(request, batch_id)
    now = timezone.now()
    try:
        actions.undo_import(actor=actor_in(request), now=now, batch_id=batch_id)
    except TELLABLE as problem:
        tell(request, problem)
    else:
        if batch.rows <= 500:
            handlers.keep_undo({"batch_id": batch_id}, now=now)
        messages.success(request, _("The import is taken back. What was edited or used since is kept."))
    return redirect("registry:import", batch_id)


def _columns(batch: ImportBatch) -> list[dict[str, object]]:
    """Return what each column is taken for, those to be looked at first."""
    found = [
        {
            "pk": column.pk,
            "title": column.title,
            "field": column.field,
            "label": field_label(column.field),
            "own": f"{OTHER}{column.title[:60]}",
            "is_own": column.field.startswith(OTHER),
            "is_open": column.how in ("content", "unknown"),
            "by_content": column.how == "content",
            "examples": (column.examples or "").split("\n"),
        }
        for column in batch.columns.order_by("place")
    ]
    return sorted(found, key=lambda column: not column["is_open"])


def _rows(batch: ImportBatch, page: Iterable[ImportRow]) -> list[dict[str, object]]:
    """Return verdicts as the page shows them: where each row stands, and what changes from what to what."""
    names = ledgers.sheet_names(batch)
    shown = []
    for one in page:
        sheet, row = ledgers.where(one.row_no, names)
        last = one.row_to % SHEET_STEP if one.row_to > one.row_no else 0
        changes = [(field_label(name), old, new) for name, old, new in changes_of(one.detail or "")]
        shown.append(
            {
                "one": one,
                "sheet": sheet,
                "row": row,
                "last": last,
                "changes": changes,
                "field": field_label(one.field),
                "message": in_words(one.message),
            }
        )
    return shown


def _kept(batch: ImportBatch) -> list[tuple[str, int]]:
    """Return what an undoing kept, in words, and how many."""
    return [(str(KEPT.get((what, why), KEPT_OTHER)), count) for what, why, count in ledgers.kept_of(batch)]


@never_cache
@require_GET
def marked(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Send the uploader's own workbook back with a verdict on every row and the wrong cells marked."""
    batch = _batch(request, batch_id)
    content = ImportBatch.objects.get(pk=batch_id).blob or b""
    rows = [
        RowVerdict(one.row_no, Verdict(one.verdict), one.field, one.message, one.detail or "", one.row_to)
        for one in ImportRow.objects.filter(batch=batch).order_by("row_no")
    ]
    try:
        data = marked_workbook(content, batch.filename, rows, ledgers.settled_for(batch))
    except (SheetFault, ledgers.NoNames) as fault:
        messages.error(request, imports.problem_in_words(imports.problem_of(fault)))
        return redirect("registry:import", batch_id)
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
