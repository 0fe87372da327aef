"""The table of rights: for every address who may open it, and the objects its parameters need, once in one's own area and
once in another.

A new address needs one line in ROUTES, and, where it has a parameter that no other address has, one function in OBJECTS.

    "cases:case": Page("cases.view")                    GET, by permission
    "cases:note": Deed("cases.note_case", {"text": "x"}) POST only, with what a form would send
    "rounds:round": Both("rounds.view", …)              GET and POST
    EVERYBODY                                            whoever is signed in
    OPEN                                                 nobody need be signed in
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from conftest import NOW, District, Family
from renwang.foundation.access.models import BreakGlass, Grant, Look, User
from renwang.foundation.audit.models import Promise
from renwang.foundation.audit.rules import PromiseStatus

EVERYBODY = "*"
OPEN = "-"


@dataclass(frozen=True)
class Place:
    """Whoever and whatever lies in one street; the names are such as stand nowhere else."""

    street: str
    village: str
    family: Family
    officer: User
    names: tuple[str, ...]


@dataclass(frozen=True)
class World:
    """Two streets of one district, and the account that walks."""

    district: District
    ours: Place
    theirs: Place


Data = Mapping[str, Any] | Callable[[World, Place], Mapping[str, Any]]


@dataclass(frozen=True)
class Route:
    """Who may open one address. ``whole_house``: its objects belong to no area, so the other area's are the same."""

    permission: str  # several, of which one is enough: "a.b|c.d"
    get: bool
    post: bool
    data: Data = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    whole_house: bool = False
    to_send: str = ""  # the permission to post, where it is another one

    @property
    def methods(self) -> tuple[str, ...]:
        return ("GET",) * self.get + ("POST",) * self.post

    def sent(self, world: World, place: Place) -> Mapping[str, Any]:
        """Return what a form would send about a place."""
        return self.data(world, place) if callable(self.data) else self.data


def Page(permission: str, *, query: Mapping[str, str] | None = None, whole_house: bool = False) -> Route:  # noqa: N802
    """Describe an address that is looked at."""
    return Route(permission, get=True, post=False, query=query or {}, whole_house=whole_house)


def Deed(permission: str, data: Data | None = None, *, whole_house: bool = False) -> Route:  # noqa: N802
    """Describe an address that only takes what is sent."""
    return Route(permission, get=False, post=True, data=data or {}, whole_house=whole_house)


def Both(  # noqa: N802
    permission: str, data: Data | None = None, *, to_send: str = "", whole_house: bool = False
) -> Route:
    """Describe an address that shows a form and takes it."""
    return Route(permission, get=True, post=True, data=data or {}, to_send=to_send, whole_house=whole_house)


REASON = "邻村老人高烧，本村无人接电话"

ROUTES: dict[str, Route] = {
    # access
    "set_language": Deed(OPEN, {"language": "en"}),
    "access:sign_in": Both(OPEN),
    "access:sign_out": Deed(EVERYBODY),
    "access:password": Both(EVERYBODY),
    "access:second_factor": Both(EVERYBODY),
    "access:second_factor_new": Both(EVERYBODY),
    "access:recovery_codes": Deed(EVERYBODY),
    "access:accounts": Page("access.view_accounts"),
    "access:account_new": Both(
        "access.add_account",
        lambda world, place: {"username": "neu", "name": "新人", "role": "helper", "area": place.village},
    ),
    "access:account": Both("access.view_accounts", {"name": "改名"}, to_send="access.change_account"),
    "access:account_grant": Deed(
        "access.grant_role", lambda world, place: {"role": "grid_worker", "area": place.village}
    ),
    "access:account_password": Deed("access.reset_password"),
    "access:account_second_factor": Deed("access.reset_second_factor"),
    "access:account_active": Deed("access.deactivate_account", {"is_active": "no"}),
    "access:grant_end": Deed("access.end_grant"),
    "access:break_glass": Both("access.break_glass|access.acknowledge_break_glass"),
    "access:break_glass_acknowledge": Deed("access.acknowledge_break_glass"),
    "access:break_glass_mend": Deed("nobody.else_may"),
    "access:looks": Page("access.view_looks"),
    "access:looks_mine": Page(EVERYBODY),
    "access:looks_at_subject": Page("access.view_looks"),
    # audit
    "audit:health": Page(OPEN),
    "audit:ledger": Page("audit.view", whole_house=True),
    "audit:dead_letters": Page("audit.view", whole_house=True),
    "audit:return_letter": Deed("audit.return_dead_letter", whole_house=True),
    "audit:drop_letter": Deed("audit.drop_dead_letter", {"reason": "es braucht niemand mehr"}, whole_house=True),
}

Make = Callable[[World, Place], Any]


def _grant(world: World, place: Place) -> int:
    return Grant.objects.get(user=place.officer).pk


def _break_glass(world: World, place: Place) -> int:
    taker = User.objects.get(username="stranger")
    until = dt.datetime.now(dt.UTC) + dt.timedelta(hours=5)
    return BreakGlass.objects.create(user=taker, area=place.village, reason=REASON, since=NOW, until=until).pk


def _looked_at(world: World, place: Place) -> int:
    """Return the household, at which its officer has looked."""
    Look.objects.create(
        user=place.officer, subject_id=place.family.household.pk, code=place.village, field="phone", reason="x", at=NOW
    )
    return place.family.household.pk


def _dead_letter(world: World, place: Place) -> int:
    told: dict[str, Any] = {"payload": {}, "made_at": NOW, "due_at": NOW, "status": PromiseStatus.DEAD}
    return Promise.objects.create(kind="none", key=f"walk-{Promise.objects.count()}", **told).pk


# By "route.parameter" first, then by "parameter".
OBJECTS: dict[str, Make] = {
    "user_id": lambda world, place: place.officer.pk,
    "grant_id": _grant,
    "break_glass_id": _break_glass,
    "access:looks_at_subject.subject_id": _looked_at,
    "subject_id": lambda world, place: place.family.household.pk,
    "household_id": lambda world, place: place.family.household.pk,
    "person_id": lambda world, place: place.family.head.pk,
    "promise_id": _dead_letter,
}
