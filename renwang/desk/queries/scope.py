"""Over which area and day a screen looks, within what its reader may see."""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from renwang.foundation.access.queries import in_scope
from renwang.foundation.access.rules import Actor, NotAllowed, is_within
from renwang.loop.registry.models import Division
from renwang.loop.registry.rules import DivisionLevel, caller

PERMISSION = "desk.board"
WIDE = (DivisionLevel.COUNTRY, DivisionLevel.PROVINCE, DivisionLevel.CITY, DivisionLevel.DISTRICT)


@dataclass(frozen=True, slots=True)
class Scope:
    """An area (prefixes of division codes) and a local day. ``chosen``: the one code that names it, or ``""``."""

    viewer: Actor
    areas: tuple[str, ...]
    chosen: str
    day: date
    today: date

    @property
    def is_today(self) -> bool:
        return self.day == self.today

    def within(self, field_name: str = "division_id") -> Q:
        """Return the filter "lies in this area"."""
        return in_scope(field_name, self.areas)


def scope_of(*, viewer: Actor, area: str, day: date, today: date, permission: str = PERMISSION) -> Scope:
    """Return the scope a reader asked for; raises NotAllowed where nothing of it is theirs. No area is all of theirs."""
    own = viewer.areas(permission)
    day = min(day, today)
    if not own:
        raise NotAllowed(permission, area)
    if not area:
        chosen = own[0] if len(own) == 1 else ""
        return Scope(viewer, own, chosen, day, today)
    if any(is_within(area, one) for one in own):
        return Scope(viewer, (area,), area, day, today)
    inside = tuple(one for one in own if is_within(one, area))
    if not inside:
        raise NotAllowed(permission, area)
    return Scope(viewer, inside, inside[0] if len(inside) == 1 else "", day, today)


@dataclass(frozen=True, slots=True)
class Place:
    """One division, as a screen names it."""

    code: str
    name: str
    level: str
    parent: str
    lon: float | None
    lat: float | None


@dataclass(frozen=True)
class Tree:
    """The divisions of a scope, and those above it, by code."""

    places: dict[str, Place] = field(default_factory=dict)

    def name(self, code: str) -> str:
        """Return the name of a division; the code where it is not known."""
        return self.places[code].name if code in self.places else code

    def short(self, code: str) -> str:
        """Return a name without the word for what it is, as people call it: 九龙 for 九龙街道."""
        return self.name(code).removesuffix("街道").removesuffix(" Village").removesuffix(" Community")

    def line(self, code: str) -> list[Place]:
        """Return the known divisions from the top down to this one."""
        return [self.places[code[:end]] for end in range(1, len(code) + 1) if code[:end] in self.places]

    def street_of(self, code: str) -> str:
        """Return the code of the subdistrict a division lies in; ``""`` where there is none."""
        found = [place.code for place in self.line(code) if place.level == DivisionLevel.STREET]
        return found[0] if found else ""

    def below(self, code: str) -> list[Place]:
        """Return the next divisions below one (``""``: the highest known), by code."""
        return [place for place in self.places.values() if place.parent == code]

    def of_level(self, level: str) -> list[Place]:
        """Return the divisions of one level, by code."""
        return [place for place in self.places.values() if place.level == level]


def tree(scope: Scope) -> Tree:
    """Return the divisions of a scope down to villages, with those above it. One query."""
    above = {area[:end] for area in scope.areas for end in range(1, len(area) + 1)}
    rows = (
        Division.objects.filter(Q(scope.within("code")) | Q(code__in=above))
        .exclude(level=DivisionLevel.GRID)
        .order_by("code")
        .values_list("code", "name", "name_en", "level", "parent_id", "lon", "lat")
    )
    call = caller()
    return Tree({row[0]: Place(row[0], call(row[1], row[2]), row[3], row[4] or "", row[5], row[6]) for row in rows})


def choices(viewer: Actor, permission: str = PERMISSION) -> list[tuple[str, str]]:
    """Return the areas a reader may choose among as (code, name): districts, subdistricts, villages set in. One query."""
    areas = viewer.areas(permission)
    rows = (
        Division.objects.filter(in_scope("code", areas))
        .exclude(level=DivisionLevel.GRID)
        .order_by("code")
        .values_list("code", "name", "name_en", "level")[:1500]
    )
    call = caller()
    return [
        (code, ("\u2003" if level == DivisionLevel.VILLAGE else "") + call(name, name_en))
        for code, name, name_en, level in rows
    ]


def named(viewer: Actor, text: str, *, most: int = 5) -> list[Place]:
    """Return the villages and subdistricts a reader may see whose name contains the text. One query."""
    if not text or any(sign.isdigit() for sign in text):
        return []
    rows = (
        Division.objects.filter(in_scope("code", viewer.areas("registry.view")))
        .filter(Q(name__contains=text) | Q(name_en__icontains=text))
        .order_by("code")
        .values_list("code", "name", "name_en", "level", "parent_id", "lon", "lat")[:most]
    )
    call = caller()
    return [Place(row[0], call(row[1], row[2]), row[3], row[4] or "", row[5], row[6]) for row in rows]
