"""Records as they are given to be compared, and the columns that a model compares."""

import datetime as dt
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..identifiers import read_phones, read_resident_id
from .characters import sounds, words_of

BUSY = 12  # a phone that stands on more records than this is an office's or a cadre's, and says nothing of one person
_MOST_KIN = 12

Row = dict[str, str | int | bool | list[str] | None]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One record of somebody. What is empty is not known.

    ``id_number`` and each of ``phones`` may also be a token (a blind index): then only its equality is asked for, and
    ``is_token`` says so. ``born``: YYYYMMDD, or as much of it as is known from the left. ``place``: the village, by code or
    by name; ``household``: whatever is equal for those who live together; ``kin``: names of those they live with.
    """

    id: str | int
    name: str = ""
    given: str = ""  # where given name and surname stand in two columns
    surname: str = ""
    id_number: str = ""
    phones: tuple[str, ...] = ()
    born: str = ""
    sex: str = ""
    address: str = ""
    place: str = ""
    postcode: str = ""
    household: str = ""
    kin: tuple[str, ...] = ()
    is_token: bool = False


@dataclass(frozen=True, slots=True)
class Around:
    """What a record's columns need to know of the others: who lives where, and which phones stand everywhere."""

    homes: Mapping[str, Sequence[str]]
    busy: frozenset[str]


def around(side: Sequence[Candidate], sides: Sequence[Sequence[Candidate]]) -> Around:
    """Return what must be known of the others, for one side of a comparison."""
    homes: dict[str, list[str]] = defaultdict(list)
    for one in side:
        if one.household:
            homes[one.household].append(_kin_name(one))
    held = Counter(phone for each in sides for one in each for phone in one.phones)
    return Around(homes, frozenset(phone for phone, count in held.items() if count > BUSY))


def rows_zh(candidates: Sequence[Candidate], others: Around, source: str, first: int) -> list[Row]:
    """Return the columns that `persons-zh` compares, numbered from ``first``."""
    rows: list[Row] = []
    for number, one in enumerate(candidates):
        phones = [phone for phone in dict.fromkeys(one.phones) if phone not in others.busy]
        told = sounds(one.name or f"{one.surname}{one.given}")
        resident = None if one.is_token or not one.id_number else read_resident_id(one.id_number)
        is_valid = one.is_token or bool(resident and resident.is_valid)
        id_number = one.id_number if one.is_token else resident.value if resident and len(resident.value) > 5 else ""
        born = one.born or (f"{resident.born_on:%Y%m%d}" if resident and resident.is_valid and resident.born_on else "")
        sex = one.sex or (resident.sex if resident and resident.is_valid else "")
        street, numbers = address_parts(one.address)
        rows.append(
            {
                "unique_id": first + number,
                "source_dataset": source,
                "side": source,
                "name": told.name or None,
                "toned": told.toned or None,
                "plain": told.plain or None,
                "folded": told.folded or None,
                "swapped": told.sorted or None,
                "part": told.part or None,
                "stroke": told.stroke or None,
                "letters": told.letters or None,
                "surname": told.surname or None,
                "last": told.last or None,
                "given": told.given or None,
                "called": told.called or None,
                "first_character": told.name[:1] or None,
                "last_character": told.name[-1:] or None,
                "id_number": id_number or None,
                "id_valid": is_valid if id_number else None,
                "phones": phones or None,
                "phone": phones[0] if phones and not one.is_token else None,
                "born": born or None,
                "born_full": born if len(born) == 8 else None,
                "born_year": born[:4] or None,
                "born_day": born[4:] if len(born) == 8 else None,
                "sex": sex if sex in ("1", "2") else None,
                "street": street or None,
                "numbers": numbers or None,
                "place": one.place or None,
                "household": one.household or None,
                "kin": _kin(one, others.homes) or None,
            }
        )
    return rows


def rows_latin(candidates: Sequence[Candidate], others: Around, source: str, first: int) -> list[Row]:
    """Return the columns that `persons-latin` compares, numbered from ``first``."""
    rows: list[Row] = []
    for number, one in enumerate(candidates):
        surname, given = " ".join(words_of(one.surname)), " ".join(words_of(one.given))
        if not (surname or given):
            words = words_of(one.name)
            given, surname = " ".join(words[:-1]), " ".join(words[-1:])
        letters = re.findall(r"[0-9A-Z]+", unicodedata.normalize("NFKC", one.id_number).upper())
        house, street = _house_and_street(one.address)
        rows.append(
            {
                "unique_id": first + number,
                "source_dataset": source,
                "side": source,
                "given": given or None,
                "surname": surname or None,
                "both": f"{given} {surname}".strip() or None,
                "swapped": " ".join(sorted(f"{given} {surname}".split())) or None,
                "id_number": "".join(letters) or None,
                "phones": [phone for phone in dict.fromkeys(one.phones) if phone not in others.busy] or None,
                "born": one.born or None,
                "born_full": one.born if len(one.born) == 8 else None,
                "born_year": one.born[:4] or None,
                "sex": one.sex if one.sex in ("1", "2") else None,
                "street": street or None,
                "house": house or None,
                "place": " ".join(words_of(one.place)) or None,
                "postcode": "".join(words_of(one.postcode)) or None,
                "household": one.household or None,
                "kin": _kin(one, others.homes) or None,
            }
        )
    return rows


def keys_of(one: Candidate) -> set[str]:
    """Return what two records must share one of to be worth comparing; keys of the name alone begin with n, l or s."""
    told = sounds(one.name)
    keys = {f"n{told.folded}", f"l{told.letters}", f"s{told.stroke}", f"s{told.part}"} if told.name else set()
    if len(one.born) == 8:
        keys |= {f"b{one.born}{told.surname}", f"b{one.born}{told.last}"}
    keys |= {f"p{phone}{told.last}" for phone in one.phones} | {f"p{phone}{told.surname}" for phone in one.phones}
    if told.called:
        keys |= {f"p{phone}" for phone in one.phones}
    return keys | ({f"i{one.id_number}"} if one.id_number else set())


def _kin(one: Candidate, homes: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the names of those a record lives with, told or standing in the same household."""
    names = {*homes.get(one.household, ()), *(sounds(name).name for name in one.kin)}
    return sorted(names - {_kin_name(one), ""})[:_MOST_KIN]


def _kin_name(one: Candidate) -> str:
    return sounds(one.name).name if one.name else " ".join(words_of(f"{one.given} {one.surname}"))


_NUMBER_WORDS = str.maketrans("零〇一二三四五六七八九", "00123456789")
_ADMIN = re.compile(r"^.*?(?:省|自治区|市|自治州|盟)|^.*?(?:区|县|旗)(?=.{2,})")
_UNITS = re.compile(r"(?:号楼|号院|号|栋|幢|座|单元|室|楼|门|户|房|弄|巷|组|队|#)")


def address_parts(text: str) -> tuple[str, str]:
    """Return an address as words and as its numbers: 「九龙街道李家村3组12号」 → (九龙街道李家村, 3-12)."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    plain = re.sub(
        r"[零〇一二三四五六七八九](?=[号栋幢座单室楼组队弄])", lambda m: m.group().translate(_NUMBER_WORDS), plain
    )
    for _level in range(2):
        plain = _ADMIN.sub("", plain, count=1)
    numbers = "-".join(str(int(digits)) for digits in re.findall(r"\d+", plain) if len(digits) < 12)
    return re.sub(r"[\d\-—,，.、()/]+", "", _UNITS.sub("", plain)), numbers


def _house_and_street(text: str) -> tuple[str, str]:
    words = words_of(text)
    return next((word for word in words if word.isdigit()), ""), " ".join(word for word in words if not word.isdigit())


def phones_in(cell: str) -> tuple[str, ...]:
    """Return the usable phone numbers of one cell; what is not one says nothing."""
    return tuple(phone.value for phone in read_phones(cell, area_code="") if phone.is_valid)


_DAY = re.compile(r"^(\d{4})\D{0,2}(\d{1,2})\D{0,2}(\d{1,2})\D*$")


def born_in(value: object) -> str:
    """Return a birth date as YYYYMMDD, YYYYMM or YYYY, whatever digits were typed (19451199 stays); empty for none."""
    if isinstance(value, dt.datetime | dt.date):
        return f"{value:%Y%m%d}"
    plain = unicodedata.normalize("NFKC", str(value or "")).strip()
    if re.fullmatch(r"\d{8}|\d{6}|\d{4}", plain):
        return plain
    if found := _DAY.match(plain.split(" ")[0].split("T")[0]):
        return f"{found[1]}{int(found[2]):02d}{int(found[3]):02d}"
    if found := re.match(r"^(\d{4})\D{1,2}(\d{1,2})\D*$", plain):
        return f"{found[1]}{int(found[2]):02d}"
    found = re.match(r"^(\d{1,2})[/.](\d{1,2})[/.](\d{4})$", plain)
    return f"{found[3]}{int(found[2]):02d}{int(found[1]):02d}" if found else ""
