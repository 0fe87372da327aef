"""Two records that may be one human being, until somebody has decided."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext_lazy as _

from ..rules import DoubtStatus
from .merges import Merge
from .subjects import Subject


class Doubt(models.Model):
    """One pair to be looked at by a person. What was decided stays, and is never asked again."""

    known = models.ForeignKey(Subject, models.CASCADE, related_name="+")  # the record that was there first
    new = models.ForeignKey(Subject, models.CASCADE, related_name="+")
    probability = models.FloatField(_("how likely"))
    source = models.CharField(_("source"), max_length=40, blank=True)  # "import:12"
    found_at = models.DateTimeField(_("found at"))
    status = models.CharField(_("status"), max_length=6, choices=DoubtStatus.choices, default=DoubtStatus.OPEN)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    merge = models.ForeignKey(Merge, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("doubtful pair")
        constraints = [
            models.CheckConstraint(condition=~models.Q(known=models.F("new")), name="doubt_is_about_two"),
            # In whichever order: two ledgers that are read at once may each take the other's row for the one that was there.
            models.UniqueConstraint(Least("known", "new"), Greatest("known", "new"), name="doubt_is_asked_once"),
        ]
        indexes = [models.Index(fields=["status", "-probability"], name="doubt_by_status")]

    def __str__(self) -> str:
        return f"{self.known_id} / {self.new_id}"
