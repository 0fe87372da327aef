"""What the worker does for the figures."""

import contextlib
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from renwang.foundation.access.rules import Actor

from . import actions, queries


def count_days(now: datetime) -> None:
    """Count today, and fix the days that are over."""
    for day in queries.days_to_count(now=now):
        _keep(queries.counted_day(day, now=now), now=now)


def keep_counting(payload: Mapping[str, Any], *, now: datetime, report: Callable[[int], None]) -> None:
    """Count one day at once, or anew: the promise of ``count_now`` and ``correct_day``."""
    counted = queries.counted_day(date.fromisoformat(payload["day"]), now=now, report=report)
    _keep(counted, now=now, version=payload.get("version", 1))


def _keep(counted: queries.Counted, *, now: datetime, version: int = 1) -> None:
    # Another worker was first, or the promise is kept a second time after a crash: the day stands as it should.
    with contextlib.suppress(actions.DayIsFixed):
        actions.keep_figures(actor=Actor.system(), now=now, counted=counted, version=version)
