"""Play the days: lay out the district, open the doors and the line, and let everything happen until now."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from django.conf import settings
from django.utils import timezone

from .asking import Asking
from .behaviour import Behaviour, built_in
from .bulletins import Bulletins, count_yesterday_anew
from .casework import Casework
from .clock import Clock, played_time
from .days import Days
from .directives import Directives
from .doors import HOST, Doors
from .enterprises import bring_enterprises_back
from .goods import Goods
from .keeping import Keeping
from .ledgers import Ledgers
from .line import Line
from .offices import Offices
from .overriding import overridden
from .pace import Pace
from .passwords import quick_passwords
from .phones import Phones
from .replies import Replies
from .reports import Reports
from .setting import lay_out
from .stories import Stories
from .world import World

# Where the links in messages lead when the installation has no address of its own: by RFC 2606 there is no such place.
NO_PLACE = "https://renwang.invalid"
# Whoever watches is not signed out because a played shift is over.
WATCHED_SESSIONS = 30 * 24 * 3600
WATCHED_REFRESH = 5  # seconds


@dataclass(frozen=True)
class Watched:
    """That somebody watches: where, and how many real seconds a played hour takes."""

    host: str = HOST
    port: int = 0
    pace: float = 20.0
    ready: Callable[[str], None] = field(default=lambda _address: None)  # told the address when the doors are open


@dataclass(frozen=True)
class Plan:
    """One play before it begins."""

    now: datetime
    households: int
    days: int
    seed: int
    how: Behaviour = field(default_factory=built_in)
    watched: Watched | None = None


def play(plan: Plan, *, say: Callable[[str], None]) -> World:
    """Play the days that end now; the same plan, the same district."""
    with stage(plan, say) as world:
        live_through(world, plan)
    return world


def live_through(world: World, plan: Plan) -> None:
    """Let everything happen, from the day before the first until now."""
    lay_out(world, plan.households, plan.seed)
    goods = Goods(world)
    keeping = Keeping(world)
    casework = Casework(world, goods)
    asking = Asking(world, casework, keeping)
    reports = Reports(world, asking)
    goods.begin()
    keeping.begin()
    Offices(world).begin()
    asking.begin()
    reports.begin()
    phones = Phones(world, asking, keeping, reports)
    phones.begin()
    Replies(world).begin()
    Stories(world, keeping).begin()
    Directives(world).begin()
    Bulletins(world).begin()
    Ledgers(world, keeping, plan.seed).begin()
    pace = Pace(plan.watched.pace if plan.watched is not None else 0.0)
    first = world.days.at(world.days.day(0), datetime.min.time())

    def before_each(at: datetime) -> None:
        pace.keep(at, first)
        world.clock.move(world.real(at))

    world.agenda.run(world.days.end, before_each=before_each)
    world.clock.move(world.days.until)
    phones.turn(world.days.end)
    asking.follow(world.days.end)
    bring_enterprises_back(world)
    count_yesterday_anew(world)
    keeping.keep_promises(world.days.end)


@contextmanager
def stage(plan: Plan, say: Callable[[str], None]) -> Iterator[World]:
    """Open the doors and the line, and set the clock to the day before the first."""
    days = Days(plan.now, plan.days, timezone.get_default_timezone())
    clock = Clock(days.at(days.day(-1), datetime.min.time()))
    watched = plan.watched
    changed: dict[str, object] = {"RENWANG_PUBLIC_URL": settings.RENWANG_PUBLIC_URL or NO_PLACE}
    if watched is not None:
        changed |= {"SESSION_COOKIE_AGE": WATCHED_SESSIONS, "RENWANG_BOARD_REFRESH": WATCHED_REFRESH}
    doors = Doors(watched.host, watched.port) if watched is not None else Doors()
    with played_time(clock), quick_passwords(), overridden(changed), doors, Line(clock) as line:
        if watched is not None:
            watched.ready(doors.address)
        yield World(days, Random(plan.seed), say, clock, doors, line, plan.how)
