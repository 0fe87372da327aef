"""What every page gets besides its own: the hour it was drawn at and the district's name."""

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from renwang.loop.registry.rules import called


def frame(request: HttpRequest) -> dict[str, object]:
    """Give templates ``now`` (aware), ``district_name`` (in the reader's language) and whether the viewer may search."""
    actor = getattr(request, "actor", None)
    return {
        "now": timezone.now(),
        "district_name": called(settings.DISTRICT_NAME, settings.DISTRICT_NAME_EN),
        "may_search": lambda: actor is not None and actor.may_anywhere("registry.view"),
    }
