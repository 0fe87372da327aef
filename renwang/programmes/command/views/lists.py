"""Directives: what came in, what went out."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from renwang.foundation.access.views.acting import actor_in

from .. import queries
from ..rules import UnitKind

ROWS = 50


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """Show the directives that came to one's units, and those one's office sent out."""
    actor, now = actor_in(request), timezone.now()
    actor.check_may_anywhere("command.view")
    oversees = actor.may_anywhere("command.oversee")
    incoming = queries.inbox(viewer=actor)
    asked = request.GET.get("box", "")
    box = asked if asked in {"in", "out"} and oversees else ("out" if oversees else "in")
    context: dict[str, Any] = {
        "box": box,
        "oversees": oversees,
        "may_issue": actor.may_anywhere("command.issue_directive"),
    }
    if box == "out":
        page = Paginator(queries.directives_overseen(viewer=actor), ROWS).get_page(request.GET.get("page"))
        counted = queries.tallies(list(page), viewer=actor, now=now)
        context["rows"] = [{"row": row, "tally": counted[row.pk], "office": queries.office_name(row.office)} for row in page]
    else:
        page = Paginator(incoming, ROWS).get_page(request.GET.get("page"))  # type: ignore[arg-type]
        context["rows"] = [
            {
                "copy": one,
                "row": one.directive,
                "unit": queries.office_name(one.office) if one.kind == UnitKind.OFFICE else one.division.called,
                "office": queries.office_name(one.directive.office),
                "duty": one.directive.timetable.duty(one.status, one.reported_for, now)
                if one.directive.is_in_force
                else queries.NO_DUTY,
            }
            for one in page
        ]
    return render(request, "command/list.html", context | {"page": page})
