"""What the provisions office adds."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProvisionsConfig(AppConfig):
    """What the provisions office adds."""

    name = "renwang.programmes.provisions"
    label = "provisions"
    verbose_name = _("Provisions")

    def ready(self) -> None:
        """Make what this office can give known."""
        from . import resources  # noqa: F401  # registers by being imported
