"""The rows behind one figure: exactly those that were counted."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from renwang.foundation.access.views.acting import actor_in

from .. import kinds, queries, rules
from ..kinds import Indicator, Line
from ..queries import VIEW, RowsPage
from ..rules import FigureIn, Part, UnknownIndicator
from .asked import count_in, day_in
from .figures import unit_of


@require_GET
def page(request: HttpRequest, area: str, indicator: str) -> HttpResponse:
    """Show a page of the rows behind a figure, to those who may see them."""
    actor, now = actor_in(request), timezone.now()
    seen = queries.area_seen(viewer=actor, area=area, permission=VIEW)
    try:
        kind = kinds.get(indicator)
    except UnknownIndicator as unknown:
        raise Http404 from unknown
    day = day_in(request.GET, timezone.localdate(now))
    kept = queries.reckoning_of(day, count_in(request.GET, "version"))
    of, told = request.GET.get("slice", "").replace("\0", "")[:60], request.GET.get("part", "")
    part = Part(told) if told in Part.values else Part.COUNTED
    context: dict[str, Any] = {
        "seen": seen,
        "area": area,
        "kind": kind,
        "day": day,
        "kept": kept,
        "slice": kind.slice_label(of) if of else "",
        "part": part,
        "is_open": queries.may_open(actor, kind, area, of),
    }
    if kept is not None:
        figure = queries.figures_of(kept, [area]).of(area, kind.code, of)
        context["value"] = rules.in_figures(figure, kind.unit)
        context["unit"] = unit_of(kind)
        context["parts"] = _parts(kind, figure, part, request)
    if kept is None or not context["is_open"]:
        return render(request, "indicators/rows.html", context, status=200 if kept is None else 403)
    found = queries.rows_page(
        viewer=actor,
        reckoning=kept,
        indicator=kind,
        area=area,
        slice=of,
        part=part,
        number=count_in(request.GET, "page") or 1,
    )
    names = queries.names_of({line.area for line in found.lines})
    context |= {
        "page": found,
        "lines": [
            {"line": line, "place": names.get(line.area, line.area), "href": _href(line)} for line in found.lines
        ],
        "pages": _around(request, found),
    }
    return render(request, "indicators/rows.html", context)


def _parts(kind: Indicator, figure: FigureIn, part: Part, request: HttpRequest) -> list[dict[str, Any]]:
    """Return the three lists behind a share: who counts, all who were asked about, who does not count."""
    if kind.unit != rules.Unit.PERCENT:
        return []
    words = {Part.COUNTED: _("Those that count"), Part.REST: _("Those that do not"), Part.ALL: _("All of them")}
    given = {key: value for key, value in request.GET.dict().items() if key not in ("part", "page")}
    return [
        {
            "label": label,
            "href": "?" + urlencode(given if one == Part.COUNTED else {**given, "part": one.value}),
            "active": one == part,
            "count": figure.rows_behind(kind.unit, one),
        }
        for one, label in words.items()
    ]


def _href(line: Line) -> str:
    if line.url is None:
        return ""
    try:
        return reverse(line.url[0], args=[line.url[1]])
    except NoReverseMatch:
        return ""  # a page of a programme that is not installed


def _around(request: HttpRequest, found: RowsPage) -> dict[str, str]:
    """Return the addresses of the pages before and after."""

    def to(number: int) -> str:
        return "?" + urlencode({**request.GET.dict(), "page": str(number)})

    return {
        "previous": to(found.number - 1) if found.has_previous else "",
        "next": to(found.number + 1) if found.has_next else "",
    }
