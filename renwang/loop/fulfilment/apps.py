"""What meets a case: resources, quantities, handovers."""

from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _


class FulfilmentConfig(AppConfig):
    """What meets a case: resources, quantities, handovers."""

    name = "renwang.loop.fulfilment"
    label = "fulfilment"
    verbose_name = _("Fulfilment")

    def ready(self) -> None:
        """Make the general resources known, and have every registration checked before anything starts."""
        from . import resources  # noqa: F401  # registers by being imported
        from .kinds import check_kinds

        checks.register(check_kinds)
