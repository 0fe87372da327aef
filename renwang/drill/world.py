"""All that the drill holds while it plays: the days, the agenda, chance, the doors, who works, who lives there."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from random import Random
from typing import Any
from uuid import UUID

from renwang.foundation.access import queries as access
from renwang.foundation.access.models import User
from renwang.foundation.access.rules import Actor
from renwang.loop.registry.engine.divisions import DivisionRow
from renwang.loop.registry.rules import HouseholdIn, PersonIn

from .behaviour import Behaviour, built_in
from .cast import Cast, Player, password_of
from .clock import Clock
from .days import Agenda, Days
from .doors import Doors
from .line import Line
from .people import Temper
from .screens import Phone, Screen


@dataclass(frozen=True)
class Member:
    """One person of a household, as the register knows them."""

    person_id: int
    told: PersonIn
    age: int


@dataclass
class Home:
    """One household of the play: what the register was told, its number there, and how it behaves."""

    household_id: int
    told: HouseholdIn
    temper: Temper
    members: tuple[Member, ...]

    @property
    def village(self) -> str:
        return self.told.division

    def stands_on(self, programme: str) -> bool:
        """Answer whether the household stands on a ledger."""
        return any(one.programme == programme for one in self.told.enrolments)


@dataclass
class World:
    """One play."""

    days: Days
    random: Random
    say: Callable[[str], None]
    clock: Clock
    doors: Doors
    line: Line
    how: Behaviour = field(default_factory=built_in)
    villages: Sequence[DivisionRow] = ()
    streets: Sequence[DivisionRow] = ()
    agenda: Agenda = field(default_factory=Agenda)
    cast: Cast = field(default_factory=Cast)
    homes: dict[int, Home] = field(default_factory=dict)
    home_of: dict[int, int] = field(default_factory=dict)  # person → household
    # What a household is going to say on a day, written beforehand: of the stories.
    script: dict[tuple[int, date, int], dict[str, object]] = field(default_factory=dict)
    told: dict[tuple[int, date, int], dict[str, Any]] = field(default_factory=dict)  # what it has said already
    watched: set[int] = field(default_factory=set)  # people of the stories: their case is seen to
    away: set[int] = field(default_factory=set)  # accounts that do not come to work today
    rounds: dict[str, int] = field(default_factory=dict)
    offers: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    rung: Counter[int] = field(default_factory=Counter)  # contacts: how often a message of theirs came to a phone
    worked: dict[str, float] = field(default_factory=lambda: defaultdict(float))  # minutes of helpers, by what they did
    system: Actor = field(default_factory=Actor.system)
    _actors: dict[int, Actor] = field(default_factory=dict)
    _screens: dict[int, Screen] = field(default_factory=dict)

    def screen(self, user_id: int) -> Screen:
        """Return the browser or phone of an account."""
        if user_id not in self._screens:
            username = self.player(user_id).username
            self._screens[user_id] = Screen(self.doors, self.clock, username, password_of(username))
        return self._screens[user_id]

    def screen_of(self, username: str) -> Screen:
        """Return the browser or phone of an account of the cast."""
        return self.screen(self.cast[username].user_id)

    @cached_property
    def phone(self) -> Phone:
        """Any resident's own phone: it has neither account nor cookies."""
        return Phone(self.doors)

    def player(self, user_id: int) -> Player:
        """Return somebody of the cast by their number."""
        return self.cast.by_id[user_id]

    def actor(self, user_id: int, at: datetime) -> Actor:
        """Return somebody as they may act at a moment of the play, where the stage is set without the doors."""
        if user_id not in self._actors:
            user = User.objects.get(pk=user_id)
            self._actors[user_id] = access.actor_for(user=user, now=self.real(at), verified=True)
        return self._actors[user_id]

    def named(self, username: str, at: datetime) -> Actor:
        """Return an account of the cast as it may act at a moment of the play."""
        return self.actor(self.cast[username].user_id, at)

    def forget_actors(self) -> None:
        """Look anew at who may do what: a role or a duty has changed."""
        self._actors.clear()

    def real(self, at: datetime) -> datetime:
        """Return when a moment of the play was."""
        return self.days.real(at)

    def put(self, at: datetime, deed: Callable[[datetime], None], *, by_day: bool = True) -> None:
        """Let something happen; what people do waits for the morning."""
        self.agenda.put(self.days.awake(at, self.random) if by_day else at, deed)

    def minutes(self, least: float, most: float) -> timedelta:
        """Return some minutes, by chance."""
        return timedelta(minutes=self.random.uniform(least, most))

    def chance(self, share: float) -> bool:
        """Throw the dice."""
        return self.random.random() < share

    def submission(self) -> UUID:
        """Return the number of a form."""
        return UUID(int=self.random.getrandbits(128), version=4)
