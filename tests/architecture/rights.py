"""The table of rights: for every address who may open it, and the objects its parameters need, once in one's own area and
once in another.

A new address needs one line in ROUTES (rights_routes.py), and, where it has a parameter that no other address has, one
function in OBJECTS (rights_objects.py).

    "cases:case": Page("cases.view")                    GET, by permission
    "cases:note": Deed("cases.note_case", {"text": "x"}) POST only, with what a form would send
    "rounds:round": Both("rounds.view", …)              GET and POST
    EVERYBODY                                            whoever is signed in
    OPEN                                                 nobody need be signed in
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from conftest import District, Family
from renwang.foundation.access.models import User

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
    of_areas: bool = False  # for roles that see everybody of an area; those with only their own people are refused
    to_send: str = ""  # the permission to post, where it is another one

    @property
    def methods(self) -> tuple[str, ...]:
        return ("GET",) * self.get + ("POST",) * self.post

    def sent(self, world: World, place: Place) -> Mapping[str, Any]:
        """Return what a form would send about a place."""
        return self.data(world, place) if callable(self.data) else self.data


def Page(  # noqa: N802
    permission: str, *, query: Mapping[str, str] | None = None, of_areas: bool = False, whole_house: bool = False
) -> Route:
    """Describe an address that is looked at."""
    return Route(permission, get=True, post=False, query=query or {}, of_areas=of_areas, whole_house=whole_house)


def Deed(permission: str, data: Data | None = None, *, whole_house: bool = False) -> Route:  # noqa: N802
    """Describe an address that only takes what is sent."""
    return Route(permission, get=False, post=True, data=data or {}, whole_house=whole_house)


def Both(  # noqa: N802
    permission: str, data: Data | None = None, *, to_send: str = "", whole_house: bool = False
) -> Route:
    """Describe an address that shows a form and takes it."""
    return Route(permission, get=True, post=True, data=data or {}, to_send=to_send, whole_house=whole_house)
