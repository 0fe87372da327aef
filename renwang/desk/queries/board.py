"""The board: is anybody falling through the net today? Every figure here is the count of a list one can open."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Count, F, Q
from django.utils.translation import get_language

from renwang.foundation.access import queries as access
from renwang.foundation.audit import queries as audit
from renwang.loop.assignments import queries as assignments
from renwang.loop.cases import kinds as needs
from renwang.loop.cases import queries as cases
from renwang.loop.cases.models import Case, CaseStep
from renwang.loop.cases.rules import LIVE, Status

from .contacts import DayCounts, Share, day_counts_kept, days_before
from .kept import MINUTES, SECONDS
from .scope import Scope
from .unreached import unreached_by_division, unreached_the_day_before

STREAM_LASTS = timedelta(hours=24)


@dataclass(frozen=True)
class Happening:
    """One thing that has just happened: where, what, what became of it. No names."""

    at: datetime
    case_id: int
    division: str
    label: str
    icon: str
    status: str
    status_label: str
    is_urgent: bool


@dataclass(frozen=True)
class Board:
    """Everything the board says."""

    contacts: DayCounts
    before: dict[date, Share]
    unreached_in: Counter[str]
    unreached_yesterday: int
    cases: cases.CaseCounts
    cases_moved: int  # live cases more (or fewer) than at midnight
    nobody_in: Counter[str]
    happenings: list[Happening] = field(default_factory=list)
    emergencies: int = 0
    worker: audit.OutboxState | None = None

    @property
    def unreached(self) -> int:
        return self.unreached_in.total()

    @property
    def nobody(self) -> int:
        return self.nobody_in.total()


@dataclass(frozen=True)
class Shared:
    """What is the same for everybody who looks at an area, so that it is counted once for all of them."""

    contacts: DayCounts
    unreached_in: Counter[str]
    cases_moved: int


def board(scope: Scope, *, now: datetime, midnight: datetime, is_wall: bool = True) -> tuple[Board, datetime]:
    """Return the board and the moment its contacts were counted, at most ten seconds ago. A constant number of queries.

    On a desk the banner above the page tells of emergency accesses, and counts them itself.
    """
    area = (scope.areas, scope.day)
    shared, counted_at = SECONDS.of(
        ("board", *area),
        now=now,
        make=lambda: Shared(
            day_counts_kept(scope, now=now), unreached_by_division(scope), cases_moved(scope, since=midnight)
        ),
    )
    yesterday, _at = MINUTES.of(("unreached_yesterday", *area), now=now, make=lambda: unreached_the_day_before(scope))
    latest, _at = SECONDS.of(
        ("happenings", get_language(), scope.areas), now=now, make=lambda: happenings(scope, now=now)
    )
    shown = Board(
        contacts=shared.contacts,
        before=days_before(scope, now=now),
        unreached_in=shared.unreached_in,
        unreached_yesterday=yesterday,
        cases=cases.counts(viewer=scope.viewer, now=now, area=scope.chosen),
        cases_moved=shared.cases_moved,
        nobody_in=nobody_answerable_kept(scope, now=now),
        happenings=latest,
        emergencies=access.unacknowledged(scope.viewer.areas("access.acknowledge_break_glass")).count()
        if is_wall
        else 0,
        worker=audit.outbox_state(now=now),
    )
    return shown, counted_at


def cases_moved(scope: Scope, *, since: datetime) -> int:
    """Return how many more cases are live than at a moment. One query."""
    rows = (
        CaseStep.objects.filter(new__in=Status.values, at__gte=since)
        .filter(scope.within("case__division_id"))
        .exclude(old=F("new"))
        .values_list("old", "new")
        .annotate(n=Count("*"))
        .order_by()
    )
    return sum(n * ((new in LIVE) - (old in LIVE)) for old, new, n in rows)


def nobody_answerable(scope: Scope, *, now: datetime) -> Counter[str]:
    """Return how many households of each division have nobody of their own: the list of assignments, counted."""
    found = assignments.gaps(viewer=scope.viewer, now=now, area=scope.chosen).filter(scope.within())
    return Counter(dict(found.order_by().values_list("division_id").annotate(n=Count("*"))))


def nobody_answerable_kept(scope: Scope, *, now: datetime) -> Counter[str]:
    """The same, counted at most every five minutes: it asks every household, and changes by a person's hand only."""
    key = ("nobody_answerable", scope.viewer.user_id, scope.areas)
    return MINUTES.of(key, now=now, make=lambda: nobody_answerable(scope, now=now))[0]


def happenings(scope: Scope, *, now: datetime, most: int = 12) -> list[Happening]:
    """Return the latest moves of cases in an area, the latest first. One query."""
    rows = (
        CaseStep.objects.filter(new__in=Status.values, at__gte=now - STREAM_LASTS)
        .filter(scope.within("case__division_id"))
        .exclude(old=F("new"))
        .order_by("-at", "-pk")
        .values_list("at", "case_id", "case__division_id", "case__kind", "new", "case__is_urgent")[:most]
    )
    return [
        Happening(
            at=at,
            case_id=case,
            division=division,
            label=needs.label_of(kind),
            icon=needs.icon_of(kind),
            status=status,
            status_label=str(Status(status).label),
            is_urgent=is_urgent,
        )
        for at, case, division, kind, status, is_urgent in rows
    ]


def cases_by_kind_and_division(scope: Scope) -> dict[str, Counter[str]]:
    """Return the live cases of an area: kind → division → count. One query, for the map."""
    rows = (
        Case.objects.filter(Q(scope.within()), status__in=LIVE)
        .values_list("kind", "division_id")
        .annotate(n=Count("*"))
        .order_by()
    )
    found: dict[str, Counter[str]] = {}
    for kind, division, n in rows:
        found.setdefault(kind, Counter())[division] += n
    return found
