"""POST /api/devices: enrol a phone or program of one's own; DELETE /api/devices/<id>: revoke it. Within a session."""

import json

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from renwang.foundation.access.rules import Actor

from .. import actions, queries
from ..models import Device
from . import bearers
from .check_ins import answer


@require_POST
def enrol(request: HttpRequest) -> HttpResponse:
    """Return the bearer token of a new device, once; it is kept nowhere."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    try:
        name = str(json.loads(request.body or b"{}").get("name", ""))
    except (ValueError, AttributeError):
        return answer(422, {"detail": _("Expected JSON.")})
    try:
        done = actions.enrol_device(actor=actor, now=timezone.now(), name=name)
    except actions.DeviceUnnamed as refusal:
        return answer(422, {"detail": str(refusal), "errors": {"name": str(refusal)}})
    device = Device.objects.get(pk=done.device_id)
    return answer(
        201,
        {"device": device.pk, "token": queries.device_token_of(device), "expires_at": device.expires_at.isoformat()},
    )


@require_http_methods(["DELETE"])
def revoke(request: HttpRequest, device_id: int) -> HttpResponse:
    """End a device of one's own; in this process at once, in others within seconds."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    actions.revoke_device(actor=actor, now=timezone.now(), device_id=device_id)
    bearers.forget()
    return HttpResponse(status=204)
