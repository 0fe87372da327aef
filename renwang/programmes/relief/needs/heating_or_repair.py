"""A house that cannot be heated, or that must be mended."""

from collections.abc import Mapping
from typing import Any, Self

from django.db import models
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from renwang.loop.cases.kinds import register
from renwang.loop.cases.models import Need


@register
class HeatingOrRepair(Need):
    """Coal, a heater, a roof, a tap: what keeps a house fit to stay in."""

    code = "relief.heating_or_repair"
    label = _("Heating or repair")
    icon = "home"
    office = "relief"
    findings = frozenset({"needs_heating", "needs_repair"})
    met_by = ("relief.coal_or_heater", "relief.repair_visit", "general.help")
    seen_by = frozenset(
        {"relief_officer", "civil_officer", "district_command", "street_officer", "village_cadre", "grid_worker"}
    )
    example = {"what": "the stove is cracked", "days_left": 1, "is_heating": True}
    one_at_a_time = False  # a stove and a roof may fail in the same week

    is_heating = models.BooleanField(_("it is about heating"), default=False)
    what = models.CharField(_("what is wrong"), max_length=300, blank=True)
    days_left = models.PositiveSmallIntegerField(_("days the fuel lasts"), null=True, blank=True)

    class Meta:
        verbose_name = _("heating or repair")

    def __str__(self) -> str:
        return f"heating or repair {self.pk}"

    @classmethod
    def from_answers(cls, part: Mapping[str, Any]) -> Self:
        return super().from_answers({"is_heating": part.get("told_as") == "needs_heating", **part})

    def is_urgent(self) -> bool:
        # February nights in Shandong are below zero.
        return self.is_heating and (self.days_left is None or self.days_left <= 1)

    def in_words(self) -> str:
        said = [gettext("heating") if self.is_heating else gettext("repair")]
        said += [self.what] if self.what else []
        if self.days_left is not None:
            said.append(
                ngettext("fuel for %(days)d day", "fuel for %(days)d days", self.days_left) % {"days": self.days_left}
            )
        return " · ".join(said)
