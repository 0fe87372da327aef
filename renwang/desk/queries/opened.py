"""What a check-in has opened."""

from datetime import datetime

from renwang.foundation.access.rules import Actor
from renwang.loop.cases import queries as cases
from renwang.loop.cases.models import Case


def opened_by(*, viewer: Actor, check_in_id: int, now: datetime) -> list[Case]:
    """Return the cases a check-in opened, or renewed, that the viewer may see, the shortest clock first. One query."""
    found = cases.visible_cases(viewer=viewer).filter(finding__check_in_id=check_in_id, opened_at__lte=now)
    return list(found.order_by("due_at", "pk"))
