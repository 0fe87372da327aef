"""Decisions about the ledger and the outbox, as pure functions of plain values."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(hours=1)
MOST_ATTEMPTS = 8
LEASE = timedelta(seconds=60)
# No lease reaches further than this, even where two machines' clocks differ: a clock was wrong when it was written.
LONGEST_LEASE = timedelta(minutes=15)


class PromiseStatus(TextChoices):
    """Where a promised effect stands, and who must act next."""

    DUE = "due", _("waiting its turn")  # the worker
    RUNNING = "running", _("running")  # the worker that holds the lease
    KEPT = "kept", _("kept")  # nobody
    DEAD = "dead", _("dead letter")  # a person: put it back or drop it
    DROPPED = "dropped", _("dropped")  # nobody


def next_wait(attempts: int) -> timedelta:
    """Return how long to wait before the next try: 5 s, 10 s, 20 s … one hour at most."""
    doubled: timedelta = FIRST_WAIT * 2 ** max(attempts - 1, 0)
    return min(doubled, LONGEST_WAIT)


def opening(key: bytes, *, day: date, ordinal: int, before: str) -> str:
    """Return what the first entry of a day is chained to: the day, its number and the opening of the day before it."""
    return _keyed(key, "opening", day.isoformat(), str(ordinal), before)


def seal(key: bytes, mac: str) -> str:
    """Return how a day's chain ends after the entry with this hash: only the key's holder can end it earlier."""
    return _keyed(key, "end", mac)


def canonical(facts: Mapping[str, Any]) -> str:
    """Return facts as the one text that is hashed, whatever order and spelling the database keeps keys and numbers in.

    Raises ValueError for what is no number (NaN, infinity): no database would give it back.
    """
    return json.dumps(_whole(facts), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def facts_of(text: str) -> Any:
    """Return the facts in a stored text; raises ValueError where it is no JSON or tells one key twice."""
    return json.loads(text, object_pairs_hook=_once)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # Of two equal keys Python reads the last and SQLite the first: a text with both says two things.
    told = dict(pairs)
    if len(told) != len(pairs):
        raise ValueError("A key stands twice.")
    return told


def _whole(value: Any) -> Any:
    """Return the value with whole floats as integers: PostgreSQL gives 1e16 back as 10000000000000000."""
    if isinstance(value, float) and value.is_integer():
        return int(Decimal(repr(value)))
    if isinstance(value, Mapping):
        return {name: _whole(part) for name, part in value.items()}
    return [_whole(part) for part in value] if isinstance(value, list) else value


def _keyed(key: bytes, *parts: str) -> str:
    return hmac.new(key, "|".join(["renwang-ledger", *parts]).encode(), hashlib.sha256).hexdigest()


def entry_mac(
    key: bytes, *, before: str, day: date, seq: int, name: str, actor_id: int | None, at: datetime, facts: str
) -> str:
    """Return the keyed hash of an entry, chained to the entry before it (hex, 64 characters)."""
    who = "" if actor_id is None else str(actor_id)
    text = "|".join([before, day.isoformat(), str(seq), name, who, at.isoformat(), facts])
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
