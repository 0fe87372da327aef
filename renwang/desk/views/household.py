"""The household page."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from renwang.desk import links
from renwang.desk.queries.answers import Answer, opened_answers, sealed_check_in
from renwang.desk.queries.household import KINDS, household_page
from renwang.desk.queries.scope import Scope, tree
from renwang.foundation.access import actions as access
from renwang.loop.registry import queries as registry
from renwang.loop.registry.queries import EnrolmentCard
from renwang.loop.registry.rules import called

from .asked import actor_of

SHORTEST_REASON = 2


def page(request: HttpRequest, household_id: int) -> HttpResponse:
    """Show everything about one household in time order. 404 where the viewer may not see it, as if there were none."""
    actor = actor_of(request)
    actor.check_may_anywhere("registry.view")
    now = timezone.now()
    shown = request.GET.get("show", "")
    shown = shown if shown in KINDS else ""
    today = timezone.localdate(now)
    found = household_page(viewer=actor, household_id=household_id, now=now, today=today, shown=shown)
    if found is None:
        raise Http404
    may_reveal = actor.may_for("access.reveal", found.card.division, found.card.id)
    words = {
        "": _("Everything"),
        "contacts": _("Asked and told"),
        "cases": _("Cases"),
        "deliveries": _("Deliveries"),
        "changes": _("Responsibility"),
        "looks": _("Looks"),
    }
    own = links.household(household_id)
    known = tree(Scope(actor, (found.card.division,), found.card.division, today, today))
    street = known.name(known.street_of(found.card.division)) if known.street_of(found.card.division) else ""
    context = {
        "place": f"{street} {known.name(found.card.division)}".strip(),
        "address": f"{street} {found.card.address}"
        if found.card.address.startswith(found.card.village)
        else f"{street} {known.name(found.card.division)} {found.card.address}",
        "page": found,
        "card": found.card,
        "tabs": [
            {
                "label": words[kind],
                "href": f"{own}?show={kind}" if kind else own,
                "active": kind == shown,
                "count": found.counted[kind] if kind else found.counted.total(),
            }
            for kind in ("", *KINDS)
            if not kind or found.counted[kind] or kind == shown
        ],
        "members": [
            {
                "member": member,
                "age": _age(member.born_on, today),
                "state": found.states.get(member.id),
                "enrolments": [_tag(one) for one in found.enrolments.get(member.id, ()) if one.until is None],
                "phone_url": _reveal(member.id, "phone") if may_reveal else "",
                "id_url": _reveal(member.id, "id_number") if may_reveal else "",
            }
            for member in found.card.members
        ],
        "tags": [_tag(one) for one in found.card.enrolments if one.until is None],
        "phone_url": _reveal(found.card.id, "phone") if may_reveal else "",
        "moments": [
            {
                "at": one.at,
                "icon": one.icon,
                "title": one.title,
                "text": one.text,
                "by": one.by,
                "meaning": one.meaning,
                "href": links.case(one.case_id)
                if one.case_id
                else links.to("desk:told", household_id, one.check_in_id)
                if one.check_in_id and may_reveal
                else "",
            }
            for one in found.moments
        ],
        "cases": [{"case": one, "href": links.case(one.case_id)} for one in found.open_cases],
        "record": links.check_in(found.next_contact.pk) if found.next_contact else "",
        "may_record": actor.may_for("rounds.record_check_ins", found.card.division, found.card.id),
        "new_case": links.to("cases:new", subject=str(household_id))
        if actor.may_for("cases.open_case", found.card.division, found.card.id)
        else "",
        "file": links.to("paperwork:household_file", household_id)
        if actor.may_for("paperwork.take_household_file", found.card.division, found.card.id)
        else "",
        "village": links.to("desk:village", found.card.division),
        "edit": links.first("registry:household", "registry:edit_household", args=(household_id,)),
    }
    return render(request, "desk/household.html", context)


def _age(born_on: date | None, today: date) -> int | None:
    if born_on is None:
        return None
    return today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day))


def _tag(enrolment: EnrolmentCard) -> str:
    return called(enrolment.label, enrolment.label_en)


def _reveal(subject_id: int, field: str) -> str:
    return links.first("registry:reveal", "registry:reveal_field", args=(subject_id, field))


@never_cache
@require_http_methods(["GET", "POST"])
def told(request: HttpRequest, household_id: int, check_in_id: int) -> HttpResponse:
    """Ask for a reason, then show once what a household told. Who opened it, when and why is written down first."""
    actor = actor_of(request)
    sealed = sealed_check_in(viewer=actor, household_id=household_id, check_in_id=check_in_id)
    if sealed is None:
        raise Http404
    actor.check_may_for("access.reveal", sealed.division, household_id)
    reason = request.POST.get("reason", "").strip()[:200]
    answers: list[Answer] = []
    problem = ""
    if request.method == "POST" and len(reason) < SHORTEST_REASON:
        problem = _("Say why, in a few words: it is recorded.")
    elif request.method == "POST":
        access.log_look(
            actor=actor,
            now=timezone.now(),
            subject_id=household_id,
            code=sealed.division,
            field="answers",
            reason=reason,
        )
        answers = opened_answers(viewer=actor, check_in_id=check_in_id)
    card = registry.household_card(actor, household_id)
    context = {
        "sealed": sealed,
        "name": card.name if card else "",
        "back": links.household(household_id),
        "is_open": request.method == "POST" and not problem,
        "answers": answers,
        "problem": problem,
    }
    response = render(request, "desk/told.html", context, status=400 if problem else 200)
    response["Referrer-Policy"] = "no-referrer"
    return response
