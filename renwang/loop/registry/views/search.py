"""Finding somebody, and suggesting while one types."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from .. import queries
from .acting import actor_in

SUGGESTED = 8
SHOWN = 50


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Show whom a text may mean."""
    actor = actor_in(request)
    actor.check_may_anywhere("registry.view")
    text = request.GET.get("q", "").strip()[:60]
    found = queries.search(actor, text, SHOWN)
    return render(request, "registry/search.html", {"search_text": text, "found": found, "is_cut": len(found) == SHOWN})


@require_GET
def suggest(request: HttpRequest) -> HttpResponse:
    """Answer a few lines for a list under the box one types in (htmx): `?q=…`, optionally `&pick=name` for a form's choice."""
    actor = actor_in(request)
    actor.check_may_anywhere("registry.view")
    text = request.GET.get("q", "").strip()[:60]
    context = {
        "found": queries.search(actor, text, SUGGESTED),
        "search_text": text,
        "pick": request.GET.get("pick", ""),
    }
    return render(request, "registry/suggestions.html", context)
