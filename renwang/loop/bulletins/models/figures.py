"""The figures of a bulletin, as they were computed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from renwang.foundation.access.models import CodeField

from ..rules import Shown
from .bulletins import Bulletin


class BulletinFigure(models.Model):
    """One figure a bulletin names, with its method, its moment and, once published, the rows behind it."""

    bulletin = models.ForeignKey(Bulletin, models.CASCADE, related_name="figures")
    indicator = models.CharField(_("indicator"), max_length=60)
    area = CodeField(_("area"))
    slice = models.CharField(_("slice"), max_length=60, blank=True)
    unit = models.CharField(_("unit"), max_length=10)
    label = models.CharField(_("name"), max_length=120)
    label_en = models.CharField(_("name in English"), max_length=160, blank=True)
    place = models.CharField(_("place"), max_length=80)
    place_en = models.CharField(_("place in English"), max_length=80, blank=True)
    method = models.TextField(_("method"))
    method_en = models.TextField(_("method in English"), blank=True)
    numerator = models.BigIntegerField(_("numerator"))
    denominator = models.BigIntegerField(_("denominator"), default=0)
    value = models.DecimalField(_("value"), max_digits=20, decimal_places=6, null=True, blank=True)
    # What is counted, until this moment; and when it was.
    until = models.DateTimeField(_("counted until"))
    computed_at = models.DateTimeField(_("computed at"))
    numerator_shown = models.CharField(_("numerator is"), max_length=10, choices=Shown.choices, default=Shown.OPEN)
    denominator_shown = models.CharField(_("denominator is"), max_length=10, choices=Shown.choices, default=Shown.OPEN)
    rows_kind = models.CharField(_("rows are"), max_length=40, blank=True)
    rows = models.BinaryField(_("ids of rows counted, packed"), default=bytes)
    rest = models.BinaryField(_("ids of rows not counted, packed"), default=bytes)

    class Meta:
        verbose_name = _("figure of a bulletin")
        constraints = [
            models.UniqueConstraint(
                fields=["bulletin", "indicator", "area", "slice"], name="figure_is_in_bulletin_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.area} {self.slice}".strip()
