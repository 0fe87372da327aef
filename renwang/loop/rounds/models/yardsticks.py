"""By what answers are measured, from when to when."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Yardstick(models.Model):
    """One dated setting: ``fever_from`` (°C) or ``risk_area`` (words found in a place). Answers are measured by their own day."""

    code = models.CharField(_("code"), max_length=20)
    value = models.CharField(_("value"), max_length=60)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=160, blank=True)

    class Meta:
        verbose_name = _("yardstick")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gte=models.F("since")),
                name="yardstick_ends_after_it_begins",
            ),
            models.UniqueConstraint(fields=["code", "value", "since"], name="yardstick_is_set_once"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.value}"
