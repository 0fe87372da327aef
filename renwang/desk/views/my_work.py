"""A worker's day on a phone."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from renwang.desk import links
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
        "calls": [_linked(card) for card in day.calls],
        "visits": [_linked(card) for card in day.visits],
        "waiting": [_linked(card) for card in day.waiting],
        "done": [_linked(card) for card in day.done],
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


def _linked(card: Card) -> dict[str, Any]:
    return {
        "card": card,
        "href": links.household(card.household_id),
        "call": links.call(card.contact_id),
        "record": links.check_in(card.contact_id) or links.household(card.household_id),
    }
