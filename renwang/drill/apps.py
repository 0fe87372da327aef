"""A simulated district that plays days of an emergency through the system's own doors."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DrillConfig(AppConfig):
    """A simulated district that plays days of an emergency through the system's own doors."""

    name = "renwang.drill"
    label = "drill"
    verbose_name = _("Drill")
