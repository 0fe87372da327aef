"""One spelling for each value that is looked up by equality, however it was typed."""

import re
from collections.abc import Callable, Mapping
from typing import Final

_HALF_WIDTH: Final = {0xFF01 + i: 0x21 + i for i in range(94)} | {0x3000: 0x20}
_NOT_ID: Final = re.compile(r"[\s\u200b\u200e\u200f\u202a-\u202e\u2060\ufeff]+")
_NOT_DIGIT: Final = re.compile(r"[^0-9]+")


def id_number(value: str) -> str:
    """Return an identity number in capitals and half width, without blanks."""
    if value.isascii() and value.isalnum():
        return value.upper()  # nine in ten, at a fifth of the time
    return _NOT_ID.sub("", value.translate(_HALF_WIDTH)).upper()


def phone(value: str) -> str:
    """Return a phone's digits, without the country code +86 or 0086 (an 86 alone falls off an 11-digit mobile)."""
    if len(value) == 11 and value[0] == "1" and value.isascii() and value.isdigit():
        return value
    digits = _NOT_DIGIT.sub("", value.translate(_HALF_WIDTH))
    if digits.startswith("0086"):
        return digits[4:]
    if digits.startswith("86") and (len(digits) == 13 or value.translate(_HALF_WIDTH).lstrip().startswith("+")):
        return digits[2:]
    return digits


def text(value: str) -> str:
    """Return any other value (a passport, a credit code) in small letters and half width, blanks squeezed."""
    return " ".join(_NOT_ID.sub(" ", value.translate(_HALF_WIDTH)).casefold().split())


def exact(value: str) -> str:
    """Return a value as it stands: for the question whether a whole text is the same."""
    return value


KINDS: Final[Mapping[str, Callable[[str], str]]] = {
    "id_number": id_number,
    "phone": phone,
    "text": text,
    "exact": exact,
}


def normalise(value: str, kind: str) -> str:
    """Return the value as its kind spells it; raises KeyError for a kind that is not in KINDS."""
    return KINDS[kind](value)
