"""One directive, as whoever issued it sees it: who has not, before anything else."""

from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from renwang.foundation.access.rules import Actor
from renwang.foundation.access.views.acting import actor_in
from renwang.loop.rounds import queries as rounds

from .. import queries
from ..models import Directive
from ..rules import Cadence, manages

ROWS = 30  # units on a page: a subdistrict and its villages; on a phone each is a card
VIEWS = ("all", "waiting", "unreported", "reported", "late", "returned", "done")


def seen_or_404(actor: Actor, directive_id: int) -> Directive:
    """Return a directive the actor may see."""
    found = queries.directives_seen(viewer=actor).filter(pk=directive_id).first()
    if found is None:
        raise Http404
    return found


@require_GET
def one(request: HttpRequest, directive_id: int) -> HttpResponse:
    """Show a directive: how far its units are, the late ones first, its text, its round. A unit is led to its own copy."""
    actor, now = actor_in(request), timezone.now()
    actor.check_may_anywhere("command.view")
    directive = seen_or_404(actor, directive_id)
    oversees = actor.may("command.oversee", directive.area)
    own = list(queries.inbox(viewer=actor).filter(directive=directive)[:50])
    if not oversees and len(own) == 1:
        return redirect("command:copy", copy_id=own[0].pk)
    copies = queries.copies_seen(viewer=actor).filter(parent=None) if oversees else queries.inbox(viewer=actor)
    shown = queries.drawn(directive, copies.filter(directive=directive), viewer=actor, now=now)
    view = request.GET.get("show", "all")
    view = view if view in VIEWS else "all"
    steers = manages(actor, area=directive.area, office=directive.office) and directive.is_in_force
    context: dict[str, Any] = {
        **paper_of(directive),
        **matrix_of(directive, shown, view, now=now, page=request.GET.get("page")),
        "shown": shown,
        "view": view,
        "tabs": _tabs(directive, shown, view),
        "oversees": oversees,
        "steers": steers,
        "own": own if oversees else [],
        "coverage": _coverage(actor, directive),
        "may_start_round": steers and directive.round_id is None and actor.may("rounds.draft_round", directive.area),
    }
    return render(request, "command/directive.html", context)


def matrix_of(
    directive: Directive, shown: queries.Shown, view: str = "all", *, now: datetime, page: str | None = None
) -> dict[str, Any]:
    """Return a page of units as the table shows them: their figures in order, who answers for those that owe something.

    The totals are those of all units, whatever page is shown.
    """
    figures = list(directive.figures.all())
    rows = Paginator(shown.in_order(view), ROWS).get_page(page)
    holders = queries.holders_of({row.copy.unit for row in rows if row.duty.is_open}, now=now)
    totals = queries.totals(shown.rows)
    return {
        "figures": figures,
        "totals": [(one.label, totals.get(one.pk) if one.adds_up else None) for one in figures],
        "asks_reports": directive.cadence != Cadence.NONE,
        "matrix_page": rows,
        "matrix": [
            {
                "row": row,
                "figures": [(one.label, row.figures.get(one.pk)) for one in figures],
                "holders": list(dict.fromkeys(grant.user.name for grant in holders.get(row.copy.unit, []))),
            }
            for row in rows
        ],
    }


def paper_of(directive: Directive) -> dict[str, Any]:
    """Return what every page says of a directive itself."""
    return {
        "directive": directive,
        "issuer": queries.office_name(directive.office),
        "place": queries.place_name(directive.area),
        "attachments": queries.attachments_of(directive),
        "superseded_by": Directive.objects.filter(supersedes=directive).first(),
    }


def _tabs(directive: Directive, shown: queries.Shown, view: str) -> list[dict[str, Any]]:
    words = {
        "all": _("All units"),
        "waiting": _("Not acknowledged"),
        "unreported": _("Not reported"),
        "reported": _("Reported"),
        "late": _("Late"),
        "returned": _("Sent back"),
        "done": _("Done"),
    }
    if directive.cadence == Cadence.NONE:
        words = {key: words[key] for key in ("all", "waiting", "late")}
    return [
        {
            "label": label,
            "href": "?#units" if key == "all" else f"?show={key}#units",
            "active": key == view,
            "count": len(shown.that(key)),
            "meaning": "act" if key == "late" and shown.that(key) else "",
        }
        for key, label in words.items()
    ]


def _coverage(actor: Actor, directive: Directive) -> dict[str, Any] | None:
    """Return how far the round of a directive is, within what the viewer sees."""
    if directive.round is None or not rounds.rounds_seen(viewer=actor).filter(pk=directive.round.pk).exists():
        return None
    found = rounds.progress_of(viewer=actor, round_ids=[directive.round.pk])
    return {"round": directive.round, "progress": found.get(directive.round.pk)}
