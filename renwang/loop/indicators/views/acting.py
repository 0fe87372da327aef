"""Have a day counted at once, or anew."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from renwang.foundation.access.views.acting import actor_in

from .. import actions
from ..rules import Refused
from .asked import code_in, day_in


@require_POST
def count_now(request: HttpRequest) -> HttpResponse:
    """Have the figures of a day counted at once."""
    now = timezone.now()
    day = day_in(_told(request), timezone.localdate(now))
    try:
        actions.count_now(actor=actor_in(request), now=now, day=day)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The figures are being counted. Load the page again in a moment."))
    return _back(request, day=day.isoformat())


@require_POST
def correct(request: HttpRequest) -> HttpResponse:
    """Have a day that is fixed counted anew, with a reason."""
    now = timezone.now()
    day = day_in(_told(request), timezone.localdate(now))
    try:
        actions.correct_day(actor=actor_in(request), now=now, day=day, because=request.POST.get("reason", ""))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, _("The day is being counted anew. What stood before stays readable as its earlier version.")
        )
    return _back(request, day=day.isoformat())


def _back(request: HttpRequest, *, day: str) -> HttpResponse:
    query = urlencode({"area": code_in(_told(request)), "day": day})
    return HttpResponseRedirect(f"{reverse('indicators:page')}?{query}")


def _told(request: HttpRequest) -> dict[str, str]:
    """Return what the form says, and what stands in its address where one dialog serves many pages."""
    return {**request.GET.dict(), **request.POST.dict()}
