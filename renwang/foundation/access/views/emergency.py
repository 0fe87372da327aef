"""Emergency access: taking it, giving it back, and taking note of it."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from .. import actions, kinds, queries
from ..forms import MOST_AREAS, EmergencyForm
from ..models import BreakGlass
from .acting import actor_in

MOST_SHOWN = 100


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Ask for emergency access; show one's own, and to officers those to their area."""
    actor, now = actor_in(request), timezone.now()
    may_take = actor.may_anywhere("access.break_glass")
    if not may_take:
        actor.check_may_anywhere("access.acknowledge_break_glass")
    form = EmergencyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.break_glass(actor=actor, now=now, **form.cleaned_data)
        except actions.EmergencyRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.warning(request, _("You have emergency access for 24 hours. The officers of the area are told."))
            return redirect("access:break_glass")
    own = list(queries.own_emergency_accesses(actor.user_id or 0)[:20])
    theirs = list(queries.emergency_accesses(viewer=actor)[:MOST_SHOWN])
    names = kinds.places().names({row.area for row in (*own, *theirs)})
    context = {
        "form": form,
        "may_take": may_take,
        "may_acknowledge": actor.may_anywhere("access.acknowledge_break_glass"),
        "areas": _neighbours(request) if may_take else [],
        "own": [_said(row, names) for row in own],
        "theirs": [_said(row, names) for row in theirs],
    }
    return render(request, "access/break_glass.html", context, status=422 if form.errors else 200)


@require_POST
def acknowledge(request: HttpRequest, break_glass_id: int) -> HttpResponse:
    """Take note of an emergency access to one's area."""
    actor = actor_in(request)
    return _do(
        request,
        break_glass_id,
        lambda: actions.acknowledge_break_glass(actor=actor, now=timezone.now(), break_glass_id=break_glass_id),
        _("Noted."),
    )


@require_POST
def mend(request: HttpRequest, break_glass_id: int) -> HttpResponse:
    """Give one's emergency access back."""
    actor = actor_in(request)
    return _do(
        request,
        break_glass_id,
        lambda: actions.mend_glass(actor=actor, now=timezone.now(), break_glass_id=break_glass_id),
        _("The emergency access has ended."),
    )


def _do(request: HttpRequest, break_glass_id: int, do: Callable[[], object], done: str) -> HttpResponse:
    if not BreakGlass.objects.filter(pk=break_glass_id).exists():
        raise Http404
    try:
        do()
    except actions.EmergencyRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("access:break_glass")


def _neighbours(request: HttpRequest) -> list[kinds.Place]:
    """Return the areas that may be asked for, to help typing."""
    return queries.neighbours(viewer=actor_in(request), most=MOST_AREAS)


def _said(row: BreakGlass, names: dict[str, str]) -> dict[str, object]:
    return {"row": row, "place": names.get(row.area, row.area)}
