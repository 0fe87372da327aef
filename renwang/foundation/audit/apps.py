"""The app that holds the door, the ledger and the outbox."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    """The one door for writes."""

    name = "renwang.foundation.audit"
    label = "audit"
    verbose_name = _("Ledger")
