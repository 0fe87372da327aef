"""One directive, as whoever issued it sees it: who has not, before anything else."""

from typing import Any

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

SHOWN_OWING = 60
VIEWS = ("all", "waiting", "unreported", "late", "returned", "done")


def seen_or_404(actor: Actor, directive_id: int) -> Directive:
    """Return a directive the actor may see."""
    found = queries.directives_seen(viewer=actor).filter(pk=directive_id).first()
    if found is None:
        raise Http404
    return found


@require_GET
def one(request: HttpRequest, directive_id: int) -> HttpResponse:
    """Show a directive: who has not, the matrix of its units, its text, its round. A unit is led to its own copy."""
    actor, now = actor_in(request), timezone.now()
    actor.check_may_anywhere("command.view")
    directive = seen_or_404(actor, directive_id)
    oversees = actor.may("command.oversee", directive.area)
    own = list(queries.inbox(viewer=actor).filter(directive=directive)[:50])
    if not oversees and len(own) == 1:
        return redirect("command:copy", copy_id=own[0].pk)
    copies = directive.copies.filter(parent=None) if oversees else queries.inbox(viewer=actor).filter(directive=directive)
    shown = queries.drawn(directive, copies, viewer=actor, now=now)
    holders = queries.holders_of([row.copy.unit for row in shown.owing], now=now)
    view = request.GET.get("show", "all")
    view = view if view in VIEWS else "all"
    steers = manages(actor, area=directive.area, office=directive.office)
    figures = list(directive.figures.all())
    context: dict[str, Any] = {
        **paper_of(directive),
        "shown": shown,
        "owing": [
            {"row": row, "holders": list(dict.fromkeys(grant.user.name for grant in holders[row.copy.unit]))}
            for row in shown.owing[:SHOWN_OWING]
        ],
        "owing_more": max(0, len(shown.owing) - SHOWN_OWING),
        "rows": shown.that(view),
        "view": view,
        "tabs": _tabs(directive, shown, view),
        "figures": figures,
        "totals": _in_order(figures, queries.totals(shown.rows)),
        "matrix": [{"row": row, "figures": _in_order(figures, row.figures)} for row in shown.that(view)],
        "asks_reports": directive.cadence != Cadence.NONE,
        "oversees": oversees,
        "steers": steers and directive.is_in_force,
        "own": own,
        "coverage": _coverage(actor, directive),
        "may_start_round": steers and directive.is_in_force and actor.may("rounds.draft_round", directive.area),
    }
    return render(request, "command/directive.html", context)


@require_GET
def printed(request: HttpRequest, directive_id: int) -> HttpResponse:
    """Show a directive as a sheet: its text, its units, how far each is."""
    actor, now = actor_in(request), timezone.now()
    actor.check_may_anywhere("command.view")
    directive = seen_or_404(actor, directive_id)
    copies = queries.copies_seen(viewer=actor).filter(directive=directive)
    if actor.may("command.oversee", directive.area):
        copies = copies.filter(parent=None)
    figures = list(directive.figures.all())
    shown = queries.drawn(directive, copies, viewer=actor, now=now)
    context = {
        **paper_of(directive),
        "figures": figures,
        "matrix": [{"row": row, "figures": _in_order(figures, row.figures)} for row in shown.rows],
        "totals": _in_order(figures, queries.totals(shown.rows)),
        "shown": shown,
    }
    return render(request, "command/print.html", context)


def paper_of(directive: Directive) -> dict[str, Any]:
    """Return what every page says of a directive itself."""
    return {
        "directive": directive,
        "issuer": queries.office_name(directive.office),
        "place": queries.place_name(directive.area),
        "attachments": list(directive.attachments.order_by("pk")),
        "superseded_by": Directive.objects.filter(supersedes=directive).first(),
    }


def _in_order(figures: list[Any], told: Any) -> list[Any]:
    return [told.get(one.pk) for one in figures]


def _tabs(directive: Directive, shown: queries.Shown, view: str) -> list[dict[str, Any]]:
    words = {
        "all": _("All units"),
        "waiting": _("Not acknowledged"),
        "unreported": _("Not reported"),
        "late": _("Late"),
        "returned": _("Sent back"),
        "done": _("Done"),
    }
    if directive.cadence == Cadence.NONE:
        words = {key: words[key] for key in ("all", "waiting", "late")}
    return [
        {
            "label": label,
            "href": "?" if key == "all" else f"?show={key}#units",
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
    progress = rounds.progress_of(viewer=actor, round_ids=[directive.round.pk]).get(directive.round.pk, rounds.Progress())
    return {"round": directive.round, "progress": progress}
