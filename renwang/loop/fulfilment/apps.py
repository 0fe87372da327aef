"""What meets a case: resources, quantities, handovers."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FulfilmentConfig(AppConfig):
    """What meets a case: resources, quantities, handovers."""

    name = "renwang.loop.fulfilment"
    label = "fulfilment"
    verbose_name = _("Fulfilment")
