"""Search: people, households, enterprises, found while one types."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from renwang.desk import links
from renwang.desk.queries.scope import named
from renwang.loop.registry import queries as registry
from renwang.loop.registry.rules import DivisionLevel

from .asked import actor_of, is_part

MOST = 25
LONGEST = 60


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Show whom the text may mean; the part with the results alone when htmx asks."""
    actor = actor_of(request)
    actor.check_may_anywhere("registry.view")
    text = request.GET.get("q", "").strip()[:LONGEST]
    found = registry.search(actor, text, limit=MOST + 1) if text else []
    context = {
        "search_text": text,
        "found": [
            {"one": one, "href": links.household(one.household_id) if one.household_id else ""} for one in found[:MOST]
        ],
        "is_more": len(found) > MOST,
        "places": [
            {
                "place": one,
                "href": links.to("desk:village", one.code)
                if one.level == DivisionLevel.VILLAGE
                else links.to("desk:board", area=one.code),
            }
            for one in named(actor, text)
            if one.level == DivisionLevel.VILLAGE or actor.may("desk.board", one.code)
        ],
    }
    return render(request, "desk/search_results.html" if is_part(request) else "desk/search.html", context)
