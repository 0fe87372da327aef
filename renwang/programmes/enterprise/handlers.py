"""What this programme does every so often. Wired in config/wiring.py."""

from datetime import datetime, timedelta

from django.utils import timezone

from renwang.foundation.access.rules import Actor

from . import actions

LATE_SHIFTS = timedelta(hours=8)  # a night's shift is told in the morning


def roll_up_gates(now: datetime) -> None:
    """Add up what the gates of today told, and in the morning those of yesterday once more."""
    today = timezone.localtime(now).date()
    for day in dict.fromkeys([timezone.localtime(now - LATE_SHIFTS).date(), today]):
        actions.roll_up_gates(actor=Actor.system(), now=now, day=day)
