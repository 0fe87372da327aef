"""The part of fulfilment on a case's page, its steps, and the page of offers."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from renwang.foundation.access.rules import Actor, NotAllowed
from renwang.foundation.access.views.acting import actor_in
from renwang.loop.cases import queries as cases
from renwang.loop.cases import rules as case_rules
from renwang.loop.cases.models import Case
from renwang.loop.registry.queries import divisions

from . import actions, forms, kinds, queries, rules
from .models import Line
from .rules import Step

VERBS: dict[Step, Callable[..., Any]] = {
    Step.COMMIT: actions.commit_line,
    Step.SEND: actions.send_line,
    Step.RECEIVE: actions.receive_line,
    Step.LOSE: actions.lose_line,
    Step.VERIFY: actions.verify_line,
}
MOST_OFFERS = 500


def case_panel(request: HttpRequest, case_id: int) -> str:
    """Draw what meets a case: lines with their quantities, and the steps that may be taken now."""
    actor, now = actor_in(request), timezone.now()
    if not actor.may_anywhere("fulfilment.view"):
        return ""
    case = Case.objects.get(pk=case_id)
    lines = queries.lines_of(case_id=case_id, division=case.division_id, now=now)
    runs = case.status in case_rules.CLOCK_RUNS
    may = {
        verb: cases.may_with(actor, f"fulfilment.{verb}_line", case)
        for verb in ("request", "commit", "send", "receive", "lose", "verify", "cancel")
    }
    # Who handled the case is not shown a step that would be refused.
    may["verify"] = may["verify"] and bool(lines) and actor.user_id not in cases.handlers_of(case)
    context = {
        "case": case,
        "lines": [_drawn(line, may, actor, runs=runs) for line in lines],
        "form": forms.RequestForm(kind=case.kind, auto_id="request_%s") if may["request"] and runs else None,
    }
    return render_to_string("fulfilment/panel.html", context, request=request)


def _drawn(view: queries.LineView, may: dict[str, bool], actor: Actor, *, runs: bool) -> dict[str, Any]:
    quantities = view.quantities
    hands = {moved.by_id for moved in view.movements if moved.step in (Step.COMMIT, Step.SEND, Step.RECEIVE)}
    is_free = not view.line.is_cancelled
    steps = [
        (Step.COMMIT, _("Promise"), "hand-finger", is_free and runs),
        (Step.SEND, _("Send off") if view.is_goods else _("Set out"), "truck-delivery", is_free and runs),
        (Step.RECEIVE, _("It came"), "package", is_free),
        (Step.LOSE, _("Lost on the way"), "alert-triangle", is_free and view.is_goods),
        (Step.VERIFY, _("The household has it"), "rosette-discount-check", actor.user_id not in hands),
    ]
    return {
        "view": view,
        "line": view.line,
        "quantities": quantities,
        "amounts": [
            (Step.REQUEST.label, quantities.requested),
            (Step.COMMIT.label, quantities.committed),
            (Step.SEND.label, quantities.in_transit),
            (Step.RECEIVE.label, quantities.received),
            (Step.VERIFY.label, quantities.verified),
            *([(Step.LOSE.label, quantities.lost)] if quantities.lost else []),
        ],
        "steps": [
            {
                "step": step,
                "label": label,
                "icon": icon,
                "most": rules.plain(quantities.most(step)),
                "form": forms.StepForm(
                    auto_id=f"line{view.line.pk}{step}_%s", initial={"quantity": rules.plain(quantities.most(step))}
                ),
            }
            for step, label, icon, is_time in steps
            if is_time and may[step] and quantities.most(step) > 0
        ],
        "cancel": forms.CancelForm(auto_id=f"line{view.line.pk}cancel_%s")
        if may["cancel"] and is_free and not quantities.in_transit and quantities.received < quantities.requested
        else None,
    }


@require_POST
def request_line(request: HttpRequest, case_id: int) -> HttpResponse:
    """Ask for a resource."""
    actor = actor_in(request)
    case = get_object_or_404(cases.visible_cases(viewer=actor), pk=case_id)
    form = forms.RequestForm(request.POST, kind=case.kind)
    if not form.is_valid():
        messages.error(request, _said(form))
        return redirect("cases:page", case_id=case_id)
    try:
        actions.request_line(actor=actor, now=timezone.now(), case_id=case_id, **form.cleaned_data)
    except case_rules.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Asked for."))
    return redirect("cases:page", case_id=case_id)


@require_POST
def move_line(request: HttpRequest, line_id: int, step: str) -> HttpResponse:
    """Let a quantity of a line take a step."""
    actor, now = actor_in(request), timezone.now()
    line = get_object_or_404(Line, pk=line_id, case__in=cases.visible_cases(viewer=actor).values("pk"))
    form: Any = forms.CancelForm(request.POST) if step == Step.CANCEL else forms.StepForm(request.POST)
    if step not in (*VERBS, Step.CANCEL):
        raise Http404
    if not form.is_valid():
        messages.error(request, _said(form))
        return redirect("cases:page", case_id=line.case_id)
    given = form.cleaned_data
    about: dict[str, Any] = {"actor": actor, "now": now, "line_id": line_id, "submission_id": given["submission_id"]}
    try:
        if step == Step.CANCEL:
            actions.cancel_line(**about, reason=given["note"])
        else:
            about |= {"quantity": given["quantity"], "note": given["note"]}
            about |= {"offer_id": given["offer"]} if step == Step.COMMIT else {}
            VERBS[Step(step)](**about)
    except case_rules.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Written down."))
    return redirect("cases:page", case_id=line.case_id)


@require_http_methods(["GET", "POST"])
def offers(request: HttpRequest) -> HttpResponse:
    """Show what is there to give, and write new offers down."""
    actor, now = actor_in(request), timezone.now()
    if not actor.may_anywhere("fulfilment.view"):
        raise NotAllowed("fulfilment.view", "")
    areas = divisions(areas=actor.areas("fulfilment.make_offer"))
    may_offer = actor.may_anywhere("fulfilment.make_offer")
    form = forms.OfferForm(request.POST or None, areas=areas)
    if request.method == "POST":
        if not may_offer:
            raise NotAllowed("fulfilment.make_offer", "")
        if form.is_valid():
            try:
                _make(actor, now, form.cleaned_data)
            except case_rules.Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("The offer is written down; cases of its area can draw on it."))
                return redirect("fulfilment:offers")
    wanted = request.GET.get("resource", "")
    found = queries.visible_offers(viewer=actor).order_by("-since", "-pk")
    if wanted:
        found = found.filter(resource=wanted)
    rows = list(found[:MOST_OFFERS])
    names = queries.names_of(offer.area for offer in rows)
    context = {
        "rows": [
            {
                "offer": offer,
                "label": kinds.label_of(offer.resource),
                "unit": kinds.unit_of(offer.resource),
                "area": names.get(offer.area, offer.area),
                "is_over": offer.until is not None and offer.until <= now,
                "may_end": actor.may("fulfilment.end_offer", offer.area),
            }
            for offer in rows
        ],
        "resources": kinds.all_kinds(),
        "wanted": wanted,
        "form": form if may_offer else None,
    }
    return render(request, "fulfilment/offers.html", context, status=422 if form.errors else 200)


@require_POST
def end_offer(request: HttpRequest, offer_id: int) -> HttpResponse:
    """Take an offer back."""
    try:
        actions.end_offer(actor=actor_in(request), now=timezone.now(), offer_id=offer_id)
    except case_rules.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The offer has ended; what was promised from it stays promised."))
    return redirect("fulfilment:offers")


def _make(actor: Actor, now: datetime, given: dict[str, Any]) -> None:
    day = given["until"]  # a day of this century: the form sees to it
    # An offer "until the 20th" holds through the evening of the 20th.
    until = timezone.make_aware(datetime.combine(day + timedelta(days=1), time())) if day else None
    actions.make_offer(
        actor=actor,
        now=now,
        resource=given["resource"],
        quantity=given["quantity"],
        giver_name=given["giver_name"],
        area=given["area"].pk,
        until=until,
        note=given["note"],
    )


def _said(form: Any) -> str:
    return " ".join(
        f"{form.fields[name].label or ''}: {' '.join(str(error) for error in errors)}"
        for name, errors in form.errors.items()
        if name in form.fields
    )
