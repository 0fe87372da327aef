"""A stationed cadre's day on the phone, the checklist, and gates."""

from datetime import date
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from renwang.foundation.access.rules import Actor
from renwang.foundation.access.views.acting import actor_in

from .. import actions, forms, queries
from ..actions.gates import degrees_of
from ..models import CheckPhoto
from ..rules.checks import LARGEST_PHOTO, MOST_PHOTOS, WRONG, media_type
from ..rules.enterprises import Refused
from ..rules.gates import How, Reading, Shift, ShiftTold, read_roll, told_by_roll
from .drawing import label_of, meaning_of, qr
from .opening import TELLABLE, enterprise_in, page_of, words_of


@never_cache
@require_GET
def my_day(request: HttpRequest) -> HttpResponse:
    """Show a cadre whom to look at today, in driving order."""
    actor, now = actor_in(request), timezone.now()
    actor.check_may_anywhere("enterprise.see_day")
    today = timezone.localdate(now)
    found = queries.day_of(viewer=actor, now=now, today=today)
    rows = [{"stop": stop, "status": label_of(stop.status), "meaning": meaning_of(stop.status)} for stop in found.stops]
    done = [{"stop": stop, "status": label_of(stop.status), "meaning": meaning_of(stop.status)} for stop in found.done]
    context = {
        "rows": rows,
        "done": done,
        "firms": found.firms,
        "km": round(found.metres / 1000, 1),
        "today": today,
        "waiting": sum(stop.is_waiting for stop in found.stops),
    }
    return render(request, "enterprise/day.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, enterprise_id: int) -> HttpResponse:
    """Ask the checklist of a site, and write it down."""
    firm = enterprise_in(request, enterprise_id, "enterprise.check_site")
    form = forms.CheckForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        # One photo and one byte more than are allowed are enough to see that it is too much.
        photos = [file.read(LARGEST_PHOTO + 1) for file in form.cleaned_data["photos"][: MOST_PHOTOS + 1]]
        try:
            event = actions.check_site(
                actor=actor_in(request),
                now=timezone.now(),
                enterprise_id=firm.pk,
                submission_id=form.cleaned_data["submission_id"],
                seen=form.seen(),
                note=form.cleaned_data["note"],
                photos=photos,
            )
        except TELLABLE as problem:
            form.add_error(None, words_of(problem))
        else:
            _tell(request, event)
            if actor_in(request).may_anywhere("enterprise.see_day"):
                return redirect("enterprise:day")
            return redirect("enterprise:page", enterprise_id=firm.pk)
    last = next(iter(queries.checks_of(firm.pk, most=1)), None)
    context = {
        "firm": firm,
        "form": form,
        "filing": queries.current_of(firm.pk),
        "last": last,
        "last_wrong": [WRONG[code] for code in last.findings if code in WRONG] if last else [],
        "to_mend": [one for one in queries.requests_of(firm.pk) if one.request is None and not one.case.closed_at],
    }
    return render(request, "enterprise/check.html", context, status=422 if form.errors else 200)


def _tell(request: HttpRequest, event: Any) -> None:
    if event.findings:
        wrong = "、".join(str(WRONG[code]) for code in event.findings if code in WRONG)
        messages.warning(request, _("Written down. To be put right: %(wrong)s") % {"wrong": wrong})
    else:
        messages.success(request, _("Written down: nothing was wrong."))


@never_cache
@require_GET
def photo(request: HttpRequest, photo_id: int) -> HttpResponse:
    """Show a photo of a check to whoever may see the firm."""
    found = CheckPhoto.objects.select_related("check_made").filter(pk=photo_id).first()
    if found is None or found.blob is None:
        raise Http404
    enterprise_in(request, found.check_made.enterprise_id, "enterprise.view")
    return HttpResponse(bytes(found.blob), content_type=media_type(bytes(found.blob)))


@never_cache
@require_http_methods(["GET", "POST"])
def gate(request: HttpRequest, enterprise_id: int) -> HttpResponse:
    """Write a shift at the gate down: by count, or by a roll list; and print the gate's QR code."""
    firm = enterprise_in(request, enterprise_id, "enterprise.record_gate")
    now = timezone.now()
    form = forms.GateForm(request.POST or None, initial={"day": timezone.localdate(now), "shift": shift_at(now)})
    if request.method == "POST" and form.is_valid():
        try:
            how, told = _shift(form.cleaned_data)
            event = actions.record_gate(
                actor=actor_in(request),
                now=now,
                enterprise_id=firm.pk,
                submission_id=form.cleaned_data["submission_id"],
                day=form.cleaned_data["day"],
                shift=form.cleaned_data["shift"],
                how=how,
                told=told,
            )
        except TELLABLE as problem:
            form.add_error(None, words_of(problem))
        else:
            if event.fevers:
                messages.warning(request, _("Written down. The health office knows of the fever."))
            else:
                messages.success(request, _("Written down."))
            return redirect("enterprise:gate", enterprise_id=firm.pk)
    link = request.build_absolute_uri(reverse("enterprise:gate_self", args=[queries.gate_token(firm.pk)]))
    context = {
        "firm": firm,
        "form": form,
        "shifts": queries.shifts_of(firm.pk),
        "link": link,
        "qr": qr(link),
        "back": page_of(request, firm.pk),
    }
    return render(request, "enterprise/gate.html", context, status=422 if form.errors else 200)


def _shift(given: dict[str, Any]) -> tuple[How, ShiftTold]:
    if given["roll"].strip():
        return How.ROLL, told_by_roll(read_roll(given["roll"]), is_disinfected=given["is_disinfected"])
    if given["people"] is None:
        raise Refused(_("Give the roll list, or how many came."))
    told = ShiftTold(
        people=given["people"],
        measured=given["people"] if given["measured"] is None else given["measured"],
        masked=given["people"] if given["masked"] is None else given["masked"],
        is_disinfected=given["is_disinfected"],
        fevers=tuple(one for one in read_roll(given["fevers"]) if one.is_fever),
    )
    return How.COUNT, told


def shift_at(now: Any) -> str:
    """Return the shift that begins about now."""
    hour = timezone.localtime(now).hour
    return Shift.MORNING if hour < 12 else Shift.AFTERNOON if hour < 18 else Shift.NIGHT


# The code at the gate is the right and the protection: workers' old browsers lose cookies.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def gate_self(request: HttpRequest, token: str) -> HttpResponse:
    """Let somebody who comes to work declare at the gate by its QR code: name, temperature, mask. No login."""
    firm = queries.gate_of(token)
    if firm is None:
        return render(request, "enterprise/gate_self.html", {"refusal": True}, status=410)
    now = timezone.now()
    form = forms.PassForm(request.POST or None, initial={"submission_id": uuid4()})
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            reading = Reading(told["who"].strip(), degrees_of(told["degrees"]), told["has_mask"])
            actions.pass_gate(
                actor=Actor.system(),
                now=now,
                enterprise_id=firm.pk,
                submission_id=told["submission_id"],
                shift=shift_at(now),
                reading=reading,
            )
        except TELLABLE as problem:
            form.add_error(None, words_of(problem))
        else:
            return render(request, "enterprise/gate_self.html", {"firm": firm, "reading": reading, "at": now})
    context = {"firm": firm, "form": form}
    return render(request, "enterprise/gate_self.html", context, status=422 if form.errors else 200)


@never_cache
@require_GET
def gates(request: HttpRequest) -> HttpResponse:
    """Show the health office what the gates of a day told, and whose told nothing."""
    actor, now = actor_in(request), timezone.now()
    actor.check_may_anywhere("enterprise.view")
    today = timezone.localdate(now)
    day = _day(request.GET.get("day", ""), today)
    rows = queries.gate_days(viewer=actor, day=day)
    context = {
        "rows": rows,
        "silent": list(queries.gate_silent(viewer=actor, day=day)[:500]),
        "day": day,
        "totals": {
            name: sum(getattr(row, name) for row in rows)
            for name in ("people", "measured", "masked", "fevers", "shifts")
        },
    }
    return render(request, "enterprise/gates.html", context)


def _day(text: str, today: date) -> date:
    try:
        return parse_date(text[:10]) or today
    except ValueError:
        return today
