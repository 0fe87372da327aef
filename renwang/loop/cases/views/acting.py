"""One form, one verb."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from renwang.foundation.access.rules import Actor
from renwang.foundation.access.views.acting import actor_in

from .. import actions, forms, queries, rules
from ..models import Case, Referral
from ..rules import Status, VerifiedHow

Given = dict[str, Any]


class _Incomplete(Exception):
    """A form that does not hold what it should; the words say which field and why."""


@require_POST
def verb(request: HttpRequest, case_id: int, name: str) -> HttpResponse:
    """Do one thing with a case, and say what was done or why not."""
    actor, now = actor_in(request), timezone.now()
    case = get_object_or_404(queries.visible_cases(viewer=actor), pk=case_id)
    do = VERBS.get(name)
    if do is None:
        raise Http404
    try:
        said, where = do(request, actor, now, case)
    except (_Incomplete, rules.Refused) as refusal:
        messages.error(request, str(refusal))
        return redirect("cases:page", case_id=case_id)
    messages.success(request, said)
    return redirect(where or reverse("cases:page", args=[case_id]))


def _checked(form: django_forms.Form) -> Given:
    if not form.is_valid():
        raise _Incomplete(
            " ".join(
                f"{form.fields[name].label}: {' '.join(str(error) for error in errors)}"
                for name, errors in form.errors.items()
                if name in form.fields
            )
        )
    return dict(form.cleaned_data)


def _take(request: HttpRequest, actor: Actor, now: datetime, case: Case) -> tuple[str, str]:
    actions.take_cases(actor=actor, now=now, case_ids=[case.pk])
    return _("The case is yours now. The household is waiting for you."), ""


def _release(request: HttpRequest, actor: Actor, now: datetime, case: Case) -> tuple[str, str]:
    given = _checked(forms.ReasonForm(request.POST))
    actions.release_case(actor=actor, now=now, case_id=case.pk, reason=given["reason"])
    return _("Given back: somebody else may take it now."), ""


def _meet(request: HttpRequest, actor: Actor, now: datetime, case: Case) -> tuple[str, str]:
    given = _checked(forms.NoteForm(request.POST))
    actions.meet_case(actor=actor, now=now, case_id=case.pk, note=given["note"])
    return _("Noted. It counts as soon as the household, or a second person, has confirmed it."), ""


def _close(request: HttpRequest, actor: Actor, now: datetime, case: Case) -> tuple[str, str]:
    actions.close_cases(actor=actor, now=now, case_ids=[case.pk])
    return _("Written off."), ""


def _give_up(request: HttpRequest, actor: Actor, now: datetime, case: Case) -> tuple[str, str]:
    given = _checked(forms.ReasonForm(request.POST))
    seen = request.POST.get("seen", "")
    if seen not in Status.values:
        raise _Incomplete(_("Open the page again and repeat what you did."))
    actions.give_up_case(actor=actor, now=now, case_id=case.pk, seen=Status(seen), reason=given["reason"])
    return _("Given up; your reason stands on the case."), ""


def _reopen(request: HttpRequest, actor: Actor, now: datetime, case: Case) -> tuple[str, str]:
    given = _checked(forms.ReasonForm(request.POST))
    actions.reopen_case(actor=actor, now=now, case_id=case.pk, reason=given["reason"])
    return _("The case is open again."), ""


def _note(request: HttpRequest, actor: Actor, now: datetime, case: Case) -> tuple[str, str]:
    given = _checked(forms.NoteForm(request.POST))
    actions.note_case(actor=actor, now=now, case_id=case.pk, note=given["note"])
    return _("Written down."), ""


def _assign(request: HttpRequest, actor: Actor, now: datetime, case: Case) -> tuple[str, str]:
    receivers = queries.receivers(areas=[case.division_id], now=now)
    given = _checked(forms.AssignForm(request.POST, receivers=receivers))
    user = given["user"]
    actions.assign_cases(actor=actor, now=now, case_ids=[case.pk], user_id=user.pk, reason=given["reason"])
    return _("%(who)s has the case now.") % {"who": user.name}, ""


def _refer(request: HttpRequest, actor: Actor, now: datetime, case: Case) -> tuple[str, str]:
    receivers = queries.receivers(areas=[case.division_id], now=now)
    given = _checked(forms.ReferForm(request.POST, receivers=receivers))
    user = given["user"]
    actions.refer_case(actor=actor, now=now, case_id=case.pk, user_id=user.pk, reason=given["reason"])
    return _("%(who)s is asked to help.") % {"who": user.name}, ""


def _transfer(request: HttpRequest, actor: Actor, now: datetime, case: Case) -> tuple[str, str]:
    given = _checked(forms.TransferForm(request.POST, areas=queries.transfer_areas(code=case.division_id)))
    actions.transfer_case(
        actor=actor,
        now=now,
        case_id=case.pk,
        to_area=given["area"].pk,
        to_office=given["office"],
        reason=given["reason"],
    )
    return _("Offered. It stays with you until they accept."), ""


def _confirm(request: HttpRequest, actor: Actor, now: datetime, case: Case) -> tuple[str, str]:
    given = _checked(forms.ConfirmForm(request.POST))
    is_met = given["is_met"] == "yes"
    actions.confirm_case(
        actor=actor,
        now=now,
        case_id=case.pk,
        how=VerifiedHow(given["how"]),
        is_met=is_met,
        submission_id=given["submission_id"],
        note=given["note"],
    )
    return (_("Verified.") if is_met else _("Back in hand: its holder sees what is missing.")), ""


def _send_link(request: HttpRequest, actor: Actor, now: datetime, case: Case) -> tuple[str, str]:
    actions.send_confirmation_link(actor=actor, now=now, case_id=case.pk)
    return _("The link goes to their own phone. You see here when they have answered."), ""


def _link(request: HttpRequest, actor: Actor, now: datetime, case: Case) -> tuple[str, str]:
    made = actions.make_confirmation_link(actor=actor, now=now, case_id=case.pk)
    return _("Here is the link. Earlier ones no longer open."), reverse("cases:link", args=[case.pk, made.link_id])


VERBS: dict[str, Callable[[HttpRequest, Actor, datetime, Case], tuple[str, str]]] = {
    "take": _take,
    "release": _release,
    "meet": _meet,
    "close": _close,
    "give-up": _give_up,
    "reopen": _reopen,
    "note": _note,
    "assign": _assign,
    "refer": _refer,
    "transfer": _transfer,
    "confirm": _confirm,
    "send-link": _send_link,
    "make-link": _link,
}


@require_POST
def answer(request: HttpRequest, referral_id: int) -> HttpResponse:
    """Accept or reject what was referred or transferred to one."""
    actor = actor_in(request)
    referral = get_object_or_404(Referral, pk=referral_id)
    try:
        actions.answer_referral(
            actor=actor,
            now=timezone.now(),
            referral_id=referral_id,
            is_accepted=request.POST.get("answer") == "accept",
            answer=request.POST.get("reason", ""),
        )
    except rules.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Your answer is noted."))
    if queries.visible_cases(viewer=actor).filter(pk=referral.case_id).exists():
        return redirect("cases:page", case_id=referral.case_id)
    return redirect("cases:worklist")


@require_POST
def revoke(request: HttpRequest, referral_id: int) -> HttpResponse:
    """Take an offer of a case back."""
    referral = get_object_or_404(Referral, pk=referral_id)
    try:
        actions.revoke_referral(actor=actor_in(request), now=timezone.now(), referral_id=referral_id)
    except rules.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Taken back."))
    return redirect("cases:page", case_id=referral.case_id)
