"""Plain values of cells, and the one spelling of text."""

import math
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

Value = str | int | float | bool | date | datetime | None

# Excel keeps 15 digits of a number: what is longer has lost its end.
EXACT_BELOW: Final = 10**15
_ALL_HALF: Final = {0xFF01 + i: 0x21 + i for i in range(94)} | {0x3000: 0x20}
# Commas, semicolons, question and exclamation marks of a Chinese sentence stay as they were typed.
_TEXT_HALF: Final = {wide: narrow for wide, narrow in _ALL_HALF.items() if chr(narrow) not in ",;?!"}
_INVISIBLE: Final = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff\x00-\x08\x0b\x0c\x0e-\x1f]")
_SCIENTIFIC: Final = re.compile(r"\d(\.\d+)?[eE]\+?(1[5-9]|2\d)")
_QUOTED: Final = re.compile(r'="(.*)"', re.DOTALL)


@dataclass(frozen=True, slots=True)
class LostDigits:
    """A long number that was typed as a number: Excel threw its last digits away. Nobody may guess them."""

    seen: str

    def __str__(self) -> str:
        return self.seen


def half_width(text: str) -> str:
    """Return the text with every full-width sign in half width (ＡＢ１２（）　 → AB12() )."""
    return text.translate(_ALL_HALF)


def as_text(value: Value) -> str | LostDigits:
    """Return a cell as text: digits, letters and brackets in half width, trimmed; a long number as LostDigits."""
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case int() | float() if math.isfinite(value) and abs(value) >= EXACT_BELOW:
            return LostDigits(f"{value:.6g}".replace("e+", "E+"))
        case float() if value.is_integer():
            return str(int(value))
        case int() | float():
            return str(value)
        case datetime():
            return value.isoformat(" ", "minutes" if not value.second else "seconds")
        case date():
            return value.isoformat()
    text = clean_text(value)
    if _SCIENTIFIC.fullmatch(text):
        return LostDigits(text)
    return text


def clean_text(text: str) -> str:
    """Return text without invisible signs, without the tricks that keep Excel from counting, trimmed."""
    text = _INVISIBLE.sub("", text.translate(_TEXT_HALF)).replace("\xa0", " ").strip()
    quoted = _QUOTED.fullmatch(text)
    if quoted:
        text = quoted[1].replace('""', '"').strip()
    if text[:1] in "'‘’`" and text[1:2].isdigit():
        text = text[1:]
    return unicodedata.normalize("NFC", text)


def plain(value: object) -> Value:
    """Return what a reader gave as a plain value: whole floats as int, midnight as a date, blank text as None."""
    match value:
        case None | "":
            return None
        case bool() | int():
            return value
        case float():
            return int(value) if value.is_integer() and abs(value) < EXACT_BELOW else value
        case datetime():
            return value.date() if (value.hour, value.minute, value.second) == (0, 0, 0) else value
        case date():
            return value
        case time():
            return value.isoformat("minutes")
        case timedelta():
            return value.total_seconds() / 86400
        case str():
            return value if value.strip() else None
    return str(value)
