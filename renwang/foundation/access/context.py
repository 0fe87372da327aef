"""What the frame of every page may ask of access. Nothing is read from the database unless the template asks."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from . import kinds, queries
from .rules import Actor


@dataclass(frozen=True, slots=True)
class EmergencyShown:
    """One running emergency access, for the banner."""

    area: str
    name: str
    until: datetime | None


def access(request: HttpRequest) -> dict[str, Any]:
    """Give templates ``emergency`` (running emergency accesses) and ``unacknowledged_count``, both asked when used."""
    actor: Actor | None = getattr(request, "actor", None)
    return {
        "emergency": _running(actor),
        "unacknowledged_count": _unacknowledged(actor),
        "support": settings.RENWANG_SUPPORT,
        "lockout_minutes": int(settings.AXES_COOLOFF_TIME.total_seconds() // 60),
    }


def _running(actor: Actor | None) -> Callable[[], list[EmergencyShown]]:
    def running() -> list[EmergencyShown]:
        lent = {grant.area: grant.until for grant in actor.lent_grants()} if actor else {}
        names = kinds.places().names(lent) if lent else {}
        return [EmergencyShown(area, names.get(area, area), until) for area, until in sorted(lent.items())]

    return running


def _unacknowledged(actor: Actor | None) -> Callable[[], int]:
    def count() -> int:
        areas = actor.areas("access.acknowledge_break_glass") if actor else ()
        return queries.unacknowledged(areas).count() if areas else 0

    return count
