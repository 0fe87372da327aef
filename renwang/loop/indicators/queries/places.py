"""Which areas somebody may look at, and what lies above and below one."""

from dataclasses import dataclass

from django.db.models import Q

from renwang.foundation.access.queries import in_scope
from renwang.foundation.access.rules import Actor, NotAllowed, is_within
from renwang.loop.registry.models import Division
from renwang.loop.registry.rules import DivisionLevel

MOST_CHOICES = 1500


@dataclass(frozen=True)
class AreaSeen:
    """One area somebody looks at: itself, the areas above it that are theirs too, and the next below."""

    division: Division
    above: list[Division]
    below: list[Division]


def area_seen(*, viewer: Actor, area: str, permission: str) -> AreaSeen:
    """Return the area that was asked for, or the first that is the viewer's; raises NotAllowed. Two queries."""
    own = viewer.areas(permission)
    if not own:
        raise NotAllowed(permission, area)
    if area and not any(is_within(area, one) for one in own):
        raise NotAllowed(permission, area)
    if not area:
        wide = Division.objects.filter(in_scope("code", own)).order_by("code").values_list("code", flat=True)
        area = next(iter(wide[:1]), "")
    rows = Division.objects.filter(Q(code__in=[area[:end] for end in range(1, len(area) + 1)]) | Q(parent=area))
    found = {row.code: row for row in rows.order_by("code")}
    if area not in found:
        raise NotAllowed(permission, area)
    return AreaSeen(
        division=found[area],
        above=[
            row for row in found.values() if area.startswith(row.code) and any(is_within(row.code, one) for one in own)
        ],
        below=[row for row in found.values() if row.parent_id == area and row.level != DivisionLevel.GRID],
    )


def area_choices(*, viewer: Actor, permission: str) -> list[tuple[str, str]]:
    """Return the areas somebody may choose among as (code, name), villages set in. One query."""
    rows = Division.objects.filter(in_scope("code", viewer.areas(permission))).exclude(level=DivisionLevel.GRID)
    return [
        (row.code, ("\u2003" if row.level == DivisionLevel.VILLAGE else "") + row.called)
        for row in rows.order_by("code")[:MOST_CHOICES]
    ]


def names_of(codes: set[str]) -> dict[str, str]:
    """Return what areas are called, in the reader's language. One query."""
    return {row.code: row.called for row in Division.objects.filter(code__in=codes)}
