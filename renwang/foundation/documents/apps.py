"""The app of documents."""

from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.utils.translation import gettext_lazy as _

from .engine import NoChineseFont, faces

HINT = (
    "Install one (on Debian and Ubuntu: apt-get install fonts-noto-cjk), or put one into a folder and name it in "
    "RENWANG_FONTS. Until then pages can be printed from the browser, and every PDF is refused in words."
)


class DocumentsConfig(AppConfig):
    """Documents to print and keep; no tables of its own."""

    name = "renwang.foundation.documents"
    label = "documents"
    verbose_name = _("Documents")

    def ready(self) -> None:
        """Have the fonts looked for at every start."""
        checks.register(check_fonts)


def check_fonts(**_: Any) -> list[checks.CheckMessage]:
    """Warn where no font with Chinese characters is found: a PDF would be all boxes, so none is made."""
    try:
        faces(settings.RENWANG_FONTS)
    except NoChineseFont:
        return [checks.Warning("No font with Chinese characters is installed.", HINT, id="documents.W001")]
    return []
