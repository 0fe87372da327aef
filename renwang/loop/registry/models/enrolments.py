"""On whose ledger a subject stands."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .subjects import Subject


class Programme(models.Model):
    """A ledger a subject may stand on: poor household, minimum living allowance, disabled person, student… (data)."""

    code = models.CharField(_("code"), max_length=40, primary_key=True)
    label = models.CharField(_("name"), max_length=60)
    label_en = models.CharField(_("name in English"), max_length=60)
    office = models.CharField(_("office"), max_length=20)
    is_sensitive = models.BooleanField(
        _("sensitive"), default=False
    )  # health: shown only to its office and the answerable

    class Meta:
        verbose_name = _("programme")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.label


class Enrolment(models.Model):
    """One subject's standing on one ledger, from when to when, and why."""

    subject = models.ForeignKey(Subject, models.CASCADE, related_name="enrolments")
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+")
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("enrolment")
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "programme"], condition=models.Q(until__isnull=True), name="enrolment_is_held_once"
            ),
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gte=models.F("since")),
                name="enrolment_ends_after_it_begins",
            ),
        ]
        indexes = [models.Index(fields=["programme", "subject"], name="enrolment_by_programme")]

    def __str__(self) -> str:
        return f"{self.subject_id} {self.programme_id}"
