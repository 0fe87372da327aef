"""The composition root as an app: joins the stages when all of them are there."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Last in INSTALLED_APPS, so that every stage is ready before it is wired."""

    name = "config"
    label = "config"

    def ready(self) -> None:
        """Wire who listens to what."""
        from config import wiring

        wiring.connect()
