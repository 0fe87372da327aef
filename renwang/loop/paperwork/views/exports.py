"""What is taken out: the file of one household, the files of a village, open tables."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from renwang.foundation.access.rules import NotAllowed
from renwang.foundation.audit.models import Promise
from renwang.foundation.documents.engine import CannotTypeset
from renwang.foundation.documents.errors import explain
from renwang.loop.registry import queries as registry
from renwang.loop.registry.models import Subject
from renwang.loop.registry.queries import lists
from renwang.loop.registry.rules import SubjectKind

from .. import actions, queries
from ..actions import EXPORT
from ..forms import FilesForm, TableForm
from ..models import Export
from ..rules import CannotDo, ExportStatus
from .acting import actor_in, as_file, names_of, programmes_for, tell

ON_A_PAGE = 30


@require_http_methods(["GET", "POST"])
def files(request: HttpRequest) -> HttpResponse:
    """Have the files of all households of an area made."""
    actor = actor_in(request)
    actor.check_may_anywhere("paperwork.export_household_files")
    areas = lists.areas(viewer=actor, permission="paperwork.export_household_files")
    form = FilesForm(request.POST or None, areas=areas, programmes=programmes_for(actor), initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        try:
            begun = actions.export_household_files(actor=actor, now=timezone.now(), **form.cleaned_data)
        except CannotDo as problem:
            form.add_error(None, str(problem))
        else:
            return redirect("paperwork:export", begun.export_id)
    return _page(request, "paperwork/files.html", {"form": form})


@require_http_methods(["GET", "POST"])
def tables(request: HttpRequest) -> HttpResponse:
    """Have an open table made."""
    actor = actor_in(request)
    actor.check_may_anywhere("paperwork.export_table")
    areas = lists.areas(viewer=actor, permission="paperwork.export_table")
    form = TableForm(request.POST or None, areas=areas, programmes=programmes_for(actor))
    if request.method == "POST" and form.is_valid():
        try:
            begun = actions.export_table(actor=actor, now=timezone.now(), **form.cleaned_data)
        except CannotDo as problem:
            form.add_error(None, str(problem))
        else:
            return redirect("paperwork:export", begun.export_id)
    return _page(request, "paperwork/tables.html", {"form": form})


def _page(request: HttpRequest, template: str, context: dict[str, object]) -> HttpResponse:
    actor = actor_in(request)
    page = Paginator(queries.exports(viewer=actor), ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, template, {**context, "page": page, "places": names_of([row.area for row in page])})


def _export(request: HttpRequest, export_id: int) -> Export:
    found = queries.exports(viewer=actor_in(request)).filter(pk=export_id).first()
    if found is None:
        raise Http404
    return found


@require_GET
def one(request: HttpRequest, export_id: int) -> HttpResponse:
    """Show how far a file is, and hand it out."""
    actor = actor_in(request)
    actor.check_may_anywhere("paperwork.take_copy")
    export = _export(request, export_id)
    place = names_of([export.area]).get(export.area, export.area)
    return render(request, "paperwork/export.html", {"export": export, "place": place, **_progress(export)})


def _progress(export: Export) -> dict[str, object]:
    promise = Promise.objects.filter(key=f"{EXPORT}:{export.pk}").first()
    return {
        "percent": min(promise.progress, 99) if promise else 0,
        "is_stuck": bool(promise and promise.status == "dead"),
    }


@never_cache
@require_GET
def progress(request: HttpRequest, export_id: int) -> HttpResponse:
    """Answer how far the worker has come; once it is done the page loads anew (htmx)."""
    actor_in(request).check_may_anywhere("paperwork.take_copy")
    export = _export(request, export_id)
    if export.status != ExportStatus.MAKING:
        response = HttpResponse()
        response["HX-Refresh"] = "true"
        return response
    return render(request, "paperwork/export_progress.html", {"export": export, **_progress(export)})


@never_cache
@require_POST
def taken(request: HttpRequest, export_id: int) -> HttpResponse:
    """Send a file that was made, and write down who took it."""
    actor_in(request).check_may_anywhere("paperwork.take_copy")
    export = _export(request, export_id)
    try:
        actions.take_copy(actor=actor_in(request), now=timezone.now(), what="export", which=export_id)
    except CannotDo as problem:
        tell(request, problem)
        return redirect("paperwork:export", export_id)
    content = Export.objects.values_list("file", flat=True).get(pk=export_id)
    return as_file(bytes(content or b""), export.filename)


@never_cache
@require_http_methods(["GET", "POST"])
def household(request: HttpRequest, household_id: int) -> HttpResponse:
    """Hand out the file of one household: as PDF or Word, protected fields masked unless opened with a reason."""
    actor = actor_in(request)
    subject = (
        Subject.objects.filter(registry.visible(actor), pk=household_id, kind=SubjectKind.HOUSEHOLD)
        .select_related("division__parent")
        .first()
    )
    if subject is None:
        raise Http404
    if not actor.may_for("paperwork.take_household_file", subject.division_id, household_id):
        raise NotAllowed("paperwork.take_household_file", subject.division_id)
    may_open = actor.may_for("access.reveal", subject.division_id, household_id)
    problem = ""
    if request.method == "POST":
        try:
            return _household_file(request, household_id, may_open=may_open)
        except CannotDo as told:
            problem = str(told)
        except CannotTypeset as fault:
            problem = explain(fault)
    context = {
        "subject": subject,
        "may_open": may_open,
        "problem": problem,
        "reason": request.POST.get("reason", ""),
        "place": registry.place_of(subject.division),
    }
    return render(request, "paperwork/household.html", context, status=400 if problem else 200)


def _household_file(request: HttpRequest, household_id: int, *, may_open: bool) -> HttpResponse:
    actor, now = actor_in(request), timezone.now()
    opens = may_open and request.POST.get("opens_sealed") == "1"
    file_format = "docx" if request.POST.get("file_format") == "docx" else "pdf"
    reason = request.POST.get("reason", "").strip()[:200]
    told = reason if opens else reason or _("taken from the household's page")
    found = next(queries.household_files(viewer=actor, ids=[household_id], now=now, opens_sealed=opens))
    mark = queries.mark_for(actor, now=now, reason=told, is_opened=opens)
    made = queries.household_document(found, file_format=file_format, mark=mark, now=now)
    # Written down before it leaves, and only what was really made.
    actions.take_household_file(
        actor=actor, now=now, household_id=household_id, file_format=file_format, looks=made.looks, reason=reason
    )
    return as_file(made.content, made.name)
