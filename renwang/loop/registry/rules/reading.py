"""From the rows of a ledger to households, with what is wrong told per row and field: the value itself is never repeated.

Rows are read column by column, some thousand at a time: most words of a ledger stand in it a thousand times.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple

from .choices import Relation, Sex
from .households import EnrolmentIn, HouseholdIn, PersonIn
from .parsing import NOBODY, Born, column, parsers, particular, text_of
from .places import INHERITED, Places
from .programmes import LEDGERS_OF_KIND
from .verdicts import say

CHUNK = 5_000
Rows = Iterable[tuple[int, Sequence[object]]]
# What the row of the head says of the whole household.
_OF_HOME = ("address", "household_phone", "kind", "reason", "since", "lon", "lat")


class Wrong(NamedTuple):
    """What is wrong with one row: the field, and what was expected, as `verdicts.say` keeps it."""

    row: int
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each field stands (place from nought), and the columns beyond the register's: (code, place, holds, of household)."""

    fields: Mapping[str, int]
    particulars: Sequence[tuple[str, int, str, bool]] = ()
    year: int | None = None
    persons_only: bool = False


@dataclass(slots=True)
class Ledger:
    """What a workbook says. ``rows[i]`` are the row numbers of the members of ``households[i]``, in their order."""

    households: list[HouseholdIn] = field(default_factory=list)
    rows: list[list[int]] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)
    total: int = 0


class Line(NamedTuple):
    """One row as read: a person, and what it says of the household."""

    row: int
    person: PersonIn
    relation: Relation | None  # as told
    division: str
    number: str
    head: str
    home: tuple[Any, ...]  # in the order of _OF_HOME
    told: str  # particulars of the household


def read_ledger(rows: Rows, layout: Layout, places: Places, *, today: dt.date, default_ledger: str) -> Ledger:
    """Return households with their members, and what is wrong. A wrong head or place holds the whole household back."""
    ledger = Ledger()
    lines: list[Line] = []
    read = parsers(today, layout.year)
    told = _particulars(layout)
    source = iter(rows)
    while part := list(islice(source, CHUNK)):
        lines += _lines(part, layout, places, read, told, ledger.wrong)
    ledger.total = len(lines)
    _tell_doubles(lines, ledger.wrong)
    wrong_rows = {wrong.row for wrong in ledger.wrong}
    groups = [[line] for line in lines] if layout.persons_only else _grouped(lines)
    for group in groups:
        _take_in(group, ledger, wrong_rows, places, default_ledger, is_loose=layout.persons_only)
    return ledger


def _particulars(layout: Layout) -> tuple[list[tuple[str, int, Any]], list[tuple[str, int, Any]]]:
    own: list[tuple[str, int, Any]] = []
    home: list[tuple[str, int, Any]] = []
    for code, place, holds, of_household in sorted(layout.particulars):
        (home if of_household and not layout.persons_only else own).append(
            (code, place, particular(holds, layout.year))
        )
    return own, home


def _lines(
    part: list[tuple[int, Sequence[object]]],
    layout: Layout,
    places: Places,
    read: Mapping[str, Any],
    told: tuple[list[tuple[str, int, Any]], list[tuple[str, int, Any]]],
    wrong: list[Wrong],
) -> Iterator[Line]:
    numbers = [number for number, _cells in part]
    width = max(len(cells) for _number, cells in part)
    columns = list(
        zip(
            *[[*cells, *[""] * (width - len(cells))] if len(cells) < width else cells for _n, cells in part],
            strict=True,
        )
    )
    values: dict[str, list[Any]] = {}
    for name, place in layout.fields.items():
        if place < width:
            values[name], problems = column(columns[place], read.get(name, text_of))
            wrong += [Wrong(numbers[where], name, problem) for where, problem in problems]
    blank: list[Any] = [""] * len(part)
    nothing: list[Any] = [None] * len(part)
    names, heads = values.get("name") or values.get("head_name", blank), values.get("head_name", blank)
    if "name" in values and "head_name" in values:
        names = [name or head for name, head in zip(names, heads, strict=True)]
    codes = _divisions(numbers, values, places, blank, wrong)
    relations = _relations(values, names, heads)
    own, home = (_joined(columns, width, sources, blank) for sources in told)
    of_home = list(zip(*[values.get(name, nothing) for name in _OF_HOME], strict=True))
    told_ids = values.get("id_number", [NOBODY] * len(part))
    told_sexes = values.get("sex", [Sex.UNKNOWN] * len(part))
    told_days = values.get("born_on", nothing)
    _check(numbers, names, told_ids, told_sexes, told_days, wrong)
    for line in zip(
        numbers, names, relations, told_ids, told_sexes, told_days, values.get("phone", blank), own,
        codes, values.get("number", blank), heads, of_home, home, strict=True,
    ):  # fmt: skip
        row, name, relation, born, sex, day, phone, particulars, code, number, head, about, of_house = line
        person = PersonIn(
            name,
            relation or Relation.OTHER,
            born.value,
            sex if sex is not Sex.UNKNOWN or not born.value else Sex(born.sex),
            day or born.born_on,
            phone,
            particulars,
        )
        yield Line(row, person, relation, code, number, head, about, of_house)


def _joined(
    columns: Sequence[Sequence[object]], width: int, sources: list[tuple[str, int, Any]], blank: list[Any]
) -> list[str]:
    """Return what each row tells in an office's own columns: lines of code, tab, value."""
    texts: list[list[str]] = []
    for code, place, read in sources:
        if place < width:
            texts.append([f"{code}\t{text}" if (text := read(cell)) else "" for cell in columns[place]])
    return ["\n".join(filter(None, row)) for row in zip(*texts, strict=True)] if texts else blank


def _divisions(
    numbers: list[int], values: Mapping[str, list[Any]], places: Places, blank: list[Any], wrong: list[Wrong]
) -> list[str]:
    codes: list[str] = []
    named = (values.get("division", blank), values.get("village", blank), values.get("township", blank))
    for row, code, village, township in zip(numbers, *named, strict=True):
        found, where, problem = places.find(code, village, township)
        codes.append(found)
        if problem:
            wrong.append(Wrong(row, where, problem))
    return codes


def _relations(values: Mapping[str, list[Any]], names: list[str], heads: list[str]) -> list[Relation | None]:
    told: list[Relation | None] = values.get("relation") or [None] * len(names)
    if "relation" not in values and ("head_name" not in values or "name" not in values):
        return [Relation.HEAD] * len(names)  # a list of heads: one row, one household
    return [
        relation if relation is not None else Relation.HEAD if head == name else None
        for relation, head, name in zip(told, heads, names, strict=True)
    ]


def _check(
    numbers: list[int],
    names: list[str],
    ids: list[Born],
    sexes: list[Sex],
    days: list[dt.date | None],
    wrong: list[Wrong],
) -> None:
    for row, name, born, sex, day in zip(numbers, names, ids, sexes, days, strict=True):
        if not name:
            wrong.append(Wrong(row, "name", say("no_name")))
        if not born.value:
            continue
        if day and born.born_on and day.year != born.born_on.year:
            wrong.append(Wrong(row, "born_on", say("other_birth")))
        if sex is not Sex.UNKNOWN and sex.value != born.sex:
            wrong.append(Wrong(row, "sex", say("other_sex")))


def _tell_doubles(lines: Sequence[Line], wrong: list[Wrong]) -> None:
    first: dict[str, int] = {}
    for line in lines:
        number = line.person.id_number
        if number and first.setdefault(number, line.row) != line.row:
            told = say("same_id", row=first[number])
            wrong.append(Wrong(line.row, "id_number", told))


def _grouped(lines: Sequence[Line]) -> list[list[Line]]:
    """Return the rows of each household: by its number, else by the head's name, else from one head to the next."""
    groups: dict[tuple[str, ...], list[Line]] = {}
    last: tuple[str, ...] | None = None
    for line in lines:
        if line.number:
            last = ("number", line.number)
        elif line.relation is Relation.HEAD or last is None:
            last = ("row", str(line.row))
        elif line.head and groups[last][0].person.name != line.head:
            last = ("head", line.head, line.division)
        groups.setdefault(last, []).append(line)
    return list(groups.values())


def _take_in(
    group: list[Line], ledger: Ledger, wrong_rows: set[int], places: Places, default_ledger: str, *, is_loose: bool
) -> None:
    heads = [line for line in group if line.relation is Relation.HEAD]
    first = heads[0] if heads else group[0]
    divisions = list(dict.fromkeys(line.division for line in group if line.division not in ("", INHERITED)))
    reason, field_name = "", "relation"
    if len(heads) > 1:
        reason = say("two_heads", rows=", ".join(str(line.row) for line in heads))
    elif not heads:
        reason = say("no_head")
    elif len(divisions) > 1:
        reason, field_name = say("parted_household"), "village"
    elif first.row in wrong_rows:
        reason = say("held_back", row=first.row)
        field_name = ""
    elif not divisions and not places.only and not is_loose:
        reason, field_name = say("no_village"), "village"
    if reason:
        ledger.wrong += [Wrong(line.row, field_name, reason) for line in group if line.row not in wrong_rows]
        return
    good = [line for line in group if line.row not in wrong_rows] if wrong_rows else group
    # Ledgers say what is the household's on the row of its head, some on the first row, some on every one.
    home = defaultdict[str, Any](lambda: None)
    for line in (first, *group):
        for name, value in zip(_OF_HOME, line.home, strict=True):
            home[name] = home[name] if home[name] not in (None, "") else value
        if line is group[0] and all(home[name] not in (None, "") for name in _OF_HOME):
            break
    told = first.told or next((line.told for line in group if line.told), "")
    ledger.households.append(
        HouseholdIn(
            number=first.number[:30],
            division=divisions[0] if divisions else places.only,
            address=(home["address"] or "")[:160],
            phone=home["household_phone"] or first.person.phone,
            lon=home["lon"],
            lat=home["lat"],
            members=tuple(line.person for line in good),
            enrolments=_enrolments(home, default_ledger),
            particulars=told,
            is_loose=is_loose,
        )
    )
    ledger.rows.append([line.row for line in good])


def _enrolments(home: Mapping[str, Any], default_ledger: str) -> tuple[EnrolmentIn, ...]:
    kind = home["kind"]
    ledgers = LEDGERS_OF_KIND[kind] if kind else ((default_ledger,) if default_ledger else ())
    return tuple(EnrolmentIn(ledger, home["since"], (home["reason"] or "")[:120]) for ledger in ledgers)
