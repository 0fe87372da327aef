"""Attached files, to those who may read what they belong to."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from renwang.foundation.access.views.acting import actor_in

from .. import queries
from ..engine import paper


@require_GET
def attachment(request: HttpRequest, attachment_id: int) -> HttpResponse:
    """Hand out an attached file, always as a download: no browser shows or runs it here."""
    actor = actor_in(request)
    actor.check_may_anywhere("command.view")
    found = queries.attachment_seen(attachment_id, viewer=actor)
    if found is None:
        raise Http404
    response = HttpResponse(found.content or b"", content_type=paper.content_type(found.label))
    response["Content-Disposition"] = content_disposition_header(True, found.label) or "attachment"  # noqa: FBT003
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "no-store, private"
    return response
