"""Replies that a person must read: what was written, why it is here, and what becomes of it."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from renwang.foundation.access.views.acting import number_in
from renwang.foundation.audit.actions import together
from renwang.foundation.channels import actions as channels
from renwang.foundation.channels.models import Incoming
from renwang.foundation.channels.rules import IncomingState

from .. import actions, queries
from .check_in import actor_in

ROWS = 25
WHY = {
    "unclear": gettext_lazy("The words could not be understood for sure."),
    "empty": gettext_lazy("There are no words in it, or only pictures."),
    "doubt": gettext_lazy("It asks, doubts or denies twice: it can be read in two ways."),
    "outsiders": gettext_lazy("It speaks of somebody outside the household."),
    "recovered": gettext_lazy("Somebody was ill and is said to be better."),
    "where_from": gettext_lazy("Somebody has come back, and it is not said from where."),
    "contradicts": gettext_lazy("It says two things that do not go together. What is serious has been noted."),
    "call_back": gettext_lazy("They want to be called."),
    "asks_who": gettext_lazy("They ask who we are."),
    "shared_phone": gettext_lazy("Several families use this phone, and it is not said who answers."),
    "unknown_number": gettext_lazy("Nobody in the register has this number."),
    "no_contact": gettext_lazy("Nothing was asked of this household today or yesterday."),
    "failed": gettext_lazy("It could not be worked out by machine."),
}


@never_cache
@require_GET
def replies(request: HttpRequest) -> HttpResponse:
    """Show the replies that wait, the oldest first."""
    actor = actor_in(request)
    actor.check_may_anywhere("channels.review")
    page = Paginator(queries.replies_to_review(viewer=actor), ROWS).get_page(request.GET.get("page"))
    rows = list(page)
    found = queries.candidates_for(rows, viewer=actor, day=timezone.localdate())
    shown = [
        {"row": row, "why": WHY.get(row.reason, row.reason), "contacts": found.get(row.pk, []), "text": row.text}
        for row in rows
    ]
    return render(request, "rounds/replies.html", {"page": page, "shown": shown})


@require_POST
def settle(request: HttpRequest, incoming_id: int) -> HttpResponse:
    """Say what becomes of one reply: it is an answer of a household, they are called, or it needs no answer."""
    actor, now = actor_in(request), timezone.now()
    row = queries.replies_to_review(viewer=actor).filter(pk=incoming_id).first()
    if row is None:
        raise Http404
    contact_id = number_in(request.POST.get("contact"))
    contact = queries.seen_contact(viewer=actor, contact_id=contact_id) if contact_id else None
    deed, note = request.POST.get("deed", ""), request.POST.get("note", "").strip()
    if deed == "none" and len(note) < 2:
        messages.error(request, _("Say why no answer is needed: the next person must understand it."))
        return redirect("rounds:replies")
    if deed != "none" and contact is None:
        messages.error(request, _("Choose the household first."))
        return redirect("rounds:replies")
    try:
        with together():
            if deed == "call" and contact is not None:
                actions.record_call_backs(actor=actor, now=now, contact_ids=[contact.pk])
            if deed != "answer":
                told = _settled(row, deed, note, contact)
                channels.settle_incoming(actor=actor, now=now, settled=[told])
    except channels.UnknownIncoming as refusal:
        messages.error(request, str(refusal))
        return redirect("rounds:replies")
    if deed == "answer" and contact is not None:
        # It leaves the list when the answer is kept, and not before.
        return redirect(f"{reverse('rounds:check_in', args=[contact.pk])}?reply={row.pk}")
    messages.success(request, _("Noted. The reply is off the list."))
    return redirect("rounds:replies")


def _settled(row: Incoming, deed: str, note: str, contact: Any) -> channels.Settled:
    state = IncomingState.SET_ASIDE if deed == "none" else IncomingState.HANDLED
    return channels.Settled(
        incoming_id=row.pk,
        state=state,
        reason=row.reason if deed == "none" else deed,
        note=note[:200],
        about=queries.ABOUT if contact is not None else row.about,
        about_id=contact.pk if contact is not None else row.about_id,
        area=contact.division_id if contact is not None else row.area,
    )
