"""Phones and programs that hand in check-ins without a session."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from renwang.foundation.access.rules import Actor, NotAllowed
from renwang.foundation.audit.actions import action

from ..events import DeviceEnrolled, DeviceRevoked
from ..models import Device

VALID_FOR = timedelta(days=90)


class DeviceUnnamed(Exception):
    """A device needs a name, so that its owner knows which one to revoke."""


@action
def enrol_device(*, actor: Actor, now: datetime, name: str) -> DeviceEnrolled:
    """Let one more phone or program of one's own hand in check-ins, for ninety days."""
    if actor.user_id is None or not actor.may_anywhere("rounds.record_check_ins"):
        raise NotAllowed("rounds.enrol_device", "")
    if not name.strip():
        raise DeviceUnnamed(_("Give the device a name, so that you know it when it is lost."))
    row = Device.objects.create(user_id=actor.user_id, name=name.strip()[:60], made_at=now, expires_at=now + VALID_FOR)
    return DeviceEnrolled(device_id=row.pk, user_id=row.user_id)


@action
def revoke_device(*, actor: Actor, now: datetime, device_id: int) -> DeviceRevoked:
    """Let a device of one's own hand in nothing more: it was lost, or is used no longer."""
    if not Device.objects.filter(pk=device_id, user_id=actor.user_id or 0, revoked_at__isnull=True).update(
        revoked_at=now
    ):
        raise NotAllowed("rounds.revoke_device", "")
    return DeviceRevoked(device_id=device_id)
