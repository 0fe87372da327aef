"""Opening an office's ledger: its tables, what each column is taken for, and its rows as households, persons or organisations."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.db.models import Count

from renwang.foundation.access.queries import in_scope
from renwang.foundation.sheets.engine.faults import NoHeader, SheetFault
from renwang.foundation.sheets.engine.header import title_key
from renwang.foundation.sheets.engine.reading import Workbook, read_workbook
from renwang.foundation.sheets.engine.tables import Table, find_table

from ..models import Division, ImportBatch, ImportTrace, SavedColumn, SavedForm
from ..rules.particulars import STANDARD
from ..rules.places import Places, bare_place
from ..rules.reading import Layout
from ..rules.recognising import IGNORED, OTHER, Guess, Subjects, knows, recognise, subjects_of
from ..rules.verdicts import SHEET_STEP

MOST_SHEETS: Final = 200
_NAMES: Final = frozenset({"name", "head_name", "organisation"})
_REGISTER: Final = frozenset(
    [
        "number",
        "head_name",
        "name",
        "id_number",
        "relation",
        "sex",
        "born_on",
        "phone",
        "household_phone",
        "division",
        "township",
        "village",
        "address",
        "kind",
        "reason",
        "since",
        "lon",
        "lat",
        "credit_code",
        "organisation",
        "contact_name",
    ]
)


class NoNames(ValueError):
    """No column of the file holds names."""


@dataclass(slots=True)
class Opened:
    """A ledger that was opened. `guesses` are the columns of its first table, then those that only later sheets have."""

    book: Workbook
    tables: list[tuple[int, Table, list[Guess]]]  # place of the sheet in the file
    about: Subjects
    others: list[str] = field(default_factory=list)  # sheets with no table of names, and hidden ones

    @property
    def guesses(self) -> list[Guess]:
        """What each title of the file is taken for, each title once."""
        found: dict[str, Guess] = {}
        for _place, _table, guesses in self.tables:
            for guess in guesses:
                found.setdefault(title_key(guess.title), guess)
        return list(found.values())

    def close(self) -> None:
        """Let the file go: what it says has been read."""
        self.tables.clear()
        self.book.close()

    def mapping(self) -> dict[str, str | None]:
        """Return header → field, as the command line tells it; None for what is left out."""
        return {guess.title: None if guess.field == IGNORED else guess.field for guess in self.guesses}


def opened(
    content: bytes,
    filename: str,
    *,
    settle: Callable[[Sequence[str]], Mapping[str, str]] | None = None,
    about: str = "auto",
    places: Places | None = None,
) -> Opened:
    """Open a ledger and say what its columns mean; raises a SheetFault or NoNames. Every visible sheet with names is read.

    `settle` answers for the titles of a sheet what was settled of them before: title as compared → field.
    """
    book = read_workbook(content, filename)
    is_place = places.knows if places is not None else (lambda _name: False)
    fault: SheetFault | NoNames | None = None
    tables: list[tuple[int, Table, list[Guess]]] = []
    others = list(book.hidden)
    for place, name in enumerate(book.names[:MOST_SHEETS]):
        try:
            table = find_table(book.sheet(name), knows, filename=filename)
        except SheetFault as found:
            fault = fault or found
            others.append(name)
            continue
        settled = settle([title.text for title in table.titles]) if settle is not None else None
        guesses = recognise(table, saved=settled, is_place=is_place)
        if _NAMES & {guess.field for guess in guesses}:
            tables.append((place, table, guesses))
        else:
            fault = fault or NoNames()
            others.append(name)
    if not tables:
        raise fault or NoHeader(rows=30, expected="姓名、证件号码、联系电话")
    fields = {guess.field for _place, _table, guesses in tables for guess in guesses}
    return Opened(book, tables, subjects_of(fields) if about in ("", "auto") else Subjects(about), others)


def layout_of(table: Table, guesses: Sequence[Guess], about: Subjects) -> Layout:
    """Return where the fields of a table stand."""
    fields = {guess.field: guess.place for guess in guesses if guess.field in _REGISTER}
    if about is Subjects.PERSONS:
        # The register knows where each lives: with whom a list puts them says nothing of that.
        beside = {"number", "relation", *(["head_name"] if "name" in fields else [])}
        fields = {name: place for name, place in fields.items() if name not in beside}
    beyond = [
        (guess.field, guess.place, guess.holds.value, guess.field in STANDARD and STANDARD[guess.field].of_household)
        for guess in guesses
        if guess.field in STANDARD or guess.field.startswith(OTHER)
    ]
    return Layout(fields, beyond, table.year, persons_only=about is Subjects.PERSONS)


def data_rows(place: int, table: Table, ignored: list[int]) -> Iterator[tuple[int, Sequence[object]]]:
    """Yield the rows of data of one sheet under the numbers of the whole file; the numbers of the others go to `ignored`."""
    shift = place * SHEET_STEP
    for number, kind, cells in table.told():
        if kind == "data":
            yield shift + number, cells
        elif kind != "blank":
            ignored.append(shift + number)


def places_of(area: str) -> Places:
    """Return the divisions one may write in, by code and by name."""
    names: dict[str, str] = {}
    above: dict[str, str] = {}
    by_name: dict[str, list[str]] = defaultdict(list)
    inside = Division.objects.filter(in_scope("code", (area,)))
    for code, name, parent in inside.values_list("code", "name", "parent__name"):
        names[code], above[code] = name, parent or ""
        by_name[bare_place(name)].append(code)
    elsewhere = frozenset(Division.objects.exclude(in_scope("code", (area,))).values_list("code", flat=True))
    return Places(names, by_name, above, elsewhere, only=area if len(names) == 1 else "")


def forms_of(office: str) -> list[SavedForm]:
    """Return the forms an office has settled, the latest first."""
    return list(SavedForm.objects.filter(office=office).order_by("-saved_at", "name"))


def settled_for(batch: ImportBatch) -> Callable[[Sequence[str]], Mapping[str, str]]:
    """Return what answers for the titles of a workbook what was settled of them: title as compared → field.

    What the officer said of this very workbook comes first, then the form of that name, else the office's form that
    shares the most titles with it, six in ten at least.
    """
    own = {title_key(title): name for title, name in batch.columns.values_list("title", "field")} if batch.pk else {}

    def settle(titles: Sequence[str]) -> Mapping[str, str]:
        saved, _name = saved_columns(batch.office, titles, name=batch.mapping_name)
        return {**saved, **own}

    return settle


def saved_columns(office: str, titles: Sequence[str], *, name: str = "") -> tuple[dict[str, str], str]:
    """Return the columns of an office's form: the one of this name, or the one that shares the most titles."""
    forms: dict[str, dict[str, str]] = defaultdict(dict)
    rows = SavedColumn.objects.filter(form__office=office).order_by("form__saved_at")
    for form, key, code in rows.values_list("form__name", "key", "field"):
        forms[form][key] = code
    if name:
        return forms.get(name, {}), name
    keys = {title_key(title) for title in titles}
    best = max(forms, key=lambda form: len(keys & forms[form].keys()), default="")
    if best and keys and len(keys & forms[best].keys()) * 10 >= len(keys) * 6:
        return forms[best], best
    return {}, ""


def sheet_names(batch: ImportBatch) -> list[str]:
    """Return the names of a workbook's visible sheets, by their place."""
    return batch.sheets.split("\n") if batch.sheets else []


def kept_of(batch: ImportBatch) -> list[tuple[str, str, int]]:
    """Return what the undoing of an import kept: what it is, why, how many."""
    rows = ImportTrace.objects.filter(batch=batch).exclude(kept="").values_list("what", "kept")
    return [(what, why, count) for what, why, count in rows.annotate(Count("pk")).order_by("what", "kept")]


def where(number: int, names: Sequence[str]) -> tuple[str, int]:
    """Return the sheet and the row that a number of the whole file tells."""
    place, row = divmod(number, SHEET_STEP)
    return (names[place] if place < len(names) else "", row)
