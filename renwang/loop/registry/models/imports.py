"""An office's workbook on its way into the register."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from renwang.foundation.access.fields import SealedBytesField
from renwang.foundation.access.models import CodeField

from ..rules import ImportStatus, Verdict


class ImportBatch(models.Model):
    """One uploaded workbook: checked row by row before anything is written."""

    filename = models.CharField(_("file"), max_length=200)
    digest = models.CharField(_("digest"), max_length=64)  # of the file, so that the same one twice is seen
    blob = SealedBytesField()  # the workbook itself: it is full of ID numbers
    area = CodeField(_("area"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    status = models.CharField(_("status"), max_length=10, choices=ImportStatus.choices, default=ImportStatus.CHECKING)
    problem = models.CharField(_("problem"), max_length=300, blank=True)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    rows_new = models.PositiveIntegerField(_("new"), default=0)
    rows_changed = models.PositiveIntegerField(_("changed"), default=0)
    rows_unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    rows_invalid = models.PositiveIntegerField(_("invalid"), default=0)
    # Up to which row of the file the households are entered: where a worker that was killed goes on.
    applied_to = models.PositiveIntegerField(_("entered up to row"), default=0)
    uploaded_at = models.DateTimeField(_("uploaded at"))
    applied_at = models.DateTimeField(_("applied at"), null=True, blank=True)

    class Meta:
        verbose_name = _("import")
        indexes = [
            models.Index(fields=["-uploaded_at"], name="import_latest"),
            models.Index(fields=["digest", "area"], name="import_by_digest"),
        ]

    def __str__(self) -> str:
        return self.filename


class ImportRow(models.Model):
    """The verdict on one row. It names fields and reasons, never the values."""

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="verdicts")
    row_no = models.PositiveIntegerField(_("row"))
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict.choices)
    field = models.CharField(_("field"), max_length=40, blank=True)
    message = models.CharField(_("message"), max_length=300, blank=True)  # in the language of the checking

    class Meta:
        verbose_name = _("row of an import")
        indexes = [models.Index(fields=["batch", "verdict", "row_no"], name="import_row_by_verdict")]

    def __str__(self) -> str:
        return f"{self.row_no}: {self.verdict}"
