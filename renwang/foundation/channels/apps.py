"""The app of channels."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChannelsConfig(AppConfig):
    """Messages to people's phones and back."""

    name = "renwang.foundation.channels"
    label = "channels"
    verbose_name = _("Messages")
