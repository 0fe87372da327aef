"""Search: people, households, enterprises, found while one types.

An ID number or phone is never put into an address: an address stays in the browser's history and in logs.
"""

import re
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from renwang.desk import links
from renwang.desk.queries.scope import named
from renwang.loop.registry import queries as registry
from renwang.loop.registry.rules import DivisionLevel

from .asked import actor_of, is_part

MOST = 25
LONGEST = 60
# Seven digits and more, with what people put between them: a phone or an ID number, not a household's number.
PERSONAL_NUMBER = re.compile(r"^\+?[\d\s()\-]{6,}[\dXx]$")


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Show whom the text may mean; the part with the results alone when htmx asks."""
    actor = actor_of(request)
    actor.check_may_anywhere("registry.view")
    text = (request.POST if request.method == "POST" else request.GET).get("q", "").strip()[:LONGEST]
    is_number = bool(PERSONAL_NUMBER.match(text))
    address = f"{request.path}?{urlencode({'q': text})}" if text and not is_number else request.path
    if request.method == "POST" and not is_part(request) and not is_number:
        return HttpResponseRedirect(address)
    if request.method == "GET" and is_number:
        return HttpResponseRedirect(f"{request.path}?again=1")
    found = registry.search(actor, text, limit=MOST + 1, also_ended=True) if text else []
    context = {
        "search_text": text,
        "is_withheld": "again" in request.GET,
        "found": [
            {
                "one": one,
                "href": links.to("registry:household", one.id)
                if one.has_ended
                else links.household(one.household_id)
                if one.household_id
                else "",
            }
            for one in found[:MOST]
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
    response = render(request, "desk/search_results.html" if is_part(request) else "desk/search.html", context)
    if is_part(request):
        response["HX-Push-Url"] = address
    return response
