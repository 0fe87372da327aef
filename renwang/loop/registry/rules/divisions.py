"""Divisions as a list tells them."""

from dataclasses import dataclass

from .choices import DivisionLevel


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
