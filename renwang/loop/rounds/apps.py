"""Outreach rounds: asked once, kept exactly as told."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RoundsConfig(AppConfig):
    """Outreach rounds: asked once, kept exactly as told."""

    name = "renwang.loop.rounds"
    label = "rounds"
    verbose_name = _("Rounds")

    def ready(self) -> None:
        from . import modes  # noqa: F401  # each file makes its mode known
