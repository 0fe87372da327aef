"""What programmes add to the first screens of somebody's day, without the desk knowing them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from renwang.foundation.access.rules import Actor


@dataclass(frozen=True)
class Errand:
    """One line on the board and under My work: what is wanted, and where one does it. ``meaning`` as for a badge."""

    words: str
    href: str
    icon: str
    meaning: str = "late"
    due_at: datetime | None = None


# Returns what is wanted of somebody at a moment, the most urgent first; may read the database, in a fixed number of queries.
ErrandsOf = Callable[[Actor, datetime], Sequence[Errand]]
_sources: list[ErrandsOf] = []


def register_errands(source: ErrandsOf) -> None:
    """Let a programme say what it wants of somebody today; twice the same is once."""
    if source not in _sources:
        _sources.append(source)


def errands(viewer: Actor, now: datetime) -> list[Errand]:
    """Return all that is wanted of somebody now."""
    return [one for source in _sources for one in source(viewer, now)]
