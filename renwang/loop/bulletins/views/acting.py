"""What is done with a bulletin: drafted, published, put aside, corrected."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from renwang.foundation.access.views.acting import actor_in

from .. import actions, queries
from ..rules import Refused
from .asked import count_in, day_in, seen_or_404


@require_POST
def draft(request: HttpRequest) -> HttpResponse:
    """Draft an area's bulletin of today, or of an earlier day of which none was told, at once."""
    area, now = request.POST.get("area", "")[:24], timezone.now()
    day = day_in(request.POST, timezone.localdate(now))
    try:
        done = actions.draft_bulletins(actor=actor_in(request), now=now, areas=[area], day=day)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("bulletins:list")
    if not done.bulletin_ids:
        messages.warning(request, _("The bulletin of this area and day has been begun already."))
        return redirect("bulletins:list")
    if queries.has_figures(done.bulletin_ids[0]):
        messages.success(request, _("Drafted from the figures of the day."))
    else:
        messages.warning(request, _("This day has not been counted yet: take the figures as soon as it has."))
    return redirect("bulletins:page", bulletin_id=done.bulletin_ids[0])


@require_POST
def plan(request: HttpRequest) -> HttpResponse:
    """Say at which hour an area's bulletin is drafted every day, or that it is not."""
    hour = request.POST.get("hour", "")
    is_wanted = hour.isdecimal() and len(hour) <= 2
    return _done(
        request,
        actions.plan_bulletins,
        _("Kept."),
        area=request.POST.get("area", "")[:24],
        hour=int(hour) if is_wanted else 0,
        is_wanted=is_wanted,
    )


@require_POST
def publish(request: HttpRequest, bulletin_id: int) -> HttpResponse:
    """Publish a draft as it was read."""
    seen_or_404(actor_in(request), bulletin_id)
    done = _("Published. Nothing of it changes from now on; a correction is a bulletin of its own.")
    return _done(
        request, actions.publish_bulletin, done, bulletin_id=bulletin_id, version=count_in(request.POST, "version")
    )


@require_POST
def refresh(request: HttpRequest, bulletin_id: int) -> HttpResponse:
    """Let a draft take the figures of this moment."""
    seen_or_404(actor_in(request), bulletin_id)
    return _done(request, actions.refresh_figures, _("The draft has the latest figures."), bulletin_id=bulletin_id)


@require_POST
def discard(request: HttpRequest, bulletin_id: int) -> HttpResponse:
    """Put a draft aside."""
    seen_or_404(actor_in(request), bulletin_id)
    return _done(
        request, actions.discard_bulletin, _("The draft is put aside."), to="bulletins:list", bulletin_id=bulletin_id
    )


@require_POST
def correct(request: HttpRequest, bulletin_id: int) -> HttpResponse:
    """Begin a correction of what was published."""
    seen_or_404(actor_in(request), bulletin_id)
    try:
        done = actions.draft_revision(
            actor=actor_in(request),
            now=timezone.now(),
            bulletin_id=bulletin_id,
            note=request.POST.get("reason", "")[:600],
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("bulletins:page", bulletin_id=bulletin_id)
    messages.success(
        request, _("A correction is drafted. What was published stays as it is until the correction is published.")
    )
    return redirect("bulletins:page", bulletin_id=done.bulletin_id)


def _done(request: HttpRequest, write: Callable[..., Any], said: str, *, to: str = "", **given: Any) -> HttpResponse:
    try:
        write(actor=actor_in(request), now=timezone.now(), **given)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
        if to:
            return redirect(to)
    number = given.get("bulletin_id")
    return redirect("bulletins:page", bulletin_id=number) if number else redirect("bulletins:list")
