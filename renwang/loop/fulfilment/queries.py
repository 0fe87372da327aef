"""Reads about offers, lines and movements."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, QuerySet, Sum

from renwang.foundation.access.queries import in_scope
from renwang.foundation.access.rules import Actor
from renwang.loop.cases import queries as cases
from renwang.loop.registry.models import Division

from . import kinds
from .models import Line, Movement, Offer
from .rules import Quantities, Step


@dataclass(frozen=True)
class LineView:
    """One line of a case with its movements and the offers it may draw from."""

    line: Line
    label: str
    unit: str
    icon: str
    is_goods: bool
    quantities: Quantities
    movements: list[Movement]
    offers: list[Offer]


def handled_by(case_id: int) -> frozenset[int]:
    """Return who promised, sent or received something for a case: they do not say that it is met."""
    hands = (Step.COMMIT, Step.SEND, Step.RECEIVE)
    rows = Movement.objects.filter(line__case_id=case_id, step__in=hands, by__isnull=False)
    return frozenset(rows.values_list("by_id", flat=True))


def lines_of(*, case_id: int, division: str, now: datetime) -> list[LineView]:
    """Return the lines of a case, oldest first, with what may be drawn from. Three queries. The caller may see the case."""
    lines = list(Line.objects.filter(case_id=case_id).order_by("pk"))
    if not lines:
        return []
    movements: dict[int, list[Movement]] = defaultdict(list)
    rows = Movement.objects.filter(line__case_id=case_id).select_related("by", "offer").order_by("-at", "-pk")
    for movement in rows:
        movements[movement.line_id].append(movement)
    offers: dict[str, list[Offer]] = defaultdict(list)
    for offer in offers_for(division=division, now=now).filter(resource__in={line.resource for line in lines}):
        offers[offer.resource].append(offer)
    return [
        LineView(
            line=line,
            label=kinds.label_of(line.resource),
            unit=kinds.unit_of(line.resource),
            icon=kinds.get(line.resource).icon,
            is_goods=kinds.get(line.resource).is_goods,
            quantities=line.quantities,
            movements=movements[line.pk],
            offers=offers[line.resource],
        )
        for line in lines
    ]


def offers_for(*, division: str, now: datetime) -> QuerySet[Offer]:
    """Return the running offers with something left that reach a division, the nearest giver first."""
    above = [division[:length] for length in range(1, len(division) + 1)]
    running = Offer.objects.filter(Q(until__isnull=True) | Q(until__gt=now), area__in=above, since__lte=now)
    return running.filter(committed__lt=F("quantity")).order_by("-area", "until", "pk")


def visible_offers(*, viewer: Actor) -> QuerySet[Offer]:
    """Return the offers of the viewer's areas, and those of the areas above that reach them."""
    areas = viewer.areas("fulfilment.view")
    grants = [grant.area for grant in viewer.usable_grants() if grant.allows("fulfilment.view")]
    above = {area[:length] for area in grants for length in range(1, len(area) + 1)}
    if "" in areas:
        return Offer.objects.all()
    return Offer.objects.filter(in_scope("area", areas) | Q(area__in=above))


def names_of(codes: Iterable[str]) -> dict[str, str]:
    """Return the names of divisions by code. One query."""
    return {place.code: place.called for place in Division.objects.filter(pk__in=set(codes))}


def totals(*, viewer: Actor, area: str = "") -> dict[str, dict[str, Decimal]]:
    """Return for each resource what the cases one sees asked for and what came: requested, committed, …, verified."""
    columns = ("requested", "committed", "in_transit", "received", "verified", "lost")
    seen = Line.objects.filter(case__in=cases.visible_cases(viewer=viewer).values("pk"), is_cancelled=False)
    if area:
        seen = seen.filter(in_scope("case__division_id", (area,)))
    rows: Any = seen.values("resource").annotate(**{f"all_{name}": Sum(name) for name in columns}).order_by("resource")
    return {row["resource"]: {name: row[f"all_{name}"] for name in columns} for row in rows}


def on_the_way(case_id: int) -> bool:
    """Answer whether something is on its way to a case."""
    return Line.objects.filter(case_id=case_id, in_transit__gt=0).exists()
