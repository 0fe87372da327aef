"""Let them tell it themselves: the link and the code of one household, shown on the helper's own phone."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from renwang.foundation.access.views.outside import address_outside

from .. import actions, queries
from ..models import Link
from .check_in import actor_in, seen_or_404
from .links import qr


@never_cache  # the link is a right: no pocket keeps it
@require_POST
def share(request: HttpRequest, contact_id: int) -> HttpResponse:
    """Make the household's link, or show the one that can still be used."""
    contact, now = seen_or_404(request, contact_id), timezone.now()
    done = actions.make_links(actor=actor_in(request), now=now, contact_ids=[contact.pk])
    link = Link.objects.filter(pk__in=done.link_ids).first()
    if link is None:
        return render(request, "rounds/share.html", {"contact": contact}, status=409)
    address = address_outside(request, reverse("rounds:self_report", args=[queries.token_of(link)]))
    context = {"contact": contact, "address": address, "svg": qr(address), "until": link.expires_at}
    return render(request, "rounds/share.html", context)
