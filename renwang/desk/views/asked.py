"""What an address asks for, read with patience: what is not understood is left out."""

from datetime import date, datetime, time

from django.http import HttpRequest
from django.utils import timezone

from renwang.desk.queries.scope import PERMISSION, Scope, scope_of
from renwang.foundation.access.rules import Actor

EARLIEST = date(2000, 1, 1)  # nothing was asked before; a day before it is a slip of the finger


def actor_of(request: HttpRequest) -> Actor:
    """Return who is looking."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by access' middleware
    return actor


def code_in(request: HttpRequest, name: str = "area") -> str:
    """Return a division code of the address, or nothing."""
    value = request.GET.get(name, "")
    return value if value.isalnum() and value.isascii() and len(value) <= 24 else ""


def day_in(request: HttpRequest, today: date) -> date:
    """Return the day of the address; today where there is none."""
    try:
        day = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return today
    return min(day, today) if day >= EARLIEST else today


def scope_in(request: HttpRequest, *, now: datetime, permission: str = PERMISSION, area: str | None = None) -> Scope:
    """Return the scope of the address; raises NotAllowed."""
    today = timezone.localdate(now)
    return scope_of(
        viewer=actor_of(request),
        area=code_in(request) if area is None else area,
        day=day_in(request, today),
        today=today,
        permission=permission,
    )


def midnight_of(now: datetime) -> datetime:
    """Return the moment the local day began."""
    return timezone.make_aware(datetime.combine(timezone.localdate(now), time()))


def is_part(request: HttpRequest) -> bool:
    """Answer whether htmx asks for the moving part only."""
    return request.headers.get("HX-Request") == "true" and not request.headers.get("HX-Boosted")
