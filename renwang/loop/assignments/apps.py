"""Who is responsible for whom."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssignmentsConfig(AppConfig):
    """Who is responsible for whom."""

    name = "renwang.loop.assignments"
    label = "assignments"
    verbose_name = _("Responsible people")
