"""Finding somebody, and suggesting while one types."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from .. import queries
from .acting import actor_in

SUGGESTED = 8
SHOWN = 50
LONGEST = 60


@require_http_methods(["GET", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """Show whom a text may mean. The page sends it by POST; an address with `?q=…` that somebody kept still works."""
    actor = actor_in(request)
    actor.check_may_anywhere("registry.view")
    text = (request.POST if request.method == "POST" else request.GET).get("q", "").strip()[:LONGEST]
    found = queries.search(actor, text, SHOWN, also_ended=True)
    return render(request, "registry/search.html", {"search_text": text, "found": found, "is_cut": len(found) == SHOWN})


@require_POST
def suggest(request: HttpRequest) -> HttpResponse:
    """Answer a few lines for a list under the box one types in (htmx): `q`, optionally `pick`, the name of a form's choice.

    By POST: a name in an address stays in the server's log.
    """
    actor = actor_in(request)
    actor.check_may_anywhere("registry.view")
    text = request.POST.get("q", "").strip()[:LONGEST]
    context = {
        "found": queries.search(actor, text, SUGGESTED),
        "search_text": text,
        "pick": request.POST.get("pick", ""),
    }
    return render(request, "registry/suggestions.html", context)
