"""What the industry office adds."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EnterpriseConfig(AppConfig):
    """Enterprises that come back to work."""

    name = "renwang.programmes.enterprise"
    label = "enterprise"
    verbose_name = _("Enterprises")

    def ready(self) -> None:
        """Make what this office can give known."""
        from . import indicators, resources, sections  # noqa: F401  # register by being imported
