"""Directives: what came in, what went out."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from renwang.foundation.access.views.acting import actor_in

from .. import queries

ROWS = 50


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """Show the directives that came to one's units, or those one's office sent out (``?box=out``)."""
    actor, now = actor_in(request), timezone.now()
    actor.check_may_anywhere("command.view")
    oversees = actor.may_anywhere("command.oversee")
    asked = request.GET.get("box", "")
    box = asked if asked in {"in", "out"} and oversees else ("out" if oversees else "in")
    context: dict[str, Any] = {
        "box": box,
        "tabs": [
            {"label": _("Sent out"), "href": "?box=out", "active": box == "out"},
            {"label": _("Came in"), "href": "?box=in", "active": box == "in"},
        ]
        if oversees
        else [],
        "may_issue": actor.may_anywhere("command.issue_directive"),
    }
    if box == "out":
        out = Paginator(queries.directives_overseen(viewer=actor), ROWS).get_page(request.GET.get("page"))
        counted = queries.tallies(list(out), viewer=actor, now=now)
        rows = [{"row": row, "tally": counted[row.pk], "office": queries.office_name(row.office)} for row in out]
        return render(request, "command/list.html", context | {"rows": rows, "page": out})
    received = Paginator(queries.inbox(viewer=actor), ROWS).get_page(request.GET.get("page"))
    context["rows"] = [
        {
            "copy": one,
            "row": one.directive,
            "unit": queries.name_of(one.unit, one.division.called),
            "office": queries.office_name(one.directive.office),
            "duty": queries.duty_of(one, now),
        }
        for one in received
    ]
    return render(request, "command/list.html", context | {"page": received})
