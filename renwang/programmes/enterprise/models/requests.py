"""What a firm asks for: the clocks beside its case."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from renwang.loop.cases.models import Case
from renwang.loop.cases.rules import OFFICES

from .enterprises import Enterprise


class Request(models.Model):
    """One request of a firm: who leads, until when, extended or refused and why. What is asked stands in the need."""

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="+")
    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="requests")
    office = models.CharField(_("leading office"), max_length=20)
    due_at = models.DateTimeField(_("to be answered by"))
    extended_at = models.DateTimeField(_("extended at"), null=True, blank=True)
    extended_because = models.CharField(_("extended because"), max_length=300, blank=True)
    answer = models.CharField(_("answer"), max_length=300, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    is_refused = models.BooleanField(_("refused"), default=False)

    class Meta:
        verbose_name = _("request of a firm")
        indexes = [models.Index(fields=["enterprise"], name="request_by_enterprise")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.office}"


class Assist(models.Model):
    """One office asked by the leading one for its part."""

    request = models.ForeignKey(Request, models.CASCADE, related_name="assists")
    office = models.CharField(_("assisting office"), max_length=20)
    asked = models.CharField(_("what is asked"), max_length=300)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField(_("asked at"))
    due_at = models.DateTimeField(_("to be answered by"))
    answer = models.CharField(_("answer"), max_length=300, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)

    class Meta:
        verbose_name = _("assisting office")
        constraints = [
            models.UniqueConstraint(
                fields=["request", "office"],
                condition=models.Q(answered_at__isnull=True),
                name="office_assists_once_at_a_time",
            )
        ]
        indexes = [models.Index(fields=["office", "due_at"], name="assist_by_office")]

    def __str__(self) -> str:
        return f"{self.request_id} {self.office}"

    @property
    def office_label(self) -> str:
        """What the office is called."""
        return str(OFFICES.get(self.office, self.office))
