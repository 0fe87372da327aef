"""The offices' paperwork: their own forms, one file per household, open tables."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PaperworkConfig(AppConfig):
    """What offices want on paper, filled from what is known."""

    name = "renwang.loop.paperwork"
    label = "paperwork"
    verbose_name = _("Paperwork")
