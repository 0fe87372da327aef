"""Filled forms: waiting for a person, released, each figure opening to its rows."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from renwang.foundation.audit.models import Promise

from .. import actions, queries
from ..actions import FILL
from ..models import Figure, Filling
from ..rules import CannotDo, FillingStatus, is_serial
from .acting import actor_in, as_file, names_of, tell

ON_A_PAGE = 50
TABS = (
    ("waiting", (FillingStatus.FILLING, FillingStatus.WAITING, FillingStatus.FAILED)),
    ("released", (FillingStatus.RELEASED,)),
    ("put_away", (FillingStatus.PUT_AWAY,)),
)


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """Show the filled forms: those that wait first."""
    actor = actor_in(request)
    actor.check_may_anywhere("paperwork.view")
    shown = dict(TABS).get(request.GET.get("status", ""), TABS[0][1])
    found = queries.fillings(viewer=actor)
    labels = {
        "waiting": _("Waiting for release"),
        "released": str(FillingStatus.RELEASED.label),
        "put_away": str(FillingStatus.PUT_AWAY.label),
    }
    tabs = [
        {
            "label": labels[code],
            "href": f"?status={code}",
            "active": statuses == shown,
            "count": found.filter(status__in=statuses).count(),
        }
        for code, statuses in TABS
    ]
    page = Paginator(found.filter(status__in=shown), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "tabs": tabs, "places": names_of([row.area for row in page])}
    return render(request, "paperwork/fillings.html", context)


def _filling(request: HttpRequest, filling_id: int) -> Filling:
    actor_in(request).check_may_anywhere("paperwork.view")
    found = queries.fillings(viewer=actor_in(request)).filter(pk=filling_id).first()
    if found is None:
        raise Http404
    return found


@require_GET
def one(request: HttpRequest, filling_id: int) -> HttpResponse:
    """Show a filled form: what it is of, its figures, what may be done with it."""
    actor = actor_in(request)
    filling = _filling(request, filling_id)
    figures = Figure.objects.filter(filling=filling).select_related("division").defer("rows_counted")
    places = figures.order_by("row").values_list("row", flat=True).distinct()
    page = Paginator(places, ON_A_PAGE).get_page(request.GET.get("page"))
    titles = dict(figures.order_by("position").values_list("position", "title").distinct())
    columns = list(filling.version.columns.select_related("question"))
    known = queries.catalogue(actor).by_code
    context = {
        "filling": filling,
        "form_row": filling.version.form,
        "page": page,
        "titles": list(titles.values()),
        "lines": _lines(figures.filter(row__in=list(page)), list(titles)),
        "place": names_of([filling.area]).get(filling.area, filling.area),
        "left_empty": [one.title for one in columns if not one.field and not is_serial(one.title)],
        "protected": [one.title for one in columns if one.field in known and known[one.field].is_sealed],
        "may_release": actor.may("paperwork.release_filling", filling.area),
        "may_open": actor.may("paperwork.open_sealed_columns", filling.area)
        and actor.may("access.reveal", filling.area),
        **_progress(filling),
    }
    return render(request, "paperwork/filling.html", context)


def _lines(figures: QuerySet[Figure], positions: list[int]) -> list[dict[str, object]]:
    """Return the figures as they stand in the form: a line for each place, a figure for each column."""
    lines: dict[int, dict[int, Figure]] = {}
    for one in figures:
        lines.setdefault(one.row, {})[one.position] = one
    return [
        {"place": next(iter(line.values())).division, "figures": [line.get(position) for position in positions]}
        for _row, line in sorted(lines.items())
    ]


def _progress(filling: Filling) -> dict[str, object]:
    promise = Promise.objects.filter(key=f"{FILL}:{filling.pk}:{filling.round_no}").first()
    return {
        "percent": min(promise.progress, 99) if promise else 0,
        "is_stuck": bool(promise and promise.status == "dead"),
    }


@never_cache
@require_GET
def progress(request: HttpRequest, filling_id: int) -> HttpResponse:
    """Answer how far the worker has come; once it is done the page loads anew (htmx)."""
    filling = _filling(request, filling_id)
    if filling.status != FillingStatus.FILLING:
        response = HttpResponse()
        response["HX-Refresh"] = "true"
        return response
    return render(request, "paperwork/filling_progress.html", {"filling": filling, **_progress(filling)})


@never_cache
@require_POST
def taken(request: HttpRequest, filling_id: int) -> HttpResponse:
    """Send the filled file, and write down who took it."""
    filling = _filling(request, filling_id)
    try:
        actions.take_copy(actor=actor_in(request), now=timezone.now(), what="filling", which=filling_id)
    except CannotDo as problem:
        tell(request, problem)
        return redirect("paperwork:filling", filling_id)
    content = Filling.objects.values_list("file", flat=True).get(pk=filling_id)
    name = f"{filling.version.form.name}-{filling.area}-{filling.day.isoformat()}.{filling.version.kind}"
    return as_file(bytes(content or b""), name)


@require_POST
def release(request: HttpRequest, filling_id: int) -> HttpResponse:
    """Release a filled form."""
    _filling(request, filling_id)
    try:
        actions.release_filling(actor=actor_in(request), now=timezone.now(), filling_id=filling_id)
    except CannotDo as problem:
        tell(request, problem)
    else:
        messages.success(request, _("Released. The file and its figures are frozen."))
    return redirect("paperwork:filling", filling_id)


@require_POST
def put_away(request: HttpRequest, filling_id: int) -> HttpResponse:
    """Put a filled form away."""
    _filling(request, filling_id)
    reason = request.POST.get("reason", "")
    try:
        actions.put_away_filling(actor=actor_in(request), now=timezone.now(), filling_id=filling_id, reason=reason)
    except CannotDo as problem:
        tell(request, problem)
        return redirect("paperwork:filling", filling_id)
    messages.success(request, _("Put away. It is kept and counts for nothing."))
    return redirect("paperwork:fillings")


@require_POST
def open_sealed(request: HttpRequest, filling_id: int) -> HttpResponse:
    """Have the protected columns opened."""
    _filling(request, filling_id)
    reason = request.POST.get("reason", "")
    try:
        actions.open_sealed_columns(actor=actor_in(request), now=timezone.now(), filling_id=filling_id, reason=reason)
    except CannotDo as problem:
        tell(request, problem)
    return redirect("paperwork:filling", filling_id)


@require_GET
def figure(request: HttpRequest, figure_id: int) -> HttpResponse:
    """Show the rows a figure counts, as far as the viewer may see them."""
    actor = actor_in(request)
    row = Figure.objects.filter(pk=figure_id).select_related("division").first()
    if row is None:
        raise Http404
    filling = _filling(request, row.filling_id)
    number = request.GET.get("page", "1")
    start = (max(int(number), 1) - 1) * ON_A_PAGE if number.isdecimal() and len(number) < 7 else 0
    rows, total = queries.rows_behind(viewer=actor, figure=row, start=start, many=ON_A_PAGE)
    shown = [{"row": one, "href": _href(one)} for one in rows]
    context = {
        "figure": row,
        "filling": filling,
        "rows": shown,
        "total": total,
        "hidden": min(total - start, ON_A_PAGE) - len(rows),
        "page_no": start // ON_A_PAGE + 1,
        "has_next": start + ON_A_PAGE < total,
    }
    return render(request, "paperwork/figure.html", context)


def _href(one: queries.RowBehind) -> str:
    try:
        return reverse(one.url_name, args=[one.url_id])
    except NoReverseMatch:
        return ""
