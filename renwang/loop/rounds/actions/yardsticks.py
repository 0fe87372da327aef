"""Set by what answers are measured."""

from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action
from renwang.loop.registry.models import Division

from ..events import YardstickSet
from ..models import Yardstick
from ..rules import HIGHEST, LOWEST


class YardstickRefused(Exception):
    """This is not something answers can be measured by."""


@action
def set_yardstick(
    *, actor: Actor, now: datetime, code: str, value: str, since: date, until: date | None = None, source: str = ""
) -> YardstickSet:
    """Measure answers of the days from ``since`` on by something else: ``fever_from`` (°C, one at a time) or a further ``risk_area``."""
    # One yardstick measures all: whoever sets it answers for the whole of the register.
    actor.check_may_all(
        "rounds.set_yardstick", Division.objects.filter(parent__isnull=True).values_list("code", flat=True)
    )
    if code == "fever_from":
        try:
            fits = LOWEST < Decimal(value) < HIGHEST
        except InvalidOperation:
            fits = False
        if not fits:
            raise YardstickRefused(_("Expected a temperature in °C, such as 37.3."))
        Yardstick.objects.filter(code=code, until__isnull=True, since__lt=since).update(until=since - timedelta(days=1))
    elif code != "risk_area" or not value.strip():
        raise YardstickRefused(_("Expected fever_from with a temperature, or risk_area with the words of a place."))
    Yardstick.objects.update_or_create(
        code=code, value=value.strip(), since=since, defaults={"until": until, "source": source}
    )
    return YardstickSet(code=code, value=value.strip(), since=since)
