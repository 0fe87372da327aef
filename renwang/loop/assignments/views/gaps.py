"""Who has nobody: the first thing a district looks at."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from renwang.foundation.access.models import User
from renwang.foundation.access.rules import Actor
from renwang.foundation.access.views.acting import actor_in, number_in
from renwang.loop.registry.models import Programme
from renwang.loop.registry.rules import DivisionLevel, SubjectKind

from .. import actions, queries
from ..models import Assignment
from ..rules import DutyOf
from .frame import area_in, areas_of, duty_name, place_name, tabs

ON_A_PAGE = 50
MOST_WORKERS = 300  # in the list one chooses from; a narrower area shows the others


@require_GET
def gaps(request: HttpRequest) -> HttpResponse:
    """Show who has nobody (or only somebody who is away): how many where, and the list, to give them somebody."""
    actor, now = actor_in(request), timezone.now()
    actor.check_may_anywhere("assignments.propose_helpers")
    area, show = area_in(request, actor), request.GET.get("show", "alone")
    programme, asked_kind = request.GET.get("programme", ""), request.GET.get("kind", "")
    kind = SubjectKind.ORGANISATION if asked_kind == SubjectKind.ORGANISATION else SubjectKind.HOUSEHOLD
    counts = queries.gap_counts(viewer=actor, now=now, area=area)
    ask = queries.left_alone if show == "away" else queries.gaps
    found = ask(viewer=actor, now=now, area=area, programme=programme, kind=kind)
    listed = found.select_related("division__parent", "household").order_by("division_id", "name", "pk")
    page = Paginator(listed, ON_A_PAGE).get_page(request.GET.get("page"))
    workers = queries.workers_of(area, viewer=actor).filter(is_available=True)
    context = {
        "tabs": tabs(request, actor, "gaps", {"gaps": counts.alone}),
        "counts": counts,
        "bars": _bars(counts, area, show),
        "show": show,
        "area": area,
        "areas": areas_of(actor, area),
        "programme": programme,
        "programmes": Programme.objects.filter(is_sensitive=False),
        "kind": kind,
        "page": page,
        "rows": _rows(list(page), now=now, show=show),
        "workers": offered(workers.order_by(F("load") - F("capacity"), "user__name", "user_id")[:MOST_WORKERS]),
        "duties": [(duty.code, duty_name(duty)) for duty in _duties()],
        "may_assign": actor.may_anywhere("assignments.assign"),
        "propose_area": area or _widest(actor),
        "has_filter": bool(area or programme or asked_kind),
    }
    return render(request, "assignments/gaps.html", context)


@require_POST
def assign(request: HttpRequest) -> HttpResponse:
    """Give the marked households to one worker."""
    subjects = [key for value in request.POST.getlist("subject") if (key := number_in(value)) is not None]
    user = number_in(request.POST.get("user"))
    if not subjects:
        messages.error(request, _("Mark at least one household first."))
    elif user is None:
        messages.error(request, _("Choose who takes them."))
    else:
        try:
            event = actions.assign(
                actor=actor_in(request),
                now=timezone.now(),
                duty=request.POST.get("duty", "helper"),
                pairs=[(user, subject) for subject in subjects],
                reason=request.POST.get("reason", "").strip(),
            )
        except actions.AssignmentProblem as problem:
            messages.error(request, str(problem))
        else:
            name = User.objects.values_list("name", flat=True).get(pk=user)
            said = ngettext(
                "%(count)d household was given to %(name)s.",
                "%(count)d households were given to %(name)s.",
                event.count,
            )
            messages.success(request, said % {"count": event.count, "name": name})
    return redirect(back_to(request, "assignments:gaps"))


def back_to(request: HttpRequest, otherwise: str) -> str:
    """Return the page a form was sent from, as it told; never another house."""
    told = request.POST.get("next", "")
    return told if told.startswith("/") and url_has_allowed_host_and_scheme(told, allowed_hosts=None) else otherwise


def _duties() -> list[Any]:
    return list(queries.duties().filter(held_for=DutyOf.SUBJECT))


def _widest(actor: Actor) -> str:
    areas = actor.areas("assignments.propose_helpers")
    return areas[0] if len(areas) == 1 else ""


def _bars(counts: queries.GapCounts, area: str, show: str) -> list[dict[str, Any]]:
    """Return the bars: subdistricts, or the villages of one where there is only one."""
    parts = counts.streets if len(counts.streets) > 1 and not area else counts.villages
    key = "away" if show == "away" else "alone"
    found = sorted(parts, key=lambda part: (-getattr(part, key), part.code))
    return [
        {"label": place_name(part), "value": getattr(part, key), "href": f"?area={part.code}&show={show}"}
        for part in found[:12]
        if getattr(part, key)
    ]


def _rows(subjects: list[Any], *, now: Any, show: str) -> list[dict[str, Any]]:
    ids = [subject.pk for subject in subjects]
    if show == "away":
        held = Assignment.objects.filter(subject_id__in=ids, until__isnull=True).select_related("user", "duty")
        who = {row.subject_id: f"{row.user.name} · {duty_name(row.duty)}" for row in held}
    else:
        by_area = queries.answerable_for(ids, now)
        names = dict(User.objects.filter(pk__in=set(by_area.values())).values_list("pk", "name"))
        who = {subject: names[user] for subject, user in by_area.items()}
    return [
        {
            "subject": subject,
            "address": getattr(getattr(subject, "household", None), "address", ""),
            "village": place_name(subject.division),
            "street": place_name(subject.division.parent) if subject.division.level == DivisionLevel.VILLAGE else "",
            "who": who.get(subject.pk, ""),
        }
        for subject in subjects
    ]


def offered(workers: Any) -> list[dict[str, Any]]:
    """Return workers as options: name, place, what each carries of what it can."""
    return [
        {
            "id": worker.user_id,
            "name": worker.user.name,
            "place": place_name(worker.home),
            "load": worker.load,
            "capacity": worker.capacity,
        }
        for worker in workers
    ]
