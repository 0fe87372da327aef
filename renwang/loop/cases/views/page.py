"""Everything about one case."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from renwang.foundation.access.rules import Actor
from renwang.foundation.access.views.acting import actor_in

from .. import actions, forms, kinds, queries, rules
from ..queries import CasePage
from ..rules import ReferralState, Status
from .worklist import MEANINGS

ROAD = (Status.OPEN, Status.IN_HAND, Status.MET, Status.VERIFIED, Status.CLOSED)


@require_GET
def case(request: HttpRequest, case_id: int) -> HttpResponse:
    """Show one case: what is needed, what meets it, what happened, and the verbs that make sense now."""
    actor, now = actor_in(request), timezone.now()
    page = _page_or_404(actor, case_id)
    verbs = verbs_for(actor, page)
    areas = [page.case.division_id]
    receivers = queries.receivers(areas=areas, now=now)
    context = {
        **_shown(page),
        "verbs": verbs,
        "panels": [panel(request, case_id) for panel in kinds.panels()],
        "timeline": [_moment(step) for step in page.steps],
        "road": _road(page),
        "reason_form": forms.ReasonForm(auto_id="reason_%s"),
        "note_form": forms.NoteForm(auto_id="note_%s"),
        "assign_form": forms.AssignForm(receivers=receivers, auto_id="assign_%s") if "assign_cases" in verbs else None,
        "refer_form": forms.ReferForm(receivers=receivers, auto_id="refer_%s") if "refer_case" in verbs else None,
        "transfer_form": forms.TransferForm(
            areas=queries.transfer_areas(code=page.case.division_id), auto_id="transfer_%s"
        )
        if "transfer_case" in verbs
        else None,
        "confirm_form": forms.ConfirmForm(auto_id="confirm_%s"),
        "may_answer": page.offered is not None and _may_answer(actor, page.offered),
        "may_revoke": page.offered is not None and queries.may_with(actor, "cases.revoke_referral", page.case),
        "link_state": _link_state(page),
        "is_handler": actor.user_id in page.handlers,
        "referral_meanings": {ReferralState.OFFERED: "late", ReferralState.ACCEPTED: "verified"},
    }
    return render(request, "cases/page.html", context)


@require_GET
def preview(request: HttpRequest, case_id: int) -> HttpResponse:
    """Show one case beside the worklist."""
    actor = actor_in(request)
    page = _page_or_404(actor, case_id)
    context = {**_shown(page), "verbs": verbs_for(actor, page), "timeline": [_moment(step) for step in page.steps[:5]]}
    return render(request, "cases/preview.html", context)


@require_POST
def attend(request: HttpRequest, case_id: int) -> HttpResponse:
    """Say that one has this case in front of oneself, and hear who else has."""
    actor, now = actor_in(request), timezone.now()
    page = _page_or_404(actor, case_id)
    if queries.must_attend_anew(case_id=case_id, viewer=actor, now=now) and queries.may_with(
        actor, "cases.attend_case", page.case
    ):
        actions.attend_case(actor=actor, now=now, case_id=case_id)
    return render(request, "cases/attending.html", {"attending": page.attending, "case": page.case})


def verbs_for(actor: Actor, page: CasePage) -> frozenset[str]:
    """Return the verbs that make sense for a case now and that the actor may do."""
    found = rules.allowed_verbs(
        Status(page.case.status),
        is_holder=page.case.holder_id == actor.user_id and actor.user_id is not None,
        may_lead=actor.may("cases.assign_cases", page.case.division_id),
        is_handler=actor.user_id in page.handlers,
        is_offered=page.offered is not None,
    )
    if page.why_not_sent:
        found -= {"send_confirmation_link"}
    return frozenset(verb for verb in found if queries.may_with(actor, f"cases.{verb}", page.case))


def _page_or_404(actor: Actor, case_id: int) -> CasePage:
    page = queries.case_page(viewer=actor, case_id=case_id, now=timezone.now())
    if page is None:
        raise Http404(_("This case does not exist, or it is not one of yours."))
    return page


def _may_answer(actor: Actor, referral: Any) -> bool:
    try:
        queries.check_may_answer(actor, referral)
    except Exception:  # noqa: BLE001  # whatever refuses: the buttons are not shown
        return False
    return True


def _shown(page: CasePage) -> dict[str, Any]:
    status = Status(page.case.status)
    return {
        "page": page,
        "case": page.case,
        "status": status.label,
        "meaning": MEANINGS[status],
        "office": rules.OFFICES.get(page.case.office, page.case.office),
        "level": rules.Level(str(page.case.level)).label if page.case.level else "",
        "attending": page.attending,
    }


def _link_state(page: CasePage) -> tuple[str, str]:
    """Return where the message with the link stands, and its meaning."""
    if page.link_sent is None or page.link_sent.state is None:
        return "", ""
    state = page.link_sent.state
    return str(state.label), "verified" if state == "delivered" else "act" if state == "failed" else "doing"


def _moment(step: Any) -> dict[str, Any]:
    new = Status(step.new)
    if not step.old:
        title = _("Case opened")
    elif step.old == step.new:
        title = _("Note") if step.by else _("Shown further up")
    else:
        title = str(new.label)
    return {
        "at": step.at,
        "title": title,
        "icon": "note" if step.old == step.new else "plus" if not step.old else "arrow-right",
        "meaning": MEANINGS[new] if step.old != step.new else "quiet",
        "text": step.words,
        "by": step.by.name if step.by else "",
    }


def _road(page: CasePage) -> list[dict[str, Any]]:
    status = Status(page.case.status)
    if status == Status.GIVEN_UP:
        return [{"label": Status.OPEN.label, "state": "done"}, {"label": status.label, "state": "stopped"}]
    at = ROAD.index(status)
    last = status == Status.CLOSED
    return [
        {"label": one.label, "state": "done" if place < at or last else "now" if place == at else "todo"}
        for place, one in enumerate(ROAD)
    ]
