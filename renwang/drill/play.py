"""Play the days: lay out the district, open the rounds, and let everything happen until now."""

from collections.abc import Callable
from datetime import datetime
from random import Random

from django.utils import timezone

from .days import Days
from .setting import lay_out
from .world import World


def play(*, now: datetime, households: int, days: int, seed: int, say: Callable[[str], None]) -> World:
    """Play ``days`` days that end now; the same seed, the same district."""
    world = World(Days(now, days, timezone.get_default_timezone()), Random(seed), say)  # type: ignore[arg-type]
    lay_out(world, households, seed)
    world.agenda.run(world.days.end)
    return world
