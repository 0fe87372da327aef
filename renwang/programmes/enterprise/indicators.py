"""What is told of the economy every day: each figure opens to its firms."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from decimal import Decimal

from django.db.models import F, Max, Q
from django.utils.translation import gettext_lazy as _

from renwang.foundation.access.rules import Actor
from renwang.loop.indicators.indicators import grouped
from renwang.loop.indicators.kinds import Indicator, Line, Rows, register
from renwang.loop.indicators.rules import Day, Tally, Unit

from .models import DayIndex, Enterprise, FirmPower, GateDay, PowerSetting
from .rules.filings import Status

READINGS_WAIT = timedelta(days=3)  # without readings for longer, no day waits for them any more


class EnterpriseRows(Rows):
    """Enterprises, each with its page."""

    code = "enterprise.enterprise"
    label = _("Enterprises")
    permission = "enterprise.view"

    def lines(self, ids: Sequence[int], *, viewer: Actor) -> list[Line]:
        found = Enterprise.objects.select_related("subject").in_bulk(list(ids))
        return [
            Line(id=pk, title=found[pk].subject.name, area=found[pk].subject.division_id, url=("enterprise:page", pk))
            for pk in ids
            if pk in found
        ]


class GateRows(Rows):
    """Days at gates."""

    code = "enterprise.gate_day"
    label = _("Days at gates")
    permission = "enterprise.view"

    def lines(self, ids: Sequence[int], *, viewer: Actor) -> list[Line]:
        found = GateDay.objects.select_related("enterprise__subject").in_bulk(list(ids))
        return [
            Line(
                id=pk,
                title=found[pk].enterprise.subject.name,
                area=found[pk].enterprise.subject.division_id,
                detail=f"{found[pk].people} / {found[pk].fevers}",
                url=("enterprise:page", found[pk].enterprise_id),
            )
            for pk in ids
            if pk in found
        ]


@register
class Resumed(Indicator):
    """The share of enterprises that are at work again."""

    code = "enterprise.resumed"
    label = _("Enterprises at work again")
    unit = Unit.PERCENT
    order = 60
    counts = _("enterprises")
    better = "more"
    method = _(
        "Enterprises whose filing was accepted, whose site was checked and who said that they work again, of all of the register."
    )
    inputs = (_("Enterprises"), _("Filings"))
    rows = EnterpriseRows

    def tallies(self, day: Day) -> Iterable[Tally]:
        is_at_work = Q(filings__is_current=True, filings__status=Status.RESUMED, filings__resumed_at__lt=day.until)
        at_work = Enterprise.objects.filter(is_at_work).values("pk")
        return grouped(
            Enterprise.objects.filter(subject__is_current=True, added_at__lt=day.until),
            area="subject__division_id",
            counted=Q(pk__in=at_work),
            key="subject_id",
        )


@register
class PowerIndex(Indicator):
    """The power index, as the engine computed it from the meters."""

    code = "enterprise.power_index"
    label = _("Power index of resumption")
    unit = Unit.INDEX
    order = 61
    counts = _("index")
    better = "more"
    method = _(
        "From the readings of meters, by the method that is set: half the share of resumed enterprises, half the share of their use of the base."
    )
    inputs = (_("Meter readings"), _("Meters"), _("Enterprises"))
    rows = EnterpriseRows

    def tallies(self, day: Day) -> Iterable[Tally]:
        setting = PowerSetting.objects.order_by("-at", "-pk").first() or PowerSetting()
        size = setting.told_size
        indices = list(
            DayIndex.objects.filter(day=day.day, size=size, industry="", index__isnull=False).values_list(
                "area", "index"
            )
        )
        if not indices:
            return []
        flags = FirmPower.objects.filter(day=day.day)
        if size:
            flags = flags.filter(enterprise__is_designated=size == "designated")
        firms = list(flags.values_list("enterprise_id", "enterprise__subject__division_id"))
        return [
            Tally(area=area, amount=index or Decimal(0), ids=[pk for pk, code in firms if code.startswith(area)])
            for area, index in indices
        ]

    def is_settled(self, day: Day) -> bool:
        """The readings of a day come on the next: where they came on the days before, the day waits for its own."""
        last = DayIndex.objects.aggregate(last=Max("day"))["last"]
        return last is None or last >= day.day or day.day - last > READINGS_WAIT


@register
class GateFevers(Indicator):
    """How many had a fever at gates."""

    code = "enterprise.gate_fevers"
    label = _("Fever at gates of enterprises")
    unit = Unit.AMOUNT
    order = 62
    counts = _("persons")
    better = "fewer"
    method = _("People above 37.3 °C at the gates of plants and building sites on the day, as the gates told it.")
    inputs = (_("Days at gates"),)
    rows = GateRows

    def tallies(self, day: Day) -> Iterable[Tally]:
        return grouped(
            GateDay.objects.filter(day=day.day, fevers__gt=0),
            area="enterprise__subject__division_id",
            amount=F("fevers"),
        )
