"""Numbers, with their method, their inputs, their date, and the rows behind them."""

from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _


class IndicatorsConfig(AppConfig):
    """Numbers, with their method, their inputs, their date, and the rows behind them."""

    name = "renwang.loop.indicators"
    label = "indicators"
    verbose_name = _("Indicators")

    def ready(self) -> None:
        """Make the loop's own indicators known, and have every registration checked before anything starts."""
        from . import indicators  # noqa: F401  # registers by being imported
        from .kinds import check_kinds

        checks.register(check_kinds)
