"""Identifiers of people and organisations: what is wrong with one, said by a code, and never a bare no.

Sources: GB 11643-1999 (resident identity number), GB 32100-2015 (unified social credit code), GB 11714-1997
(organisation code, the nine characters inside the latter).
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

_RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_RESIDENT_CHECK = "10X98765432"
_CREDIT_SET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_OLDEST = 1850


class Fault(StrEnum):
    """What is wrong with an identifier. `Verdict.expected` says what would have been right, where that is known."""

    EMPTY = "empty"
    BAD_LENGTH = "bad_length"
    BAD_CHARACTER = "bad_character"
    BAD_AREA = "bad_area"
    BAD_DATE = "bad_date"
    BAD_CHECK_DIGIT = "bad_check_digit"
    BAD_ORGANISATION_CHECK_DIGIT = "bad_organisation_check_digit"
    BAD_AUTHORITY = "bad_authority"
    NOT_A_PHONE = "not_a_phone"
    NO_AREA_CODE = "no_area_code"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`value` is the normal form of what was given, right or wrong; `expected` a character, a length or a form."""

    value: str
    fault: Fault | None = None
    expected: str = ""

    @property
    def is_valid(self) -> bool:
        return self.fault is None


@dataclass(frozen=True, slots=True)
class ResidentID(Verdict):
    """A resident identity number and what it tells. `sex` is "1" male, "2" female (GB/T 2261.1)."""

    area: str = ""
    born_on: date | None = None
    sex: str = "0"
    was_short: bool = False  # given in the old form of 15 digits; `value` has 18

    def age_on(self, day: date) -> int | None:
        if self.born_on is None:
            return None
        birthday_comes = (day.month, day.day) < (self.born_on.month, self.born_on.day)
        return day.year - self.born_on.year - birthday_comes


def read_resident_id(text: str, *, today: date | None = None) -> ResidentID:
    """Check a resident identity number; 15 digits become 18. With `today`, a birth date still to come is a fault."""
    raw = _plain(text).upper()
    if not raw:
        return ResidentID(raw, Fault.EMPTY)
    if len(raw) not in (15, 18):
        return ResidentID(raw, Fault.BAD_LENGTH, "18")
    digits = raw[:-1] if len(raw) == 18 else raw
    if not (digits.isascii() and digits.isdigit()) or not (raw[-1].isdigit() or raw[-1] == "X"):
        return ResidentID(raw, Fault.BAD_CHARACTER, "0-9 X")
    was_short = len(raw) == 15
    body = digits[:6] + "19" + digits[6:] if was_short else digits
    area, sex = body[:6], "1" if int(body[16]) % 2 else "2"
    if not "11" <= area[:2] <= "99" or area[2:] == "0000":
        return ResidentID(raw, Fault.BAD_AREA, area=area, was_short=was_short)
    born_on = _date(body[6:14])
    if born_on is None or born_on.year < _OLDEST or (today is not None and born_on > today):
        return ResidentID(raw, Fault.BAD_DATE, "YYYYMMDD", area=area, was_short=was_short)
    right = resident_check_digit(body)
    if was_short:
        return ResidentID(body + right, area=area, born_on=born_on, sex=sex, was_short=True)
    if raw[17] != right:
        return ResidentID(raw, Fault.BAD_CHECK_DIGIT, right, area, born_on, sex)
    return ResidentID(raw, area=area, born_on=born_on, sex=sex)


def resident_check_digit(body: str) -> str:
    """The eighteenth character for the first seventeen digits."""
    return _RESIDENT_CHECK[sum(int(c) * w for c, w in zip(body, _RESIDENT_WEIGHTS, strict=True)) % 11]


def make_resident_id(area: str, born_on: date, seq: int, sex: str) -> str:
    """A number with a right check digit, for invented people. `seq` 0–499 within area, day and sex ("1" or "2").

    Give it an area code that belongs to no place (990704), or it may be somebody's.
    """
    if not (len(area) == 6 and area.isascii() and area.isdigit()):
        raise ValueError("an area code has six digits")
    if not 0 <= seq <= 499:
        raise ValueError("seq runs from 0 to 499")
    if sex not in ("1", "2"):
        raise ValueError('sex is "1" or "2"')
    body = f"{area}{born_on:%Y%m%d}{seq * 2 + (sex == '1'):03d}"
    return body + resident_check_digit(body)


@dataclass(frozen=True, slots=True)
class CreditCode(Verdict):
    """A unified social credit code: registering authority, kind, area, and the organisation code within."""

    authority: str = ""
    area: str = ""
    organisation_code: str = ""


def read_credit_code(text: str) -> CreditCode:
    """Check a unified social credit code with both its check characters."""
    raw = _plain(text).upper()
    if not raw:
        return CreditCode(raw, Fault.EMPTY)
    if len(raw) != 18:
        return CreditCode(raw, Fault.BAD_LENGTH, "18")
    if any(c not in _CREDIT_SET for c in raw):
        return CreditCode(raw, Fault.BAD_CHARACTER, _CREDIT_SET)
    authority, area, inner = raw[0], raw[2:8], raw[8:17]
    if authority not in "123456789ANY":
        return CreditCode(raw, Fault.BAD_AUTHORITY, "123456789ANY", authority, area, inner)
    if not area.isdigit():
        return CreditCode(raw, Fault.BAD_AREA, "", authority, area, inner)
    if raw[17] != (right := credit_check_character(raw[:17])):
        return CreditCode(raw, Fault.BAD_CHECK_DIGIT, right, authority, area, inner)
    if inner[8] != (right := organisation_check_character(inner[:8])):
        return CreditCode(raw, Fault.BAD_ORGANISATION_CHECK_DIGIT, right, authority, area, inner)
    return CreditCode(raw, None, "", authority, area, inner)


def credit_check_character(body: str) -> str:
    total = sum(_CREDIT_SET.index(c) * w for c, w in zip(body, _CREDIT_WEIGHTS, strict=True))
    return _CREDIT_SET[-total % 31]


def organisation_check_character(body: str) -> str:
    """The ninth character of an organisation code (GB 11714): 10 is written X."""
    total = sum(int(c, 36) * w for c, w in zip(body, _ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X"[-total % 11]


def make_credit_code(area: str, organisation: str, *, authority: str = "9", kind: str = "1") -> str:
    """A code with both check characters right, for invented organisations. `organisation` has eight characters."""
    if not (len(area) == 6 and area.isdigit()) or len(organisation) != 8:
        raise ValueError("an area code has six digits and an organisation code eight characters before its check")
    body = f"{authority}{kind}{area}{organisation}{organisation_check_character(organisation)}"
    return body + credit_check_character(body)


@dataclass(frozen=True, slots=True)
class Phone(Verdict):
    """`value` is the mobile's eleven digits, or a landline as 0536-7661234 or 0536-7661234-801."""

    is_mobile: bool = False


# 10 and 2x are the areas of three digits; all others have four.
_LANDLINE = re.compile(r"(010|02\d|0[3-9]\d{2})(\d{7,8})(?:-?[-转x#](\d{1,6}))?")
_BETWEEN = re.compile(
    r"[;；,，、/／|\n\r\t]+|(?<=\d)\s{2,}(?=\d)|(?<=\d)(?:或|和)(?=\d)|\s+(?=(?:\+?86[- ]?)?1[3-9]\d)|\s+(?=0\d{2,3}[- ])"
)
_LABEL = re.compile(
    r"^(?:手机|电话|座机|固话|家里|家庭|本人|联系电话|tel|mobile|phone)\s*号?码?\s*[:：]?\s*", re.IGNORECASE
)


def read_phone(text: str, *, area_code: str = "") -> Phone:
    """Check one phone number. `area_code` ("0536") completes a landline that was written without one."""
    plain = unicodedata.normalize("NFKC", str(text)).strip()
    plain = _LABEL.sub("", plain)
    plain = re.sub(r"[\u2010-\u2015\u2212_—]", "-", plain)
    plain = re.sub(r"\.0$", "", plain) if re.fullmatch(r"\d+\.0", plain) else plain  # Excel made it a number
    if not plain:
        return Phone("", Fault.EMPTY)
    if re.search(r"[^0-9\s()+.\-转x#分机]", plain):
        return Phone(plain, Fault.BAD_CHARACTER, "0-9 -")
    joined = re.sub(r"分机", "转", re.sub(r"[\s().]", "", plain))
    national = re.sub(r"^(?:\+86|0086|86(?=1\d{10}$))-?", "", joined)
    if national != joined and not re.match(r"0|1[3-9]\d{9}$", national):
        national = "0" + national  # abroad one leaves the nought of the area code away
    joined = national
    digits = re.sub(r"-", "", joined)
    if re.fullmatch(r"0?1[3-9]\d{9}", digits):
        return Phone(digits[-11:], is_mobile=True)
    if digits.startswith("1") and digits.isdigit():
        fault = Fault.BAD_LENGTH if len(digits) != 11 else Fault.NOT_A_PHONE
        return Phone(digits, fault, "11" if fault is Fault.BAD_LENGTH else "13–19…")
    local = re.fullmatch(r"([2-9]\d{6,7})((?:-?[-转x#]\d{1,6})?)", joined)
    if local:
        if not area_code:
            return Phone(joined, Fault.NO_AREA_CODE, "0536-7661234")
        joined = area_code + joined
    # The first hyphen only parts the area from the number; a later one starts the extension.
    if found := _LANDLINE.fullmatch(re.sub(r"^(0\d{2,3})-", r"\1", joined)):
        return Phone("-".join(part for part in found.groups() if part))
    return Phone(joined, Fault.NOT_A_PHONE, "13–19… / 0536-7661234")


def read_phones(cell: str, *, area_code: str = "") -> list[Phone]:
    """Every number in one cell, each once, in the order written: 「15400000001/15400000002、0536-7661234」."""
    text = unicodedata.normalize("NFKC", str(cell)).strip()
    found: dict[str, Phone] = {}
    for part in _BETWEEN.split(text):
        pieces = [part]
        run = re.sub(r"\s", "", part)
        if run.isdigit() and len(run) > 11 and len(run) % 11 == 0 and run[0] == "1":
            pieces = [run[i : i + 11] for i in range(0, len(run), 11)]
        for piece in pieces:
            phone = read_phone(piece, area_code=area_code)
            if phone.fault is not Fault.EMPTY:
                found.setdefault(phone.value, phone)
    return list(found.values())


def _plain(text: str) -> str:
    """Full-width forms become plain; spaces, hyphens and the apostrophe Excel hides go."""
    return re.sub(r"[\s'‘’`\-\u200b\ufeff]", "", unicodedata.normalize("NFKC", str(text)))


def _date(text: str) -> date | None:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None
