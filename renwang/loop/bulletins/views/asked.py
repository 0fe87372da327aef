"""What an address asks for, and bulletins that may be read."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest
from django.utils.translation import get_language

from renwang.foundation.access.rules import Actor

from .. import queries
from ..models import Bulletin

LANGUAGES = ("zh-hans", "en")
MOST_DIGITS = 6


def language_in(request: HttpRequest) -> str:
    """Return the language a bulletin is asked for in; the reader's own where none is named."""
    asked = request.GET.get("language", "")
    return asked if asked in LANGUAGES else ("en" if (get_language() or "").startswith("en") else LANGUAGES[0])


def count_in(told: Any, name: str) -> int:
    """Return a small number of an address or a form; 0 where it is none."""
    value = str(told.get(name, ""))
    return int(value) if value.isdecimal() and len(value) <= MOST_DIGITS else 0


def day_in(told: Mapping[str, str], today: date) -> date:
    """Return the day of a form; today where there is none."""
    try:
        return date.fromisoformat(told.get("day", ""))
    except ValueError:
        return today


def seen_or_404(actor: Actor, bulletin_id: int) -> Bulletin:
    """Return a bulletin somebody may read."""
    row = queries.bulletin_seen(viewer=actor, bulletin_id=bulletin_id)
    if row is None:
        raise Http404
    return row
