"""What an office's ledger tells of somebody beyond the register's own columns."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from renwang.foundation.access.fields import BlindIndexField, SealedTextField

from ..rules.particulars import Holds
from .subjects import Subject


class Attribute(models.Model):
    """A column that an office keeps: its code (a standard one, or other:<title>), its title, and what it holds."""

    office = models.CharField(_("office"), max_length=20, blank=True)
    code = models.CharField(_("code"), max_length=80)
    title = models.CharField(_("title"), max_length=200)
    holds = models.CharField(_("holds"), max_length=10, choices=[(one.value, one.value) for one in Holds])
    of_household = models.BooleanField(_("of the household"), default=False)

    class Meta:
        verbose_name = _("attribute")
        constraints = [models.UniqueConstraint(fields=["office", "code"], name="attribute_once")]

    def __str__(self) -> str:
        return self.title


class Particulars(models.Model):
    """All that one office told of one subject, sealed whole: nobody has judged which of an office's columns are harmless."""

    subject = models.ForeignKey(Subject, models.CASCADE, related_name="particulars", db_index=False)
    office = models.CharField(_("office"), max_length=20, blank=True)
    told = SealedTextField(_("told"))  # lines: code, tab, value; in the order of the codes
    told_idx = BlindIndexField(source="told", kind="exact", db_index=False)  # answers: is it the same?

    class Meta:
        verbose_name = _("particulars")
        verbose_name_plural = _("particulars")
        constraints = [models.UniqueConstraint(fields=["subject", "office"], name="particulars_once_by_office")]

    def __str__(self) -> str:
        return f"{self.subject_id} {self.office}"
