"""The screening team of every village: complete, or what is missing."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from renwang.foundation.access.views.acting import actor_in, number_in

from .. import actions, queries
from .frame import area_in, areas_of, duty_name, place_name, tabs
from .gaps import back_to

ON_A_PAGE = 40


@require_GET
def teams(request: HttpRequest) -> HttpResponse:
    """Show the village teams, the incomplete ones first."""
    actor, now = actor_in(request), timezone.now()
    actor.check_may_anywhere("assignments.view")
    area, show = area_in(request, actor), request.GET.get("show", "")
    found = queries.teams(viewer=actor, now=now, area=area)
    complete = sum(team.is_complete for team in found)
    total = len(found)
    if show:
        found = [team for team in found if team.is_complete == (show == "complete")]
    found.sort(key=lambda team: (-len(team.missing), team.division.code))
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "tabs": tabs(request, actor, "teams"),
        "page": page,
        "rows": [_row(team) for team in page],
        "complete": complete,
        "total": total,
        "incomplete": total - complete,
        "area": area,
        "areas": areas_of(actor, area),
        "show": show,
        "has_duties": bool(queries.team_duties()),
        "may_assign": actor.may_anywhere("assignments.assign_to_divisions"),
    }
    return render(request, "assignments/teams.html", context)


@require_GET
def team(request: HttpRequest, code: str) -> HttpResponse:
    """Show one village's team and give its roles."""
    actor, now = actor_in(request), timezone.now()
    place = get_object_or_404(queries.villages(viewer=actor), code=code)
    (found,) = queries.teams(viewer=actor, now=now, only=[place])
    around = place.parent_id or place.code
    context = {
        "tabs": tabs(request, actor, "teams"),
        "team": found,
        "row": _row(found),
        "accounts": [
            (user.pk, user.name, user.unit) for user in queries.candidates(viewer=actor, now=now, area=around)
        ],
        "may_assign": actor.may("assignments.assign_to_divisions", code),
        "may_end": actor.may("assignments.end_assignments", code),
    }
    return render(request, "assignments/team.html", context)


@require_POST
def assign(request: HttpRequest, code: str) -> HttpResponse:
    """Give one role of a village's team."""
    user = number_in(request.POST.get("user"))
    if user is None:
        messages.error(request, _("Choose who takes the role."))
        return redirect("assignments:team", code)
    try:
        event = actions.assign_to_divisions(
            actor=actor_in(request),
            now=timezone.now(),
            duty=request.POST.get("duty", ""),
            pairs=[(user, code)],
            reason=request.POST.get("reason", "").strip(),
        )
    except actions.AssignmentProblem as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("The role is held from now on.") if event.count else _("It was so already."))
    return redirect("assignments:team", code)


@require_POST
def end(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """End one assignment, with a reason."""
    reason = request.POST.get("reason", "").strip()
    if not reason:
        messages.error(request, _("Say why it ends."))
        return redirect(back_to(request, "assignments:teams"))
    event = actions.end_assignments(
        actor=actor_in(request), now=timezone.now(), assignment_ids=[assignment_id], reason=reason
    )
    if event.count:
        messages.success(request, _("It has ended; it stays in the history."))
    else:
        messages.warning(request, _("It had ended already."))
    if event.codes:
        return redirect("assignments:team", event.codes[0])
    if event.subject_ids:
        return redirect("assignments:history", event.subject_ids[0])
    return redirect(back_to(request, "assignments:teams"))


def _row(team: queries.Team) -> dict[str, object]:
    return {
        "team": team,
        "code": team.division.code,
        "name": place_name(team.division),
        "street": place_name(team.division.parent),
        "href": reverse("assignments:team", args=[team.division.code]),
        "missing": [duty_name(duty) for duty in team.missing],
        "roles": [
            {
                "name": duty_name(role.duty),
                "code": role.duty.code,
                "holders": role.holders,
                "vacant": role.is_vacant,
                "one_holder": role.duty.one_holder,
            }
            for role in team.roles
        ],
    }
