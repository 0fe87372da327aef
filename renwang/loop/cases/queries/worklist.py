"""Which case is next: the worklist, its tabs and its pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Case as Either
from django.db.models import Count, IntegerField, Q, QuerySet, Value, When
from django.http import QueryDict
from django.utils.translation import gettext as _

from renwang.foundation.access.queries import in_scope
from renwang.foundation.access.rules import Actor

from .. import rules
from ..models import Case, SavedFilter
from ..rules import Status
from .rights import visible, visible_cases

PAGE = 50
SORTS = {"due": "due_at", "opened": "opened_at"}
# Scopes that show cases whose clock runs beside cases whose clock stands.
MIXED = frozenset({"all", "mine", "urgent", "office"})
SCOPES = ("all", "mine", "unclaimed", "urgent", "overdue", "soon", "to_verify", "office", "settled")


@dataclass(frozen=True)
class WorklistFilters:
    """What a worklist shows. Everything empty: all live cases. ``area``: prefix of division codes; ``scope``: one of SCOPES."""

    scope: str = "all"
    status: str = ""
    kind: str = ""
    area: str = ""
    office: str = ""
    level: str = ""
    sort: str = "due"

    @classmethod
    def from_query(cls, query: Mapping[str, Any]) -> "WorklistFilters":
        """Return the filters in an address; what is not one of ours is left out."""

        def one_of(name: str, allowed: Any) -> str:
            value = str(query.get(name) or "")
            return value if value in allowed else ""

        area = str(query.get("area") or "")
        return cls(
            scope=one_of("scope", SCOPES) or "all",
            status=one_of("status", Status.values),
            kind=str(query.get("kind") or "")[:60],
            area=area if area.isalnum() and area.isascii() and len(area) <= 24 else "",
            office=one_of("office", rules.OFFICES),
            level=one_of("level", ("1", "2")),
            sort=one_of("sort", [*SORTS, *(f"-{sort}" for sort in SORTS)]) or "due",
        )

    def to_query(self) -> str:
        """Return the filters as an address has them, shortest form."""
        query = QueryDict(mutable=True)
        empty = WorklistFilters()
        for name in ("scope", "status", "kind", "area", "office", "level", "sort"):
            if getattr(self, name) != getattr(empty, name):
                query[name] = getattr(self, name)
        return query.urlencode()

    def condition(self, *, viewer: Actor, now: datetime) -> Q:
        """Return what a case must be to be shown."""
        running = Q(status__in=rules.CLOCK_RUNS)
        of_scope = {
            "all": Q(),
            "mine": Q(holder_id=viewer.user_id),
            "unclaimed": Q(status=Status.OPEN),
            "urgent": Q(is_urgent=True),
            "overdue": running & Q(due_at__lt=now),
            "soon": running & Q(due_at__gte=now, due_at__lt=now + timedelta(hours=4)),
            "to_verify": Q(status=Status.MET),
            "office": Q(office__in=viewer.offices()),
            "settled": Q(status__in=[Status.VERIFIED, Status.CLOSED, Status.GIVEN_UP]),
        }[self.scope]
        wanted = of_scope
        if self.status:
            wanted &= Q(status=self.status)
        elif self.scope != "settled":
            wanted &= Q(status__in=rules.LIVE)
        if self.kind:
            wanted &= Q(kind=self.kind)
        if self.office:
            wanted &= Q(office=self.office)
        if self.level:
            wanted &= Q(level__gte=int(self.level)) & running
        if self.area:
            wanted &= in_scope("division_id", (self.area,))
        return wanted


@dataclass(frozen=True)
class Tab:
    """One saved filter above the worklist: the house's own, or (``kept_id``) one that the account has kept."""

    label: str
    query: str
    count: int
    meaning: str = ""
    kept_id: int | None = None
    scope: str = ""


@dataclass(frozen=True)
class Page:
    """One page of the worklist. The cursors say where the pages before and after begin; empty at the ends."""

    cases: list[Case]
    previous_cursor: str
    next_cursor: str


def worklist(*, viewer: Actor, filters: WorklistFilters, now: datetime, seen: Q | None = None) -> QuerySet[Case]:
    """Return the cases of a worklist, the shortest clock first; whoever only waits to confirm comes after all running clocks.

    ``seen``: `visible(viewer)`, where one has it already.
    """
    field, descending = _order(filters.sort)
    sign = "-" if descending else ""
    found = visible_cases(viewer=viewer, seen=seen).filter(filters.condition(viewer=viewer, now=now))
    if field == "due_at" and not filters.status and filters.scope in MIXED:
        stands = Either(When(status__in=rules.CLOCK_RUNS, then=Value(0)), default=Value(1), output_field=IntegerField())
        return found.annotate(stands=stands).order_by(f"{sign}stands", f"{sign}{field}", f"{sign}pk")
    return found.order_by(f"{sign}{field}", f"{sign}pk")


def kept_filters(*, viewer: Actor) -> list[SavedFilter]:
    """Return the filters an account has kept, by name."""
    return list(SavedFilter.objects.filter(user_id=viewer.user_id).order_by("name")) if viewer.user_id else []


def tabs(*, viewer: Actor, now: datetime, seen: Q | None = None) -> list[Tab]:
    """Return the tabs of a worklist with their counts. Two queries, however many tabs, and what `visible` asks without ``seen``."""
    house = [
        (_("All to do"), WorklistFilters(), ""),
        (_("My cases"), WorklistFilters(scope="mine"), ""),
        (_("To be taken"), WorklistFilters(scope="unclaimed"), ""),
        (_("Urgent"), WorklistFilters(scope="urgent"), "late"),
        (_("Overdue"), WorklistFilters(scope="overdue"), "act"),
        (_("To be confirmed"), WorklistFilters(scope="to_verify"), ""),
    ]
    if viewer.offices():
        house.insert(2, (_("My office"), WorklistFilters(scope="office"), ""))
    kept = [(row, WorklistFilters.from_query(QueryDict(row.query))) for row in kept_filters(viewer=viewer)]
    wanted = [filters for _label, filters, _meaning in house] + [filters for _row, filters in kept]
    counting = {
        f"tab{place}": Count("pk", filter=filters.condition(viewer=viewer, now=now))
        for place, filters in enumerate(wanted)
    }
    shown = Case.objects.filter(visible(viewer) if seen is None else seen)
    if not any(filters.scope == "settled" or filters.status not in ("", *rules.LIVE) for filters in wanted):
        shown = shown.filter(status__in=rules.LIVE)
    counted = list(shown.aggregate(**counting).values())
    made = [
        Tab(label, filters.to_query(), count, meaning if count else "", scope=filters.scope)
        for (label, filters, meaning), count in zip(house, counted, strict=False)
    ]
    return made + [
        Tab(row.name, filters.to_query(), count, kept_id=row.pk)
        for (row, filters), count in zip(kept, counted[len(house) :], strict=True)
    ]


def page_of(cases: QuerySet[Case], *, sort: str, after: str = "", before: str = "", size: int = PAGE) -> Page:
    """Return one page, found by where the last one ended: as fast on page 900 as on page 1. A broken cursor is page one."""
    field, descending = _order(sort)
    backwards = bool(before) and _cursor(before) is not None
    mark = _cursor(before) if backwards else _cursor(after)
    if mark is not None:
        upward = descending == backwards
        compare = "gt" if upward else "lt"
        stands, at, key = mark
        beyond = Q(**{f"{field}__{compare}": at}) | Q(**{field: at, f"pk__{compare}": key})
        if "stands" in cases.query.annotations:
            beyond = Q(**{f"stands__{compare}": stands}) | (Q(stands=stands) & beyond)
        cases = cases.filter(beyond)
    cases = cases.reverse() if backwards else cases
    # The keys first: a district sorts thousands of narrow rows, and only one page of whole ones is fetched.
    keys = cases.select_related(None).values("pk")[: size + 1]
    rows = list(cases.filter(pk__in=keys))
    more = len(rows) > size
    rows = rows[:size]
    if backwards:
        rows.reverse()
    has_previous = more if backwards else mark is not None
    has_next = bool(mark) if backwards else more
    return Page(
        cases=rows,
        previous_cursor=_mark(rows[0], field) if rows and has_previous else "",
        next_cursor=_mark(rows[-1], field) if rows and has_next else "",
    )


def _order(sort: str) -> tuple[str, bool]:
    return SORTS[sort.removeprefix("-")], sort.startswith("-")


def _mark(case: Case, field: str) -> str:
    return f"{getattr(case, 'stands', 0)}_{getattr(case, field).timestamp():.6f}_{case.pk}"


def _cursor(text: str) -> tuple[int, datetime, int] | None:
    try:
        stands, at, key = text.split("_")
        return int(stands), datetime.fromtimestamp(float(at), tz=UTC), int(key)
    except (ValueError, OverflowError, OSError):
        return None
