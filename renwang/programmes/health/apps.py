"""What the health office adds."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HealthConfig(AppConfig):
    """What the health office adds."""

    name = "renwang.programmes.health"
    label = "health"
    verbose_name = _("Health")
