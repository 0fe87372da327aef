"""A worker's day on a phone."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from renwang.desk import kinds, links
from renwang.desk.queries.my_work import Card, my_day
from renwang.loop.cases import kinds as needs

from .asked import actor_of

PERMISSION = "rounds.record_check_ins"
VIEWS = ("todo", "done", "cases")


def page(request: HttpRequest) -> HttpResponse:
    """Show whom to contact next; ``?view=done`` what is done, ``?view=cases`` what waits besides."""
    actor = actor_of(request)
    actor.check_may_anywhere(PERMISSION)
    now = timezone.now()
    today = timezone.localdate(now)
    day = my_day(viewer=actor, day=today, now=now)
    view = request.GET.get("view", "todo")
    context = {
        "view": view if view in VIEWS else "todo",
        "today": today,
        "day": day,
        "errands": kinds.errands(actor, now),
        "calls": _linked(day.calls),
        "visits": _linked(day.visits),
        "waiting": _linked(day.waiting),
        "done": _linked(day.done),
        "cases": [
            {
                "case": case,
                "label": needs.label_of(case.kind),
                "icon": needs.icon_of(case.kind),
                "href": links.case(case.pk),
                "is_running": case.status in ("open", "in_hand"),
            }
            for case in day.cases
        ],
        "referrals": [
            {
                "referral": one,
                "label": needs.label_of(one.case.kind),
                "icon": needs.icon_of(one.case.kind),
                "href": links.case(one.case_id),
            }
            for one in day.referrals
        ],
        "list_script": True,
    }
    return render(request, "desk/my_work.html", context)


def _linked(cards: Iterable[Card]) -> list[dict[str, Any]]:
    household, call, check_in = (
        links.each(name) for name in ("desk:household", "rounds:check_in_phone", "rounds:check_in")
    )
    return [
        {
            "card": card,
            "href": household(card.household_id),
            "call": call(card.contact_id),
            "record": check_in(card.contact_id) or household(card.household_id),
        }
        for card in cards
    ]
