"""One need of one subject, from the day it is known to the day it is verified."""

from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    """One need of one subject, from the day it is known to the day it is verified."""

    name = "renwang.loop.cases"
    label = "cases"
    verbose_name = _("Cases")

    def ready(self) -> None:
        """Have every registered kind of need checked before anything starts."""
        from .kinds import check_kinds

        checks.register(check_kinds)
