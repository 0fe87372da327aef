"""What the health office adds."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HealthConfig(AppConfig):
    """What the health office adds."""

    name = "renwang.programmes.health"
    label = "health"
    verbose_name = _("Health")

    def ready(self) -> None:
        """Make what this office can give known."""
        from . import resources  # noqa: F401  # registers by being imported
