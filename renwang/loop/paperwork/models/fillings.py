"""A form filled for an area and a day: waiting for a person, then released and frozen with its figures."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from renwang.foundation.access.fields import SealedBytesField
from renwang.foundation.access.models import CodeField
from renwang.loop.registry.models import Division

from ..rules import FillingStatus, OpensTo
from .forms import FormVersion


class Filling(models.Model):
    """One filled form. Once released neither its bytes nor its figures change any more."""

    version = models.ForeignKey(FormVersion, models.PROTECT, related_name="fillings")
    area = CodeField(_("area"))
    day = models.DateField(_("day"))
    status = models.CharField(_("status"), max_length=10, choices=FillingStatus.choices, default=FillingStatus.FILLING)
    is_daily = models.BooleanField(_("filled by itself"), default=False)
    reason = models.CharField(_("what for"), max_length=200)
    opens_sealed = models.BooleanField(_("protected fields are opened"), default=False)
    opened_because = models.CharField(_("opened because"), max_length=200, blank=True)
    round_no = models.PositiveSmallIntegerField(default=1)  # filled anew so often: each time is a promise of its own
    problem = models.CharField(_("problem"), max_length=300, blank=True)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    file = SealedBytesField(null=True)
    digest = models.CharField(_("digest"), max_length=64, blank=True)  # SHA-256 of the file
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(_("asked for at"))
    filled_at = models.DateTimeField(_("filled at"), null=True, blank=True)
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    released_at = models.DateTimeField(_("released at"), null=True, blank=True)
    ended_because = models.CharField(_("put away because"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("filled form")
        indexes = [
            models.Index(fields=["status", "-asked_at"], name="filling_by_status"),
            models.Index(fields=["version", "day"], name="filling_by_day"),
        ]
        constraints = [
            # Two workers begin the same day's form: the database lets one.
            models.UniqueConstraint(
                fields=["version", "area", "day"],
                condition=models.Q(is_daily=True),
                name="form_fills_itself_once_a_day",
            ),
            models.CheckConstraint(
                condition=~models.Q(status=FillingStatus.RELEASED)
                | (models.Q(file__isnull=False) & ~models.Q(digest="")),
                name="what_is_released_is_there",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.area} {self.day} {self.status}"


class Figure(models.Model):
    """One figure of a filled form, frozen with it, and the rows it counts."""

    filling = models.ForeignKey(Filling, models.CASCADE, related_name="figures")
    row = models.PositiveIntegerField()  # from 1, in the order of the form
    position = models.PositiveSmallIntegerField()  # the column; 0 is the number of rows of a list
    division = models.ForeignKey(Division, models.PROTECT, null=True, blank=True, related_name="+")
    title = models.CharField(_("title"), max_length=200)
    field = models.CharField(_("filled with"), max_length=120, blank=True)  # a code of rules.fields
    value = models.DecimalField(_("value"), max_digits=16, decimal_places=2)
    opens_to = models.CharField(_("counts"), max_length=10, choices=OpensTo.choices, blank=True)
    # The numbers of the rows it counts, eight bytes each: a list of a hundred thousand is one value, never searched in.
    rows_counted = models.BinaryField(default=b"")

    class Meta:
        verbose_name = _("figure of a filled form")
        ordering = ["filling_id", "row", "position"]
        constraints = [models.UniqueConstraint(fields=["filling", "row", "position"], name="figure_stands_once")]

    def __str__(self) -> str:
        return f"{self.filling_id} {self.row}/{self.position} {self.value}"
