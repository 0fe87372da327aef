"""What a screen shows of a number before somebody asks to see it."""

from renwang.foundation.access.engine import normal


def mask_id(value: str | None) -> str:
    """Return an identity number with its birthday hidden: 990704********0017; a short one is hidden whole."""
    return _masked(normal.id_number(value or ""), head=6, tail=4, shortest=15)


def mask_phone(value: str | None) -> str:
    """Return a phone with its middle hidden: 154****0001; a short one is hidden whole."""
    return _masked(normal.phone(value or ""), head=3, tail=4, shortest=11)


def _masked(text: str, *, head: int, tail: int, shortest: int) -> str:
    if len(text) < shortest:
        return "*" * len(text)
    return text[:head] + "*" * (len(text) - head - tail) + text[-tail:]
