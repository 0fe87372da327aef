"""The app that knows who may do what, where, and who looked at what."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccessConfig(AppConfig):
    """Accounts, roles, areas, looks."""

    name = "renwang.foundation.access"
    label = "access"
    verbose_name = _("Access")
