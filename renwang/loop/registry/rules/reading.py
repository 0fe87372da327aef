"""From the rows of a ledger to households, with what is wrong told per row and field: the value itself is never repeated.

Rows are read column by column, some thousand at a time: most words of a ledger stand in it a thousand times.
"""

import datetime as dt
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

from ..engine.packing import Passing
from .choices import Relation, Sex
from .households import EnrolmentIn, HouseholdIn, PersonIn
from .parsing import NOBODY, Born, Remembered, column, parsers, particular, text_of
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


class Line(NamedTuple):
    """One row as read: a person, and what it says of the household."""

    row: int
    name: str
    relation: Relation | None  # as told
    id_number: str
    sex: Sex
    born_on: dt.date | None
    phone: str
    particulars: str
    division: str
    number: str
    head: str
    home: tuple[Any, ...]  # in the order of _OF_HOME
    told: str  # particulars of the household

    def person(self) -> PersonIn:
        """Return whom the row tells of."""
        return PersonIn(
            self.name, self.relation or Relation.OTHER, self.id_number, self.sex, self.born_on, self.phone, self.particulars
        )  # fmt: skip


class Read(NamedTuple):
    """A household as read. `rows` are those of its members, in their order; `last` the last that tells of it, a wrong one too."""

    household: HouseholdIn
    rows: list[int]
    last: int


class Reading:
    """The rows of a workbook, sheet by sheet, on their way to households; between the two they are kept as bytes.

    The rows of one household may stand anywhere: so all rows are read before the first household is told.
    """

    def __init__(self, places: Places, *, today: dt.date, default_ledger: str) -> None:
        self.wrong: list[Wrong] = []
        self.total = 0
        self._places = places
        self._today = today
        self._default_ledger = default_ledger
        self._parts: Passing[Any] = Passing()  # of (group, row), by some thousand
        self._wrong_rows: set[int] = set()
        self._numbers: dict[str, int] = {}  # ID number: the row it was seen in first
        self._groups: dict[tuple[str, ...], int] = {}
        self._names: list[str] = []  # of each group's first row
        self._sizes = array("l")

    def read(self, rows: Rows, layout: Layout) -> None:
        """Read the rows of one sheet."""
        read = parsers(self._today, layout.year)
        told = _particulars(layout)
        source = iter(rows)
        last: int | None = None
        while part := list(islice(source, CHUNK)):
            kept: list[tuple[int, tuple[Any, ...]]] = []
            for line in _lines(part, layout, self._places, read, told, self.wrong):
                last = self._new_group(line[1]) if layout.persons_only else self._group_of(line, last)
                self._sizes[last] += 1
                kept.append((last, line))
                number = line[3]
                if number and self._numbers.setdefault(number, line[0]) != line[0]:
                    self.wrong.append(Wrong(line[0], "id_number", say("same_id", row=self._numbers[number])))
            self._parts.put([layout.persons_only, *kept])
            self.total += len(kept)

    def households(self) -> Iterator[Read]:
        """Yield the households in the order of their last rows, and note what is wrong with them. May be asked for once.

        A wrong head or place holds the whole household back.
        """
        self._wrong_rows = {wrong.row for wrong in self.wrong}
        self._numbers.clear()
        self._groups.clear()
        self._names.clear()
        waiting: dict[int, list[Line]] = {}
        for is_loose, *part in self._parts.taken():
            for group, line in part:
                lines = waiting.setdefault(group, [])
                lines.append(Line._make(line))
                if len(lines) < self._sizes[group]:
                    continue
                del waiting[group]
                found = self._taken_in(lines, is_loose=is_loose)
                if found is not None:
                    yield Read(found[0], found[1], line[0])

    def _group_of(self, line: tuple[Any, ...], last: int | None) -> int:
        """Return the household of a row: by its number, else by the head's name, else from one head to the next."""
        name, relation, division, number, head = line[1], line[2], line[8], line[9], line[10]
        if number:
            key: tuple[str, ...] = (number,)
        elif relation is Relation.HEAD or last is None:
            return self._new_group(name)
        elif head and self._names[last] != head:
            key = (head, division)
        else:
            return last
        found = self._groups.get(key)
        if found is None:
            found = self._groups[key] = self._new_group(name)
        return found

    def _new_group(self, name: str) -> int:
        self._names.append(name)
        self._sizes.append(0)
        return len(self._names) - 1

    def _taken_in(self, group: list[Line], *, is_loose: bool) -> tuple[HouseholdIn, list[int]] | None:
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
        elif first.row in self._wrong_rows:
            reason = say("held_back", row=first.row)
            field_name = ""
        elif not divisions and not self._places.only and not is_loose:
            reason, field_name = say("no_village"), "village"
        if reason:
            self.wrong += [Wrong(line.row, field_name, reason) for line in group if line.row not in self._wrong_rows]
            return None
        good = [line for line in group if line.row not in self._wrong_rows] if self._wrong_rows else group
        # Ledgers say what is the household's on the row of its head, some on the first row, some on every one.
        home = defaultdict[str, Any](lambda: None)
        for line in (first, *group):
            for name, value in zip(_OF_HOME, line.home, strict=True):
                home[name] = home[name] if home[name] not in (None, "") else value
            if line is group[0] and all(home[name] not in (None, "") for name in _OF_HOME):
                break
        told = first.told or next((line.told for line in group if line.told), "")
        found = HouseholdIn(
            number=first.number,
            division=divisions[0] if divisions else self._places.only,
            address=(home["address"] or "")[:160],
            phone=home["household_phone"] or first.phone,
            lon=home["lon"],
            lat=home["lat"],
            members=tuple(line.person() for line in good),
            enrolments=_enrolments(home, self._default_ledger),
            particulars=told,
            is_loose=is_loose,
        )
        return found, [line.row for line in good]


def _particulars(layout: Layout) -> tuple[list[tuple[int, Remembered]], list[tuple[int, Remembered]]]:
    own: list[tuple[int, Remembered]] = []
    home: list[tuple[int, Remembered]] = []
    for code, place, holds, of_household in sorted(layout.particulars):
        (home if of_household and not layout.persons_only else own).append(
            (place, particular(code, holds, layout.year))
        )
    return own, home


def _lines(
    part: list[tuple[int, Sequence[object]]],
    layout: Layout,
    places: Places,
    read: Mapping[str, Any],
    told: tuple[list[tuple[int, Remembered]], list[tuple[int, Remembered]]],
    wrong: list[Wrong],
) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a part in the order of `Line`."""
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
    for row, name, relation, born, sex, day, phone, particulars, code, number, head, about, of_house in zip(
        numbers, names, relations, told_ids, told_sexes, told_days, values.get("phone", blank), own,
        codes, values.get("number", blank), heads, of_home, home, strict=True,
    ):  # fmt: skip
        yield (
            row,
            name,
            relation,
            born.value,
            sex if sex is not Sex.UNKNOWN or not born.value else Sex(born.sex),
            day or born.born_on,
            phone,
            particulars,
            code,
            number,
            head,
            about,
            of_house,
        )


def _joined(
    columns: Sequence[Sequence[object]], width: int, sources: list[tuple[int, Remembered]], blank: list[Any]
) -> list[str]:
    """Return what each row tells in an office's own columns: lines of code, tab, value."""
    texts: list[list[str]] = []
    for place, read in sources:
        if place < width:
            texts.append(read.all(columns[place]))
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


def _enrolments(home: Mapping[str, Any], default_ledger: str) -> tuple[EnrolmentIn, ...]:
    kind = home["kind"]
    ledgers = LEDGERS_OF_KIND[kind] if kind else ((default_ledger,) if default_ledger else ())
    return tuple(EnrolmentIn(ledger, home["since"], (home["reason"] or "")[:120]) for ledger in ledgers)
