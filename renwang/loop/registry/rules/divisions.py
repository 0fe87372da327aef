"""Divisions as a list tells them."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import get_language

from .choices import DivisionLevel


def called(name: str, name_en: str) -> str:
    """Return the one of two names that is in the reader's language; the Chinese one where there is no other."""
    return caller()(name, name_en)


def caller() -> Callable[[str, str], str]:
    """Return ``called`` for a long list: the language is asked once."""
    if (get_language() or "").startswith("en"):
        return lambda name, name_en: name_en or name
    return lambda name, _name_en: name


@dataclass(frozen=True, slots=True)
class DivisionIn:
    """One row of a list of divisions. ``parent`` empty: the longest code of the list or the register that begins this one."""

    code: str
    name: str
    level: DivisionLevel
    name_en: str = ""
    parent: str = ""
    lon: float | None = None
    lat: float | None = None
    is_internal: bool = False
