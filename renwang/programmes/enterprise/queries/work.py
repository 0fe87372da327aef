"""A cadre's day, a firm's requests, the three lists, and gates."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, DateTimeField, Exists, ExpressionWrapper, Max, OuterRef, Q, QuerySet, Sum

from renwang.foundation.access.queries import in_scope
from renwang.foundation.access.rules import Actor
from renwang.loop.assignments.models import Worker as CadreHome
from renwang.loop.assignments.queries import current
from renwang.loop.cases import kinds
from renwang.loop.cases.models import Case, CaseStep
from renwang.loop.cases.rules import LIVE, OFFICES
from renwang.loop.registry.queries import visible

from ..models import Assist, Enterprise, Filing, GateDay, GateShift, Request, SiteCheck
from ..needs import Rectification
from ..needs.asked import Asked
from ..rules.day_plan import Stop, chosen, in_driving_order, length_of
from ..rules.filings import TO_CHECK, Status
from .enterprises import CADRE


@dataclass(frozen=True)
class DayStop:
    """One stop of a cadre's day."""

    enterprise: Enterprise
    status: str
    is_waiting: bool
    last_on: date | None
    is_done: bool
    open_cases: int


@dataclass(frozen=True)
class Day:
    """A cadre's day: stops in driving order, those done, and the way."""

    stops: list[DayStop]
    done: list[DayStop]
    metres: int
    firms: int


def day_of(*, viewer: Actor, now: datetime, today: date) -> Day:
    """Return whom a cadre looks at today, in driving order; what was looked at today stands under done. A few queries."""
    if viewer.user_id is None:
        return Day([], [], 0, 0)
    held = current(now).filter(duty_id=CADRE, user_id=viewer.user_id, subject__isnull=False)
    firms = {
        firm.pk: firm
        for firm in Enterprise.objects.filter(
            pk__in=held.values("subject_id"), subject__is_current=True
        ).select_related("subject__division", "subject__organisation")
    }
    filings = dict(
        Filing.objects.filter(enterprise_id__in=firms, is_current=True).values_list("enterprise_id", "status")
    )
    seen: Any = SiteCheck.objects.filter(enterprise_id__in=firms).values("enterprise_id").annotate(last=Max("day"))
    last = {row["enterprise_id"]: row["last"] for row in seen}
    live = _live_cases(firms)
    stops = [
        Stop(
            pk,
            is_waiting=filings.get(pk) in TO_CHECK and last.get(pk) != today,
            last_on=last.get(pk),
            lon=firm.lon if firm.lon is not None else firm.subject.division.lon,
            lat=firm.lat if firm.lat is not None else firm.subject.division.lat,
        )
        for pk, firm in firms.items()
    ]
    home = CadreHome.objects.filter(user_id=viewer.user_id).first()
    start = (home.lon, home.lat) if home and home.lon is not None and home.lat is not None else None
    plan = in_driving_order(chosen(stops, today=today), start=start)

    def drawn(stop: Stop, *, is_done: bool) -> DayStop:
        pk = stop.enterprise_id
        return DayStop(firms[pk], filings.get(pk, ""), stop.is_waiting, stop.last_on, is_done, live.get(pk, 0))

    return Day(
        stops=[drawn(stop, is_done=False) for stop in plan],
        done=[drawn(stop, is_done=True) for stop in stops if stop.last_on == today],
        metres=length_of(plan, start=start),
        firms=len(firms),
    )


def _live_cases(enterprise_ids: Iterable[int]) -> dict[int, int]:
    counted: Any = (
        Case.objects.filter(subject_id__in=list(enterprise_ids), status__in=LIVE)
        .values("subject_id")
        .annotate(n=Count("pk"))
    )
    return {row["subject_id"]: row["n"] for row in counted}


def checks_of(enterprise_id: int, most: int = 20) -> list[SiteCheck]:
    """Return the latest checks of a site, newest first, each with the number of its photos."""
    rows = SiteCheck.objects.filter(enterprise_id=enterprise_id).select_related("by", "case")
    return list(rows.prefetch_related("photos").order_by("-at", "-pk")[:most])


@dataclass(frozen=True)
class Listed:
    """One row of the three lists: the problem, who is responsible until when, and what has been done."""

    case: Case
    enterprise: Enterprise
    label: str
    problem: str
    request: Request | None
    office: str
    assists: list[Assist] = field(default_factory=list)
    steps: list[CaseStep] = field(default_factory=list)


def asked_kinds() -> list[type[Asked]]:
    """Return the kinds of request a firm may make, in the order of the form."""
    return [kind for kind in kinds.all_kinds() if issubclass(kind, Asked)]


def firm_kinds() -> list[str]:
    """Return the codes of what stands on the three lists: requests, and what is to be put right."""
    return [*(kind.code for kind in asked_kinds()), Rectification.code]


def cases_of_firms(*, viewer: Actor, only_live: bool = True, area: str = "") -> QuerySet[Case]:
    """Return the cases of the firms the viewer sees: requests and what is to be put right, the tightest clock first."""
    found = Case.objects.filter(visible(viewer, "subject", "enterprise.view"), kind__in=firm_kinds())
    if only_live:
        found = found.filter(status__in=LIVE)
    if area:
        found = found.filter(in_scope("subject__division_id", (area,)))
    return found.select_related("subject__division", "subject__enterprise", "holder").order_by("due_at", "pk")


def three_lists(cases: Iterable[Case]) -> list[Listed]:
    """Return cases as the three lists: problem, responsibility, measures. A number of queries that does not grow with them.

    A form that fills itself reads these rows: each is plain values beside its case.
    """
    rows = list(cases)
    ids = [row.pk for row in rows]
    requests = {one.case_id: one for one in Request.objects.filter(pk__in=ids)}
    assists: dict[int, list[Assist]] = {}
    for one in Assist.objects.filter(request_id__in=ids).select_related("answered_by").order_by("asked_at", "pk"):
        assists.setdefault(one.request_id, []).append(one)
    steps: dict[int, list[CaseStep]] = {}
    for step in CaseStep.objects.filter(case_id__in=ids).select_related("by").order_by("at", "pk"):
        steps.setdefault(step.case_id, []).append(step)
    details = _details(rows)
    return [
        Listed(
            case=row,
            enterprise=row.subject.enterprise,
            label=kinds.label_of(row.kind),
            problem=details.get(row.pk, ""),
            request=requests.get(row.pk),
            office=str(OFFICES.get(row.office, row.office)),
            assists=assists.get(row.pk, []),
            steps=[step for step in steps.get(row.pk, []) if step.words],
        )
        for row in rows
    ]


def _details(rows: Iterable[Case]) -> dict[int, str]:
    by_kind: dict[str, list[int]] = {}
    for row in rows:
        by_kind.setdefault(row.kind, []).append(row.pk)
    return {
        need.pk: need.in_words()
        for kind, ids in by_kind.items()
        for need in kinds.get(kind)._default_manager.filter(pk__in=ids)
    }


def requests_of(enterprise_id: int, most: int = 60) -> list[Listed]:
    """Return what a firm asked for and what is to be put right there, the newest first; for the firm itself and whoever sees it."""
    found = Case.objects.filter(subject_id=enterprise_id, kind__in=firm_kinds())
    rows = found.select_related("subject__enterprise", "subject__division", "holder").order_by("-opened_at", "-pk")
    return three_lists(rows[:most])


def request_of(case_id: int) -> Request | None:
    """Return the request behind a case."""
    return Request.objects.filter(pk=case_id).select_related("case", "enterprise__subject").first()


def assists_for(*, viewer: Actor) -> list[Assist]:
    """Return what other offices wait for from the viewer's offices, the tightest clock first."""
    offices = viewer.offices()
    if not offices:
        return []
    found = Assist.objects.filter(
        in_scope("request__case__division_id", viewer.areas("enterprise.answer_assist")), answered_at__isnull=True
    )
    if "command" not in offices:
        found = found.filter(office__in=offices)
    return list(found.select_related("request__case__subject", "asked_by").order_by("due_at", "pk")[:200])


@dataclass(frozen=True)
class RequestCounts:
    """How the firms' requests stand."""

    open: int
    late: int
    answered: int


def request_counts(*, viewer: Actor, now: datetime) -> RequestCounts:
    """Count the firms' requests and what is to be put right: open, late, and answered but not yet confirmed."""
    counted = cases_of_firms(viewer=viewer).aggregate(
        open=Count("pk", filter=Q(status__in=["open", "in_hand"])),
        late=Count("pk", filter=Q(status__in=["open", "in_hand"], due_at__lt=now)),
        answered=Count("pk", filter=Q(status="met")),
    )
    return RequestCounts(**counted)


def gate_totals(day: date) -> list[dict[str, int]]:
    """Return the sums of a day's shifts, firm by firm, as the roll-up keeps them."""
    rows: Any = (
        GateShift.objects.filter(day=day)
        .values("enterprise_id")
        .annotate(
            all_people=Sum("people"),
            all_measured=Sum("measured"),
            all_masked=Sum("masked"),
            all_fevers=Sum("fevers"),
            n=Count("pk"),
            bare=Count("pk", filter=Q(is_disinfected=False) & ~Q(how="self")),
        )
        .order_by("enterprise_id")
    )
    return [
        {
            "enterprise_id": row["enterprise_id"],
            "people": row["all_people"],
            "measured": row["all_measured"],
            "masked": row["all_masked"],
            "fevers": row["all_fevers"],
            "shifts": row["n"],
            "not_disinfected": row["bare"],
        }
        for row in rows
    ]


def days_to_roll_up(today: date, *, back: int) -> list[date]:
    """Return the days, up to ``back`` before today, of which a gate has told something since it was added up."""
    # What is told in the moment in which the day is added up may be written a little after it.
    since = ExpressionWrapper(OuterRef("at") + timedelta(minutes=5), output_field=DateTimeField())
    kept = GateDay.objects.filter(enterprise_id=OuterRef("enterprise_id"), day=OuterRef("day"), at__gte=since)
    told = GateShift.objects.filter(day__gte=today - timedelta(days=back), day__lte=today).exclude(Exists(kept))
    return list(told.order_by("day").values_list("day", flat=True).distinct())


def gate_days(*, viewer: Actor, day: date) -> list[GateDay]:
    """Return the roll-up of a day's gates in the viewer's areas, fevers first: for the health office."""
    found = GateDay.objects.filter(visible(viewer, "enterprise__subject", "enterprise.view"), day=day)
    return list(found.select_related("enterprise__subject__division").order_by("-fevers", "-people", "pk"))


def gate_silent(*, viewer: Actor, day: date) -> QuerySet[Enterprise]:
    """Return the firms at work whose gate told nothing of a day."""
    told = GateShift.objects.filter(day=day).values("enterprise_id")
    found = Enterprise.objects.filter(
        visible(viewer, "subject", "enterprise.view"),
        subject__is_current=True,
        filings__is_current=True,
        filings__status=Status.RESUMED,
    )
    return found.exclude(pk__in=told).select_related("subject__division").order_by("subject__name", "pk")


def shifts_of(enterprise_id: int, most: int = 12) -> list[GateShift]:
    """Return the latest shifts a gate told of."""
    rows = GateShift.objects.filter(enterprise_id=enterprise_id).select_related("by")
    return list(rows.order_by("-day", "-at", "-pk")[:most])


def cadre_loads(*, viewer: Actor, now: datetime) -> dict[int, int]:
    """Return {cadre: how many enterprises} for the enterprises the viewer sees."""
    rows: Any = (
        current(now)
        .filter(visible(viewer, "subject", "enterprise.view"), duty_id=CADRE)
        .values("user_id")
        .annotate(n=Count("pk"))
    )
    return {row["user_id"]: row["n"] for row in rows}
