"""The power index: what it is computed from, what it came to, and which firms are behind a figure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Count, F, QuerySet, Sum

from renwang.foundation.access.queries import in_scope
from renwang.foundation.access.rules import Actor
from renwang.loop.registry.models import Division
from renwang.loop.registry.queries import visible

from ..models import (
    DayIndex,
    DayReport,
    Enterprise,
    FirmPower,
    GateShift,
    Meter,
    PowerRun,
    PowerSetting,
    ReadingFile,
    Request,
    Suspicion,
)
from ..rules.enterprises import Size
from ..rules.industry import division_of

ENTERPRISE_COLUMNS = ("enterprise_id", "meter_id", "division", "industry", "size", "credit_code", "from", "until")
TREND_DAYS = 30
MOST_DAYS = 31


def readings_folder() -> Path:
    """Return where the readings lie: by day, as Parquet."""
    return Path(settings.RENWANG_DATA) / "readings"


def inbox_folder() -> Path:
    """Return where files lie as they were sent."""
    return readings_folder() / "inbox"


def inbox(digest: str, filename: str) -> Path:
    """Return where a file that was sent lies."""
    return inbox_folder() / f"{digest}{''.join(Path(filename).suffixes[-2:]).lower()}"


def setting_now() -> PowerSetting:
    """Return how the index is computed now; an unsaved row of the defaults where nobody has set anything."""
    return PowerSetting.objects.order_by("-at", "-pk").first() or PowerSetting()


def engine_enterprises() -> list[tuple[str, ...]]:
    """Return the enterprises as the engine takes them: one row for each meter, one for each firm without any."""
    found: list[tuple[str, ...]] = []
    firms = {
        one.pk: one
        for one in Enterprise.objects.filter(subject__is_current=True).select_related("subject__organisation")
    }
    held: dict[int, list[Meter]] = {}
    for meter in Meter.objects.order_by("number", "since"):
        held.setdefault(meter.enterprise_id, []).append(meter)
    for pk, firm in firms.items():
        size = Size.DESIGNATED if firm.is_designated else Size.SMALL
        about = (firm.subject.division_id, division_of(firm.industry), size.value)
        credit = firm.subject.organisation.credit_code
        for meter in held.get(pk, []):
            until = meter.until.isoformat() if meter.until else ""
            found.append((str(pk), meter.number, *about, credit, meter.since.isoformat(), until))
        if pk not in held:
            found.append((str(pk), "", *about, credit, "", ""))
    return found


def files() -> QuerySet[ReadingFile]:
    """Return the files that were sent, newest first."""
    return ReadingFile.objects.select_related("by").prefetch_related("notices").order_by("-sent_at", "-pk")


def latest_run() -> PowerRun | None:
    """Return the last computation with its notices."""
    return PowerRun.objects.prefetch_related("notices").order_by("-at", "-pk").first()


def run_of(day: date) -> PowerRun | None:
    """Return the computation that a day's index rests on, with its notices; the last one where none is of that day."""
    runs = PowerRun.objects.prefetch_related("notices").order_by("-at", "-pk")
    return runs.filter(first__lte=day, last__gte=day).first() or latest_run()


def latest_day() -> date | None:
    """Return the last day that has an index."""
    return DayIndex.objects.order_by("-day").values_list("day", flat=True).first()


def indexed(*, viewer: Actor) -> QuerySet[DayIndex]:
    """Return the indices of the areas the viewer oversees."""
    return DayIndex.objects.filter(in_scope("area", viewer.areas("enterprise.view")))


def widest_area(viewer: Actor) -> str:
    """Return the widest area with an index that the viewer oversees; "" where there is none."""
    areas = [area for area in viewer.areas("enterprise.view") if area]
    if "" in viewer.areas("enterprise.view"):
        return DayIndex.objects.order_by("area").values_list("area", flat=True).first() or ""
    return min(areas, key=len) if areas else ""


def trend(*, area: str, size: str, last: date, industry: str = "") -> list[DayIndex]:
    """Return the index of an area over the last thirty days, in order."""
    found = DayIndex.objects.filter(area=area, size=size, industry=industry, day__lte=last)
    return list(found.filter(day__gt=last - timedelta(days=TREND_DAYS)).order_by("day"))


@dataclass(frozen=True)
class Group:
    """The index of one part of an area."""

    key: str
    label: str
    row: DayIndex


def by_area(*, viewer: Actor, day: date, size: str) -> list[Group]:
    """Return the subdistricts' index on a day, the lowest first."""
    rows = list(indexed(viewer=viewer).filter(day=day, size=size, industry="").exclude(area__lt="1"))
    below = [row for row in rows if len(row.area) == 9]
    names = {place.code: place.called for place in Division.objects.filter(pk__in=[row.area for row in below])}
    return sorted(
        (Group(row.area, names.get(row.area, row.area), row) for row in below),
        key=lambda group: (group.row.index is None, group.row.index or Decimal(0), group.key),
    )


def by_industry(*, area: str, day: date, size: str) -> list[DayIndex]:
    """Return the industries' index of an area on a day, the lowest first."""
    rows = DayIndex.objects.filter(area=area, day=day, size=size).exclude(industry="")
    return sorted(rows, key=lambda row: (row.index is None, row.index or Decimal(0), row.industry))


def behind(
    *, viewer: Actor, day: date, area: str = "", industry: str = "", size: str = "", most: int = 500
) -> QuerySet[FirmPower]:
    """Return the firms behind a figure of the index, those that lack most of their base first."""
    found = FirmPower.objects.filter(visible(viewer, "enterprise__subject", "enterprise.view"), day=day)
    if area:
        found = found.filter(in_scope("enterprise__subject__division_id", (area,)))
    if industry:
        found = found.filter(enterprise__industry__startswith=industry)
    if size:
        found = found.filter(enterprise__is_designated=size == Size.DESIGNATED)
    # Databases do not agree where the unread stand; here they come first.
    return found.select_related("enterprise__subject__division").order_by(
        F("rate").asc(nulls_first=True), "-base_kwh", "pk"
    )[:most]


def portrait(enterprise_id: int, last: date) -> list[FirmPower]:
    """Return a firm's days, in order."""
    rows = FirmPower.objects.filter(
        enterprise_id=enterprise_id, day__lte=last, day__gt=last - timedelta(days=TREND_DAYS)
    )
    return list(rows.order_by("day"))


@dataclass(frozen=True)
class Beside:
    """What stands beside an index so that it is not a target by itself: staff at work and use of capacity."""

    firms: int
    staff: int
    staff_back: int
    staff_share: Decimal | None
    capacity: Decimal | None


def beside(*, viewer: Actor, day: date, size: str = "", area: str = "") -> Beside:
    """Return what firms told of their last day within a week: staff at work against the payroll, mean use of capacity."""
    told = DayReport.objects.filter(
        visible(viewer, "enterprise__subject", "enterprise.view"), day__lte=day, day__gt=day - timedelta(days=7)
    )
    if size:
        told = told.filter(enterprise__is_designated=size == Size.DESIGNATED)
    if area:
        told = told.filter(in_scope("enterprise__subject__division_id", (area,)))
    latest = dict(told.order_by("day").values_list("enterprise_id", "pk"))
    sums: Any = DayReport.objects.filter(pk__in=latest.values()).aggregate(
        back=Sum("staff_back"), capacity=Sum("capacity_use"), staff=Sum("enterprise__staff")
    )
    staff, back = sums["staff"] or 0, sums["back"] or 0
    return Beside(len(latest), staff, back, _tenths(100 * back, staff), _tenths(sums["capacity"] or 0, len(latest)))


def _tenths(top: int, bottom: int) -> Decimal | None:
    return (Decimal(top) / bottom).quantize(Decimal("0.1"), ROUND_HALF_UP) if bottom else None


def suspicions_of(enterprise_id: int, most: int = 5) -> list[Suspicion]:
    """Return the last scores of a firm's load curve: for its cadre and the office, never for a list that is published."""
    return list(Suspicion.objects.filter(enterprise_id=enterprise_id).order_by("-day")[:most])


def ids_resumed(day: date, areas: Iterable[str]) -> dict[str, tuple[list[int], list[int]]]:
    """Return {area: (firms that count as resumed, the others)} of a day. One query."""
    found: dict[str, tuple[list[int], list[int]]] = {area: ([], []) for area in areas}
    rows = FirmPower.objects.filter(day=day).values_list(
        "enterprise_id", "is_resumed", "enterprise__subject__division_id", "enterprise__is_designated"
    )
    for pk, is_resumed, code, _is_designated in rows:
        for area, (resumed, rest) in found.items():
            if code.startswith(area):
                (resumed if is_resumed else rest).append(pk)
    return found


def days_to_compute(first: date, last: date, base: tuple[date, date] | None) -> list[tuple[date, date]]:
    """Return the stretches of days that have an index, none longer than a month: those of the base period have none."""
    parts = [(first, last)]
    if base is not None and first <= base[1] and last >= base[0]:
        parts = [(first, base[0] - timedelta(days=1)), (base[1] + timedelta(days=1), last)]
    months = []
    for begin, end in parts:
        # A month is computed and kept at once: every firm's day of it stands in memory.
        starts = [begin + timedelta(days=n) for n in range(0, (end - begin).days + 1, MOST_DAYS)]
        months += [(start, min(end, start + timedelta(days=MOST_DAYS - 1))) for start in starts]
    return months


def told_of(enterprise_ids: Iterable[int], day: date) -> dict[int, DayReport]:
    """Return what firms told last of their day, within a week up to a day: what stands beside their electricity."""
    found = DayReport.objects.filter(
        enterprise_id__in=list(enterprise_ids), day__lte=day, day__gt=day - timedelta(days=7)
    ).order_by("day")
    return {one.enterprise_id: one for one in found}


def shares_of(enterprise_ids: Sequence[int], day: date) -> dict[int, tuple[float | None, float | None, int | None]]:
    """Return of each firm, in a week up to a day: staff at work and people at the gate against the payroll (0 … 1), and how many
    requests for raw material or transport it made. None where it told nothing. Four queries."""
    since = day - timedelta(days=7)
    payroll = dict(Enterprise.objects.filter(pk__in=enterprise_ids, staff__gt=0).values_list("pk", "staff"))
    told: dict[int, float] = {}
    reports = DayReport.objects.filter(enterprise_id__in=payroll, day__gt=since, day__lte=day).order_by("day")
    for pk, back in reports.values_list("enterprise_id", "staff_back"):
        told[pk] = back / payroll[pk]
    came: Any = (
        GateShift.objects.filter(enterprise_id__in=payroll, day__gt=since, day__lte=day)
        .values("enterprise_id", "day")
        .annotate(n=Sum("people"))
    )
    gate: dict[int, float] = {}
    for row in came:
        gate[row["enterprise_id"]] = max(gate.get(row["enterprise_id"], 0.0), row["n"] / payroll[row["enterprise_id"]])
    asked: Any = (
        Request.objects.filter(
            enterprise_id__in=payroll, case__kind__in=["enterprise.raw_material", "enterprise.transport"]
        )
        .values("enterprise_id")
        .annotate(n=Count("pk"))
    )
    goods = {row["enterprise_id"]: row["n"] for row in asked}
    return {pk: (told.get(pk), gate.get(pk), goods.get(pk)) for pk in enterprise_ids}
