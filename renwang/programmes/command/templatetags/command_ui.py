"""How reported numbers are written."""

from decimal import Decimal

from django import template

from renwang.desk import wording

from ..rules import plain

register = template.Library()


@register.filter
def plain_number(value: Decimal) -> str:
    """Write a reported number: thousands apart, no needless zeros."""
    return wording.spaced(value, len(plain(value).partition(".")[2]))
