"""Who hands in: a device by its signed token, remembered for some seconds, so that a check-in costs no look at the accounts."""

import time
from datetime import datetime

from django.db import close_old_connections

from renwang.foundation.access import queries as access
from renwang.foundation.access.rules import Actor

from .. import queries

REMEMBERED = 10.0  # seconds: as long may a revoked device, or a role that ended, still hand in
MOST_REMEMBERED = 10_000
_known: dict[str, tuple[float, Actor | None]] = {}


def actor_of(token: str, *, now: datetime) -> Actor | None:
    """Return who acts with a bearer token, or None. A device was enrolled by its owner behind the second factor."""
    known = _known.get(token)
    moment = time.monotonic()
    if known is not None and known[0] > moment:
        return known[1]
    close_old_connections()
    device = queries.device_of(token, now)
    actor = access.actor_for(user=device.user, now=now, verified=True) if device is not None else None
    if len(_known) >= MOST_REMEMBERED:
        _known.clear()
    _known[token] = (moment + REMEMBERED, actor)
    return actor


def forget() -> None:
    """Forget everybody at once: a device was revoked in this process."""
    _known.clear()
