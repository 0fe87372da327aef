"""Who received a directive, and how far each is."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from renwang.loop.registry.models import Division

from ..rules import CopyStatus, DutyKind, Unit, UnitKind
from .directives import Directive


class Copy(models.Model):
    """One unit's copy of a directive. ``parent``: the copy it was passed on from; without one the issuer sent it."""

    directive = models.ForeignKey(Directive, models.CASCADE, related_name="copies")
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="children")
    kind = models.CharField(_("kind of unit"), max_length=10, choices=UnitKind.choices)
    division = models.ForeignKey(Division, models.PROTECT, related_name="+")
    office = models.CharField(_("office"), max_length=20, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=CopyStatus.choices, default=CopyStatus.SENT)
    sent_at = models.DateTimeField(_("sent at"))
    note = models.CharField(_("what was said when it was passed on"), max_length=300, blank=True)
    acknowledged_at = models.DateTimeField(_("acknowledged at"), null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    reported_at = models.DateTimeField(_("last report at"), null=True, blank=True)
    reported_for = models.DateField(
        _("reported up to"), null=True, blank=True
    )  # the latest day a standing report is for
    reminded_at = models.DateTimeField(_("reminded at"), null=True, blank=True)

    class Meta:
        verbose_name = _("copy")
        constraints = [
            models.UniqueConstraint(fields=["directive", "kind", "division", "office"], name="unit_has_one_copy")
        ]
        indexes = [
            models.Index(fields=["division", "kind", "status"], name="copy_by_unit"),
            models.Index(fields=["directive", "status"], name="copy_by_status"),
        ]

    def __str__(self) -> str:
        return f"{self.directive_id} {self.unit.key}"

    @property
    def unit(self) -> Unit:
        """Whose copy it is."""
        return Unit(self.kind, self.division_id, self.office)


class CopyStep(models.Model):
    """One step of a copy: who moved it where, when, and why."""

    copy = models.ForeignKey(Copy, models.CASCADE, related_name="steps")
    status = models.CharField(_("status"), max_length=12, choices=CopyStatus.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("at"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("step of a copy")
        indexes = [models.Index(fields=["copy", "at"], name="copy_step_by_copy")]

    def __str__(self) -> str:
        return f"{self.copy_id} {self.status}"


class Reminder(models.Model):
    """One reminder to one unit; ``by`` nobody: the clock."""

    copy = models.ForeignKey(Copy, models.CASCADE, related_name="reminders")
    about = models.CharField(_("about"), max_length=12, choices=DutyKind.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("reminder")
        indexes = [models.Index(fields=["copy", "at"], name="reminder_by_copy")]

    def __str__(self) -> str:
        return f"{self.copy_id} {self.about}"
