"""Have a day counted at once, or counted anew after it was fixed: both are promises the worker keeps."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action, promise

from .. import queries
from ..events import CorrectionAsked, CountingAsked
from ..models import Reckoning
from ..rules import NoReason, StaleDay
from .keeping import DayIsFixed

COUNT = "indicators.count"
LONGEST_REASON = 200


@action
def count_now(*, actor: Actor, now: datetime, day: date) -> CountingAsked:
    """Have the figures of a day that is not fixed counted at once. Asked twice in a minute is once."""
    actor.check_may_anywhere("indicators.count_now")
    kept = queries.reckoning_of(day)
    if kept is not None and kept.is_fixed:
        raise DayIsFixed(_("The figures of this day are fixed. Have it corrected, with a reason."))
    promise(kind=COUNT, key=f"{COUNT}:{day}:{now:%Y%m%d%H%M}", payload={"day": day.isoformat()}, now=now)
    return CountingAsked(day=day)


@action
def correct_day(*, actor: Actor, now: datetime, day: date, because: str) -> CorrectionAsked:
    """Have a day that is fixed counted anew, for a reason that every reader of its figures is told. What stood stays readable."""
    actor.check_may_anywhere("indicators.correct_day")
    because = because.strip()[:LONGEST_REASON]
    if not because:
        raise NoReason(_("Say why the day is counted anew: whoever reads its figures is told."))
    kept = queries.reckoning_of(day)
    if kept is None or not kept.is_fixed:
        raise NoReason(_("The figures of this day are not fixed yet: they follow by themselves."))
    version = kept.version + 1
    _row, made = Reckoning.objects.get_or_create(
        day=day, version=version, defaults={"because": because, "by_id": actor.user_id}
    )
    if not made:
        raise StaleDay(_("Somebody else has just had this day corrected. Load the page again."))
    payload = {"day": day.isoformat(), "version": version}
    promise(kind=COUNT, key=f"{COUNT}:{day}:v{version}", payload=payload, now=now)
    return CorrectionAsked(day=day, corrects=kept.version)
