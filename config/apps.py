"""The composition root as an app: joins the stages when all of them are there."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Last in INSTALLED_APPS, so that every stage is ready before it is wired."""

    name = "config"
    label = "config"

    def ready(self) -> None:
        """Wire who listens to what, and ask before each deployment what must be asked."""
        from config import checks, wiring  # noqa: F401  # checks register by being imported

        wiring.connect()
