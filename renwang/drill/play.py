"""Play the days: lay out the district, open the doors, and let everything happen until now."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from random import Random

from django.utils import timezone

from .asking import Asking
from .behaviour import Behaviour, built_in
from .casework import Casework
from .clock import Clock, played_time
from .days import Days
from .doors import Doors
from .goods import Goods
from .keeping import Keeping
from .ledgers import Ledgers
from .offices import Offices
from .passwords import quick_passwords
from .reports import Reports
from .setting import lay_out
from .stories import Stories
from .world import World


def play(
    *,
    now: datetime,
    households: int,
    days: int,
    seed: int,
    say: Callable[[str], None],
    how: Behaviour | None = None,
) -> World:
    """Play ``days`` days that end now; the same seed, the same district."""
    with stage(Days(now, days, timezone.get_default_timezone()), seed, say, how or built_in()) as world:
        lay_out(world, households, seed)
        goods = Goods(world)
        keeping = Keeping(world)
        casework = Casework(world, goods)
        asking = Asking(world, casework, keeping)
        goods.begin()
        keeping.begin()
        Offices(world).begin()
        asking.begin()
        Reports(world, asking).begin()
        Stories(world, keeping).begin()
        Ledgers(world, keeping, seed).begin()
        world.agenda.run(world.days.end, before_each=lambda at: world.clock.move(world.real(at)))
        world.clock.move(world.days.until)
        asking.follow(world.days.end)
    return world


@contextmanager
def stage(days: Days, seed: int, say: Callable[[str], None], how: Behaviour) -> Iterator[World]:
    """Open the doors and set the clock to the day before the first."""
    clock = Clock(days.at(days.day(-1), datetime.min.time()))
    with played_time(clock), quick_passwords(), Doors() as doors:
        yield World(days, Random(seed), say, clock, doors, how)
