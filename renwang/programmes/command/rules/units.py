"""Who a directive is sent to: a unit is a subdistrict, a village, or an office of a division."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from renwang.foundation.access.rules import ROLES, Actor, is_within


class UnitKind(TextChoices):
    """What a unit is; enterprises will be a fourth kind."""

    OFFICE = "office", _("office")
    STREET = "street", _("subdistrict")
    VILLAGE = "village", _("village")


# Whose role speaks for a subdistrict and for a village; an office is spoken for by the roles that carry its name.
ROLE_OF = {UnitKind.STREET: "street_officer", UnitKind.VILLAGE: "village_cadre"}


@dataclass(frozen=True, order=True, slots=True)
class Unit:
    """One unit. ``division``: the code of its area; ``office``: only for offices ("health")."""

    kind: str
    division: str
    office: str = ""

    @property
    def key(self) -> str:
        """What a form calls it: ``street:370704006``, ``office:370704:health``."""
        return ":".join(part for part in (self.kind, self.division, self.office) if part)

    @classmethod
    def parse(cls, key: str) -> "Unit":
        """Return the unit of a key; raises ValueError."""
        kind, division, *office = key.split(":")
        if kind not in UnitKind.values or len(office) != (1 if kind == UnitKind.OFFICE else 0):
            raise ValueError(key)
        return cls(kind, division, office[0] if office else "")


def roles_of(unit: Unit) -> frozenset[str]:
    """Return the codes of the roles that speak for a unit of this kind."""
    if unit.kind == UnitKind.OFFICE:
        return frozenset(role.code for role in ROLES.values() if role.office == unit.office)
    return frozenset({ROLE_OF[UnitKind(unit.kind)]})


def answers_for(actor: Actor, unit: Unit, permission: str = "command.acknowledge") -> bool:
    """Answer whether somebody may act as this unit: its role, in its area; never by emergency access."""
    if actor.is_system:
        return True
    roles = roles_of(unit)
    return any(
        not grant.is_lent and grant.role in roles and is_within(unit.division, grant.area) and grant.allows(permission)
        for grant in actor.usable_grants()
    )


def manages(actor: Actor, *, area: str, office: str) -> bool:
    """Answer whether a directive of an office is somebody's to issue and steer: theirs, or they are the command of its area."""
    return actor.is_system or any(
        grant.definition.office in {office, "command"}
        and is_within(area, grant.area)
        and grant.allows("command.oversee")
        for grant in actor.usable_grants()
    )


def smallest_area(area: str, codes: Collection[str], known: Collection[str]) -> str:
    """Return the smallest known division, the issuer's own at most, that holds all codes."""
    holding = [code for code in known if code.startswith(area) and all(one.startswith(code) for one in codes)]
    return max(holding, key=len, default=area) if codes else area
