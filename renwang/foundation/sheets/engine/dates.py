"""Days as Chinese ledgers write them: 2020.2.3, 二〇二〇年二月三日, 43864, 2月3日, 20200203, ２０２０－２－３, 2020/2/3 8:00."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final, Literal

from renwang.foundation.sheets.engine.cells import Value, clean_text, half_width
from renwang.foundation.sheets.engine.numbers import chinese_number

Grain = Literal["day", "month", "year"]
# Excel's day 1 is 1 January 1900, and it believes in a 29 February 1900; from March 1900 on this counts right.
EXCEL_ZERO: Final = date(1899, 12, 30)
FIRST_SERIAL, LAST_SERIAL = 3_654, 73_050  # 1910 … 2099: what may be a day; below it is more likely a count
OLDEST: Final = 1850
_NUMERALS: Final = "〇○Ｏ零一二三四五六七八九十廿卅元"
_WORDS: Final = re.compile(rf"([{_NUMERALS}]{{1,5}})(?=[年月日号])")
_FULL: Final = re.compile(r"(\d{4}|\d{2})年?[-./年\s]*(?:(\d{1,2})[-./月\s]*(?:(\d{1,2})[日号]?)?)?")
_SHORT: Final = re.compile(r"(\d{1,2})[-./月\s]+(\d{1,2})[日号]?")
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})?")
_CLOCK: Final = re.compile(
    r"[T\s]*(?:上午|下午|凌晨|早|晚)?\s*\d{1,2}(?:[:：时点]\d{0,2}){1,2}(?:分|秒|\.\d+)?(?:\d{2}秒?)?$"
)
_WEEKDAY: Final = re.compile(r"[(（]?(?:星期|周)[一二三四五六日天][)）]?")


@dataclass(frozen=True, slots=True)
class Day:
    """A day that was told, and how exactly: a month stands for its first day, a year for 1 January."""

    day: date
    grain: Grain = "day"
    year_was_told: bool = True


def read_day(value: Value, *, year: int | None = None) -> Day | None:
    """Return the day a cell tells, or None where it tells none; `year` is the ledger's, for 2月3日.

    A number counts as Excel counts days only between 1910 and 2099; 20200203 and 202002 are read as written. Two digits
    of a year are 19xx from 30 on. Day and month are never exchanged: 2020-13-02 tells no day.
    """
    if isinstance(value, datetime):
        return Day(value.date())
    if isinstance(value, date):
        return Day(value)
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return _of_number(float(value))
    return _of_text(value, year)


def day_of_serial(serial: float) -> date:
    """Return the day that Excel shows for a serial number of the 1900 system."""
    return EXCEL_ZERO + timedelta(days=int(serial))


def _of_number(number: float) -> Day | None:
    if FIRST_SERIAL <= number <= LAST_SERIAL:
        return Day(day_of_serial(number))
    if not number.is_integer():
        # 2020.2 was typed as a year and a month, 2020.1 may have been 2020.10: the month is not certain, the year is.
        whole, _point, part = f"{number:.10g}".partition(".")
        return _made(whole, part, None) if len(whole) == 4 and 1 <= len(part) <= 2 else None
    text = str(int(number)) if number > 0 else ""
    if len(text) in (6, 8):
        return _of_text(text, None)
    return _made(text, None, None) if len(text) == 4 else None


@lru_cache(maxsize=65_536)
def _of_text(value: str, year: int | None) -> Day | None:
    text = half_width(clean_text(value))
    text = _WEEKDAY.sub("", text).strip()
    text = _CLOCK.sub("", text).strip()
    if text.isdigit():
        return _of_digits(text)
    text = _WORDS.sub(lambda found: _numeral(found[1]), text)
    text = re.sub(r"\s*([-./年月])\s*", r"\1", text).rstrip("-./,，。;；")
    if found := _FULL.fullmatch(text):
        told = found.groups()
        if len(told[0]) == 4 or "年" in text or (told[1] and told[2]):
            return _made(*told)
    if found := _SHORT.fullmatch(text):
        return _made(str(year), found[1], found[2], told=False) if year else None
    return None


def _of_digits(text: str) -> Day | None:
    if len(text) == 5 and FIRST_SERIAL <= int(text) <= LAST_SERIAL:
        return Day(day_of_serial(int(text)))
    found = _COMPACT.fullmatch(text)
    if found and len(text) in (6, 8):
        return _made(*found.groups())
    return _made(text, None, None) if len(text) == 4 else None


def _numeral(word: str) -> str:
    """Return 二〇二〇 as 2020 and 二十三 as 23; 元 is the first year of an era, which no ledger means."""
    number = chinese_number(word)
    return word if number is None else str(number)


def _made(year: str, month: str | None, day: str | None, *, told: bool = True) -> Day | None:
    number = int(year)
    if len(year) == 2:
        number += 1900 if number >= 30 else 2000
    if number < OLDEST or number > 2100:
        return None
    grain: Grain = "day" if day else "month" if month else "year"
    try:
        return Day(date(number, int(month or 1), int(day or 1)), grain, told)
    except ValueError:
        return None
