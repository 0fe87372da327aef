"""A stationed cadre on the spot."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from renwang.foundation.access.fields import SealedBytesField
from renwang.loop.cases.models import Case

from .enterprises import Enterprise


class SiteCheck(models.Model):
    """One walk through a site with the checklist. Empty where there is no canteen or no dormitory."""

    submission_id = models.UUIDField(unique=True)
    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="checks")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("at"))
    day = models.DateField(_("day"))
    gate_disinfection = models.BooleanField(_("gate disinfected"))
    gate_temperature = models.BooleanField(_("temperature taken at the gate"))
    stock_days = models.PositiveSmallIntegerField(_("days of protective stock"))
    isolation_room = models.BooleanField(_("room for isolation"))
    canteen = models.BooleanField(_("people sit apart in the canteen"), null=True)
    in_a_room = models.PositiveSmallIntegerField(_("most people in a dormitory room"), null=True, blank=True)
    area_each = models.DecimalField(_("m² for each"), max_digits=5, decimal_places=1, null=True, blank=True)
    posters = models.BooleanField(_("posters"))
    found = models.CharField(_("what is wrong"), max_length=200, blank=True)  # codes of rules.checks.Item, by comma
    note = models.CharField(_("note"), max_length=300, blank=True)
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="+")  # what it opened

    class Meta:
        verbose_name = _("check of a site")
        indexes = [
            models.Index(fields=["enterprise", "-at"], name="check_latest_of_firm"),
            models.Index(fields=["by", "day"], name="check_by_cadre"),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.at:%Y-%m-%d}"

    @property
    def findings(self) -> list[str]:
        """The codes of what was wrong."""
        return self.found.split(",") if self.found else []


class CheckPhoto(models.Model):
    """One photo of a check; faces and papers may be on it, so it is sealed."""

    check_made = models.ForeignKey(SiteCheck, models.CASCADE, related_name="photos")
    blob = SealedBytesField()

    class Meta:
        verbose_name = _("photo")

    def __str__(self) -> str:
        return f"{self.check_made_id}/{self.pk}"
