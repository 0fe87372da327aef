"""How much each way of asking brings in: a part of a round's page that refreshes itself while the round runs."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from renwang.foundation.access.rules import Actor

from .. import queries
from ..models import Round
from ..rules.yields import DAY, HOUR, TALL, bars, marks, top_of
from .check_in import actor_in
from .rounds import seen_or_404


def yields_in(actor: Actor, row: Round) -> dict[str, Any]:
    """Return what the part needs."""
    found, is_hourly = queries.yields_of(viewer=actor, asking=row, now=timezone.now())
    step = HOUR if is_hourly else DAY
    moments = [one.moment for one in next(iter(found.values()), [])]
    table: list[dict[str, Any]] = [
        {"moment": moment, "cells": [rows[place] for rows in found.values()]} for place, moment in enumerate(moments)
    ]
    return {
        "drawn": [
            {
                "mode": mode,
                # A way that asks two thousand at once would make a visit invisible: each has a scale of its own, and says it.
                "bars": bars(rows, top_of({mode: rows}), step),
                "top": top_of({mode: rows}),
                "asked": sum(one.asked for one in rows),
                "answered": sum(one.answered for one in rows),
            }
            for mode, rows in found.items()
        ],
        # The hours of the night in which nobody was asked are no rows.
        "table": [row for row in table if any(one.asked or one.answered for one in row["cells"])],
        "marks": marks(moments, step),
        "is_hourly": is_hourly,
        "tall": TALL,
    }


@require_GET
def yields(request: HttpRequest, round_id: int) -> HttpResponse:
    """Show the part alone."""
    actor = actor_in(request)
    row = seen_or_404(actor, round_id)
    return render(request, "rounds/yields.html", {"round": row, **yields_in(actor, row)})
