"""The contacts of a day: how many stand where, and which."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property

from django.db.models import Count, QuerySet

from renwang.loop.rounds.models import Contact
from renwang.loop.rounds.rules import OPEN_STATES, ContactState

from ..sums import Sums
from .kept import HALF_AN_HOUR, SECONDS
from .scope import Scope

# What a list of contacts may show, by the word in its address.
SHOWN: dict[str, frozenset[str]] = {
    "all": frozenset(ContactState.values),
    "reached": frozenset({ContactState.REACHED}),
    "open": frozenset(OPEN_STATES),
    "visit": frozenset({ContactState.LAST_VISIT}),
    "refused": frozenset({ContactState.REFUSED}),
    "unreached": frozenset({ContactState.UNREACHED}),
    "closed": frozenset({ContactState.CLOSED, ContactState.CARRIED}),
}


@dataclass(frozen=True)
class Share:
    """How many households are to be asked, and how many of them were reached."""

    asked: int = 0
    reached: int = 0

    @property
    def share(self) -> float | None:
        """Return the share reached, from 0 to 1; None where nobody is asked."""
        return self.reached / self.asked if self.asked else None


@dataclass(frozen=True)
class DayCounts:
    """The contacts of one day in one area."""

    by_state: Counter[str] = field(default_factory=Counter)
    by_mode: Counter[str] = field(default_factory=Counter)  # of those reached
    asked_in: Counter[str] = field(default_factory=Counter)  # division code → contacts
    reached_in: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> Share:
        return Share(sum(self.by_state.values()), self.by_state[ContactState.REACHED])

    def under(self, prefix: str) -> Share:
        """Return the share of everything whose code starts with a prefix."""
        return Share(self._asked.under(prefix), self._reached.under(prefix))

    @cached_property
    def _asked(self) -> Sums:
        return Sums(self.asked_in)

    @cached_property
    def _reached(self) -> Sums:
        return Sums(self.reached_in)


def day_counts(scope: Scope) -> DayCounts:
    """Return the contacts of the day by state, mode and division. One query, answered by one index."""
    rows = (
        Contact.objects.filter(scope.within(), day=scope.day)
        .values_list("division_id", "state", "mode")
        .annotate(n=Count("*"))
        .order_by()
    )
    counted = DayCounts()
    for division, state, mode, n in rows:
        counted.by_state[state] += n
        counted.asked_in[division] += n
        if state == ContactState.REACHED:
            counted.by_mode[mode] += n
            counted.reached_in[division] += n
    return counted


def day_counts_kept(scope: Scope, *, now: datetime) -> DayCounts:
    """The same, counted at most every ten seconds for all who look at the area: it reads every contact of the day."""
    return SECONDS.of(("day_counts", scope.areas, scope.day), now=now, make=lambda: day_counts(scope))[0]


def days_before(scope: Scope, *, now: datetime, days: int = 6) -> dict[date, Share]:
    """Return the share reached on the days before. One query; days that are over hardly change, so they are kept longer."""

    def count() -> dict[date, Share]:
        first = scope.day - timedelta(days=days)
        rows = (
            Contact.objects.filter(scope.within(), day__gte=first, day__lt=scope.day)
            .values_list("day", "state")
            .annotate(n=Count("*"))
            .order_by()
        )
        asked: Counter[date] = Counter()
        reached: Counter[date] = Counter()
        for day, state, n in rows:
            asked[day] += n
            if state == ContactState.REACHED:
                reached[day] += n
        return {day: Share(asked[day], reached[day]) for day in asked}

    return HALF_AN_HOUR.of(("days_before", scope.areas, scope.day, days), now=now, make=count)[0]


def contacts_of(scope: Scope, *, show: str = "all", mode: str = "") -> QuerySet[Contact]:
    """Return the contacts of the day behind a figure of the board, village by village."""
    found = Contact.objects.filter(scope.within(), day=scope.day)
    states = SHOWN.get(show, SHOWN["all"])
    if states != SHOWN["all"]:
        found = found.filter(state__in=states)
    if mode:
        found = found.filter(mode=mode)
    return found.select_related("household", "division", "user").order_by("division_id", "pk")
