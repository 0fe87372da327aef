"""One unit's copy: read it, acknowledge it, report, pass it on. Made for a cadre's phone."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from renwang.foundation.access.rules import Actor
from renwang.foundation.access.views.acting import actor_in, number_in

from .. import actions, queries
from ..forms import ForwardForm, ReportForm
from ..models import Copy, CopyStep, Report
from ..rules import REPORTS, Cadence, CopyStatus, Refused, UnitKind, answers_for, manages, plain
from .directives import matrix_of, paper_of


def seen_or_404(actor: Actor, copy_id: int) -> Copy:
    """Return a copy the actor may see."""
    found = queries.copy_seen(copy_id, viewer=actor)
    if found is None:
        raise Http404
    return found


@require_GET
def one(request: HttpRequest, copy_id: int) -> HttpResponse:
    """Show a unit its copy: what to do next first, then the text, then what was told."""
    actor, now = actor_in(request), timezone.now()
    actor.check_may_anywhere("command.view")
    copy = seen_or_404(actor, copy_id)
    corrected = _corrected(copy, request.GET.get("correct"))
    return _page(request, actor, copy, now, corrected=corrected)


def _page(
    request: HttpRequest,
    actor: Actor,
    copy: Copy,
    now: datetime,
    *,
    form: ReportForm | None = None,
    corrected: Report | None = None,
    status: int = 200,
) -> HttpResponse:
    directive = copy.directive
    answers = answers_for(actor, copy.unit)
    steers = manages(actor, area=directive.area, office=directive.office) or (
        copy.parent is not None and answers_for(actor, copy.parent.unit)
    )
    may_report = answers and directive.is_in_force and (copy.status in REPORTS or corrected is not None)
    forwards = copy.kind == UnitKind.STREET and answers_for(actor, copy.unit, "command.forward")
    reports = queries.reports_of(copy)
    returned = _returned(copy, reports)
    context: dict[str, Any] = {
        **paper_of(directive),
        "copy": copy,
        "unit": queries.unit_names([copy.unit])[copy.unit],
        "sender": queries.unit_names([copy.parent.unit])[copy.parent.unit] if copy.parent else "",
        "duty": queries.duty_of(copy, now),
        "answers": answers,
        "oversees": actor.may("command.oversee", directive.area),
        "may_acknowledge": answers and directive.is_in_force and copy.status == CopyStatus.SENT,
        "form": form or (_form(copy, now, corrected=corrected, returned=returned) if may_report else None),
        "corrected": corrected,
        "is_daily": directive.cadence == Cadence.DAILY,
        "asks_reports": directive.cadence != Cadence.NONE,
        "reports": reports,
        "returned": returned,
        "moments": [_moment(one) for one in queries.moments_of(copy)],
        "may_return": steers and directive.is_in_force and copy.status != CopyStatus.SENT,
        "may_correct": answers and directive.is_in_force,
        "may_forward": forwards and directive.is_in_force and copy.status != CopyStatus.SENT,
        "steers": steers and directive.is_in_force,
        "steers_below": answers and directive.is_in_force,
    }
    if copy.kind == UnitKind.STREET:
        shown = queries.drawn(directive, queries.children_of(copy, viewer=actor), viewer=actor, now=now)
        page = request.GET.get("page")
        context |= {**matrix_of(directive, shown, now=now, page=page), "shown": shown}
    return render(request, "command/copy.html", context, status=status)


@require_POST
def acknowledge(request: HttpRequest, copy_id: int) -> HttpResponse:
    """Take note of a directive for one's unit."""
    actor = actor_in(request)
    copy = seen_or_404(actor, copy_id)
    try:
        actions.acknowledge(actor=actor, now=timezone.now(), copy_id=copy.pk)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Acknowledged. Whoever issued it can see that."))
    return redirect("command:copy", copy_id=copy.pk)


@require_POST
def report(request: HttpRequest, copy_id: int) -> HttpResponse:
    """Tell how far one's unit is, or correct what was told."""
    actor, now = actor_in(request), timezone.now()
    copy = seen_or_404(actor, copy_id)
    actor.check_may("command.report", copy.division_id)
    corrected = _corrected(copy, request.POST.get("corrects"))
    form = _form(copy, now, request.POST, request.FILES)
    if form.is_valid():
        data = form.cleaned_data
        try:
            actions.report(
                actor=actor,
                now=now,
                copy_id=copy.pk,
                submission_id=data["submission_id"],
                text=data["text"],
                figures=form.figures(),
                files=data["attachments"],
                is_final=request.POST.get("then") == "done",
                for_day=data.get("for_day"),
                corrects_id=data["corrects"],
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Reported. Whoever issued it can see that."))
            return redirect("command:copy", copy_id=copy.pk)
    return _page(request, actor, copy, now, form=form, corrected=corrected, status=422)


@require_http_methods(["GET", "POST"])
def forward(request: HttpRequest, copy_id: int) -> HttpResponse:
    """Pass a directive on to villages of one's subdistrict."""
    actor, now = actor_in(request), timezone.now()
    actor.check_may_anywhere("command.forward")
    copy = seen_or_404(actor, copy_id)
    below = queries.villages_below(copy)
    villages = [(code, name) for code, name, has_it in below if not has_it]
    form = ForwardForm(request.POST or None, villages=villages)
    if request.method == "POST" and form.is_valid():
        try:
            done = actions.forward(
                actor=actor,
                now=now,
                copy_id=copy.pk,
                villages=form.cleaned_data["village"],
                note=form.cleaned_data["note"],
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            count = len(done.forwarded_ids)
            messages.success(
                request,
                ngettext("Passed on to %(count)d village.", "Passed on to %(count)d villages.", count)
                % {"count": count},
            )
            return redirect("command:copy", copy_id=copy.pk)
    context = {
        **paper_of(copy.directive),
        "copy": copy,
        "unit": copy.division.called,
        "form": form,
        "villages": villages,
        "have": len(below) - len(villages),
        "chosen": set(request.POST.getlist("village"))
        if request.method == "POST"
        else {code for code, _name in villages},
    }
    return render(request, "command/forward.html", context, status=422 if form.errors else 200)


def _form(
    copy: Copy, now: datetime, *sent: Any, corrected: Report | None = None, returned: Report | None = None
) -> ReportForm:
    """Return the form of a report; it begins with what is to be corrected, or was sent back."""
    directive = copy.directive
    today = timezone.localdate(now)
    days = directive.timetable.days_to_tell_of(timezone.localdate(directive.issued_at), today)
    initial: dict[str, Any] = {"for_day": today.isoformat()}
    before = corrected or returned
    if before is not None:
        initial |= {"text": before.text, "corrects": corrected.pk if corrected else None}
        initial |= {f"figure_{one.figure_id}": plain(one.value) for one in before.figures.all()}
    return ReportForm(*sent, initial=initial, asked=list(directive.figures.all()), days=[] if corrected else days)


def _returned(copy: Copy, reports: list[Report]) -> Report | None:
    """Return the report that was sent back last, as long as none has followed."""
    if copy.status != CopyStatus.RETURNED or not copy.directive.is_in_force:
        return None
    return max(
        (one for one in reports if one.returned_at), key=lambda one: one.returned_at or one.told_at, default=None
    )


def _corrected(copy: Copy, asked: str | None) -> Report | None:
    """Return the report somebody wants to correct: one of this copy that still stands."""
    number = number_in(asked)
    if number is None:
        return None
    return Report.objects.filter(pk=number, copy=copy, returned_at=None, corrected_by=None).first()


def _moment(found: Any) -> dict[str, Any]:
    """Return one step of a copy as the time line shows it."""
    by = found.by.name if found.by else _("by itself")
    if isinstance(found, CopyStep):
        meanings = {CopyStatus.RETURNED: "late", CopyStatus.DONE: "verified"}
        return {
            "at": found.at,
            "title": found.get_status_display(),
            "icon": "clipboard-check" if found.status == CopyStatus.ACKNOWLEDGED else "report",
            "meaning": meanings.get(CopyStatus(found.status), "doing"),
            "text": found.reason,
            "by": by,
        }
    return {
        "at": found.at,
        "title": _("reminded"),
        "icon": "bell-ringing",
        "meaning": "late",
        "text": found.get_about_display(),
        "by": by,
    }
