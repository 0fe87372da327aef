"""Workers: how many each carries, and one worker's people."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from renwang.foundation.access.models import User
from renwang.foundation.access.queries import staff
from renwang.foundation.access.rules import Actor
from renwang.foundation.access.views.acting import actor_in

from .. import actions, queries
from ..forms import HandOverForm, WorkerForm
from ..models import HandOver, Worker
from .frame import area_in, areas_of, duty_name, place_name, tabs

ON_A_PAGE = 50
SORTS = {"load": "load", "-load": "-load", "name": "user__name", "-name": "-user__name", "home": "home_id"}


@require_GET
def workers(request: HttpRequest) -> HttpResponse:
    """Show the workers of an area with what they carry."""
    actor = actor_in(request)
    actor.check_may_anywhere("assignments.propose_helpers")
    area, show = area_in(request, actor), request.GET.get("show", "")
    found = queries.workers_of(area, viewer=actor).prefetch_related("served__division")
    if show:
        found = found.filter(is_available=show == "available")
    found = found.order_by(SORTS.get(request.GET.get("sort", ""), "-load"), "user_id")
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    with_load: Iterable[Any] = page
    rows = [
        {
            "worker": worker,
            "place": place_name(worker.home),
            "load": worker.load,
            "is_full": worker.load >= worker.capacity,
            "served": [place_name(area.division) for area in worker.served.all()],
        }
        for worker in with_load
    ]
    context = {
        "tabs": tabs(request, actor, "workers"),
        "page": page,
        "rows": rows,
        "area": area,
        "areas": areas_of(actor, area),
        "show": show,
        "may_add": actor.may_anywhere("assignments.add_workers"),
    }
    return render(request, "assignments/workers.html", context)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Make an account known as a worker."""
    actor, now = actor_in(request), timezone.now()
    actor.check_may_anywhere("assignments.add_workers")
    known = Worker.objects.values("user_id")
    accounts = staff(areas=actor.areas("assignments.add_workers"), now=now).exclude(pk__in=known)
    form = WorkerForm(request.POST or None, accounts=accounts)
    return _written(request, form, actor, title=_("New worker"))


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, user_id: int) -> HttpResponse:
    """Change what is known of a worker."""
    actor = actor_in(request)
    worker = get_object_or_404(queries.workers_of(viewer=actor).prefetch_related("served"), pk=user_id)
    actor.check_may("assignments.add_workers", worker.home_id)
    return _written(request, WorkerForm(request.POST or None, worker=worker), actor, title=worker.user.name)


@require_GET
def worker(request: HttpRequest, user_id: int) -> HttpResponse:
    """Show whom a worker has, and hand them over."""
    return _page(request, user_id)


@require_POST
def hand_over(request: HttpRequest, user_id: int) -> HttpResponse:
    """Hand all of a worker's people over."""
    actor, now = actor_in(request), timezone.now()
    form = HandOverForm(request.POST, accounts=_takers(actor, now))
    if form.is_valid():
        data = form.cleaned_data
        try:
            event = actions.hand_over(
                actor=actor,
                now=now,
                from_user=user_id,
                to_user=data["to_user"].pk,
                duty=data["duty"].code if data["duty"] else "",
                reason=data["reason"],
                is_away=data["is_away"],
            )
        except actions.AssignmentProblem as problem:
            form.add_error(None, str(problem))
        else:
            said = ngettext(
                "%(count)d duty was handed over to %(name)s.",
                "%(count)d duties were handed over to %(name)s.",
                event.count,
            )
            messages.success(request, said % {"count": event.count, "name": data["to_user"].name})
            return redirect("assignments:worker", user_id)
    return _page(request, user_id, form=form)


@require_POST
def hand_back(request: HttpRequest, hand_over_id: int) -> HttpResponse:
    """Take a handing over back."""
    kept = get_object_or_404(HandOver, pk=hand_over_id)
    try:
        event = actions.hand_back(
            actor=actor_in(request),
            now=timezone.now(),
            hand_over_id=hand_over_id,
            reason=request.POST.get("reason", "").strip(),
        )
    except actions.AssignmentProblem as problem:
        messages.warning(request, str(problem))
    else:
        said = ngettext("%(count)d duty was handed back.", "%(count)d duties were handed back.", event.count)
        messages.success(request, said % {"count": event.count})
    return redirect("assignments:worker", kept.from_user_id)


@require_POST
def availability(request: HttpRequest, user_id: int) -> HttpResponse:
    """Say that a worker can be turned to, or cannot."""
    is_available = request.POST.get("is_available") == "yes"
    try:
        actions.set_availability(
            actor=actor_in(request), now=timezone.now(), user_ids=[user_id], is_available=is_available
        )
    except actions.AssignmentProblem as problem:
        messages.error(request, str(problem))
    else:
        messages.success(
            request, _("Can be turned to again.") if is_available else _("Is marked as away; keeps the households.")
        )
    return redirect("assignments:worker", user_id)


def _takers(actor: Actor, now: datetime) -> QuerySet[User]:
    areas = actor.areas("assignments.hand_over")
    return User.objects.filter(pk__in=staff(areas=areas, now=now).values("pk")).order_by("name", "pk")


def _written(request: HttpRequest, form: WorkerForm, actor: Actor, *, title: str) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            event = actions.add_workers(actor=actor, now=timezone.now(), workers=[form.told()])
        except actions.AssignmentProblem as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("Saved."))
            return redirect("assignments:worker", event.user_ids[0])
    context = {"tabs": tabs(request, actor, "workers"), "form": form, "title": title}
    return render(request, "assignments/worker_form.html", context, status=422 if form.errors else 200)


def _page(request: HttpRequest, user_id: int, form: HandOverForm | None = None) -> HttpResponse:
    actor, now = actor_in(request), timezone.now()
    actor.check_may_anywhere("assignments.view")
    user = get_object_or_404(User, pk=user_id)
    held = queries.held_by(user_id, viewer=actor, now=now)
    worker = queries.workers_of(viewer=actor).filter(pk=user_id).prefetch_related("served__division").first()
    page = Paginator(held, ON_A_PAGE).get_page(request.GET.get("page"))
    if worker is None and not page.paginator.count and actor.user_id != user_id:
        raise Http404
    may_hand_over = actor.may_anywhere("assignments.hand_over")
    if may_hand_over and form is None:
        form = HandOverForm(accounts=_takers(actor, now))
    rows = [
        {
            "row": row,
            "duty": duty_name(row.duty),
            "name": row.subject.name if row.subject else place_name(row.division),
            "place": place_name(row.subject.division if row.subject else row.division),
        }
        for row in page
    ]
    context = {
        "tabs": tabs(request, actor, "workers"),
        "shown": user,
        "worker": worker,
        "place": place_name(worker.home) if worker else "",
        "served": [place_name(area.division) for area in worker.served.all()] if worker else [],
        "page": page,
        "rows": rows,
        "form": form,
        "may_hand_over": may_hand_over and page.paginator.count,
        "may_edit": worker is not None and actor.may("assignments.add_workers", worker.home_id),
        "hand_overs": queries.hand_overs_of(user_id)[:10] if may_hand_over else [],
    }
    return render(request, "assignments/worker.html", context, status=422 if form is not None and form.errors else 200)
