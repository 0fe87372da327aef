"""Codes of divisions: national ones (GB/T 2260, GB/T 10114) lose their trailing noughts, so that a child starts with its parent."""

from collections.abc import Container
from dataclasses import dataclass

from .choices import DivisionLevel

# Where a national code of 12 digits is cut, and what it is then.
_CUTS: tuple[tuple[int, DivisionLevel], ...] = (
    (2, DivisionLevel.PROVINCE),
    (4, DivisionLevel.CITY),
    (6, DivisionLevel.DISTRICT),
    (9, DivisionLevel.STREET),
    (12, DivisionLevel.VILLAGE),
)


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


def trimmed_code(code: str) -> str:
    """Return a national code without the noughts that only fill it up: 370704000000 and 370704 are one. Others stay."""
    code = code.strip().upper()
    if not (code.isascii() and code.isdigit()) or len(code) not in (6, 9, 12):
        return code
    for length, _level in _CUTS:
        if length >= len(code) or not code[length:].strip("0"):
            return code[:length]
    return code


def level_of(code: str) -> DivisionLevel:
    """Return the level of a trimmed national code; a longer code is a grid, any other code a district."""
    if code.isascii() and code.isdigit():
        for length, level in _CUTS:
            if len(code) == length:
                return level
        if len(code) > 12:
            return DivisionLevel.GRID
    return DivisionLevel.DISTRICT


def parent_code(code: str, known: Container[str]) -> str:
    """Return the longest known code that begins this one, empty where there is none."""
    for length in range(len(code) - 1, 0, -1):
        if code[:length] in known:
            return code[:length]
    return ""
