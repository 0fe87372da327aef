"""Keep the figures of a day: over those of an hour ago while it lasts, then once; a correction beside what it corrects."""

from datetime import datetime

from django.utils.translation import gettext as _

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action

from ..events import FiguresKept
from ..models import Figure, FigureRows, Reckoning
from ..queries import Counted
from ..rules import Refused

AT_ONCE = 2000


class DayIsFixed(Refused):
    """The figures of this day stand; they change by a correction only."""


@action
def keep_figures(*, actor: Actor, now: datetime, counted: Counted, version: int = 1) -> FiguresKept:
    """Keep what was counted of a day. Twice the same is once; what is older than what is kept changes nothing.

    ``version``: above 1 the correction that ``correct_day`` began. Raises DayIsFixed.
    """
    actor.check_may("indicators.keep_figures", "")
    day = counted.day.day
    if version == 1:
        row, _made = Reckoning.objects.get_or_create(day=day, version=1)
    else:
        row = Reckoning.objects.get(day=day, version=version)
    # Whoever counts the same day at the same moment waits here, and then writes the same over it.
    row = Reckoning.objects.select_for_update().get(pk=row.pk)
    if row.is_fixed:
        raise DayIsFixed(_("The figures of this day are fixed. Have it corrected, with a reason."))
    if row.computed_at is not None and row.computed_at > now:
        return FiguresKept(day=day, version=row.version, figures=0, is_fixed=False)
    Figure.objects.filter(reckoning=row).delete()
    FigureRows.objects.filter(reckoning=row).delete()
    Figure.objects.bulk_create(
        [
            Figure(
                reckoning=row,
                area=one.area,
                indicator=one.indicator,
                slice=one.slice,
                numerator=one.numerator,
                denominator=one.denominator,
                value=one.value,
            )
            for one in counted.figures
        ],
        batch_size=AT_ONCE,
    )
    FigureRows.objects.bulk_create(
        [
            FigureRows(
                reckoning=row,
                indicator=one.indicator,
                area=one.area,
                slice=one.slice,
                counted=one.counted,
                not_counted=one.not_counted,
                ids=one.ids,
                rest=one.rest,
            )
            for one in counted.rows
        ],
        batch_size=AT_ONCE,
    )
    is_fixed = counted.is_final or version > 1
    Reckoning.objects.filter(pk=row.pk).update(until=counted.day.until, computed_at=now, is_fixed=is_fixed)
    return FiguresKept(day=day, version=row.version, figures=len(counted.figures), is_fixed=is_fixed)
