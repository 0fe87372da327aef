"""Decisions about the ledger and the outbox, as pure functions of plain values."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(hours=1)
MOST_ATTEMPTS = 8
LEASE = timedelta(seconds=60)


class PromiseStatus(TextChoices):
    """Where a promised effect stands, and who must act next."""

    DUE = "due", _("due")  # the worker
    RUNNING = "running", _("running")  # the worker that holds the lease
    KEPT = "kept", _("kept")  # nobody
    DEAD = "dead", _("dead letter")  # a person: put it back or drop it
    DROPPED = "dropped", _("dropped")  # nobody


def next_wait(attempts: int) -> timedelta:
    """Return how long to wait before the next try: 5 s, 10 s, 20 s … one hour at most."""
    doubled: timedelta = FIRST_WAIT * 2 ** max(attempts - 1, 0)
    return min(doubled, LONGEST_WAIT)


def opening(day: date, ordinal: int, before: str) -> str:
    """Return what the first entry of a day is chained to: the day, its number and the opening of the day before it."""
    return hashlib.sha256(f"renwang-ledger|{day.isoformat()}|{ordinal}|{before}".encode()).hexdigest()


def canonical(facts: Mapping[str, Any]) -> str:
    """Return facts as the one text that is hashed, whatever order the database keeps the keys in."""
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def entry_mac(
    key: bytes, *, before: str, day: date, seq: int, name: str, actor_id: int | None, at: datetime, facts: str
) -> str:
    """Return the keyed hash of an entry, chained to the entry before it (hex, 64 characters)."""
    who = "" if actor_id is None else str(actor_id)
    text = "|".join([before, day.isoformat(), str(seq), name, who, at.isoformat(), facts])
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
