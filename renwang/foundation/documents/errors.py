"""Why a document could not be made, in the words of the one who asked for it."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .engine import CannotTypeset, Missing, NoChineseFont

EXPLANATIONS: Final[Mapping[type[CannotTypeset], Promise]] = {
    NoChineseFont: _(
        "This server has no font with Chinese characters, so it makes no PDF. Print the page from your browser, and tell "
        "whoever runs the server: `renwang check` says what to install."
    ),
    Missing: _(
        "The fonts of this server lack “%(text)s”, and a PDF must not show boxes. Write it with other characters, or have "
        "a font that knows it installed."
    ),
    CannotTypeset: _("This document cannot be made. Tell whoever runs the server."),
}


def explain(fault: CannotTypeset) -> str:
    """Return why there is no document and what to do, in the current language."""
    return str(EXPLANATIONS[type(fault)]) % {"text": getattr(fault, "text", "")}
