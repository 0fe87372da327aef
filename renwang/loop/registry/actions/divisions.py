"""Load divisions, define the ledgers a subject may stand on."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action

from ..engine.divisions import parent_of, trimmed
from ..engine.english import english_name
from ..events import DivisionsLoaded, ProgrammesDefined
from ..models import Division, Programme
from ..rules import DivisionIn, DivisionLevel, ProgrammeIn

_TOLD = ("name", "name_en", "level", "parent_id", "lon", "lat", "is_internal")
_NEVER_ROOTS = (DivisionLevel.STREET, DivisionLevel.VILLAGE, DivisionLevel.GRID)


class UnknownParent(ValueError):
    """A division hangs on nothing. ``row``: its position in the list, from one."""

    def __init__(self, row: int, code: str, parent: str) -> None:
        super().__init__(
            _(
                "Row %(row)d: division %(code)s names the parent %(parent)s, which is neither in the list nor in the register."
            )
            % {"row": row, "code": code, "parent": parent}
        )
        self.row = row


class DivisionTwice(ValueError):
    """One code stands twice in a list. ``row``: the second one's position, from one."""

    def __init__(self, row: int, code: str) -> None:
        super().__init__(_("Row %(row)d: division %(code)s already stands above.") % {"row": row, "code": code})
        self.row = row


@action
def load_divisions(*, actor: Actor, now: datetime, divisions: Sequence[DivisionIn]) -> DivisionsLoaded:
    """Enter divisions or bring them up to date, by code; none is taken away. Raises UnknownParent, DivisionTwice."""
    given: dict[str, tuple[int, DivisionIn]] = {}
    for row, division in enumerate(divisions, start=1):
        code = trimmed(division.code)
        if code in given:
            raise DivisionTwice(row, code)
        given[code] = (row, division)
    actor.check_may_all("registry.load_divisions", given)
    known = {division.code: division for division in Division.objects.all()}
    codes = known.keys() | given.keys()
    fresh: list[Division] = []
    changed: list[Division] = []
    # Short codes first: a parent is there before its children.
    for code, (row, division) in sorted(given.items(), key=lambda item: (len(item[0]), item[0])):
        parent = trimmed(division.parent) if division.parent else parent_of(code, codes)
        if parent and (parent not in codes or not code.startswith(parent)):
            raise UnknownParent(row, code, parent)
        if not parent and division.level in _NEVER_ROOTS:
            raise UnknownParent(row, code, code[:-3])
        told = Division(
            code=code,
            name=division.name,
            name_en=division.name_en or _known_as(known.get(code), division.name),
            level=division.level,
            parent_id=parent or None,
            lon=division.lon,
            lat=division.lat,
            is_internal=division.is_internal,
        )
        if code not in known:
            fresh.append(told)
        elif any(getattr(told, name) != getattr(known[code], name) for name in _TOLD):
            changed.append(told)
    Division.objects.bulk_create(fresh, batch_size=1000)
    Division.objects.bulk_update(
        changed, ["name", "name_en", "level", "parent", "lon", "lat", "is_internal"], batch_size=200
    )
    return DivisionsLoaded(new=len(fresh), changed=len(changed), unchanged=len(given) - len(fresh) - len(changed))


def _known_as(before: Division | None, name: str) -> str:
    """Return the English name of a division whose list gives none: the one it had, or its pinyin."""
    return before.name_en if before and before.name_en and before.name == name else english_name(name)


@action
def define_programmes(*, actor: Actor, now: datetime, programmes: Sequence[ProgrammeIn]) -> ProgrammesDefined:
    """Define ledgers one may stand on, or rename them, by code."""
    actor.check_may("registry.define_programmes", "")
    Programme.objects.bulk_create(
        [
            Programme(
                code=programme.code,
                label=programme.label,
                label_en=programme.label_en,
                office=programme.office,
                is_sensitive=programme.is_sensitive,
            )
            for programme in programmes
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["label", "label_en", "office", "is_sensitive"],
    )
    return ProgrammesDefined(codes=tuple(programme.code for programme in programmes))
