"""What somebody took out of the system as a file that a worker made."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from renwang.foundation.access.fields import SealedBytesField
from renwang.foundation.access.models import CodeField
from renwang.loop.registry.models import Programme

from ..rules import ExportKind, ExportStatus


class Export(models.Model):
    """One file that was asked for: who, of which area, in which format, what for. The file itself goes after some days."""

    kind = models.CharField(_("kind"), max_length=20, choices=ExportKind.choices)
    table = models.CharField(_("table"), max_length=40, blank=True)  # a code of rules.tables
    file_format = models.CharField(_("format"), max_length=10)
    has_hxl = models.BooleanField(_("with HXL hashtags"), default=False)
    area = CodeField(_("area"))
    programme = models.ForeignKey(Programme, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(_("what for"), max_length=200)
    opens_sealed = models.BooleanField(_("protected fields are opened"), default=False)
    status = models.CharField(_("status"), max_length=10, choices=ExportStatus.choices, default=ExportStatus.MAKING)
    problem = models.CharField(_("problem"), max_length=300, blank=True)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    filename = models.CharField(_("file"), max_length=120, blank=True)
    file = SealedBytesField(null=True)
    digest = models.CharField(_("digest"), max_length=64, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(_("asked for at"))
    ready_at = models.DateTimeField(_("ready at"), null=True, blank=True)

    class Meta:
        verbose_name = _("export")
        indexes = [models.Index(fields=["by", "-asked_at"], name="export_of_account")]

    def __str__(self) -> str:
        return f"{self.kind} {self.table} {self.area} {self.status}"
