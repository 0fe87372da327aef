"""The board: the day of a district at a glance, on a desk or on the wall."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from renwang.desk import kinds, links
from renwang.desk.navigation import NAVIGATION
from renwang.desk.queries.board import Board, board
from renwang.desk.queries.scope import PERMISSION, Place, Scope, Tree, choices, tree
from renwang.desk.sums import Sums
from renwang.desk.tiling import Spot, columns_for, placed
from renwang.foundation.access.rules import Actor, NotAllowed
from renwang.loop.cases.rules import Status
from renwang.loop.registry.rules import DivisionLevel
from renwang.loop.rounds import kinds as modes
from renwang.loop.rounds import queries as rounds

from .asked import actor_of, is_part, midnight_of, scope_in

REFRESH_WALL, REFRESH_DESK = 30, 60  # seconds
EARLY_UNTIL = time(9)  # before this hour a day has hardly begun, and its figures say little
MEANINGS = {
    Status.OPEN: "quiet",
    Status.IN_HAND: "doing",
    Status.MET: "doing",
    Status.VERIFIED: "verified",
    Status.CLOSED: "verified",
    Status.GIVEN_UP: "quiet",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One area in a row of areas: its share reached, and what is amiss there."""

    label: str
    value: float | None  # percent
    href: str
    unreached: int
    overdue: int
    meaning: str


def page(request: HttpRequest) -> HttpResponse:
    """Show the board; whoever has none is led to the first page of their own."""
    actor = actor_of(request)
    if not actor.may_anywhere(PERMISSION):
        return _led_home(actor)
    now = timezone.now()
    scope = scope_in(request, now=now)
    is_wall = request.GET.get("wall") == "1"
    shown, counted_at = board(scope, now=now, midnight=midnight_of(now), is_wall=is_wall)
    context = _context(scope, shown, is_wall=is_wall) | {
        "early": _early(scope, shown, now),
        "counted_at": counted_at,
        "is_wall": is_wall,
        # While days are played they pass faster.
        "refresh": getattr(settings, "RENWANG_BOARD_REFRESH", REFRESH_WALL if is_wall else REFRESH_DESK),
        "sent_at": now,
        "here": request.get_full_path(),
        # The wall is read by whoever passes: what one's own unit owes is not shown there.
        "errands": [] if is_wall else kinds.errands(actor, now),
    }
    if is_part(request):
        return render(request, "desk/board_live.html", context)
    context["choices"] = choices(actor)
    return render(request, "desk/board_wall.html" if is_wall else "desk/board.html", context)


def _early(scope: Scope, shown: Board, now: datetime) -> dict[str, Any]:
    """Return what a board of the early morning says of itself: how little of the day has passed, and where the day before is."""
    local = timezone.localtime(now)
    if not scope.is_today or local.time() >= EARLY_UNTIL:
        return {}
    before = scope.day - timedelta(days=1)
    share = shown.before[before].share if before in shown.before else None
    return {
        "at": local,
        "planned": shown.contacts.total.asked,
        "answered": shown.contacts.total.reached,
        "share": share,
        "href": links.to("desk:board", area=scope.chosen, day=before.isoformat()),
    }


def _led_home(actor: Actor) -> HttpResponse:
    for group in NAVIGATION:
        for entry in group.entries:
            address = links.to(entry.url_name)
            if address not in ("", "/") and entry.permission and actor.may_anywhere(entry.permission):
                return HttpResponseRedirect(address)
    raise NotAllowed(PERMISSION, "")


def _context(scope: Scope, shown: Board, *, is_wall: bool) -> dict[str, Any]:
    area, day = scope.chosen, "" if scope.is_today else scope.day.isoformat()
    known = tree(scope)
    whole = shown.contacts.total
    yesterday = shown.before.get(scope.day - timedelta(days=1))
    days = [scope.day - timedelta(days=back) for back in range(6, 0, -1)]
    spark = [shown.before[one].share if one in shown.before else None for one in days] + [whole.share]
    lines = _lines(scope, shown, known, day)
    is_street = _is_street(known, area)
    return {
        "scope": scope,
        "board": shown,
        "place": known.name(scope.chosen) if scope.chosen else "",
        "area": area,
        "day_word": day,
        "whole": whole,
        "yesterday": yesterday,
        "spark": [None if one is None else round(one * 100, 1) for one in spark],
        "lines": lines,
        "lines_of_streets": bool(known.of_level(DivisionLevel.STREET)) and not is_street,
        "cells": _cells(shown, known, day),
        "columns": columns_for(len(known.of_level(DivisionLevel.VILLAGE)), shape=1.15 if is_wall else 0.9),
        "unreached_trend": shown.unreached - shown.unreached_yesterday,
        "worst_unreached": sorted((one for one in lines if one.unreached), key=lambda one: -one.unreached)[:3],
        "kinds": [
            {"label": one.label, "n": one.live, "icon": one.icon, "href": links.worklist(area=area, kind=one.code)}
            for one in shown.cases.by_kind[: 3 if is_wall else 4]
        ],
        "modes": [
            {
                "label": str(modes.get(code).label),
                "icon": modes.get(code).icon,
                "n": n,
                "href": links.to("desk:contacts", area=area, day=day, show="reached", mode=code),
            }
            for code, n in shown.contacts.by_mode.most_common()
        ],
        "href_unreached": links.to("desk:unreached", area=area, day=day),
        "href_live": links.worklist(area=area),
        "href_overdue": links.worklist(area=area, scope="overdue"),
        "href_urgent": links.worklist(area=area, scope="urgent"),
        "href_reached": links.to("desk:contacts", area=area, day=day, show="reached"),
        "href_contacts": links.to("desk:contacts", area=area, day=day),
        "href_nobody": links.to("assignments:gaps", area=area),
        "href_emergencies": links.to("access:break_glass"),
        "href_yesterday": links.to("desk:board", area=area, day=(scope.day - timedelta(days=1)).isoformat()),
        "href_wall": links.to("desk:board", area=area, day=day, wall="1"),
        "href_desk": links.to("desk:board", area=area, day=day),
        "happenings": [
            {
                "at": one.at,
                # Within one subdistrict its name would stand in every line and tell nothing.
                "place": known.short(one.division if is_street else known.street_of(one.division) or one.division),
                "what": one.label,
                "icon": one.icon,
                "status": one.status_label,
                "meaning": "act" if one.is_urgent and one.status == Status.OPEN else MEANINGS[Status(one.status)],
                "href": links.case(one.case_id),
            }
            for one in shown.happenings[:9]
        ],
        "health": _health(shown),
        "replies": rounds.replies_waiting(viewer=scope.viewer),
        "href_replies": links.to("rounds:replies"),
    }


def _is_street(known: Tree, code: str) -> bool:
    return code in known.places and known.places[code].level in (DivisionLevel.STREET, DivisionLevel.VILLAGE)


def _parts(scope: Scope, known: Tree) -> list[Place]:
    """Return the areas told one by one: subdistricts of a district, villages of a subdistrict."""
    streets = [one for one in known.of_level(DivisionLevel.STREET) if any(one.code.startswith(a) for a in scope.areas)]
    if len(streets) > 1 or not _is_street(known, scope.chosen):
        return streets or known.of_level(DivisionLevel.VILLAGE)
    return known.of_level(DivisionLevel.VILLAGE)


def _lines(scope: Scope, shown: Board, known: Tree, day: str) -> list[Line]:
    found = []
    missing, overdue = Sums(shown.unreached_in), _overdue(shown)
    for one in _parts(scope, known):
        share = shown.contacts.under(one.code).share
        unreached = missing.under(one.code)
        late = overdue.under(one.code)
        found.append(
            Line(
                label=known.short(one.code),
                value=None if share is None else round(share * 100, 1),
                href=_to_area(one, day),
                unreached=unreached,
                overdue=late,
                meaning="act" if late else "",
            )
        )
    return sorted(found, key=lambda line: (line.value is None, line.value or 0, line.label))


def _overdue(shown: Board) -> Sums:
    return Sums({code: late for code, (_live, late) in shown.cases.by_area.items()})


def _to_area(place: Place, day: str) -> str:
    if place.level == DivisionLevel.VILLAGE:
        return links.to("desk:village", place.code, day=day)
    return links.to("desk:board", area=place.code, day=day)


def _cells(shown: Board, known: Tree, day: str) -> list[dict[str, Any]]:
    """Return one tile for each village; see drawing.tiles."""
    villages = known.of_level(DivisionLevel.VILLAGE)
    columns = columns_for(len(villages), shape=0.9)
    spots = placed([Spot(one.code, one.lon, one.lat) for one in villages], columns=columns)
    cells = []
    overdue, address = _overdue(shown), links.each("desk:village", day=day)
    said_of = _("%(reached)d of %(asked)d reached")  # looked up once, not once for each of some hundred villages
    for one in villages:
        told = shown.contacts.under(one.code)
        late = overdue.under(one.code)
        row, column = spots[one.code]
        street = known.street_of(one.code)
        said = said_of % {"reached": told.reached, "asked": told.asked}
        cells.append(
            {
                "label": known.short(one.code),
                "share": told.share,
                "overdue": late,
                "href": address(one.code),
                "detail": f"{known.name(street)} {one.name} · {said}" if street else said,
                "row": row,
                "column": column,
            }
        )
    return cells


def _health(shown: Board) -> dict[str, Any]:
    """Say whether what was promised is being done: the worker and its outbox."""
    state = shown.worker
    if state is None:
        return {}
    if not state.workers and state.due:
        return {
            "meaning": "act",
            "icon": "alert-octagon",
            "words": _("No worker is running: messages and imports wait."),
        }
    if state.dead:
        words = _("%(n)d promises could not be kept: somebody must look.") % {"n": state.dead}
        return {"meaning": "late", "icon": "alert-triangle", "words": words, "href": links.to("audit:dead_letters")}
    words = _("The system works; %(n)d tasks wait.") % {"n": state.due} if state.due else _("The system works.")
    return {"meaning": "quiet", "icon": "circle-check", "words": words}
