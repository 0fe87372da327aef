"""Who speaks over a line, and how the line is."""

from datetime import datetime, timedelta

from django.db.models import Q

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action

from ..events import LineNoted
from ..models import LineState

HELD = timedelta(seconds=30)


def hold_line(*, code: str, by: str, now: datetime) -> bool:
    """Take or keep a line for half a minute; answer whether it is ours. No entry in the ledger: it is said every few seconds."""
    LineState.objects.bulk_create([LineState(code=code)], ignore_conflicts=True)
    free = Q(held_by="") | Q(held_by=by) | Q(held_until=None) | Q(held_until__lt=now)
    return bool(LineState.objects.filter(free, code=code).update(held_by=by, held_until=now + HELD))


def release_line(*, code: str, by: str) -> None:
    """Let another worker take the line at once."""
    LineState.objects.filter(code=code, held_by=by).update(held_by="", held_until=None)


@action
def note_line(
    *, actor: Actor, now: datetime, code: str, is_up: bool, trouble: str = "", is_throttled: bool = False
) -> LineNoted:
    """Keep that a line came up, went down, or takes no more for the moment. ``trouble``: in the line's own words."""
    actor.check_may("channels.note_line", "")
    LineState.objects.bulk_create([LineState(code=code)], ignore_conflicts=True)
    row = LineState.objects.select_for_update().get(code=code)
    row.bound_at = (row.bound_at or now) if is_up else None
    row.down_at = None if is_up else (row.down_at or now)
    row.trouble = trouble[:120]
    if is_throttled:
        row.throttled_at = now
    row.save(update_fields=["bound_at", "down_at", "trouble", "throttled_at"])
    return LineNoted(code=code, is_up=is_up)
