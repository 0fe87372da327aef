"""Who has nobody: the households (and organisations) without an answerable person of their own."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from renwang.foundation.access.models import User
from renwang.foundation.access.queries import in_scope
from renwang.foundation.access.rules import Actor
from renwang.loop.registry.models import Division, Enrolment, Subject
from renwang.loop.registry.rules import DivisionLevel, SubjectKind

from ..models import Assignment, Duty, Worker
from ..rules import DutyOf


@dataclass(frozen=True)
class GapCount:
    """One area: how many have nobody, and how many have only somebody who is away."""

    code: str
    name: str
    name_en: str
    alone: int
    away: int


@dataclass(frozen=True)
class GapCounts:
    """The whole of what the viewer sees, and the subdistricts and villages of it, the worst first."""

    alone: int
    away: int
    streets: tuple[GapCount, ...]
    villages: tuple[GapCount, ...]


def duties_for_subjects(duty: str = "") -> list[str]:
    """Return the codes of the duties that count: the answerable ones held for subjects, or the one that is named."""
    found = Duty.objects.filter(held_for=DutyOf.SUBJECT)
    found = found.filter(code=duty) if duty else found.filter(is_answerable=True)
    return list(found.values_list("code", flat=True))


def away_users() -> list[int]:
    """Return the accounts that cannot be turned to: closed, or marked unavailable."""
    away = set(Worker.objects.filter(is_available=False).values_list("user_id", flat=True))
    return sorted(away | set(User.objects.filter(is_active=False).values_list("pk", flat=True)))


def gaps(
    *,
    viewer: Actor,
    now: datetime,
    area: str = "",
    duty: str = "",
    programme: str = "",
    kind: SubjectKind = SubjectKind.HOUSEHOLD,
) -> QuerySet[Subject]:
    """Return who has nobody of their own (nobody for ``duty``, where named), as far as the viewer may see whole areas.

    A grid worker who is answerable for the area does not close the gap: nobody in particular knows these people.
    """
    held = Assignment.objects.filter(subject=OuterRef("pk"), until__isnull=True, duty_id__in=duties_for_subjects(duty))
    return _seen(viewer, area, programme, kind).filter(~Exists(held))


def left_alone(
    *,
    viewer: Actor,
    now: datetime,
    area: str = "",
    duty: str = "",
    programme: str = "",
    kind: SubjectKind = SubjectKind.HOUSEHOLD,
) -> QuerySet[Subject]:
    """Return who has somebody, but only such as are away (ill, on leave, account closed)."""
    held = Assignment.objects.filter(subject=OuterRef("pk"), until__isnull=True, duty_id__in=duties_for_subjects(duty))
    away = away_users()
    subjects = Assignment.objects.filter(user_id__in=away, until__isnull=True, subject__isnull=False)
    found = _seen(viewer, area, programme, kind).filter(pk__in=subjects.values("subject_id"))
    return found.filter(Exists(held), ~Exists(held.exclude(user_id__in=away)))


def gap_counts(*, viewer: Actor, now: datetime, area: str = "") -> GapCounts:
    """Return how many households have nobody, by subdistrict and village. Five queries, whatever the size."""
    alone = _by_division(gaps(viewer=viewer, now=now, area=area))
    away = _by_division(left_alone(viewer=viewer, now=now, area=area))
    codes = alone.keys() | away.keys()
    prefixes = {code[:end] for code in codes for end in range(1, len(code) + 1)}
    named = {
        division.code: division
        for division in Division.objects.filter(
            code__in=prefixes, level__in=(DivisionLevel.STREET, DivisionLevel.VILLAGE)
        )
    }

    def counted(level: DivisionLevel) -> tuple[GapCount, ...]:
        rows = [
            GapCount(
                code=code,
                name=division.name,
                name_en=division.name_en,
                alone=sum(count for place, count in alone.items() if place.startswith(code)),
                away=sum(count for place, count in away.items() if place.startswith(code)),
            )
            for code, division in named.items()
            if division.level == level
        ]
        return tuple(sorted(rows, key=lambda row: (-row.alone, -row.away, row.code)))

    return GapCounts(
        alone=sum(alone.values()),
        away=sum(away.values()),
        streets=counted(DivisionLevel.STREET),
        villages=counted(DivisionLevel.VILLAGE),
    )


def _by_division(found: QuerySet[Subject]) -> dict[str, int]:
    rows = found.order_by().values("division_id").annotate(count=Count("pk")).values_list("division_id", "count")
    return dict(rows)


def _seen(viewer: Actor, area: str, programme: str, kind: SubjectKind) -> QuerySet[Subject]:
    seen = Q(kind=kind, is_current=True) & in_scope("division_id", viewer.areas("assignments.view"))
    if area:
        seen &= in_scope("division_id", (area,))
    found = Subject.objects.filter(seen)
    if programme:
        enrolled = Enrolment.objects.filter(subject=OuterRef("pk"), programme_id=programme, until__isnull=True)
        found = found.filter(Exists(enrolled))
    return found
