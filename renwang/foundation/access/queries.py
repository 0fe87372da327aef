"""Reads about accounts, their rights and the looks they took."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from . import kinds
from .models import BreakGlass, Grant, Look, RecoveryCode, SecondFactor, User
from .rules import Actor, GrantSeen, is_neighbour, is_within, prefix_range


def in_scope(field: str, areas: tuple[str, ...]) -> Q:
    """Return the filter "the code in ``field`` lies in one of the areas"; no area, no row."""
    scope = Q(pk__in=[])
    for area in areas:
        if not area:
            # Everywhere. Not an empty filter: of ``Q() | other`` Django makes the other alone, and everybody else is gone.
            return Q(pk__isnull=False)
        first, after = prefix_range(area)
        scope |= Q(**{f"{field}__gte": first, f"{field}__lt": after})
    return scope


def grants_at(now: datetime) -> QuerySet[Grant]:
    """Return the grants that hold at a moment."""
    return Grant.objects.filter(Q(until__isnull=True) | Q(until__gt=now), since__lte=now)


def open_grants(now: datetime) -> QuerySet[Grant]:
    """Return the grants that have not ended, those that begin later included."""
    return Grant.objects.filter(Q(until__isnull=True) | Q(until__gt=now))


def account_areas(user_id: int) -> frozenset[str]:
    """Return the areas an account belongs to: of its open grants, and where all have ended of all it ever held.

    Whoever manages an account must be allowed to in each of them.
    """
    held = Grant.objects.filter(user_id=user_id)
    return (
        frozenset(held.filter(until__isnull=True).values_list("area", flat=True))
        or frozenset(held.values_list("area", flat=True))
        or frozenset([""])
    )


def actor_for(*, user: User, now: datetime, verified: bool) -> Actor:
    """Return an account as the actor it is at a moment, emergency access included.

    Emergency access lends the roles that may take it to the neighbouring area: to see and to help there, nothing more.
    """
    grants = [GrantSeen(grant.role, grant.area) for grant in grants_at(now).filter(user=user).order_by("area", "role")]
    may_break = sorted({grant.role for grant in grants if grant.allows("access.break_glass")})
    lent: list[GrantSeen] = []
    if may_break:
        for row in BreakGlass.objects.filter(user=user, since__lte=now, until__gt=now).order_by("area"):
            lent += [GrantSeen(role, row.area, is_lent=True, until=row.until) for role in may_break]
    needs_people = any(grant.definition.own_people_only for grant in grants)
    people = kinds.people_of(user.pk, now) if needs_people else frozenset()
    return Actor(user_id=user.pk, name=user.name, grants=tuple(grants + lent), people=people, verified=verified)


def staff(*, areas: tuple[str, ...], role: str = "", now: datetime) -> QuerySet[User]:
    """Return the active accounts that hold a role (any, when empty) in one of the areas."""
    held = grants_at(now).filter(in_scope("area", areas))
    if role:
        held = held.filter(role=role)
    return User.objects.filter(is_active=True, pk__in=held.values("user_id")).order_by("name", "id")


def accounts(*, viewer: Actor, text: str = "", role: str = "", is_active: bool | None = None) -> QuerySet[User]:
    """Return the accounts that hold, or held, a role in the areas whose accounts the viewer may see."""
    scoped = Grant.objects.filter(in_scope("area", viewer.areas("access.view_accounts")))
    if role:
        scoped = scoped.filter(role=role, until__isnull=True)
    found = User.objects.filter(pk__in=scoped.values("user_id"))
    if text:
        found = found.filter(Q(name__icontains=text) | Q(username__icontains=text) | Q(unit__icontains=text))
    if is_active is not None:
        found = found.filter(is_active=is_active)
    return found.order_by("unit", "name", "id")


def grants_of(user_ids: Iterable[int], *, now: datetime) -> dict[int, list[Grant]]:
    """Return the open grants of many accounts; one query."""
    found: dict[int, list[Grant]] = defaultdict(list)
    for grant in open_grants(now).filter(user_id__in=list(user_ids)).order_by("area", "role"):
        found[grant.user_id].append(grant)
    return found


def emergency_accesses(*, viewer: Actor) -> QuerySet[BreakGlass]:
    """Return the emergency accesses to the viewer's areas, newest first: for those who acknowledge them."""
    areas = viewer.areas("access.acknowledge_break_glass")
    found = BreakGlass.objects.filter(in_scope("area", areas))
    if viewer.user_id is not None:
        found = found.exclude(user_id=viewer.user_id)
    return found.select_related("user", "acknowledged_by").order_by("-since", "-id")


def unacknowledged(areas: tuple[str, ...]) -> QuerySet[BreakGlass]:
    """Return the emergency accesses to some areas of which nobody has taken note, running or ended."""
    found = BreakGlass.objects.filter(in_scope("area", areas), acknowledged_at__isnull=True)
    return found.select_related("user").order_by("-since", "-id")


def own_emergency_accesses(user_id: int) -> QuerySet[BreakGlass]:
    """Return somebody's own emergency accesses, newest first."""
    return BreakGlass.objects.filter(user_id=user_id).select_related("acknowledged_by").order_by("-since", "-id")


def neighbours(*, viewer: Actor, most: int) -> list[kinds.Place]:
    """Return up to ``most`` areas for which the viewer may take emergency access; see ``rules.is_neighbour``."""
    places = kinds.places()
    own = viewer.areas("access.break_glass")
    lines = places.lines(own)
    shared = {line[-3] if len(line) >= 3 else line[0] for line in lines.values()}
    if not shared:
        return []
    wide = places.below(tuple(sorted(shared)), most)
    found = places.lines([place.code for place in wide])
    return [
        place
        for place in wide
        if not any(is_within(place.code, area) for area in own)
        and any(is_neighbour(found[place.code], line) for line in lines.values())
    ]


def looks(*, viewer: Actor, subject_id: int | None = None) -> QuerySet[Look]:
    """Return the looks at what is sealed in the areas the viewer oversees, newest first."""
    found = Look.objects.filter(in_scope("code", viewer.areas("access.view_looks")))
    if subject_id is not None:
        found = found.filter(subject_id=subject_id)
    return found.select_related("user").order_by("-at", "-id")


def looks_of(user_id: int) -> QuerySet[Look]:
    """Return the looks somebody took, newest first."""
    return Look.objects.filter(user_id=user_id).order_by("-at", "-id")


def second_factor_of(user_id: int) -> SecondFactor | None:
    """Return an account's second factor, confirmed or not; None when none was begun."""
    return SecondFactor.objects.filter(user_id=user_id).first()


def recovery_codes_left(factor: SecondFactor) -> int:
    """Return how many printed codes have not been used."""
    return RecoveryCode.objects.filter(factor=factor, used_at__isnull=True).count()


def names_of(user_ids: Iterable[int]) -> dict[int, str]:
    """Return the names of accounts by id, for the ledger (wired in config/wiring.py)."""
    return dict(User.objects.filter(pk__in=list(user_ids)).values_list("pk", "name"))
