"""Emergency access ("break glass") to a neighbouring area: taken with a reason, ends by itself, shown to its officers."""

from datetime import datetime

from django.utils.translation import gettext as _

from renwang.foundation.audit.actions import action

from .. import kinds
from ..events import GlassAcknowledged, GlassBroken, GlassMended
from ..models import BreakGlass
from ..rules import EMERGENCY_LASTS, Actor, NotAllowed, emergency_refusal


class EmergencyRefused(Exception):
    """Emergency access is not given, or no longer there; the message says why and what to do."""


@action
def break_glass(*, actor: Actor, now: datetime, area: str, reason: str) -> GlassBroken:
    """Open a neighbouring area for 24 hours, with the roles one holds, to see and to help. Its officers are told."""
    actor.check_may_anywhere("access.break_glass")
    if actor.user_id is None:
        raise NotAllowed("access.break_glass", area)
    own = actor.areas("access.break_glass")
    lines = kinds.places().lines({area, *own})
    refusal = emergency_refusal(
        area=area,
        line=lines.get(area, ()),
        own_lines=[lines[code] for code in own if code in lines],
        own_areas=own,
        reason=reason,
    )
    if refusal is not None:
        raise EmergencyRefused(str(refusal))
    if BreakGlass.objects.filter(user_id=actor.user_id, area=area, until__gt=now).exists():
        raise EmergencyRefused(_("You have emergency access to this area already."))
    row = BreakGlass.objects.create(
        user_id=actor.user_id, area=area, reason=reason.strip(), since=now, until=now + EMERGENCY_LASTS
    )
    return GlassBroken(break_glass_id=row.pk, user_id=actor.user_id, area=area, until=row.until)


@action
def mend_glass(*, actor: Actor, now: datetime, break_glass_id: int) -> GlassMended:
    """Give one's own emergency access back before it ends by itself."""
    actor.check_may_as_oneself("access.mend_glass")
    row = BreakGlass.objects.get(pk=break_glass_id)
    if row.user_id != actor.user_id:
        raise NotAllowed("access.mend_glass", row.area)
    if not BreakGlass.objects.filter(pk=row.pk, since__lt=now, until__gt=now).update(until=now):
        raise EmergencyRefused(_("This emergency access has ended already."))
    return GlassMended(break_glass_id=row.pk, user_id=row.user_id, area=row.area)


@action
def acknowledge_break_glass(*, actor: Actor, now: datetime, break_glass_id: int) -> GlassAcknowledged:
    """Take note of an emergency access to one's area. Nobody acknowledges their own."""
    row = BreakGlass.objects.get(pk=break_glass_id)
    actor.check_may("access.acknowledge_break_glass", row.area)
    if row.user_id == actor.user_id:
        raise EmergencyRefused(_("Nobody acknowledges their own emergency access."))
    seen = BreakGlass.objects.filter(pk=row.pk, acknowledged_at__isnull=True)
    if not seen.update(acknowledged_at=now, acknowledged_by_id=actor.user_id):
        raise EmergencyRefused(_("Somebody else has acknowledged this already."))
    return GlassAcknowledged(break_glass_id=row.pk, area=row.area)
