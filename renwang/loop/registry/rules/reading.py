"""From the rows of a workbook to households, with what is wrong told per row and field: the value itself is never repeated."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from ..engine.identifiers import Fault, read_phones, read_resident_id
from ..engine.names import normal_name
from .choices import Relation, Sex
from .columns import RELATIONS, SEXES
from .households import EnrolmentIn, HouseholdIn, PersonIn
from .programmes import LEDGERS_OF_KIND

Cells = Mapping[str, object]  # a field's text, or a LostDigits, whose `seen` nobody may guess from


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with one row: the field, and what was expected, in the reader's language."""

    row: int
    field: str
    message: str


@dataclass(slots=True)
class Line:
    """One row as read: a person, and what it says of the household."""

    row: int
    person: PersonIn | None
    cells: dict[str, str]
    division: str = ""


@dataclass(slots=True)
class Ledger:
    """What a workbook says. ``rows[i]`` are the row numbers of the members of ``households[i]``, in their order."""

    households: list[HouseholdIn] = field(default_factory=list)
    rows: list[list[int]] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)
    total: int = 0


@dataclass(frozen=True, slots=True)
class Places:
    """The divisions of the area one may write in: code → name, and (name of the one above, name) → codes."""

    names: Mapping[str, str]
    by_name: Mapping[str, Sequence[str]]
    above: Mapping[str, str]  # code → name of the division above
    elsewhere: frozenset[str]  # codes of the register outside the area
    only: str = ""  # the area itself where it has nothing below it: a village need not name itself


def read_ledger(rows: Sequence[tuple[int, Cells]], places: Places, *, today: dt.date, default_ledger: str) -> Ledger:
    """Return households with their members, and what is wrong. A wrong head or place holds the whole household back."""
    ledger = Ledger(total=len(rows))
    lines = [_line(number, cells, places, today, ledger.wrong) for number, cells in rows]
    _tell_doubles(lines, ledger.wrong)
    wrong_rows = {wrong.row for wrong in ledger.wrong}
    for group in _grouped(lines):
        _take_in(group, ledger, wrong_rows, today, default_ledger)
    return ledger


def _line(number: int, cells: Cells, places: Places, today: dt.date, wrong: list[Wrong]) -> Line:
    text: dict[str, str] = {}
    for name, value in cells.items():
        if isinstance(value, str):
            text[name] = value.strip()
        else:
            text[name] = ""
            wrong.append(Wrong(number, name, _("Its last digits are lost: set the column to Text and type it again.")))
    name = normal_name(text.get("name") or text.get("head_name", ""))
    if not name:
        wrong.append(Wrong(number, "name", _("No name.")))
    elif len(name) > 80:
        wrong.append(Wrong(number, "name", _("A name has at most 80 characters.")))
    line = Line(number, None, text, _division(number, text, places, wrong))
    line.person = PersonIn(
        name=name,
        relation=_relation(number, text, name, wrong),
        id_number=_id_number(number, text, today, wrong),
        sex=_sex(number, text, wrong),
        born_on=_day(number, text, "born_on", today, wrong),
        phone=_phone(number, text, "phone", wrong),
    )
    _check_birth(number, line.person, wrong)
    return line


def _division(number: int, text: dict[str, str], places: Places, wrong: list[Wrong]) -> str:
    code = re.sub(r"\.0$", "", text.get("division", ""))
    if len(code) == 12 and code.endswith("000"):
        code = code[:9] if not code.endswith("000000") else code[:6]
    if code:
        if code in places.names:
            return code
        told = _("This division lies outside your area.") if code in places.elsewhere else _("Unknown division code.")
        wrong.append(Wrong(number, "division", told))
        return ""
    village, township = text.get("village", ""), text.get("township", "")
    name = village or township
    if not name and places.only:
        return places.only
    if not name:
        wrong.append(Wrong(number, "village", _("No village: give its name or its code.")))
        return ""
    found = [
        c
        for c in places.by_name.get(_bare(name), ())
        if not (village and township) or _bare(places.above.get(c, "")) == _bare(township)
    ]
    if len(found) == 1:
        return found[0]
    if found:
        wrong.append(
            Wrong(number, "village", _("Several villages bear this name: give the subdistrict or the code too."))
        )
    else:
        wrong.append(Wrong(number, "village", _("Unknown village, or one outside your area.")))
    return ""


def _bare(name: str) -> str:
    """Return a place's name without what offices write or leave out: 九龙街道办事处, 西李三村民委员会."""
    return (
        re.sub(r"(街道办事处|街道|居民委员会|村民委员会|村委会|居委会|社区|村|镇|乡)$", "", re.sub(r"\s+", "", name))
        or name
    )


def bare_place(name: str) -> str:
    """Return a place's name as it is compared."""
    return _bare(name)


def _relation(number: int, text: dict[str, str], name: str, wrong: list[Wrong]) -> Relation:
    told = text.get("relation", "").casefold()
    if told:
        if told not in RELATIONS:
            wrong.append(
                Wrong(
                    number,
                    "relation",
                    _("Unknown relation to the head. Write 户主, 配偶, 之子, 之女, 之儿媳, 之孙子, 之父, 其他…"),
                )
            )
        return RELATIONS.get(told, Relation.OTHER)
    head = normal_name(text.get("head_name", ""))
    if not head and "relation" not in text:
        return Relation.HEAD  # a list of heads: one row, one household
    return Relation.HEAD if head == name else Relation.OTHER


def _id_number(number: int, text: dict[str, str], today: dt.date, wrong: list[Wrong]) -> str:
    given = text.get("id_number", "")
    if not given:
        return ""
    if re.fullmatch(r"\d{17}[\dXx]\d{2}", given):  # a disability certificate: the ID number, its kind and its degree
        given = given[:18]
    told = read_resident_id(given, today=today)
    if told.is_valid:
        return told.value
    messages = {
        Fault.BAD_LENGTH: _("An ID number has 18 characters."),
        Fault.BAD_CHARACTER: _("An ID number has digits only, and perhaps an X at its end."),
        Fault.BAD_AREA: _("The first six digits of this ID number are no area."),
        Fault.BAD_DATE: _("Digits 7 to 14 of this ID number are no date of birth."),
        Fault.BAD_CHECK_DIGIT: _(
            "Wrong check digit: the last character should be %(expected)s, or another digit is wrong."
        )
        % {"expected": told.expected},
    }
    wrong.append(Wrong(number, "id_number", messages.get(told.fault or Fault.BAD_LENGTH, _("This is no ID number."))))
    return ""


def _sex(number: int, text: dict[str, str], wrong: list[Wrong]) -> Sex:
    told = text.get("sex", "").casefold()
    if told not in SEXES:
        wrong.append(Wrong(number, "sex", _("Write 男 or 女.")))
    return SEXES.get(told, Sex.UNKNOWN)


def _day(number: int, text: dict[str, str], column: str, today: dt.date, wrong: list[Wrong]) -> dt.date | None:
    given = text.get(column, "")
    if not given:
        return None
    found = re.fullmatch(r"(\d{4})\s*[-./年]?\s*(\d{1,2})?\s*[-./月]?\s*(\d{1,2})?\s*日?(?:\s+\d{1,2}:\d{2}.*)?", given)
    try:
        if found is None:
            raise ValueError
        year, month, day = (int(part) if part else 1 for part in found.groups())
        told = dt.date(year, month, day)
    except ValueError:
        wrong.append(Wrong(number, column, _("This is no date. Write it like 1950-03-08.")))
        return None
    if told > today:
        wrong.append(Wrong(number, column, _("This date is still to come.")))
        return None
    if told.year < 1850:
        wrong.append(Wrong(number, column, _("This year cannot be right.")))
        return None
    return told


def _phone(number: int, text: dict[str, str], column: str, wrong: list[Wrong]) -> str:
    given = text.get(column, "")
    if not given or given in {"无", "/", "-", "—"}:
        return ""
    told = read_phones(given)
    if told and told[0].is_valid:
        return told[0].value
    fault = told[0].fault if told else Fault.NOT_A_PHONE
    messages = {
        Fault.BAD_CHARACTER: _("A phone number has digits only; here are letters or other signs."),
        Fault.BAD_LENGTH: _("A mobile number has 11 digits."),
        Fault.NO_AREA_CODE: _("Give a landline with its area code: 0536-7661234."),
    }
    wrong.append(Wrong(number, column, messages.get(fault or Fault.NOT_A_PHONE, _("This is no phone number."))))
    return ""


def _check_birth(number: int, person: PersonIn, wrong: list[Wrong]) -> None:
    if not person.id_number:
        return
    told = read_resident_id(person.id_number)
    if person.born_on and told.born_on and person.born_on.year != told.born_on.year:
        wrong.append(Wrong(number, "born_on", _("The date of birth differs from the one in the ID number.")))
    if person.sex not in (Sex.UNKNOWN, told.sex):
        wrong.append(Wrong(number, "sex", _("The sex differs from the one in the ID number.")))


def _tell_doubles(lines: Sequence[Line], wrong: list[Wrong]) -> None:
    first: dict[str, int] = {}
    for line in lines:
        number = line.person.id_number if line.person else ""
        if number and first.setdefault(number, line.row) != line.row:
            wrong.append(
                Wrong(
                    line.row,
                    "id_number",
                    _("The same ID number stands in row %(row)d already.") % {"row": first[number]},
                )
            )


def _grouped(lines: Sequence[Line]) -> list[list[Line]]:
    """Return the rows of each household: by its number, else by the head's name, else from one head to the next."""
    groups: dict[tuple[str, ...], list[Line]] = {}
    last: tuple[str, ...] | None = None
    for line in lines:
        number, head = line.cells.get("number", ""), normal_name(line.cells.get("head_name", ""))
        is_head = line.person is not None and line.person.relation == Relation.HEAD
        if number:
            last = ("number", number)
        elif is_head or last is None:
            last = ("row", str(line.row))
        elif head and not _is_named(groups[last][0], head):
            last = ("head", head, line.division)
        groups.setdefault(last, []).append(line)
    return list(groups.values())


def _is_named(line: Line, name: str) -> bool:
    return line.person is not None and line.person.name == name


def _take_in(group: list[Line], ledger: Ledger, wrong_rows: set[int], today: dt.date, default_ledger: str) -> None:
    heads = [line for line in group if line.person and line.person.relation == Relation.HEAD]
    first = heads[0] if heads else group[0]
    reason, field_name = "", "relation"
    if len(heads) > 1:
        reason = _("Two heads in one household: rows %(rows)s.") % {"rows": ", ".join(str(line.row) for line in heads)}
    elif not heads:
        reason = _("This household has no head: one member must be 户主.")
    elif len({line.division for line in group if line.division}) > 1:
        reason, field_name = _("The members of one household stand in different villages."), "village"
    elif first.row in wrong_rows:
        reason, field_name = (
            _("Held back, because row %(row)d of the same household is wrong.") % {"row": first.row},
            "",
        )
    if reason:
        ledger.wrong += [Wrong(line.row, field_name, reason) for line in group if line.row not in wrong_rows]
        return
    problems = len(ledger.wrong)
    phone = _phone(first.row, first.cells, "household_phone", ledger.wrong)
    since = _day(first.row, first.cells, "since", today, ledger.wrong)
    place = tuple(_degrees(first, column, limit, ledger.wrong) for column, limit in (("lon", 180), ("lat", 90)))
    enrolments = _enrolments(first, since, default_ledger, ledger.wrong)
    if len(ledger.wrong) != problems:
        held = _("Held back, because row %(row)d of the same household is wrong.") % {"row": first.row}
        ledger.wrong += [
            Wrong(line.row, "", held) for line in group if line is not first and line.row not in wrong_rows
        ]
        return
    good = [line for line in group if line.row not in wrong_rows and line.person]
    assert first.person is not None
    ledger.households.append(
        HouseholdIn(
            number=first.cells.get("number", "")[:30],
            division=first.division,
            address=first.cells.get("address", "")[:160],
            phone=phone or first.person.phone,
            lon=place[0],
            lat=place[1],
            members=tuple(replace(line.person) for line in good if line.person),
            enrolments=enrolments,
        )
    )
    ledger.rows.append([line.row for line in good])


def _degrees(line: Line, column: str, limit: int, wrong: list[Wrong]) -> float | None:
    given = line.cells.get(column, "")
    if not given:
        return None
    try:
        value = float(given)
    except ValueError:
        value = 999
    if abs(value) > limit:
        wrong.append(Wrong(line.row, column, _("Write degrees as a number, like 119.165.")))
        return None
    return value


def _enrolments(line: Line, since: dt.date | None, default_ledger: str, wrong: list[Wrong]) -> tuple[EnrolmentIn, ...]:
    kind = line.cells.get("kind", "")
    reason = line.cells.get("reason", "")[:120]
    if kind and kind not in LEDGERS_OF_KIND:
        wrong.append(
            Wrong(
                line.row,
                "kind",
                _("Unknown type of household. Known are: %(kinds)s…") % {"kinds": "、".join(list(LEDGERS_OF_KIND)[:9])},
            )
        )
        return ()
    ledgers = LEDGERS_OF_KIND[kind] if kind else ((default_ledger,) if default_ledger else ())
    return tuple(EnrolmentIn(ledger, since, reason) for ledger in ledgers)
