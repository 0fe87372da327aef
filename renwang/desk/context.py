"""What every page gets besides its own: the hour it was drawn at and the district's name."""

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone


def frame(request: HttpRequest) -> dict[str, object]:
    """Give templates ``now`` (aware), ``district_name`` (``settings.DISTRICT_NAME``) and whether the viewer may search."""
    actor = getattr(request, "actor", None)
    return {
        "now": timezone.now(),
        "district_name": getattr(settings, "DISTRICT_NAME", ""),
        "may_search": lambda: actor is not None and actor.may_anywhere("registry.view"),
    }
