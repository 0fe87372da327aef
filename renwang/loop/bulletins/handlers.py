"""What the worker does for bulletins."""

from datetime import datetime

from django.utils import timezone

from renwang.foundation.access.rules import Actor
from renwang.loop.indicators import actions as indicators
from renwang.loop.indicators import queries as figures

from . import actions, queries


def draft_what_is_due(now: datetime) -> None:
    """Draft the bulletins of today whose hour has come, on figures of this moment."""
    due = queries.wanted_at(now)
    if not due:
        return
    system, today = Actor.system(), timezone.localdate(now)
    indicators.keep_figures(actor=system, now=now, counted=figures.counted_day(today, now=now))
    actions.draft_bulletins(actor=system, now=now, areas=[area for area, _day in due], day=today)
