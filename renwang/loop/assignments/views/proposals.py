"""A balanced proposal: looked at before it is applied."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from renwang.foundation.access.rules import ROLES, Actor
from renwang.foundation.access.views.acting import actor_in, number_in
from renwang.loop.registry.models import Division

from .. import actions, queries
from ..models import Proposal
from ..rules import ProposalStatus, Why
from .frame import place_name, tabs
from .gaps import offered

ON_A_PAGE = 50
NAMED = 4  # of those who apply a proposal, told by name
NEAREST = 30  # workers offered for one line


@require_GET
def proposals(request: HttpRequest) -> HttpResponse:
    """Show the proposals of one's area."""
    actor = actor_in(request)
    actor.check_may_anywhere("assignments.propose_helpers")
    page = Paginator(queries.proposals(viewer=actor), ON_A_PAGE).get_page(request.GET.get("page"))
    names = _names({proposal.area for proposal in page})
    rows = [
        {"proposal": proposal, "place": names.get(proposal.area, _("everywhere")), "meaning": MEANINGS[proposal.status]}
        for proposal in page
    ]
    context = {"tabs": tabs(request, actor, "proposals"), "page": page, "rows": rows}
    return render(request, "assignments/proposals.html", context)


@require_POST
def propose(request: HttpRequest) -> HttpResponse:
    """Ask for a proposal."""
    actor = actor_in(request)
    try:
        event = actions.propose_helpers(
            actor=actor,
            now=timezone.now(),
            area=request.POST.get("area", ""),
            duty=request.POST.get("duty") or "helper",
            with_away=request.POST.get("with_away") == "yes",
        )
    except actions.AssignmentProblem as problem:
        messages.warning(request, str(problem))
        return redirect("assignments:gaps")
    return redirect("assignments:proposal", event.proposal_id)


@require_GET
def proposal(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Show a proposal with its figures and lines; while it is computed, how far it is."""
    actor = actor_in(request)
    found = _seen(actor, proposal_id)
    if found.status == ProposalStatus.COMPUTING:
        return _waiting(request, actor, found)
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(headers={"HX-Refresh": "true"})  # it is ready: the whole page, not into the bar
    show, user = request.GET.get("show", ""), request.GET.get("user", "")
    listed = queries.lines(found, show=show, user_id=number_in(user))
    page = Paginator(listed, ON_A_PAGE).get_page(request.GET.get("page"))
    labels = {why.value: str(why.label) for why in Why}
    reasons = queries.reasons(found)
    is_open = found.status == ProposalStatus.DRAFTED
    loads = queries.loads_after(found)
    context = {
        "tabs": tabs(request, actor, "proposals"),
        "proposal": found,
        "place": _names({found.area}).get(found.area, _("everywhere")),
        "meaning": MEANINGS[found.status],
        "page": page,
        "lines": [_line(line, labels) for line in page],
        "views": _views(found, show),
        "show": show,
        "reasons": [(labels.get(why, why), count) for why, count in reasons.items()],
        "loads": [{"label": _("%(count)d households") % {"count": load}, "value": workers} for load, workers in loads],
        "largest": loads[-1][0] if is_open and loads else found.largest_load,
        "villages": _villages(found),
        "unplaced": found.households - found.placed,
        "share": round(100 * found.same_village / found.placed) if found.placed else 0,
        "kilometres": round(found.mean_metres / 1000, 1) if found.mean_metres is not None else None,
        "is_open": is_open,
        "applied_by": _applied_by(found) if is_open and not actor.may("assignments.apply_proposal", found.area) else "",
        "may_apply": is_open and actor.may("assignments.apply_proposal", found.area),
        "may_change": is_open and actor.may("assignments.change_line", found.area),
        "may_discard": is_open and actor.may("assignments.discard_proposal", found.area),
    }
    return render(request, "assignments/proposal.html", context)


@require_POST
def apply(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Give all lines of a proposal."""
    try:
        event = actions.apply_proposal(actor=actor_in(request), now=timezone.now(), proposal_id=proposal_id)
    except actions.AssignmentProblem as problem:
        messages.warning(request, str(problem))
    else:
        messages.success(request, _("%(count)d households have a helper from now on.") % {"count": event.count})
        if event.stale:
            messages.warning(request, _("%(count)d lines were skipped; the list says why.") % {"count": event.stale})
    return redirect("assignments:proposal", proposal_id)


@require_POST
def discard(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Throw a proposal away."""
    try:
        actions.discard_proposal(actor=actor_in(request), now=timezone.now(), proposal_id=proposal_id)
        messages.success(request, _("The proposal was discarded. Nothing was given."))
    except actions.AssignmentProblem as problem:
        messages.warning(request, str(problem))
    return redirect("assignments:proposals")


@require_http_methods(["GET", "POST"])
def line(request: HttpRequest, proposal_id: int, subject_id: int) -> HttpResponse:
    """Give one line to somebody else, or to nobody."""
    actor = actor_in(request)
    found = _seen(actor, proposal_id)
    row = get_object_or_404(found.lines.select_related("subject__division", "user"), subject_id=subject_id)
    if request.method == "POST":
        user = request.POST.get("user", "")
        try:
            actions.change_line(
                actor=actor,
                now=timezone.now(),
                proposal_id=proposal_id,
                subject_id=subject_id,
                user_id=number_in(user),
            )
            messages.success(request, _("The line was changed."))
        except actions.AssignmentProblem as problem:
            messages.warning(request, str(problem))
        return redirect("assignments:proposal", proposal_id)
    area = row.subject.division.parent_id or row.subject.division_id
    workers = queries.workers_of(area, viewer=actor).filter(is_available=True)
    context = {
        "tabs": tabs(request, actor, "proposals"),
        "proposal": found,
        "line": row,
        "place": place_name(row.subject.division),
        "workers": offered(workers.order_by(F("load") - F("capacity"), "user__name", "user_id")[:NEAREST]),
    }
    return render(request, "assignments/line.html", context)


MEANINGS: dict[str, str] = {
    ProposalStatus.COMPUTING: "doing",
    ProposalStatus.DRAFTED: "late",
    ProposalStatus.APPLIED: "verified",
    ProposalStatus.DISCARDED: "quiet",
    ProposalStatus.FAILED: "act",
}


def _seen(actor: Actor, proposal_id: int) -> Proposal:
    return get_object_or_404(queries.proposals(viewer=actor), pk=proposal_id)


def _waiting(request: HttpRequest, actor: Actor, found: Proposal) -> HttpResponse:
    context = {
        "proposal": found,
        "percent": queries.progress_of(found),
        "tabs": tabs(request, actor, "proposals"),
        "place": _names({found.area}).get(found.area, _("everywhere")),
    }
    part = request.headers.get("HX-Request") == "true"
    return render(request, "assignments/_progress.html" if part else "assignments/computing.html", context)


def _names(codes: set[str]) -> dict[str, str]:
    return {place.code: place_name(place) for place in Division.objects.filter(code__in=codes)}


def _line(line: Any, labels: dict[str, str]) -> dict[str, Any]:
    return {"line": line, "place": place_name(line.subject.division), "why": labels.get(line.why, "")}


def _applied_by(found: Proposal) -> str:
    """Say who applies a proposal, for readers who may only ask for one: 李街道（街道工作人员）."""
    grants = queries.who_applies(area=found.area, now=timezone.now())
    who = [_("%(name)s (%(role)s)") % {"name": one.user.name, "role": ROLES[one.role].label} for one in grants]
    return _(", ").join(dict.fromkeys(who[:NAMED])) or _("the subdistrict officer (no account yet: ask the district)")


def _views(found: Proposal, show: str) -> list[dict[str, Any]]:
    counted = [
        ("", _("All lines"), found.households),
        ("unplaced", _("Without anybody"), found.households - found.placed),
        ("by_hand", _("Changed by hand"), found.changed),
    ]
    if found.status == ProposalStatus.APPLIED:
        counted.append(("skipped", _("Skipped"), found.stale))
    return [
        {"label": label, "href": f"?show={key}", "active": key == show, "count": count} for key, label, count in counted
    ]


def _villages(found: Proposal) -> list[dict[str, Any]]:
    """Return the villages where somebody remains without anybody, the worst first."""
    return [
        {
            "label": place_name(division),
            "value": many - placed,
            "note": _("of %(count)d") % {"count": many},
            "meaning": "act",
        }
        for division, many, placed in queries.by_village(found)[:12]
        if many > placed
    ]
