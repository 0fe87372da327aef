"""Any ledger as records that can be compared: columns known as in an import, and by the English titles of other registers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from renwang.foundation.sheets.engine.cells import Value, as_text
from renwang.foundation.sheets.engine.dates import read_day
from renwang.foundation.sheets.engine.header import title_key
from renwang.foundation.sheets.engine.tables import Table

from ..engine.linkage.candidates import Candidate, born_in, phones_in
from . import recognising
from .columns import SEXES
from .places import bare_place

ID: Final = "record"
# What comparing needs beyond an import's fields, and what the registers of other countries call them.
_TITLES: Final[Mapping[str, str]] = {
    ID: "id|rec_id|rec id|record id|record_id|uid|uuid|person id|person_id|unique id|unique_id|编号|人员编号|记录编号",
    "given": "given name|given_name|givenname|first name|first_name|firstname|forename|fname|名",
    "surname": "surname|last name|last_name|lastname|family name|family_name|lname|姓",
    "name": "full name|full_name|fullname|person name",
    "id_number": "soc_sec_id|ssn|social security number|social_security_number|national id|national_id|nid|id_number|passport|证件编号",
    "born_on": "date_of_birth|date of birth|dateofbirth|dob|birth date|birth_date|birthdate|birthday|born",
    "phone": "phone number|phone_number|telephone|tel|mobile|mobile phone|mobile_phone|cell|cellphone",
    "sex": "gender",
    "street_number": "street number|street_number|house number|house_number",
    "address": "address_1|address1|address 1|street|street address|street_address",
    "address_2": "address_2|address2|address 2",
    "town": "suburb|city|town|locality",
    "postcode": "postcode|post code|postal code|postal_code|zip|zip code|zip_code|zipcode|邮编|邮政编码",
    "number": "household id|household_id|household|family id|family_id|户编号",
}
_FIELDS: Final[Mapping[str, str]] = {
    title_key(title): field for field, titles in _TITLES.items() for title in titles.split("|")
}
_NAMES: Final = frozenset({"name", "given", "surname", "head_name"})
USED: Final = frozenset(_TITLES) | {"head_name", "household_phone", "village", "division", "township"}
_HAN_SHARE: Final = 0.2


class NoKnownColumn(ValueError):
    """No column of a file tells who somebody is. ``titles``: those it has."""

    def __init__(self, titles: Sequence[str]) -> None:
        super().__init__(", ".join(titles))
        self.titles = tuple(titles)


@dataclass(frozen=True, slots=True)
class Records:
    """The records of one file, and what each of its columns was taken for: title → field."""

    candidates: list[Candidate]
    mapping: dict[str, str]


def knows(title: str) -> str | None:
    """Return the field a title means, for `find_table`."""
    return _FIELDS.get(title_key(title)) or recognising.knows(title)


def records_of(table: Table) -> Records:
    """Return every row of a table as a record; raises NoKnownColumn where nothing tells a name or an ID number."""
    places: dict[str, int] = {}
    for title in table.titles:
        if field := _FIELDS.get(title_key(title.text)):
            places.setdefault(field, title.place)
    for guess in recognising.recognise(table):
        if guess.place not in places.values() and guess.field in USED:
            places.setdefault(guess.field, guess.place)
    if not places.keys() & (_NAMES | {"id_number"}):
        raise NoKnownColumn([title.text for title in table.titles])
    named = {title.place: title.text for title in table.titles}
    candidates = [
        _candidate(row.number, _Cells(row.cells, places), table.year) for row in table.rows() if any(row.cells)
    ]
    return Records(candidates, {named[place]: field for field, place in sorted(places.items(), key=lambda one: one[1])})


def is_chinese(candidates: Iterable[Candidate]) -> bool:
    """Answer whether enough of the names are written in Chinese characters for the Chinese model."""
    names = [f"{one.name}{one.surname}{one.given}" for one in candidates]
    told = [name for name in names if name]
    return sum(any("\u3400" <= char <= "\u9fff" for char in name) for name in told) > _HAN_SHARE * len(told)


class _Cells:
    """The cells of one row, by field."""

    def __init__(self, cells: Sequence[Value], places: Mapping[str, int]) -> None:
        self.cells, self.places = cells, places

    def value(self, field: str) -> Value:
        place = self.places.get(field)
        return self.cells[place] if place is not None and place < len(self.cells) else None

    def text(self, field: str) -> str:
        return str(as_text(self.value(field)) or "").strip()


def _candidate(number: int, cells: _Cells, year: int | None) -> Candidate:
    head, name = cells.text("head_name"), cells.text("name")
    given, surname = cells.text("given"), cells.text("surname")
    if not (name or given or surname):
        name = head
    village = cells.text("division") or bare_place(cells.text("village"))
    household = cells.text("number") or (f"{village}/{head}" if head else "")
    street = [cells.text("street_number"), cells.text("address"), cells.text("address_2")]
    sex = SEXES.get(cells.text("sex").casefold())
    return Candidate(
        id=cells.text(ID) or number,
        name=name,
        given=given,
        surname=surname,
        id_number=cells.text("id_number"),
        phones=(*_phones(cells.text("phone")), *_phones(cells.text("household_phone"))),
        born=_born(cells.value("born_on"), year),
        sex=sex.value if sex else "",
        address=" ".join(part for part in street if part),
        place=village or cells.text("town"),
        postcode=cells.text("postcode"),
        household=household,
        kin=(head,) if head and head != name else (),
    )


def _phones(cell: str) -> tuple[str, ...]:
    """Return the numbers of a cell: those of this country checked, others as their digits."""
    if found := phones_in(cell):
        return found
    digits = "".join(sign for sign in cell if sign.isdigit())
    return (digits,) if 6 <= len(digits) <= 15 else ()


def _born(value: Value, year: int | None) -> str:
    """Return a birth date as far as it was told. Eight digits stay as typed, though they may be no day: 19451399."""
    if isinstance(value, str) and (plain := value.strip()).isdigit() and len(plain) in (4, 6, 8):
        return plain
    if isinstance(value, int | float) and 18_500_000 < value < 21_000_000:
        return str(int(value))
    day = read_day(value, year=year)
    if day is None or not day.year_was_told:
        return born_in(value)
    return f"{day.day:%Y%m%d}"[: {"day": 8, "month": 6, "year": 4}[day.grain]]
