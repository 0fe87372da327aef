"""The village page and the map."""

from collections import Counter
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from renwang.desk import links
from renwang.desk.queries.board import cases_by_kind_and_division, nobody_answerable_kept
from renwang.desk.queries.contacts import DayCounts, day_counts_kept
from renwang.desk.queries.scope import Place, Scope, Tree, choices, tree
from renwang.desk.queries.unreached import unreached_by_division
from renwang.desk.queries.village import SHOWN, figures_of, households_of, rows_of, team_of
from renwang.desk.sums import Sums
from renwang.desk.tiling import Spot, columns_for, placed, step_of, steps_for
from renwang.loop.cases import kinds as needs
from renwang.loop.cases import queries as cases
from renwang.loop.registry.rules import DivisionLevel, called

from .asked import actor_of, day_in, scope_in

ON_A_PAGE = 50


@require_GET
def village(request: HttpRequest, code: str) -> HttpResponse:
    """Show the households of a village, its people and its figures."""
    actor = actor_of(request)
    actor.check_may("registry.view", code)
    now = timezone.now()
    today = timezone.localdate(now)
    day = day_in(request, today)
    known = tree(Scope(actor, (code,), code, day, today))
    if code not in known.places:
        raise Http404
    shown = request.GET.get("show", "all")
    shown = shown if shown in SHOWN else "all"
    figures = figures_of(viewer=actor, code=code, day=day, now=now)
    found = households_of(viewer=actor, code=code, day=day, now=now, shown=shown)
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    words = {
        "all": (_("All households"), figures.households),
        "unasked": (_("Not reached on this day"), figures.not_reached),
        "cases": (_("With open cases"), figures.with_cases),
        "nobody": (_("No helper of its own"), figures.nobody),
    }
    own = links.to("desk:village", code)
    kept_day = "" if day == today else day.isoformat()
    context = {
        "code": code,
        "place": known.places[code],
        "line": [
            {
                "name": one.name,
                "href": links.to("desk:board", area=one.code) if actor.may("desk.board", one.code) else "",
            }
            for one in known.line(code)[:-1]
        ],
        "day": day,
        "today": today,
        "figures": figures,
        "share": figures.reached / figures.asked if figures.asked else None,
        "tabs": [
            {
                "label": label,
                "count": count,
                "active": key == shown,
                "href": links.to("desk:village", code, show="" if key == "all" else key, day=kept_day),
                "meaning": "late" if key == "nobody" and count else "",
            }
            for key, (label, count) in words.items()
        ],
        "href_unasked": links.to("desk:village", code, show="unasked", day=kept_day),
        "href_nobody": links.to("desk:village", code, show="nobody", day=kept_day),
        "href_live": links.worklist(area=code),
        "href_overdue": links.worklist(area=code, scope="overdue"),
        "own": own,
        "shown": shown,
        "page": page,
        "total": page.paginator.count,
        "rows": [
            {"row": row, "href": links.household(row.subject.pk)}
            for row in rows_of(list(page.object_list), viewer=actor, day=day, now=now)
        ],
        "team": [
            {"name": one.user.name, "phone": one.user.work_phone, "duty": called(one.duty.label, one.duty.label_en)}
            for one in team_of(code, now=now)
        ],
    }
    return render(request, "desk/village.html", context)


@require_GET
def map_page(request: HttpRequest) -> HttpResponse:
    """Show one measure over the areas: subdistricts of a district, villages of a subdistrict."""
    now = timezone.now()
    scope = scope_in(request, now=now)
    known = tree(scope)
    by_kind = cases_by_kind_and_division(scope)
    measures = [
        ("reached", _("Households reached")),
        ("unreached", _("Households not reached")),
        ("overdue", _("Overdue cases")),
        ("nobody", _("Nobody responsible")),
        *((f"kind:{kind}", needs.label_of(kind)) for kind in sorted(by_kind, key=lambda one: -by_kind[one].total())),
    ]
    measure = request.GET.get("measure", "reached")
    measure = measure if measure in dict(measures) else "reached"
    parts = _parts(scope, known, request.GET.get("level", ""))
    table = _measured(scope, known, parts, by_kind, now=now)
    shares = measure == "reached"
    values = [row["values"].get(measure) for row in table]
    steps = (0.5, 0.7, 0.85, 0.95) if shares else steps_for([int(value or 0) for value in values])
    columns = columns_for(len(parts), most=9, shape=0.7)
    spots = placed([Spot(one.code, one.lon, one.lat) for one in parts], columns=columns)
    for row in table:
        value = row["values"].get(measure)
        line, column = spots[row["code"]]
        row |= {
            "value": value,
            "said": "–" if value is None else f"{100 * value:.0f}%" if shares else str(value),
            "shade": "sx" if value is None else f"s{step_of(value, steps)}",
            "x": column * 132,
            "y": line * 84,
            "label": row["name"] if len(row["name"]) <= 14 else row["name"][:13] + "…",
        }
    day = "" if scope.is_today else scope.day.isoformat()
    context = {
        "scope": scope,
        "area": scope.chosen,
        "place": known.name(scope.chosen) if scope.chosen else "",
        "line": [
            {"name": one.name, "href": links.to("desk:map", area=one.code, day=day, measure=measure)}
            for one in known.line(scope.chosen)
            if any(one.code.startswith(area) for area in actor_of(request).areas("desk.board"))
        ],
        "choices": choices(actor_of(request)),
        "measures": measures,
        "measure": measure,
        "measure_label": dict(measures)[measure],
        "rows": sorted(table, key=lambda row: _worst_first(row["value"], shares=shares)),
        "width": columns * 132 - 12,
        "height": (max((spots[one.code][0] for one in parts), default=0) + 1) * 84 - 12,
        "legend": _legend(steps, shares=shares),
        "shares": shares,
        "villages_href": links.to("desk:map", area=scope.chosen, day=day, measure=measure, level="village")
        if parts and parts[0].level == DivisionLevel.STREET
        else "",
        "by_village": request.GET.get("level") == "village",
        "day_word": day,
    }
    return render(request, "desk/map.html", context)


def _worst_first(value: float | None, *, shares: bool) -> tuple[bool, float]:
    return (value is None, (value or 0) if shares else -(value or 0))


def _parts(scope: Scope, known: Tree, level: str) -> list[Place]:
    inside = [one for one in known.places.values() if any(one.code.startswith(area) for area in scope.areas)]
    streets = [one for one in inside if one.level == DivisionLevel.STREET and one.code != scope.chosen]
    villages = [one for one in inside if one.level == DivisionLevel.VILLAGE]
    return streets if streets and level != "village" else villages or streets


def _measured(
    scope: Scope, known: Tree, parts: list[Place], by_kind: dict[str, Counter[str]], *, now: Any
) -> list[dict[str, Any]]:
    contacts: DayCounts = day_counts_kept(scope, now=now)
    unreached = unreached_by_division(scope)
    late = Counter(
        {code: n for code, (_live, n) in cases.counts(viewer=scope.viewer, now=now, area=scope.chosen).by_area.items()}
    )
    nobody = nobody_answerable_kept(scope, now=now)
    day = "" if scope.is_today else scope.day.isoformat()

    sums = {"unreached": Sums(unreached), "overdue": Sums(late), "nobody": Sums(nobody)}
    sums |= {f"kind:{kind}": Sums(counted) for kind, counted in by_kind.items()}
    found = []
    for one in parts:
        told = contacts.under(one.code)
        values: dict[str, float | None] = {"reached": told.share}
        values |= {measure: summed.under(one.code) for measure, summed in sums.items()}
        is_village = one.level == DivisionLevel.VILLAGE
        found.append(
            {
                "code": one.code,
                "name": one.name,
                "street": known.name(known.street_of(one.code)) if is_village and known.street_of(one.code) else "",
                "asked": told.asked,
                "got": told.reached,
                "share": told.share,
                "values": values,
                "unreached": values["unreached"],
                "overdue": values["overdue"],
                "nobody": values["nobody"],
                "href": links.to("desk:village", one.code, day=day)
                if is_village
                else links.to("desk:map", area=one.code, day=day),
                "href_unreached": links.to("desk:unreached", area=one.code, day=day),
                "href_overdue": links.worklist(area=one.code, scope="overdue"),
                "href_nobody": links.to("assignments:gaps", area=one.code),
            }
        )
    return found


def _legend(steps: tuple[float, ...], *, shares: bool) -> list[dict[str, str]]:
    if shares:
        words = [
            _("less than half reached"),
            _("half and more"),
            _("70% and more"),
            _("85% and more"),
            _("nearly all (95% and more)"),
        ]
    else:
        words = [_("none")] if steps[0] <= 1 else [_("fewer than %(n)d") % {"n": steps[0]}]
        words += [_("%(n)d and more") % {"n": step} for step in dict.fromkeys(steps)]
    return [{"shade": f"s{place}", "words": said} for place, said in enumerate(words)]
