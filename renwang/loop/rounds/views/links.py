"""Links and QR codes for the households of a village: to print, or to copy into a message."""

import io
from typing import Any

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_http_methods

from renwang.loop.registry import queries as registry
from renwang.loop.registry.rules import DivisionLevel

from .. import actions, queries
from ..models import Link
from .check_in import actor_in
from .rounds import seen_or_404

MOST = 400


def qr(text: str) -> SafeString:
    """Return a QR code as SVG, without declaration and without inline style."""
    drawn = io.BytesIO()
    segno.make(text, error="m").save(drawn, kind="svg", xmldecl=False, svgns=True, scale=4, border=2, omitsize=True)
    return mark_safe(drawn.getvalue().decode())  # noqa: S308  # drawn by us from an address of ours


@require_http_methods(["GET", "POST"])
def sheet(request: HttpRequest, round_id: int) -> HttpResponse:
    """Make and show the links of one village."""
    actor, now = actor_in(request), timezone.now()
    row = seen_or_404(actor, round_id)
    villages = list(registry.divisions(areas=actor.areas("rounds.view"), level=DivisionLevel.VILLAGE))
    asked = (request.POST if request.method == "POST" else request.GET).get("area", "")
    place = next((one for one in villages if one.code == asked), villages[0] if villages else None)
    contacts = list(
        queries.contacts_for_links(viewer=actor, round_id=row.pk, area=place.code)[:MOST] if place is not None else []
    )
    made: list[dict[str, Any]] = []
    if request.method == "POST" and contacts:
        done = actions.make_links(actor=actor, now=now, contact_ids=[one.pk for one in contacts])
        links = {link.contact_id: link for link in Link.objects.filter(pk__in=done.link_ids)}
        for contact in contacts:
            if contact.pk not in links:
                continue
            address = request.build_absolute_uri(
                reverse("rounds:self_report", args=[queries.token_of(links[contact.pk])])
            )
            household = contact.household.household
            made.append(
                {
                    "svg": qr(address),
                    "address": address,
                    "number": household.number,
                    # The sheet hangs where others see it: the family's name only, never the whole one.
                    "name": f"{contact.household.name[:1]}**",
                }
            )
    context = {"round": row, "villages": villages, "place": place, "made": made, "waiting": len(contacts)}
    return render(request, "rounds/sheet.html", context)
