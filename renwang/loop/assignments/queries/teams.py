"""The screening team of every village: who holds which of its roles, and which nobody holds."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from renwang.foundation.access.queries import in_scope
from renwang.foundation.access.rules import Actor
from renwang.loop.registry.models import Division
from renwang.loop.registry.rules import DivisionLevel

from ..models import Duty
from ..rules import DutyOf
from .answerable import current
from .gaps import away_users


@dataclass(frozen=True)
class Holder:
    """Who holds a role of a team."""

    assignment_id: int
    user_id: int
    name: str
    work_phone: str
    is_away: bool


@dataclass(frozen=True)
class TeamRole:
    """One role of a village's team and its holders; vacant where nobody holds it who can be turned to."""

    duty: Duty
    holders: tuple[Holder, ...]

    @property
    def is_vacant(self) -> bool:
        return all(holder.is_away for holder in self.holders)


@dataclass(frozen=True)
class Team:
    """The team of one village."""

    division: Division
    roles: tuple[TeamRole, ...]

    @property
    def missing(self) -> tuple[Duty, ...]:
        return tuple(role.duty for role in self.roles if role.is_vacant)

    @property
    def is_complete(self) -> bool:
        return not self.missing


def villages(*, viewer: Actor, area: str = "") -> QuerySet[Division]:
    """Return the villages of the viewer's areas."""
    found = Division.objects.filter(in_scope("code", viewer.areas("assignments.view")), level=DivisionLevel.VILLAGE)
    if area:
        found = found.filter(in_scope("code", (area,)))
    return found.select_related("parent").order_by("code")


def team_duties() -> list[Duty]:
    """Return the roles of a team, in order."""
    return list(Duty.objects.filter(in_screening_team=True, held_for=DutyOf.DIVISION).order_by("order", "code"))


def teams(*, viewer: Actor, now: datetime, area: str = "", only: Sequence[Division] | None = None) -> list[Team]:
    """Return the team of every village (of those in ``only``, where said). Five queries, whatever the number of villages."""
    places = list(only) if only is not None else list(villages(viewer=viewer, area=area))
    duties = team_duties()
    away = set(away_users())
    held: dict[tuple[str, str], list[Holder]] = defaultdict(list)
    rows = current(now).filter(division__in=[place.code for place in places], duty__in=duties)
    for row in rows.select_related("user").order_by("since", "pk"):
        held[row.division_id or "", row.duty_id].append(
            Holder(row.pk, row.user_id, row.user.name, row.user.work_phone, row.user_id in away)
        )
    return [
        Team(place, tuple(TeamRole(duty, tuple(held[place.code, duty.code])) for duty in duties)) for place in places
    ]


def team_counts(*, viewer: Actor, now: datetime, area: str = "") -> tuple[int, int]:
    """Return (complete, all) teams, for the board."""
    found = teams(viewer=viewer, now=now, area=area)
    return sum(team.is_complete for team in found), len(found)
