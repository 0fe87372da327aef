"""What the district commands: directives, who has taken note of them, what was reported."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommandConfig(AppConfig):
    """What the district commands: directives, who has taken note of them, what was reported."""

    name = "renwang.programmes.command"
    label = "command"
    verbose_name = _("Command")
