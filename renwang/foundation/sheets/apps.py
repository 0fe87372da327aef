"""The app of spreadsheets."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SheetsConfig(AppConfig):
    """Spreadsheets in and out; no tables of its own."""

    name = "renwang.foundation.sheets"
    label = "sheets"
    verbose_name = _("Spreadsheets")
