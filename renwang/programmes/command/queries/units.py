"""Which units there are, what they are called, and who answers for them."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from renwang.foundation.access.models import Grant
from renwang.foundation.access.queries import grants_at, in_scope
from renwang.foundation.access.rules import ROLES
from renwang.loop.cases.rules import OFFICES as NAMES
from renwang.loop.registry.models import Division
from renwang.loop.registry.rules import DivisionLevel

from ..models import Copy, Directive
from ..rules import ROLE_OF, Unit, UnitKind

OFFICES = {role.office: NAMES.get(role.office, role.label) for role in ROLES.values() if role.office}


@dataclass(frozen=True)
class Branch:
    """One subdistrict to choose from, with its villages."""

    unit: Unit
    name: str
    villages: list[tuple[Unit, str]] = field(default_factory=list)

    @property
    def all_key(self) -> str:
        """What a form calls all its villages at once."""
        return f"all:{self.unit.division}"

    def form_keys(self) -> list[str]:
        """Return what a form may call any of it."""
        return [self.unit.key, self.all_key, *(unit.key for unit, _name in self.villages)]


@dataclass(frozen=True)
class Tree:
    """All units of an area: its offices, its subdistricts, their villages."""

    offices: list[tuple[Unit, str]] = field(default_factory=list)
    branches: list[Branch] = field(default_factory=list)

    def form_keys(self) -> list[str]:
        """Return all that a form may name."""
        return ["all:streets", "all:villages", *(unit.key for unit, _name in self.offices), *self._of_branches()]

    def _of_branches(self) -> list[str]:
        return [key for one in self.branches for key in one.form_keys()]

    def units(self) -> dict[str, Unit]:
        """Return every unit by its key."""
        every = [unit for unit, _name in self.offices] + [one.unit for one in self.branches]
        every += [unit for one in self.branches for unit, _name in one.villages]
        return {unit.key: unit for unit in every}

    def chosen(self, keys: Collection[str]) -> tuple[Unit, ...]:
        """Return the units of some keys; ``all:streets``, ``all:villages``, ``all:<street>`` stand for several."""
        known = self.units()
        found = {known[key] for key in keys if key in known}
        for one in self.branches:
            if "all:streets" in keys:
                found.add(one.unit)
            if "all:villages" in keys or one.all_key in keys:
                found |= {unit for unit, _name in one.villages}
        return tuple(sorted(found))


def tree_of_units(area: str) -> Tree:
    """Return the units of an area; offices are those of a whole district. One query."""
    tree = Tree()
    branches: dict[str, Branch] = {}
    levels = (DivisionLevel.DISTRICT, DivisionLevel.STREET, DivisionLevel.VILLAGE)
    for place in Division.objects.filter(in_scope("code", (area,)), level__in=levels).order_by("code"):
        if place.level == DivisionLevel.STREET:
            branches[place.code] = Branch(Unit(UnitKind.STREET, place.code), place.called)
        elif place.level == DivisionLevel.VILLAGE and place.parent_id in branches:
            branches[place.parent_id].villages.append((Unit(UnitKind.VILLAGE, place.code), place.called))
        elif place.level == DivisionLevel.DISTRICT:
            tree.offices.extend((Unit(UnitKind.OFFICE, place.code, code), str(name)) for code, name in OFFICES.items())
    tree.branches.extend(branches.values())
    return tree


def unit_names(units: Iterable[Unit]) -> dict[Unit, str]:
    """Return what units are called. One query."""
    wanted = set(units)
    places = {one.code: one.called for one in Division.objects.filter(pk__in={unit.division for unit in wanted})}
    return {unit: name_of(unit, places.get(unit.division, unit.division)) for unit in wanted}


def name_of(unit: Unit, place: str) -> str:
    """Return what a unit is called, given the name of its division."""
    return str(OFFICES.get(unit.office, unit.office)) if unit.kind == UnitKind.OFFICE else place


def units_of(directive_id: int) -> list[Unit]:
    """Return the units a directive was sent to. One query."""
    rows = Directive.objects.filter(pk=directive_id, copies__parent=None).values_list(
        "copies__kind", "copies__division_id", "copies__office"
    )
    return sorted(Unit(*row) for row in rows if row[0])


def holders_of(units: Collection[Unit], *, now: datetime) -> dict[Unit, list[Grant]]:
    """Return for each unit the grants by which active accounts answer for it. One query."""
    roles = {ROLE_OF[UnitKind(unit.kind)] for unit in units if unit.kind != UnitKind.OFFICE}
    offices = {unit.office for unit in units if unit.kind == UnitKind.OFFICE}
    roles |= {role.code for role in ROLES.values() if role.office in offices and role.office}
    if not roles:
        return {unit: [] for unit in units}
    codes = {unit.division for unit in units}
    above = {code[:length] for code in codes for length in range(len(code) + 1)}
    held: dict[tuple[str, str], list[Grant]] = defaultdict(list)
    rows = grants_at(now).filter(Q(area__in=above), role__in=roles, user__is_active=True)
    for grant in rows.select_related("user").order_by("user__name", "user_id"):
        held[_speaks_as(grant.role), grant.area].append(grant)
    return {
        unit: [
            grant
            for length in range(len(unit.division) + 1)
            for grant in held.get((unit.office or ROLE_OF[UnitKind(unit.kind)], unit.division[:length]), [])
        ]
        for unit in units
    }


def _speaks_as(role: str) -> str:
    return ROLES[role].office or role


def villages_below(copy: Copy) -> list[tuple[str, str, bool]]:
    """Return the villages a subdistrict may pass its copy on to: code, name, whether they have it already. Two queries."""
    have = set(
        Copy.objects.filter(directive_id=copy.directive_id, kind=UnitKind.VILLAGE).values_list("division_id", flat=True)
    )
    below = Division.objects.filter(in_scope("code", (copy.division_id,)), level=DivisionLevel.VILLAGE).order_by("code")
    return [(one.code, one.called, one.code in have) for one in below]


def last_number(*, area: str, office: str) -> str:
    """Return the number of the last directive of an office; "" where there is none."""
    found = Directive.objects.filter(area=area, office=office).order_by("-issued_at", "-pk")
    return found.values_list("number", flat=True).first() or ""


def office_name(office: str) -> str:
    """Return what an office is called."""
    return str(OFFICES.get(office, office))


def place_name(code: str) -> str:
    """Return what an area is called; the code where it is not known. One query."""
    found = Division.objects.filter(pk=code).first()
    return found.called if found else code
