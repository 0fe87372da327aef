"""What whoever issued a directive does with it: remind, take back, send a report back, start a round."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from renwang.foundation.access.views.acting import actor_in, number_in

from .. import actions, queries
from ..forms import ReasonForm
from ..models import Report
from ..rules import Refused
from .directives import seen_or_404


@require_POST
def remind(request: HttpRequest, directive_id: int) -> HttpResponse:
    """Remind all units that owe something, or those that are named."""
    actor = actor_in(request)
    actor.check_may_anywhere("command.remind")
    directive = seen_or_404(actor, directive_id)
    asked = [number for one in request.POST.getlist("copy") if (number := number_in(one)) is not None]
    try:
        done = actions.remind(actor=actor, now=timezone.now(), directive_id=directive.pk, copy_ids=asked or None)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        count = len(done.copy_ids)
        messages.success(
            request,
            ngettext("%(count)d unit was reminded.", "%(count)d units were reminded.", count) % {"count": count},
        )
    back = number_in(request.POST.get("back"))
    if back is not None and queries.copy_seen(back, viewer=actor) is not None:
        return redirect("command:copy", copy_id=back)
    return redirect("command:directive", directive_id=directive.pk)


@require_POST
def withdraw(request: HttpRequest, directive_id: int) -> HttpResponse:
    """Take a directive back."""
    actor = actor_in(request)
    directive = seen_or_404(actor, directive_id)
    form = ReasonForm(request.POST)
    try:
        reason = form.cleaned_data["reason"] if form.is_valid() else ""
        actions.withdraw_directive(actor=actor, now=timezone.now(), directive_id=directive.pk, reason=reason)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The directive is withdrawn. Its units see the reason."))
    return redirect("command:directive", directive_id=directive.pk)


@require_POST
def start_round(request: HttpRequest, directive_id: int) -> HttpResponse:
    """Draft a round of outreach from a directive, and go on to write it."""
    actor = actor_in(request)
    directive = seen_or_404(actor, directive_id)
    try:
        done = actions.start_round(actor=actor, now=timezone.now(), directive_id=directive.pk)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("command:directive", directive_id=directive.pk)
    if done.is_repeat:
        return redirect("rounds:round", round_id=done.round_id)
    messages.success(request, _("A round was drafted. Choose whom it asks and what, then open it."))
    return redirect("rounds:edit", round_id=done.round_id)


@require_POST
def return_report(request: HttpRequest, report_id: int) -> HttpResponse:
    """Send a report back to its unit."""
    actor = actor_in(request)
    row = Report.objects.filter(pk=report_id, copy__in=queries.copies_seen(viewer=actor)).first()
    if row is None:
        raise Http404
    form = ReasonForm(request.POST)
    try:
        reason = form.cleaned_data["reason"] if form.is_valid() else ""
        actions.return_report(actor=actor, now=timezone.now(), report_id=row.pk, reason=reason)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Sent back. The unit sees the reason and reports again."))
    return redirect("command:copy", copy_id=row.copy_id)
