"""What pages of bulletins need."""

from django import template
from django.utils.translation import get_language

from renwang.loop.bulletins.models import Bulletin

register = template.Library()


@register.simple_tag
def bulletin_title(row: Bulletin) -> str:
    """Return a bulletin's title in the reader's language."""
    return row.title_en or row.title if (get_language() or "").startswith("en") else row.title
