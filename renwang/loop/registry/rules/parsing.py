"""From the cells of one column to values, each with what is wrong with it: a word that was read before is not read again."""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from renwang.foundation.sheets.engine.cells import LostDigits, as_text, plain
from renwang.foundation.sheets.engine.dates import read_day

from ..engine.identifiers import Fault, ResidentID, read_phones, read_resident_id
from ..engine.names import normal_name
from .choices import Relation, Sex
from .columns import RELATIONS, SEXES
from .particulars import NOTHING, read_particular
from .programmes import LEDGERS_OF_KIND
from .verdicts import say

Parsed = tuple[Any, str]  # the value, and what is wrong with it, as `verdicts.say` keeps it
KEPT: Final = 100_000
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK: Final = "10X98765432"
_PLAIN_ID: Final = re.compile(r"[1-9]\d{16}[\dX]")
_MOBILE: Final = re.compile(r"1[3-9]\d{9}")
_HAN: Final = re.compile(r"[\u4e00-\u9fff]{2,5}")
_CERTIFICATE: Final = re.compile(r"\d{17}[\dXx]\d{2}")


@dataclass(frozen=True, slots=True)
class Born:
    """An ID number that was understood, with what it tells."""

    value: str
    born_on: dt.date | None
    sex: str


NOBODY: Final = Born("", None, "0")


class Remembered(dict[object, Any]):
    """What cells of a column were read as: asked for a thousandth time, a word costs one look, and a column of them one call."""

    def __init__(self, read: Callable[[object], Any]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, cell: object) -> Any:
        found = self._read(cell)
        if len(self) < KEPT:
            self[cell] = found
        return found

    def __call__(self, cell: object) -> Any:
        """Return what one cell is read as."""
        return self._read(cell) if isinstance(cell, bool) else self[cell]

    def all(self, cells: Sequence[object]) -> list[Any]:
        """Return what each cell is read as. True and 1 are one key, and not one word: where there are such, none is remembered."""
        if bool in set(map(type, cells)):
            return [self._read(cell) for cell in cells]
        return list(map(self.__getitem__, cells))


Parser = Callable[[object], Parsed] | Remembered


def parsers(today: dt.date, year: int | None) -> Mapping[str, Parser]:
    """Return how the cells of each field are read, for one workbook: `year` is the ledger's own, for 2月3日."""
    return {
        "name": _name,
        "head_name": _name,
        "number": _number,
        "id_number": _id_number(today),
        "relation": Remembered(_relation),
        "sex": Remembered(_sex),
        "born_on": _day(today, year),
        "since": _day(today, year),
        "phone": _phone,
        "household_phone": _phone,
        "kind": Remembered(_kind),
        # Some hundred words, each on a thousand rows.
        **{name: Remembered(text_of) for name in ("village", "township", "division", "reason", "address")},
        "lon": _degrees(180),
        "lat": _degrees(90),
    }


def text_of(value: object) -> Parsed:
    """Return a cell as text; a number whose last digits Excel threw away is told as such."""
    if type(value) is str:
        if value.isalnum() and value.isascii():
            return value, ""
        value = value.strip()
        if not value:
            return "", ""
    told = as_text(plain(value))
    if isinstance(told, LostDigits):
        return "", say("lost_digits")
    return told, ""


def particular(code: str, holds: str, year: int | None) -> Remembered:
    """Return how the cells of an office's own column are read: the line that is kept, empty where nothing is told."""

    def read(value: object) -> str:
        told, _understood = read_particular(plain(value), holds, year=year)
        text = " ".join(told.split())
        return f"{code}\t{text}" if text else ""

    return Remembered(read)


def column(cells: Sequence[object], parse: Parser) -> tuple[list[Any], list[tuple[int, str]]]:
    """Return the values of a column, and (place, what is wrong) of those that are wrong."""
    if isinstance(parse, Remembered):
        found = parse.all(cells)
        return [value for value, _problem in found], [
            (i, problem) for i, (_value, problem) in enumerate(found) if problem
        ]
    values: list[Any] = []
    wrong: list[tuple[int, str]] = []
    add = values.append
    for place, cell in enumerate(cells):
        value, problem = parse(cell)
        add(value)
        if problem:
            wrong.append((place, problem))
    return values, wrong


def _name(value: object) -> Parsed:
    if type(value) is str and _HAN.fullmatch(value):
        return value, ""
    told, problem = text_of(value)
    name = normal_name(told)
    if len(name) > 80:
        return "", say("long_name")
    return name, problem


def _number(value: object) -> Parsed:
    told, problem = text_of(value)
    # Cut short, two households would be one.
    return ("", say("long_number")) if len(told) > 30 else (told, problem)


def _id_number(today: dt.date) -> Parser:
    days: dict[str, dt.date | None] = {}

    def read(value: object) -> Parsed:
        if type(value) is str and _PLAIN_ID.fullmatch(value):
            day = value[6:14]
            born_on = days[day] if day in days else days.setdefault(day, _born(day, today))
            digits = value.encode()
            # The weighted sum over ASCII codes; each is 48 more than its digit, and the weights' sum, 100, times 48 is 4,800.
            total = sum([one * weight for one, weight in zip(digits, _WEIGHTS, strict=False)]) - 4_800
            if born_on is not None and _CHECK[total % 11] == value[17] and value[2:6] != "0000":
                return Born(value, born_on, "1" if digits[16] & 1 else "2"), ""
        return _odd_id_number(value, today)

    return read


def _born(digits: str, today: dt.date) -> dt.date | None:
    try:
        born_on = dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
    return born_on if born_on.year >= 1850 and born_on <= today else None


def _odd_id_number(value: object, today: dt.date) -> Parsed:
    given, problem = text_of(value)
    if problem or given in NOTHING:
        return NOBODY, problem
    if _CERTIFICATE.fullmatch(given):  # a disability certificate: the ID number, its kind and its degree
        given = given[:18]
    told = read_resident_id(given, today=today)
    if told.is_valid:
        return Born(told.value, told.born_on, told.sex), ""
    return NOBODY, _what_is_wrong(told)


def _what_is_wrong(told: ResidentID) -> str:
    messages = {
        Fault.BAD_LENGTH: say("id_length"),
        Fault.BAD_CHARACTER: say("id_character"),
        Fault.BAD_AREA: say("id_area"),
        Fault.BAD_DATE: say("id_date"),
        Fault.BAD_CHECK_DIGIT: say("id_check_digit", expected=told.expected),
    }
    return messages.get(told.fault or Fault.BAD_LENGTH, say("no_id"))


def _phone(value: object) -> Parsed:
    if type(value) is str and _MOBILE.fullmatch(value):
        return value, ""
    given, problem = text_of(value)
    if problem or given in NOTHING:
        return "", problem
    told = read_phones(given)
    # Several in one cell: the first that can be called is the one that is called.
    if good := next((one for one in told if one.is_valid), None):
        return good.value, ""
    fault = told[0].fault if told else Fault.NOT_A_PHONE
    messages = {
        Fault.BAD_CHARACTER: say("phone_character"),
        Fault.BAD_LENGTH: say("phone_length"),
        Fault.NO_AREA_CODE: say("phone_area_code"),
    }
    return "", messages.get(fault or Fault.NOT_A_PHONE, say("no_phone"))


def _relation(value: object) -> Parsed:
    told, problem = text_of(value)
    if not told:
        return None, problem
    relation = RELATIONS.get(told.casefold()) or RELATIONS.get(re.sub(r"^与户主关系[:：]?|^之", "", told.casefold()))
    if relation is None:
        return Relation.OTHER, say("unknown_relation")
    return relation, ""


def _sex(value: object) -> Parsed:
    told, problem = text_of(value)
    sex = SEXES.get(told.casefold())
    return (sex, problem) if sex is not None else (Sex.UNKNOWN, problem or say("unknown_sex"))


def _kind(value: object) -> Parsed:
    told, problem = text_of(value)
    if not told or told in LEDGERS_OF_KIND:
        return told, problem
    known = "、".join(list(LEDGERS_OF_KIND)[:9])
    return "", say("unknown_kind", kinds=known)


def _day(today: dt.date, year: int | None) -> Parser:
    @lru_cache(maxsize=KEPT)
    def read(value: object) -> Parsed:
        told = plain(value)
        if told is None or (isinstance(told, str) and told.strip() in NOTHING):
            return None, ""
        day = read_day(told, year=year)
        if day is None:
            return None, say("no_date")
        # Without a year of its own, December of a ledger begun in January is last year's.
        found = day.day if day.year_was_told or day.day <= today else day.day.replace(year=day.day.year - 1)
        if found > today:
            return None, say("date_to_come")
        return (None, say("wrong_year")) if found.year < 1850 else (found, "")

    return read


def _degrees(limit: float) -> Parser:
    def read(value: object) -> Parsed:
        told, problem = text_of(value)
        if not told:
            return None, problem
        try:
            degrees = float(told)
        except ValueError:
            degrees = 999.0
        return (degrees, "") if abs(degrees) <= limit else (None, say("no_degrees"))

    return Remembered(read)
