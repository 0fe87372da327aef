"""Counts of cases, for the board and for whoever must act on late ones."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, F, Q, QuerySet

from renwang.foundation.access.queries import in_scope
from renwang.foundation.access.rules import Actor

from .. import kinds, rules
from ..models import Case, CaseStep
from ..rules import Status
from .rights import visible


@dataclass(frozen=True)
class KindCount:
    """How many live cases of one kind there are, and how many of them are late."""

    code: str
    label: str
    icon: str
    live: int
    overdue: int


@dataclass(frozen=True)
class CaseCounts:
    """The cases of an area at a moment. ``by_area``: division code → (live, overdue), for the lowest divisions only."""

    by_status: dict[str, int] = field(default_factory=dict)
    by_kind: list[KindCount] = field(default_factory=list)
    by_area: dict[str, tuple[int, int]] = field(default_factory=dict)
    live: int = 0
    overdue: int = 0
    urgent: int = 0
    unclaimed: int = 0


def counts(*, viewer: Actor, now: datetime, area: str = "") -> CaseCounts:
    """Return the counts of the cases one may see in an area (prefix): live ones by status, kind and division. One query."""
    late = Q(status__in=rules.CLOCK_RUNS, due_at__lt=now)
    rows = (
        Case.objects.filter(
            visible(viewer), in_scope("division_id", (area,)), status__in=[*rules.LIVE, Status.VERIFIED]
        )
        .values_list("division_id", "kind", "status")
        .annotate(n=Count("pk"), late=Count("pk", filter=late), urgent=Count("pk", filter=Q(is_urgent=True)))
        .order_by()
    )
    by_status: Counter[str] = Counter()
    kind_live: Counter[str] = Counter()
    kind_late: Counter[str] = Counter()
    area_live: Counter[str] = Counter()
    area_late: Counter[str] = Counter()
    urgent = 0
    for division, kind, status, n, overdue, pressing in rows:
        by_status[status] += n
        if status not in rules.LIVE:
            continue
        kind_live[kind] += n
        kind_late[kind] += overdue
        area_live[division] += n
        area_late[division] += overdue
        urgent += pressing
    return CaseCounts(
        by_status=dict(by_status),
        by_kind=[
            KindCount(code, kinds.label_of(code), kinds.icon_of(code), n, kind_late[code])
            for code, n in kind_live.most_common()
        ],
        by_area={code: (n, area_late[code]) for code, n in area_live.items()},
        live=sum(area_live.values()),
        overdue=sum(area_late.values()),
        urgent=urgent,
        unclaimed=by_status[Status.OPEN],
    )


def counts_since(*, viewer: Actor, since: datetime, until: datetime, area: str = "") -> dict[str, int]:
    """Return how many cases reached each status between two moments: status → number of steps. One query."""
    seen = Case.objects.filter(visible(viewer), in_scope("division_id", (area,))).values("pk")
    rows = (
        CaseStep.objects.filter(case__in=seen, at__gte=since, at__lt=until)
        .exclude(old=F("new"))  # a note moves nothing
        .values_list("new")
        .annotate(n=Count("pk"))
        .order_by()
    )
    return dict(rows)


def to_escalate(*, now: datetime) -> QuerySet[Case]:
    """Return late cases that must be shown further up than they are, the latest first."""
    day, hours = now - rules.DISTRICT_AFTER, now - rules.DISTRICT_AFTER_URGENT
    higher = Q(level=0) | Q(level=1, due_at__lte=day) | Q(level=1, is_urgent=True, due_at__lte=hours)
    return Case.objects.filter(higher, status__in=rules.CLOCK_RUNS, due_at__lt=now).order_by("due_at", "pk")


def closing_due(*, now: datetime, most: int = 1000) -> list[int]:
    """Return the ids of cases that were verified a day ago and that nobody has closed."""
    verified = CaseStep.objects.filter(new=Status.VERIFIED, at__lte=now - rules.CLOSES_ITSELF)
    found = Case.objects.filter(status=Status.VERIFIED, pk__in=verified.values("case_id"))
    return list(found.order_by("pk").values_list("pk", flat=True)[:most])
