"""Which areas have a bulletin, and when."""

from datetime import datetime

from django.utils.translation import gettext as _

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action
from renwang.loop.registry.models import Division

from ..events import PlanMade
from ..models import Plan
from ..rules import Refused


@action
def plan_bulletins(*, actor: Actor, now: datetime, area: str, hour: int, is_wanted: bool) -> PlanMade:
    """Say whether an area's bulletin is drafted every day, and at which full hour."""
    actor.check_may("bulletins.plan_bulletins", area)
    if not Division.objects.filter(code=area).exists():
        raise Refused(_("There is no such area."))
    if not 0 <= hour <= 23:
        raise Refused(_("Choose an hour from 0 to 23."))
    Plan.objects.update_or_create(area=area, defaults={"hour": hour, "is_wanted": is_wanted})
    return PlanMade(area=area, hour=hour, is_wanted=is_wanted)
