"""What is published."""

from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _


class BulletinsConfig(AppConfig):
    """What is published, frozen with its figures and the rows behind them."""

    name = "renwang.loop.bulletins"
    label = "bulletins"
    verbose_name = _("Bulletins")

    def ready(self) -> None:
        """Make the general sections known, and have every registration checked before anything starts."""
        from . import sections  # noqa: F401  # registers by being imported
        from .kinds import check_kinds

        checks.register(check_kinds)
