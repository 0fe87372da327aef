"""The figures of one area on one day: what is told, how it has changed, and what each opens to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from renwang.foundation.access.rules import Actor
from renwang.foundation.access.views.acting import actor_in
from renwang.loop.registry.models import Division

from .. import kinds, queries, rules
from ..models import Reckoning
from ..queries import VIEW, DayFigures
from ..rules import Change, FigureIn, Part, Unit
from .asked import code_in, count_in, day_in

DAYS_DRAWN = 14


@dataclass(frozen=True)
class Card:
    """One indicator as the page shows it."""

    kind: kinds.Indicator
    value: str
    unit: str
    href: str
    is_sealed: bool  # there are rows, and they are not this reader's
    change: Change | None
    spark: list[float | None]
    of: dict[str, Any] | None = None  # of a share: what it was reckoned from, each with its rows
    slices: list[dict[str, Any]] = field(default_factory=list)

    @property
    def is_share(self) -> bool:
        return self.kind.unit == Unit.PERCENT

    @property
    def change_size(self) -> str:
        return rules.grouped_digits(abs(self.change.by)) if self.change else ""


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Show the figures of an area and a day, with what lies below it."""
    actor, now = actor_in(request), timezone.now()
    seen = queries.area_seen(viewer=actor, area=code_in(request.GET), permission=VIEW)
    today = timezone.localdate(now)
    day = day_in(request.GET, today)
    code = seen.division.code
    version = count_in(request.GET, "version")
    kept = queries.reckoning_of(day, version)
    if version and kept is None:
        raise Http404
    context: dict[str, Any] = {
        "seen": seen,
        "area": code,
        "day": day,
        "today": today,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1) if day < today else None,
        "kept": kept,
        "versions": queries.versions_of(day),
        "choices": queries.area_choices(viewer=actor, permission=VIEW),
        "may_count": actor.may_anywhere("indicators.count_now"),
        "may_correct": actor.may_anywhere("indicators.correct_day"),
        "correct_url": f"{reverse('indicators:correct')}?{urlencode({'area': code, 'day': day.isoformat()})}",
        "day_word": "" if day == today else day.isoformat(),
    }
    if kept is not None:
        told = queries.figures_of(kept, [code])
        drawn = _days(kept, day, code)
        context["cards"] = [_card(one, actor, told, drawn, code, day) for one in kinds.all_kinds()]
        context["table"] = _table(actor, kept, seen.below)
    return render(request, "indicators/page.html", context)


def _days(kept: Reckoning, day: date, area: str) -> dict[date, DayFigures]:
    """Return the figures of the days before and of the day itself, as they hold."""
    first = day - timedelta(days=DAYS_DRAWN - 1)
    of_days = queries.reckonings_between(first, day - timedelta(days=1))
    return queries.figures_over_days([*of_days.values(), kept], area)


def _card(
    one: kinds.Indicator, actor: Actor, told: DayFigures, drawn: Mapping[date, DayFigures], area: str, day: date
) -> Card:
    figure = told.of(area, one.code)
    days = [day - timedelta(days=back) for back in range(DAYS_DRAWN - 1, -1, -1)]
    points = [rules.plotted(drawn[at].of(area, one.code), one.unit) if at in drawn else None for at in days]
    yesterday = drawn.get(day - timedelta(days=1))
    is_open = queries.may_open(actor, one, area)
    return Card(
        kind=one,
        value=rules.in_figures(figure, one.unit),
        unit=unit_of(one),
        href=href_of(told.reckoning, one, figure) if is_open else "",
        is_sealed=not is_open and bool(figure.rows_behind(one.unit)),
        # A day that still lasts is neither better nor worse than a whole one.
        change=rules.change(
            figure,
            yesterday.of(area, one.code) if yesterday else None,
            one.unit,
            one.better if told.reckoning.is_fixed else "",
        ),
        spark=[None if point is None else float(point) for point in points],
        of=_of(told.reckoning, one, figure, is_open=is_open) if one.unit in (Unit.PERCENT, Unit.HOURS) else None,
        slices=[_slice(told.reckoning, actor, one, part) for part in told.slices(area, one.code)],
    )


def unit_of(one: kinds.Indicator) -> str:
    """Return what stands behind a figure in small letters: percent, hours, households."""
    return {Unit.PERCENT: "%", Unit.HOURS: _("hours"), Unit.INDEX: ""}.get(one.unit, str(one.counts))


def _of(reckoning: Reckoning, one: kinds.Indicator, figure: FigureIn, *, is_open: bool) -> dict[str, Any]:
    """Return what a share or a mean was reckoned from: how many, of how many, and how many were not."""
    if one.unit == Unit.HOURS:
        return {"whole": figure.denominator, "counts": one.counts}
    parts = {"counted": Part.COUNTED, "whole": Part.ALL, "rest": Part.REST}
    found: dict[str, Any] = {name: figure.rows_behind(one.unit, part) for name, part in parts.items()}
    found |= {f"href_{name}": href_of(reckoning, one, figure, part) for name, part in parts.items() if is_open}
    return {**found, "counts": one.counts}


def _slice(reckoning: Reckoning, actor: Actor, one: kinds.Indicator, part: FigureIn) -> dict[str, Any]:
    is_open = queries.may_open(actor, one, part.area, part.slice)
    return {
        "label": one.slice_label(part.slice),
        "value": rules.plotted(part, one.unit),
        "href": href_of(reckoning, one, part) if is_open else "",
    }


def _table(actor: Actor, kept: Reckoning, below: list[Division]) -> dict[str, Any]:
    """Return the areas below side by side: one query for all of them."""
    if not below:
        return {}
    told = queries.figures_of(kept, [one.code for one in below], whole_only=True)
    every = kinds.all_kinds()
    return {
        "kinds": every,
        "rows": [
            {
                "division": place,
                "cells": [
                    {
                        "value": rules.in_figures(figure, one.unit) + ("%" if is_share and figure.denominator else ""),
                        "href": href_of(kept, one, figure)
                        if figure.rows_behind(one.unit) and queries.may_open(actor, one, place.code)
                        else "",
                    }
                    for one in every
                    for figure, is_share in [(told.of(place.code, one.code), one.unit == Unit.PERCENT)]
                ],
            }
            for place in below
        ],
    }


def href_of(reckoning: Reckoning, one: kinds.Indicator, figure: FigureIn, part: Part = Part.COUNTED) -> str:
    """Return the address of the rows behind a figure, of exactly this counting of its day."""
    query: dict[str, str] = {"day": reckoning.day.isoformat(), "version": str(reckoning.version)}
    if figure.slice:
        query["slice"] = figure.slice
    if part != Part.COUNTED:
        query["part"] = part.value
    return f"{reverse('indicators:rows', args=[figure.area, one.code])}?{urlencode(query)}"
