"""Files that belong to a directive or to a report."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from renwang.foundation.access.fields import SealedBytesField

from .directives import Directive
from .reports import Report


class Attachment(models.Model):
    """One file of a directive or of a report, kept sealed with its row: both are there or neither. Lists defer ``content``."""

    directive = models.ForeignKey(Directive, models.CASCADE, null=True, blank=True, related_name="attachments")
    report = models.ForeignKey(Report, models.CASCADE, null=True, blank=True, related_name="attachments")
    label = models.CharField(_("file"), max_length=120)
    content = SealedBytesField()  # lists of people come as workbooks
    digest = models.CharField(_("SHA-256"), max_length=64)
    size = models.PositiveIntegerField(_("bytes"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("attachment")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(directive__isnull=False, report__isnull=True)
                | models.Q(directive__isnull=True, report__isnull=False),
                name="attachment_belongs_to_one_thing",
            ),
            models.UniqueConstraint(fields=["directive", "digest"], name="file_is_once_at_a_directive"),
            models.UniqueConstraint(fields=["report", "digest"], name="file_is_once_at_a_report"),
        ]

    def __str__(self) -> str:
        return self.label
