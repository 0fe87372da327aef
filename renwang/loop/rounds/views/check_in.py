"""What did they say? One household's contact in the helper's pocket."""

from copy import copy
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from renwang.foundation.access.rules import Actor
from renwang.foundation.access.views.acting import number_in
from renwang.foundation.channels import actions as channels
from renwang.foundation.channels.models import Incoming
from renwang.foundation.channels.rules import IncomingState
from renwang.loop.registry import actions as registry

from .. import actions, kinds, queries
from ..forms import FieldsRefused, answers_from, field_of, hours_from, submission_from, told_at_from
from ..models import CheckIn, Contact
from ..rules import (
    NEED_FIELDS,
    NEEDS,
    OPEN_STATES,
    SYMPTOMS,
    VEHICLES,
    AnswersRefused,
    Asked,
    Outcome,
    Staleness,
    told_when,
)

NEED_ICONS = {
    "food": "basket",
    "medicine": "pill",
    "heating": "flame",
    "repair": "tool",
    "caregiver": "heart-handshake",
    "other": "dots",
}
OUTCOME_ICONS = {
    Outcome.NO_ANSWER: "phone-off",
    Outcome.BUSY: "phone-x",
    Outcome.SWITCHED_OFF: "player-stop",
    Outcome.WRONG_NUMBER: "user-question",
    Outcome.NO_SUCH_NUMBER: "phone-x",
    Outcome.NOT_HOME: "home-exclamation",
    Outcome.LATER: "clock",
    Outcome.BROKE_OFF: "player-pause",
    Outcome.REFUSED: "hand-stop",
    Outcome.MOVED_AWAY: "truck-delivery",
}
REFUSALS = (
    AnswersRefused,
    FieldsRefused,
    actions.SubmissionReused,
    actions.OutcomeImpossible,
    actions.UnknownContact,
)


def actor_in(request: HttpRequest) -> Actor:
    """Return who acts, out of the lazy wrapper: handlers further on may want the value itself."""
    lazy: Actor = request.actor  # type: ignore[attr-defined]
    bool(lazy.user_id)  # copied before it was read, the wrapper would only copy itself
    return copy(lazy)


def wants_json(request: HttpRequest) -> bool:
    """Answer whether a script of ours asks."""
    return request.headers.get("Accept", "").startswith("application/json")


def seen_or_404(request: HttpRequest, contact_id: int) -> Contact:
    """Return the contact, or the page that says there is none to see."""
    contact = queries.seen_contact(viewer=actor_in(request), contact_id=contact_id)
    if contact is None:
        raise Http404
    return contact


def post_of_another(request: HttpRequest) -> bool:
    """Answer whether a form was filled under another account than the one that is signed in: phones are shared."""
    told = request.POST.get("account", "")
    return bool(told) and told != str(actor_in(request).user_id)


def _of_another() -> HttpResponse:
    words = _("Another account is signed in on this phone. Sign in as yourself, then it is sent.")
    return JsonResponse({"detail": words, "sign_in": settings.LOGIN_URL}, status=401)


@require_http_methods(["GET", "POST"])
def check_in(request: HttpRequest, contact_id: int) -> HttpResponse:
    """Show the form of one contact; take what was told, or how the try ended."""
    contact = queries.seen_contact(viewer=actor_in(request), contact_id=contact_id)
    if contact is None:
        if wants_json(request) and not post_of_another(request):
            return JsonResponse({"detail": _gone()}, status=404)
        if wants_json(request):
            return _of_another()
        raise Http404
    asked = queries.asked_in_contacts([contact.pk]).get(
        contact.pk, Asked(travel=True, contacts=True, health=True, needs=True)
    )
    if request.method == "POST":
        if post_of_another(request):
            return _of_another()
        try:
            return _taken(request, contact, asked)
        except REFUSALS as refusal:
            errors = _by_field(refusal)
            if wants_json(request):
                return JsonResponse({"detail": str(refusal), "errors": errors}, status=422)
            return render(request, "rounds/check_in.html", _form(request, contact, asked, errors), status=422)
    return render(request, "rounds/check_in.html", _form(request, contact, asked, {}))


def _gone() -> str:
    return _(
        "This household is no longer on your list: somebody else is responsible for it now. Tell them what you heard."
    )


def _by_field(refusal: Exception) -> dict[str, str]:
    if isinstance(refusal, AnswersRefused):
        return {field_of(path): text for path, text in refusal.errors.items()}
    if isinstance(refusal, FieldsRefused):
        return refusal.errors
    return {"": str(refusal)}


def _taken(request: HttpRequest, contact: Contact, asked: Asked) -> HttpResponse:
    now, post = timezone.now(), request.POST
    number, outcome, mode = submission_from(post), post.get("outcome", ""), post.get("mode", "call")
    if mode not in {one.code for one in kinds.all_modes() if one.asked_by_worker}:
        mode = "visit"
    at = told_when(told_at_from(post), day=contact.day, now=now, zone=timezone.get_default_timezone())
    if outcome and outcome != Outcome.ANSWERED:
        tried = actions.AttemptMade(
            submission_id=number, contact_id=contact.pk, mode=mode, outcome=outcome, at=at, note=post.get("note", "")
        )
        actions.record_attempts(actor=actor_in(request), now=now, attempts=[tried])
        return _answered(request, contact, _("Noted: %(outcome)s.") % {"outcome": Outcome(outcome).label})
    members = queries.members_of_household(contact.household_id)
    answers = answers_from(post, member_ids=[member.person_id for member in members], asked=asked)
    if len(answers) == 1 and not answers["all_well"]:
        raise FieldsRefused({"": _("Nothing was filled in. Press “all well”, or note what is different.")})
    missing = asked.codes - set(answers.get("own", {}))
    told = actions.CheckInTold(
        submission_id=number,
        contact_id=contact.pk,
        mode=mode,
        answers=answers,
        told_at=at,
        is_partial=bool(missing),
    )
    done = actions.record_check_ins(actor=actor_in(request), now=now, check_ins=[told])
    _settle_reply(request, contact, now=now)
    kept = CheckIn.objects.get(pk=done.answered_ids[0])
    words = _("Kept. Thank you.")
    if kept.staleness:
        words = str(Staleness(kept.staleness).label)
    return _answered(request, contact, words, check_in_id=kept.pk, is_stale=bool(kept.staleness))


def _reply(request: HttpRequest) -> Incoming | None:
    """Return the reply that is being filled in as an answer, where one is and the viewer may read it."""
    number = number_in(request.POST.get("reply") or request.GET.get("reply"))
    return queries.replies_to_review(viewer=actor_in(request)).filter(pk=number).first() if number else None


def _settle_reply(request: HttpRequest, contact: Contact, *, now: datetime) -> None:
    """Take a reply off the list of those to be read, once what it says is kept."""
    row = _reply(request)
    if row is not None:
        told = channels.Settled(
            incoming_id=row.pk,
            state=IncomingState.HANDLED,
            reason="answer",
            about=queries.ABOUT,
            about_id=contact.pk,
            area=contact.division_id,
        )
        channels.settle_incoming(actor=actor_in(request), now=now, settled=[told])


def _answered(
    request: HttpRequest, contact: Contact, words: str, *, check_in_id: int | None = None, is_stale: bool = False
) -> HttpResponse:
    address = reverse("rounds:check_in_done", args=[contact.pk])
    if wants_json(request):
        return JsonResponse(
            {"detail": words, "check_in": check_in_id, "is_stale": is_stale, "next": address}, status=201
        )
    return redirect(address)


def _form(request: HttpRequest, contact: Contact, asked: Asked, errors: dict[str, str]) -> dict[str, Any]:
    members = queries.members_of_household(contact.household_id)
    modes = [mode for mode in kinds.all_modes() if mode.asked_by_worker]
    chosen = request.POST.get("mode") or (
        contact.mode if contact.mode in {mode.code for mode in modes} else "call" if contact.has_phone else "visit"
    )
    today = timezone.localdate()
    return {
        "contact": contact,
        "reply": _reply(request),
        "asked": asked,
        "asks_members": asked.health or asked.travel or asked.contacts,
        "members": [
            {"row": member, "age": _age(member.born_on, today), "prefix": f"m-{member.person_id}-"}
            for member in members
        ],
        "modes": modes,
        "mode": chosen,
        "outcomes": [
            {
                "mode": mode.code,
                "code": outcome.value,
                "label": outcome.label,
                "icon": OUTCOME_ICONS.get(outcome, "circle"),
            }
            for mode in modes
            for outcome in mode.outcomes
            if outcome != Outcome.ANSWERED
        ],
        "symptoms": SYMPTOMS.items(),
        "vehicles": VEHICLES.items(),
        "places": queries.recent_places(actor_in(request), contact.division_id) if asked.travel else [],
        "needs": [
            {"code": code, "label": label, "icon": NEED_ICONS[code], "fields": NEED_FIELDS[code]}
            for code, label in NEEDS.items()
        ]
        if asked.needs
        else [],
        "texts": queries.messages_of(contact.pk),
        "attempts": list(queries.attempts_of(contact)[:5]),
        "last": queries.last_check_ins([contact.household_id]).get(contact.household_id),
        "is_open": contact.state in OPEN_STATES,
        "submission_id": request.POST.get("submission_id") or uuid4(),
        "errors": errors,
        "told": request.POST,
        "today": today,
        "fever_from": str(queries.yardsticks_on([today])[today].fever_from),
    }


def _age(born_on: date | None, today: date) -> int | None:
    if born_on is None:
        return None
    return today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day))


@require_GET
def done(request: HttpRequest, contact_id: int) -> HttpResponse:
    """Show what a check-in opened, and who is next."""
    contact = seen_or_404(request, contact_id)
    last = queries.last_check_in_of(contact.pk)
    findings = list(queries.findings_of(last)) if last else []
    waiting = list(
        queries.my_contacts(viewer=actor_in(request), day=timezone.localdate())
        .filter(state__in=OPEN_STATES)
        .exclude(pk=contact.pk)[:1]
    )
    context = {
        "contact": contact,
        "check_in": last,
        "findings": [{"row": row, "words": queries.finding_in_words(row.kind)} for row in findings],
        "stale": Staleness(last.staleness).label if last and last.staleness else "",
        "next": waiting[0] if waiting else None,
        "opened_parts": ["desk/opened_by_check_in.html", "rounds/_no_cases.html"],
    }
    return render(request, "rounds/check_in_done.html", context)


@require_POST
def phone(request: HttpRequest, contact_id: int) -> HttpResponse:
    """Tell the number to call. To call is what it is kept for, so the look is logged with that reason, and no other is asked."""
    contact = seen_or_404(request, contact_id)
    subject_id = queries.phone_holder(contact.household_id)
    if subject_id is None:
        words = _("No number is known for this household. Visit it, or ask the village.")
        if wants_json(request):
            return JsonResponse({"detail": words}, status=404)
        return render(request, "rounds/phone.html", {"contact": contact, "refusal": words}, status=404)
    registry.reveal_field(
        actor=actor_in(request), now=timezone.now(), subject_id=subject_id, field="phone", reason=_("call for a round")
    )
    number, whose = queries.household_phone(contact.household)
    if wants_json(request):
        return JsonResponse({"phone": number, "whose": whose})
    return render(request, "rounds/phone.html", {"contact": contact, "phone": number, "whose": whose})


@require_POST
def postpone(request: HttpRequest, contact_id: int) -> HttpResponse:
    """Move the next try to a later hour of today."""
    contact = seen_or_404(request, contact_id)
    now = timezone.now()
    try:
        actions.postpone_contact(
            actor=actor_in(request),
            now=now,
            contact_id=contact.pk,
            until=now + timedelta(hours=hours_from(request.POST)),
        )
    except actions.StaleContact as refusal:
        asked = queries.asked_in_contacts([contact.pk]).get(contact.pk, Asked())
        return render(request, "rounds/check_in.html", _form(request, contact, asked, {"": str(refusal)}), status=409)
    return redirect("rounds:check_in", contact_id=contact.pk)
