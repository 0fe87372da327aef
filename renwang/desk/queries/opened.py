"""What a check-in has opened."""

from renwang.foundation.access.rules import Actor
from renwang.loop.cases import queries as cases
from renwang.loop.cases.models import Case


def opened_by(*, viewer: Actor, check_in_id: int) -> list[Case]:
    """Return the cases a check-in opened, or renewed, that the viewer may see, the shortest clock first. One query."""
    found = cases.visible_cases(viewer=viewer).filter(finding__check_in_id=check_in_id)
    return list(found.order_by("due_at", "pk"))
