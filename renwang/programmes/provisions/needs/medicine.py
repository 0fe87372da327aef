"""Somebody runs out of a medicine."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from renwang.foundation.access.fields import SealedTextField
from renwang.loop.cases.kinds import register
from renwang.loop.cases.models import Need

URGENT_FROM = 2  # days left


@register
class Medicine(Need):
    """A medicine that somebody must fetch: often for a chronic illness, where a missed day is a day in hospital."""

    code = "provisions.medicine"
    label = _("Medicine")
    icon = "pill"
    office = "provisions"
    findings = frozenset({"needs_medicine"})
    met_by = ("provisions.medicine", "general.help")
    seen_by = frozenset({"provisions_officer", "health_officer", "street_officer", "village_cadre"})
    example = {"what": "blood pressure tablets", "days_left": 1, "is_chronic": True}
    is_sensitive = True

    what = SealedTextField(_("which medicine"), null=True, blank=True)  # its name tells the illness
    days_left = models.PositiveSmallIntegerField(_("days the stock lasts"), null=True, blank=True)
    is_chronic = models.BooleanField(_("taken every day"), default=False)

    class Meta:
        verbose_name = _("need of medicine")

    def __str__(self) -> str:
        return f"medicine {self.pk}"

    def is_urgent(self) -> bool:
        return self.days_left is not None and self.days_left <= URGENT_FROM

    def time_to_meet(self) -> timedelta:
        return timedelta(hours=12) if self.is_urgent() else timedelta(days=2)

    def in_words(self) -> str:
        said = [self.what] if self.what else []
        if self.is_chronic:
            said.append(gettext("taken every day"))
        if self.days_left is not None:
            said.append(
                ngettext("stock for %(days)d day", "stock for %(days)d days", self.days_left) % {"days": self.days_left}
            )
        return " · ".join(said)
