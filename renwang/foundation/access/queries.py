"""Reads about accounts, their rights and the looks they took."""

from datetime import datetime

from django.db.models import Q, QuerySet

from . import kinds
from .models import BreakGlass, Grant, User
from .rules import Actor, GrantSeen, prefix_range


def in_scope(field: str, areas: tuple[str, ...]) -> Q:
    """Return the filter "the code in ``field`` lies in one of the areas"; no area, no row."""
    scope = Q(pk__in=[])
    for area in areas:
        if not area:
            return Q()
        first, after = prefix_range(area)
        scope |= Q(**{f"{field}__gte": first, f"{field}__lt": after})
    return scope


def grants_at(now: datetime) -> QuerySet[Grant]:
    """Return the grants that hold at a moment."""
    return Grant.objects.filter(Q(until__isnull=True) | Q(until__gt=now), since__lte=now)


def actor_for(*, user: User, now: datetime, verified: bool) -> Actor:
    """Return an account as the actor it is at a moment, emergency access included.

    Emergency access lends the roles held elsewhere to the neighbouring area, without the right to hand anything out.
    """
    grants = [GrantSeen(grant.role, grant.area) for grant in grants_at(now).filter(user=user).order_by("area", "role")]
    broken = BreakGlass.objects.filter(user=user, since__lte=now, until__gt=now).values_list("area", flat=True)
    lent = [
        GrantSeen(role, area)
        for area in broken
        for role in sorted({g.role for g in grants if not g.definition.own_people_only})
    ]
    needs_people = any(grant.definition.own_people_only for grant in grants)
    people = kinds.people_of(user.pk, now) if needs_people else frozenset()
    return Actor(user_id=user.pk, name=user.name, grants=tuple(grants + lent), people=people, verified=verified)


def staff(*, areas: tuple[str, ...], role: str = "", now: datetime) -> QuerySet[User]:
    """Return the active accounts that hold a role (any, when empty) in one of the areas or above it."""
    held = grants_at(now).filter(in_scope("area", areas))
    if role:
        held = held.filter(role=role)
    return User.objects.filter(is_active=True, pk__in=held.values("user_id")).order_by("name", "id")
