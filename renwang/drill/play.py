"""Play the days: lay out the district, open the rounds, and let everything happen until now."""

from collections.abc import Callable
from datetime import datetime
from random import Random

from django.utils import timezone

from .asking import Asking
from .casework import Casework
from .days import Days
from .enterprises import bring_enterprises_back
from .goods import Goods
from .keeping import Keeping
from .ledgers import Ledgers
from .setting import lay_out
from .stories import Stories
from .world import World


def play(*, now: datetime, households: int, days: int, seed: int, say: Callable[[str], None]) -> World:
    """Play ``days`` days that end now; the same seed, the same district."""
    world = World(Days(now, days, timezone.get_default_timezone()), Random(seed), say)
    lay_out(world, households, seed)
    goods = Goods(world)
    casework = Casework(world, goods)
    asking = Asking(world, casework)
    goods.begin()
    keeping = Keeping(world)
    keeping.begin()
    asking.begin()
    Stories(world, keeping).begin()
    Ledgers(world, keeping, seed).begin()
    world.agenda.run(world.days.end)
    asking.gather(world.days.end)
    bring_enterprises_back(world)
    return world
