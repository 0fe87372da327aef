"""Links and QR codes for the households of a village: to print, or to copy into a message."""

import io
from typing import Any
from urllib.parse import urlencode

import segno
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from renwang.foundation.access.views.outside import address_outside
from renwang.loop.registry import queries as registry
from renwang.loop.registry.rules import DivisionLevel

from .. import actions, queries
from ..models import Contact, Link
from .check_in import actor_in
from .rounds import seen_or_404

ON_A_PAGE = 240  # codes; a printer takes them in one go


def qr(text: str) -> SafeString:
    """Return a QR code as SVG, without declaration and without inline style."""
    drawn = io.BytesIO()
    segno.make(text, error="m").save(drawn, kind="svg", xmldecl=False, svgns=True, scale=4, border=2, omitsize=True)
    return mark_safe(drawn.getvalue().decode())  # noqa: S308  # drawn by us from an address of ours


@never_cache  # each link is a right
@require_http_methods(["GET", "POST"])
def sheet(request: HttpRequest, round_id: int) -> HttpResponse:
    """Make the links of one village, all of them; show those there are, page by page."""
    actor, now = actor_in(request), timezone.now()
    row = seen_or_404(actor, round_id)
    villages = list(registry.divisions(areas=actor.areas("rounds.view"), level=DivisionLevel.VILLAGE))
    asked = (request.POST if request.method == "POST" else request.GET).get("area", "")
    place = next((one for one in villages if one.code == asked), villages[0] if villages else None)
    code = place.code if place is not None else ""
    contacts = queries.contacts_for_links(viewer=actor, round_id=row.pk, area=code) if code else Contact.objects.none()
    if request.method == "POST":
        actions.make_links(actor=actor, now=now, contact_ids=list(contacts.values_list("pk", flat=True)))
        return redirect(f"{reverse('rounds:sheet', args=[row.pk])}?{urlencode({'area': code})}")
    page = Paginator(contacts, ON_A_PAGE).get_page(request.GET.get("page"))
    shown = list(page)
    links = queries.usable_links([one.pk for one in shown], now) if actor.may("rounds.make_links", code) else {}
    context = {
        "round": row,
        "villages": villages,
        "place": place,
        "page": page,
        "made": [_code(request, contact, links[contact.pk]) for contact in shown if contact.pk in links],
        "waiting": page.paginator.count,
        "missing": queries.without_link(contacts, now).count(),
    }
    return render(request, "rounds/sheet.html", context)


def _code(request: HttpRequest, contact: Contact, link: Link) -> dict[str, Any]:
    address = address_outside(request, reverse("rounds:self_report", args=[queries.token_of(link)]))
    return {
        "svg": qr(address),
        "address": address,
        "number": contact.household.household.number,
        # The sheet hangs where others see it: the family's name only, never the whole one.
        "name": f"{contact.household.name[:1]}**",
    }
