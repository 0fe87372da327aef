"""Gates of plants and building sites."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from renwang.foundation.access.fields import SealedTextField

from ..rules.gates import How, Shift
from .enterprises import Enterprise


class GateShift(models.Model):
    """One shift at a firm's gate: counted, never by name but where somebody has a fever."""

    submission_id = models.UUIDField(unique=True)
    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="shifts")
    day = models.DateField(_("day"))
    shift = models.CharField(_("shift"), max_length=10, choices=Shift.choices)
    how = models.CharField(_("how"), max_length=5, choices=How.choices)
    people = models.PositiveIntegerField(_("came"), default=0)
    measured = models.PositiveIntegerField(_("measured"), default=0)
    masked = models.PositiveIntegerField(_("with a mask"), default=0)
    fevers = models.PositiveIntegerField(_("above 37.3 °C"), default=0)
    is_disinfected = models.BooleanField(_("gate disinfected"), default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("shift at a gate")
        constraints = [
            models.UniqueConstraint(fields=["enterprise", "day", "shift", "how"], name="gate_shift_is_told_once")
        ]
        indexes = [models.Index(fields=["day"], name="gate_shift_by_day")]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.day} {self.shift}"


class GatePass(models.Model):
    """One person who declared by the QR code at the gate: sealed, and known again when sent twice."""

    submission_id = models.UUIDField(unique=True)
    shift = models.ForeignKey(GateShift, models.CASCADE, related_name="passes")
    who = SealedTextField(_("who"))
    degrees = SealedTextField(_("temperature in °C"))
    has_mask = models.BooleanField(_("with a mask"), default=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("pass at a gate")

    def __str__(self) -> str:
        return f"{self.shift_id}/{self.pk}"


class GateDay(models.Model):
    """The roll-up of one day of one firm's gate, as health reads it; made by the house, typed by nobody."""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="gate_days")
    day = models.DateField(_("day"))
    people = models.PositiveIntegerField(_("came"), default=0)
    measured = models.PositiveIntegerField(_("measured"), default=0)
    masked = models.PositiveIntegerField(_("with a mask"), default=0)
    fevers = models.PositiveIntegerField(_("above 37.3 °C"), default=0)
    shifts = models.PositiveSmallIntegerField(_("shifts"), default=0)
    not_disinfected = models.PositiveSmallIntegerField(_("shifts without disinfection"), default=0)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("day at a gate")
        constraints = [models.UniqueConstraint(fields=["enterprise", "day"], name="gate_day_is_kept_once")]
        indexes = [models.Index(fields=["day"], name="gate_day_by_day")]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.day}"
