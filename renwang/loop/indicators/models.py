"""What was counted. The database refuses to change the figures of a day that is fixed: see the first migration."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from renwang.foundation.access.models import CodeField


class Reckoning(models.Model):
    """One counting of one day: as long as the day lasts written over, then fixed. A correction is a row of its own."""

    day = models.DateField(_("day"))
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    until = models.DateTimeField(_("counts what happened until"), null=True)
    computed_at = models.DateTimeField(_("computed at"), null=True)  # none: asked for, and not counted yet
    is_fixed = models.BooleanField(_("fixed"), default=False)
    because = models.CharField(_("why it was corrected"), max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("counting of a day")
        constraints = [models.UniqueConstraint(fields=["day", "version"], name="day_is_counted_once_in_a_version")]

    def __str__(self) -> str:
        return f"{self.day} v{self.version}"


class Figure(models.Model):
    """One figure of one area; see rules.FigureIn for what the numbers of each unit are. What is nothing has no row."""

    # db_index=False here and below: the constraint's index begins with it.
    reckoning = models.ForeignKey(Reckoning, models.CASCADE, related_name="figures", db_index=False)
    area = CodeField(_("area"))
    indicator = models.CharField(_("indicator"), max_length=60)
    slice = models.CharField(_("slice"), max_length=60, blank=True)
    numerator = models.BigIntegerField(_("numerator"))
    denominator = models.BigIntegerField(_("denominator"), default=0)
    value = models.DecimalField(_("value"), max_digits=20, decimal_places=6, null=True, blank=True)

    class Meta:
        verbose_name = _("counted figure")
        constraints = [
            models.UniqueConstraint(fields=["reckoning", "area", "indicator", "slice"], name="figure_is_kept_once")
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.slice} {self.area}"


class FigureRows(models.Model):
    """The rows counted in one area itself, in one slice: what a click on a figure of it, or of an area above it, opens."""

    reckoning = models.ForeignKey(Reckoning, models.CASCADE, related_name="rows", db_index=False)
    indicator = models.CharField(_("indicator"), max_length=60)
    area = CodeField(_("area"))
    slice = models.CharField(_("slice"), max_length=60, blank=True)
    counted = models.PositiveIntegerField(_("rows counted"))
    not_counted = models.PositiveIntegerField(_("rows not counted"), default=0)
    ids = models.BinaryField(_("ids of rows counted, packed"))
    rest = models.BinaryField(_("ids of rows not counted, packed"), default=bytes)

    class Meta:
        verbose_name = _("rows of a figure")
        constraints = [
            models.UniqueConstraint(fields=["reckoning", "indicator", "area", "slice"], name="rows_are_kept_once")
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.slice} {self.area} {self.counted}"
