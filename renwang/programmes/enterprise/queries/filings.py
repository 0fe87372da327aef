"""Filings, their clocks, and how far the district has come."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Case as When_
from django.db.models import CharField, Count, Q, QuerySet, Value, When
from django.db.models.functions import Left

from renwang.foundation.access.rules import Actor
from renwang.loop.registry.models import Division
from renwang.loop.registry.queries import visible

from ..models import Enterprise, Filing, FilingStep
from ..rules.enterprises import Size
from ..rules.filings import TO_CHECK, Status


def current_of(enterprise_id: int) -> Filing | None:
    """Return an enterprise's current filing."""
    return (
        Filing.objects.filter(enterprise_id=enterprise_id, is_current=True)
        .select_related("enterprise__subject")
        .first()
    )


def steps_of(filing: Filing) -> list[FilingStep]:
    """Return what happened to a filing, newest first."""
    return list(filing.steps.select_related("by").order_by("-at", "-pk"))


def to_answer(*, viewer: Actor) -> QuerySet[Filing]:
    """Return the filings that wait for an answer in the viewer's areas, the tightest clock first."""
    found = Filing.objects.filter(
        visible(viewer, "enterprise__subject", "enterprise.view"), is_current=True, status=Status.FILED
    )
    return found.select_related("enterprise__subject__division").order_by("answer_due_at", "pk")


def seen_filings(*, viewer: Actor) -> QuerySet[Filing]:
    """Return the current filings of the enterprises the viewer sees."""
    found = Filing.objects.filter(visible(viewer, "enterprise__subject", "enterprise.view"), is_current=True)
    return found.select_related("enterprise__subject__division")


@dataclass(frozen=True)
class Rate:
    """How many enterprises of one group are at work again. ``share``: percent with two places, None where there are none."""

    group: str
    label: str
    enterprises: int
    resumed: int
    filed: int

    @property
    def share(self) -> Decimal | None:
        """The resumption rate in percent."""
        if not self.enterprises:
            return None
        return (Decimal(100 * self.resumed) / self.enterprises).quantize(Decimal("0.01"), ROUND_HALF_UP)


def rates(*, viewer: Actor, by: str, designated: bool | None = None, area: str = "") -> list[Rate]:
    """Return the resumption rate by "area" (subdistrict), "industry" (division of GB/T 4754), "size", or "" (all together).

    One query for the counts, one for the names of places.
    """
    from renwang.foundation.access.queries import in_scope

    found = Enterprise.objects.filter(visible(viewer, "subject", "enterprise.view"), subject__is_current=True)
    if designated is not None:
        found = found.filter(is_designated=designated)
    if area:
        found = found.filter(in_scope("subject__division_id", (area,)))
    group: Any = {
        "area": Left("subject__division_id", 9),
        "industry": Left("industry", 3),
        "size": When_(
            When(is_designated=True, then=Value(Size.DESIGNATED.value)),
            default=Value(Size.SMALL.value),
            output_field=CharField(),
        ),
    }.get(by, Value("", output_field=CharField()))
    resumed = Q(filings__is_current=True, filings__status=Status.RESUMED)
    filed = Q(filings__is_current=True) & ~Q(filings__status=Status.DRAFT)
    rows: Any = (
        found.annotate(group=group)
        .values("group")
        .annotate(
            n=Count("pk", distinct=True),
            resumed=Count("pk", filter=resumed, distinct=True),
            filed=Count("pk", filter=filed, distinct=True),
        )
        .order_by("group")
    )
    kept = list(rows)
    names = _names([row["group"] for row in kept]) if by == "area" else {}
    return [
        Rate(
            group=row["group"],
            label=names.get(row["group"], row["group"]),
            enterprises=row["n"],
            resumed=row["resumed"],
            filed=row["filed"],
        )
        for row in kept
    ]


def _names(codes: Iterable[str]) -> dict[str, str]:
    return {place.code: place.called for place in Division.objects.filter(pk__in=list(codes))}


@dataclass(frozen=True)
class Clocks:
    """How filings stand at a moment."""

    waiting: int
    late: int
    to_check: int


def clocks(*, viewer: Actor, now: datetime) -> Clocks:
    """Count the filings that wait for an answer, those that are late, and those a cadre must look at."""
    found = seen_filings(viewer=viewer)
    counted = found.aggregate(
        waiting=Count("pk", filter=Q(status=Status.FILED)),
        late=Count("pk", filter=Q(status=Status.FILED, answer_due_at__lt=now)),
        to_check=Count("pk", filter=Q(status__in=TO_CHECK)),
    )
    return Clocks(**counted)
