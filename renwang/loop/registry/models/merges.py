"""Two records of one subject made one, and how to take that back."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .subjects import Subject


class Merge(models.Model):
    """One record taken into another."""

    kept = models.ForeignKey(Subject, models.PROTECT, related_name="+")
    gone = models.ForeignKey(Subject, models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=200)
    at = models.DateTimeField(_("at"))
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)

    class Meta:
        verbose_name = _("merge")
        constraints = [
            models.CheckConstraint(condition=~models.Q(kept=models.F("gone")), name="merge_joins_two"),
            models.UniqueConstraint(
                fields=["gone"], condition=models.Q(undone_at__isnull=True), name="merged_away_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.gone_id} into {self.kept_id}"


class MovedLink(models.Model):
    """One row of another table whose key to the subject was moved by a merge, so that un-merge can bring it back."""

    merge = models.ForeignKey(Merge, models.CASCADE, related_name="moved")
    table = models.CharField(_("table"), max_length=80)  # "cases.Case"
    field = models.CharField(_("field"), max_length=40)
    row_key = models.CharField(_("row"), max_length=40)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)  # a period the merge had to close

    class Meta:
        verbose_name = _("moved link")

    def __str__(self) -> str:
        return f"{self.table}.{self.field} {self.row_key}"
