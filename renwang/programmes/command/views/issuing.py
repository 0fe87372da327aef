"""A new directive: written, looked over, issued."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from renwang.foundation.access.rules import Actor
from renwang.foundation.access.views.acting import actor_in, number_in

from .. import actions, queries
from ..forms import DirectiveForm, in_hours
from ..models import Directive
from ..rules import Refused, Unit, UnitKind, manages, next_number

PERMISSION = "command.issue_directive"


def _area(request: HttpRequest, actor: Actor) -> str:
    """Return the area a directive is issued for: the one asked for where it is one's own, else the first."""
    areas = actor.areas(PERMISSION)
    asked = request.POST.get("area") or request.GET.get("area") or ""
    return asked if asked in areas else areas[0]


def _old(request: HttpRequest, actor: Actor) -> Directive | None:
    """Return the directive that the new one takes the place of."""
    asked = request.GET.get("supersedes") or request.POST.get("supersedes")
    if not asked:
        return None
    found = queries.directives_seen(viewer=actor).filter(pk=number_in(asked) or 0).first()
    if found is None or not manages(actor, area=found.area, office=found.office):
        raise Http404
    return found


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Write a directive, see to how many it goes, and issue it."""
    actor, now = actor_in(request), timezone.now()
    actor.check_may_anywhere(PERMISSION)
    old = _old(request, actor)
    area = old.area if old else _area(request, actor)
    tree = queries.tree_of_units(area)
    offices = sorted(actor.offices())
    form = DirectiveForm(
        request.POST or None,
        request.FILES or None,
        initial=_initial(old, area, offices, now),
        offices=[(code, queries.office_name(code)) for code in offices],
        units=tree.form_keys(),
        is_replacing=old is not None,
    )
    keys = request.POST.getlist("unit") if request.method == "POST" else (form.initial.get("unit") or [])
    units = tree.chosen(keys)
    context: dict[str, Any] = {
        "form": form,
        "old": old,
        "area": area,
        "areas": [] if old else [(code, queries.place_name(code)) for code in actor.areas(PERMISSION)],
        "tree": tree,
        "branches": [(one, one.all_key, not set(keys).isdisjoint(one.form_keys())) for one in tree.branches],
        "chosen": set(keys),
    }
    if request.method == "POST" and form.is_valid():
        try:
            done = actions.issue_directive(
                actor=actor,
                now=now,
                draft=_draft(form, area, units),
                submission_id=form.cleaned_data["submission_id"],
                supersedes_id=old.pk if old else None,
                reason=form.cleaned_data["reason"],
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            count = len(done.copy_ids)
            messages.success(
                request,
                ngettext("Issued to %(count)d unit.", "Issued to %(count)d units.", count) % {"count": count},
            )
            return redirect("command:directive", directive_id=done.directive_id)
    context |= _counted(units, now) if units else {}
    return render(request, "command/new.html", context, status=422 if form.errors else 200)


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """Say to how many units the form would go right now, and which of them have nobody."""
    actor = actor_in(request)
    actor.check_may_anywhere(PERMISSION)
    units = queries.tree_of_units(_area(request, actor)).chosen(request.POST.getlist("unit"))
    return render(request, "command/_preview.html", _counted(units, timezone.now()))


def _counted(units: tuple[Unit, ...], now: datetime) -> dict[str, Any]:
    holders = queries.holders_of(units, now=now)
    nobody = [unit for unit in units if not holders[unit]]
    names = queries.unit_names(nobody)
    return {
        "units": len(units),
        "by_kind": [(kind.label, n) for kind in UnitKind if (n := sum(1 for unit in units if unit.kind == kind))],
        "accounts": len({grant.user_id for held in holders.values() for grant in held}),
        "nobody": [names[unit] for unit in nobody[:12]],
        "nobody_more": max(0, len(nobody) - 12),
    }


def _initial(old: Directive | None, area: str, offices: list[str], now: datetime) -> dict[str, Any]:
    local = timezone.localtime(now)
    office = old.office if old else next(iter(offices), "")
    initial: dict[str, Any] = {
        "number": next_number(queries.last_number(area=area, office=office), local.year),
        "office": office,
        "acknowledge_by": in_hours(local, 4),
        "report_by": in_hours(local, 24),
    }
    if old is not None:
        initial |= {"title": old.title, "text": old.text, "urgency": old.urgency, "cadence": old.cadence}
        initial["unit"] = [unit.key for unit in queries.units_of(old.pk)]
        for place, one in enumerate(old.figures.all()):
            initial |= {f"figure_{place}": one.label, f"unit_{place}": one.unit, f"kind_{place}": one.kind}
    return initial


def _draft(form: DirectiveForm, area: str, units: tuple[Unit, ...]) -> actions.DirectiveDraft:
    data = form.cleaned_data
    plain: dict[str, Any] = {
        name: data[name]
        for name in (
            "number",
            "title",
            "text",
            "office",
            "urgency",
            "acknowledge_by",
            "cadence",
            "report_by",
            "closes_on",
        )
    }
    return actions.DirectiveDraft(
        **plain, area=area, units=units, figures=form.figures(), files=tuple(data["attachments"])
    )
