"""Who looked at what."""

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from .. import kinds, queries
from ..models import Look
from .acting import actor_in

ON_A_PAGE = 50
# What people call the fields that are sealed; one that is not here is shown by its own name.
FIELDS = {
    "phone": _("phone number"),
    "id_number": _("ID number"),
    "address": _("address"),
    "answers": _("answers"),
    "told": _("answers"),
    "health": _("health"),
    "movements": _("movements"),
    "particulars": _("what an office’s ledger tells"),
}


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """Show the looks in one's area, newest first."""
    actor = actor_in(request)
    actor.check_may_anywhere("access.view_looks")
    return _page(request, queries.looks(viewer=actor), title=gettext("Looks at protected data"))


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """Show the looks one took oneself."""
    return _page(
        request, queries.looks_of(actor_in(request).user_id or 0), title=gettext("What I looked at"), is_own=True
    )


@require_GET
def at_subject(request: HttpRequest, subject_id: int) -> HttpResponse:
    """Show who looked at one subject; 404 for subjects of other areas, as if they did not exist."""
    actor = actor_in(request)
    actor.check_may_anywhere("access.view_looks")
    place = kinds.places().subject(subject_id)
    if place is None or not actor.may("access.view_looks", place.code):
        raise Http404
    found = queries.looks(viewer=actor, subject_id=subject_id)
    return _page(request, found, title=gettext("Who looked: %(name)s") % {"name": place.name}, is_one=True)


def _page(
    request: HttpRequest, found: QuerySet[Look], *, title: str, is_own: bool = False, is_one: bool = False
) -> HttpResponse:
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    names = kinds.places().names({look.code for look in page})
    rows = [
        {"look": look, "place": names.get(look.code, look.code), "field": FIELDS.get(look.field, look.field)}
        for look in page
    ]
    context = {"page": page, "rows": rows, "title": title, "is_own": is_own, "is_one": is_one}
    return render(request, "access/looks.html", context)
