"""What an address asks for, read with patience: what is not understood is left out."""

from collections.abc import Mapping
from datetime import date

EARLIEST = date(2000, 1, 1)  # nothing was counted before; a day before it is a slip of the finger
MOST_DIGITS = 6


def code_in(told: Mapping[str, str], name: str = "area") -> str:
    """Return a division code of an address, or nothing."""
    value = told.get(name, "")
    return value if value.isalnum() and value.isascii() and len(value) <= 24 else ""


def day_in(told: Mapping[str, str], today: date) -> date:
    """Return the day of an address; today where there is none, or one that is still to come."""
    try:
        day = date.fromisoformat(told.get("day", ""))
    except ValueError:
        return today
    return min(day, today) if day >= EARLIEST else today


def count_in(told: Mapping[str, str], name: str) -> int:
    """Return a small number of an address; 0 where it is none."""
    value = told.get(name, "")
    return int(value) if value.isdecimal() and len(value) <= MOST_DIGITS else 0
