"""How a printed code is read, and how long a wrong one makes wait."""

from datetime import timedelta

FREE_MISTAKES = 2
LONGEST_WAIT = timedelta(minutes=15)


def as_recovery_code(text: str) -> str:
    """Return what was typed in the form the codes are kept in (``"k4mw-9tqz"``); empty when it cannot be one."""
    kept = "".join(letter for letter in text.lower() if letter.isalnum())
    return f"{kept[:4]}-{kept[4:]}" if len(kept) == 8 and kept.isascii() else ""


def wait_after(failures: int) -> timedelta:
    """Return how long to wait after so many wrong codes in a row: none after two, then 2 s, 4 s … a quarter of an hour."""
    if failures <= FREE_MISTAKES:
        return timedelta()
    return min(timedelta(seconds=2 ** min(failures - FREE_MISTAKES, 20)), LONGEST_WAIT)
