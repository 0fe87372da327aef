"""Phones and programs that hand in check-ins without a session."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Device(models.Model):
    """One phone or program that may hand in check-ins for one account, until a date or until it is lost."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=60)
    made_at = models.DateTimeField(_("made at"))
    expires_at = models.DateTimeField(_("expires at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    class Meta:
        verbose_name = _("device")
        indexes = [models.Index(fields=["user", "expires_at"], name="device_by_user")]

    def __str__(self) -> str:
        return self.name
