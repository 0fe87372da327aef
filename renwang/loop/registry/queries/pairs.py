"""Pairs that may be one human being, as the officer who decides sees them."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet

from renwang.foundation.access.queries import in_scope
from renwang.foundation.access.rules import Actor

from ..models import Doubt, Membership, Person
from ..rules import UNDECIDED, DoubtStatus
from .search import Found, card

_MOST_KIN = 8


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two records, with what tells people apart."""

    card: Found
    born_on: dt.date | None
    kin: tuple[str, ...]  # names of those in the same household


@dataclass(frozen=True, slots=True)
class DoubtfulPair:
    """Two records side by side: the one that was there first, and the new one."""

    doubt: Doubt
    known: Side
    new: Side

    @property
    def shared_kin(self) -> frozenset[str]:
        """The names that stand in both households."""
        return frozenset(self.known.kin) & frozenset(self.new.kin)


def doubts(*, viewer: Actor, status: DoubtStatus | None = None) -> QuerySet[Doubt]:
    """Return the pairs both of whose records the viewer may manage, the likeliest first; decided ones the latest first."""
    managed = viewer.areas("registry.decide_doubt")
    found = Doubt.objects.filter(in_scope("known__division_id", managed), in_scope("new__division_id", managed))
    if status in UNDECIDED:
        # A record that was merged elsewhere or has gone takes its question with it.
        found = found.filter(known__is_current=True, new__is_current=True)
    if status is not None:
        found = found.filter(status=status)
    order = ("-probability", "pk") if status is None or status in UNDECIDED else ("-decided_at", "-pk")
    return found.select_related("known__division__parent", "new__division__parent", "by").order_by(*order)


def pair(*, viewer: Actor, doubt_id: int) -> DoubtfulPair | None:
    """Return one undecided pair the viewer may decide; else nothing."""
    there = doubts(viewer=viewer).filter(known__is_current=True, new__is_current=True)
    doubt = there.filter(pk=doubt_id, status__in=UNDECIDED).first()
    if doubt is None:
        return None
    known, new = card(viewer, doubt.known_id), card(viewer, doubt.new_id)
    if known is None or new is None:
        return None
    days = dict(Person.objects.filter(pk__in=(known.id, new.id)).values_list("pk", "born_on"))
    homes = {known.household_id, new.household_id} - {None}
    living: dict[int, list[tuple[int, str]]] = {}
    for household, person, name in (
        Membership.objects.filter(household_id__in=homes, until__isnull=True)
        .order_by("pk")
        .values_list("household_id", "person_id", "person__name")
    ):
        living.setdefault(household, []).append((person, name))
    return DoubtfulPair(doubt, _side(known, days, living), _side(new, days, living))


def _side(found: Found, days: dict[int, dt.date | None], living: dict[int, list[tuple[int, str]]]) -> Side:
    at_home = living.get(found.household_id or 0, [])
    kin = tuple(name for person, name in at_home if person != found.id)[:_MOST_KIN]
    return Side(found, days.get(found.id), kin)
