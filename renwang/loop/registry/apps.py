"""Divisions, subjects and enrolments: everybody the district may owe something to."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistryConfig(AppConfig):
    """Divisions, subjects and enrolments: everybody the district may owe something to."""

    name = "renwang.loop.registry"
    label = "registry"
    verbose_name = _("Register")
