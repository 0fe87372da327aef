"""A household runs out of food or daily goods."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from renwang.loop.cases.kinds import register
from renwang.loop.cases.models import Need


@register
class Food(Need):
    """Food and daily goods that somebody must bring."""

    code = "provisions.food"
    label = _("Food and daily goods")
    icon = "basket"
    office = "provisions"
    findings = frozenset({"needs_food"})
    met_by = ("provisions.food_parcel", "general.help")
    seen_by = frozenset(
        {"provisions_officer", "relief_officer", "district_command", "street_officer", "village_cadre", "grid_worker"}
    )
    example = {"what": "flour, oil and vegetables for four", "days_left": 2, "for_infant": False}

    what = models.CharField(_("what is needed"), max_length=300, blank=True)
    days_left = models.PositiveSmallIntegerField(_("days the stock lasts"), null=True, blank=True)
    for_infant = models.BooleanField(_("for an infant"), default=False)

    class Meta:
        verbose_name = _("need of food")

    def __str__(self) -> str:
        return f"food {self.pk}"

    def is_urgent(self) -> bool:
        # Milk powder cannot be replaced by what a neighbour has left.
        return self.days_left is not None and self.days_left <= (3 if self.for_infant else 1)

    def time_to_meet(self) -> timedelta:
        return timedelta(hours=12) if self.is_urgent() else timedelta(days=2)

    def in_words(self) -> str:
        said = [self.what] if self.what else []
        if self.for_infant:
            said.append(gettext("for an infant"))
        if self.days_left is not None:
            said.append(
                ngettext("stock for %(days)d day", "stock for %(days)d days", self.days_left) % {"days": self.days_left}
            )
        return " · ".join(said)
