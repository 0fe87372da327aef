"""What units told."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from renwang.foundation.access.fields import SealedTextField

from .copies import Copy
from .directives import AskedFigure


class Report(models.Model):
    """One report of a unit, kept as told. A correction is another report that names it; it is never changed."""

    submission_id = models.UUIDField(unique=True)
    copy = models.ForeignKey(Copy, models.CASCADE, related_name="reports")
    text = SealedTextField(_("report"))
    for_day = models.DateField(_("for the day"))
    is_final = models.BooleanField(_("everything is done"), default=False)
    told_at = models.DateTimeField(_("told at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    corrects = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="corrected_by")
    returned_at = models.DateTimeField(_("returned at"), null=True, blank=True)
    returned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    return_reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("report")
        indexes = [models.Index(fields=["copy", "-told_at"], name="report_by_copy")]

    def __str__(self) -> str:
        return f"{self.copy_id} {self.for_day}"


class ReportedFigure(models.Model):
    """One asked number as a report gave it."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="figures")
    figure = models.ForeignKey(AskedFigure, models.PROTECT, related_name="+")
    value = models.DecimalField(_("value"), max_digits=12, decimal_places=2)

    class Meta:
        verbose_name = _("reported figure")
        constraints = [
            models.UniqueConstraint(fields=["report", "figure"], name="figure_is_told_once_in_a_report"),
            models.CheckConstraint(condition=models.Q(value__gte=0), name="reported_figure_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.figure_id} {self.value}"
