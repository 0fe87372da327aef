"""What the relief and civil affairs offices add."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReliefConfig(AppConfig):
    """What the relief and civil affairs offices add."""

    name = "renwang.programmes.relief"
    label = "relief"
    verbose_name = _("Relief")

    def ready(self) -> None:
        """Make what this office can give known."""
        from . import resources  # noqa: F401  # registers by being imported
