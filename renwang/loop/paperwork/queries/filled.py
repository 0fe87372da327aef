"""A form filled: its rows or its totals read, written into the office's own file, and every figure with what it counts."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from renwang.foundation.access.rules import Actor
from renwang.foundation.documents.engine.word_form import fill_word
from renwang.foundation.sheets.engine.cells import Value
from renwang.foundation.sheets.engine.filling import MOST_ROWS, TooManyToFill, fill_sheet
from renwang.foundation.sheets.engine.grids import Table
from renwang.foundation.sheets.engine.package import Mark
from renwang.loop.registry.models import Division
from renwang.loop.registry.rules.places import bare_place

from ..rules import PLACES, Field, FileKind, Level, OpensTo, check_fillable
from .lines import Look, Wanted, lines
from .scope import check_programme
from .totals import Over, places, totals

PartSums = Mapping[int, Mapping[int, Value]]


@dataclass(frozen=True, kw_only=True)
class Task:
    """What is to be filled: an office's file, what its columns hold, for whom, over what."""

    content: bytes
    kind: FileKind
    table: Table
    level: Level
    columns: Mapping[int, Field]  # by position from 1; those left empty are not in it
    viewer: Actor
    area: str
    day: date
    now: datetime
    mark: Mark
    programme: str = ""
    office: str = ""
    opens_sealed: bool = False


@dataclass(frozen=True, slots=True)
class FigureMade:
    """One figure of the filled form, to be frozen with it."""

    row: int
    position: int
    division: str
    title: str
    field: str
    value: Decimal
    opens_to: OpensTo | None
    ids: tuple[int, ...]


@dataclass
class Made:
    """A filled form: the file, how many rows, its figures, whose sealed fields were opened, what was left out and why."""

    content: bytes
    rows: int
    figures: list[FigureMade]
    looks: list[Look] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def filled(task: Task, *, report: Callable[[int], None] | None = None) -> Made:
    """Return a form filled; raises TooManyToFill, CannotDo, a SheetFault. Writes nothing: who opens sealed fields logs ``looks``."""
    check_programme(task.viewer, task.programme)
    check_fillable(task.table, task.level, task.columns)
    if task.level in PLACES:
        return _with_totals(task)
    return _with_lines(task, report)


def _with_lines(task: Task, report: Callable[[int], None] | None) -> Made:
    wanted = _wanted(task)
    rows: list[dict[int, Value]] = []
    ids: list[int] = []
    looks: list[Look] = []
    sums: dict[int, Value] = {}
    for line in lines(wanted, report=report):
        row = {position: line.values[one.code] for position, one in task.columns.items()}
        rows.append(row)
        ids.append(line.subject_id)
        looks += line.looks
        if len(rows) > MOST_ROWS:
            raise TooManyToFill(MOST_ROWS)  # before the rest of a district is read for nothing
        for position, one in task.columns.items():
            value = row[position]
            if one.code.endswith("_count") and isinstance(value, int):
                sums[position] = int(str(sums.get(position, 0))) + value
    figure = FigureMade(
        row=1,
        position=0,
        division="",
        title=str(_("Rows")),
        field="",
        value=Decimal(len(rows)),
        opens_to=OpensTo.HOUSEHOLD if task.level is Level.HOUSEHOLD else OpensTo.PERSON,
        ids=tuple(ids),
    )
    notes = [] if rows else [_("Nobody stands on this list in this area on this day.")]
    return Made(_written(task, rows, {}, sums), len(rows), [figure], sorted(set(looks)), notes)


def _wanted(task: Task) -> Wanted:
    return Wanted(
        viewer=task.viewer,
        area=task.area,
        day=task.day,
        now=task.now,
        level=task.level,
        fields=list({one.code: one for one in task.columns.values()}.values()),
        programme=task.programme,
        office=task.office,
        opens_sealed=task.opens_sealed,
    )


def _with_totals(task: Task) -> Made:
    rows = places(area=task.area, level=task.level)
    over = Over(task.viewer, task.area, task.day, task.now, task.programme)
    counted = {position: one for position, one in task.columns.items() if one.group != "place"}
    found = totals(over, [one.code for one in counted.values()], rows)
    where, notes = _rows_of_places(task, rows)
    labels = {position: one.code for position, one in task.columns.items() if one.group == "place"}
    titles = {title.column: title.path for title in task.table.titles}
    body: dict[int, dict[int, Value]] = {}
    figures: list[FigureMade] = []
    sums: dict[int, Value] = {}
    unknown: set[str] = set()
    for number, place in enumerate(rows, 1):
        row: dict[int, Value] = {}
        if where is None:
            row |= {position: _label(code, place) for position, code in labels.items()}
        for position, one in counted.items():
            count = found.get((place.code, one.code))
            if count is None:
                unknown.add(str(one.label))
                continue
            row[position] = _plain(count.value)
            if where is not None and place.code not in where:
                continue  # what does not stand in the file is no figure of it
            named = titles.get(position, "")
            figures.append(
                FigureMade(number, position, place.code, named, one.code, count.value, count.opens_to, tuple(count.ids))
            )
            # What the sum says is the sum of the rows that stand over it, and of nothing else.
            if count.adds_up and (where is None or place.code in where):
                sums[position] = _plain(Decimal(str(sums.get(position, 0))) + count.value)
        if where is None:
            body[number] = row
        elif place.code in where:
            body[where[place.code]] = row
    if unknown:
        notes.append(_("Not counted for this day, left empty: %(names)s.") % {"names": "、".join(sorted(unknown))})
    if where is not None:
        parts = _sums_of_parts(task, body, sums.keys())
        return Made(_written(task, [], body, sums, parts), len(body), figures, notes=notes)
    return Made(_written(task, list(body.values()), {}, sums), len(rows), figures, notes=notes)


def _rows_of_places(task: Task, rows: Sequence[Division]) -> tuple[dict[str, int] | None, list[str]]:
    """Return in which row of the form each place stands, and which names nobody knows; None where the form names no place."""
    named, above = _named(task)
    if not named:
        return None, []
    by_name: dict[str, list[Division]] = {}
    for place in rows:
        for name in {bare_place(place.name), bare_place(place.name_en)} - {""}:
            by_name.setdefault(name, []).append(place)
    where: dict[str, int] = {}
    notes: list[str] = []
    for row, text in named.items():
        found = by_name.get(bare_place(text), [])
        if len(found) > 1 and above.get(row):
            # Two villages of one name: the subdistrict that the form tells, in this row or further up, says which.
            street = bare_place(above[row])
            found = [
                one
                for one in found
                if one.parent and street in {bare_place(one.parent.name), bare_place(one.parent.name_en)}
            ]
        if len(found) == 1 and found[0].code not in where:
            where[found[0].code] = row
        else:
            notes.append(
                _("Row %(row)d: “%(name)s” is no place of this area, or the name of several; it was left empty.")
                % {"row": row, "name": text[:20]}
            )
    left = [place.called for place in rows if place.code not in where]
    if left:
        notes.append(_("Without a row in the form: %(names)s.") % {"names": "、".join(left[:20])})
    return where, notes


def _named(task: Task) -> tuple[dict[int, str], dict[int, str]]:
    """Return the name of the place that stands in each row, and of the subdistrict over it as far as one is told."""
    of_field = {one.code: position for position, one in task.columns.items() if one.code in ("village", "township")}
    own = of_field.get("village" if task.level is Level.VILLAGE else "township")
    columns = {own} if own is not None else set(of_field.values())
    labels = task.table.labels
    named = {
        row: text for row, told in labels.items() for column, text in told.items() if column in columns or not columns
    }
    above: dict[int, str] = {}
    told = ""
    for row in sorted(labels):
        told = labels[row].get(of_field.get("township", 0), told)
        above[row] = told
    return named, above


def _sums_of_parts(task: Task, body: Mapping[int, Mapping[int, Value]], adds_up: Collection[int]) -> PartSums:
    """Return what goes into the rows for the sum of a part: of the rows over it, in the columns that add up."""
    return {
        row: {
            position: _plain(
                sum((Decimal(str(body[one].get(position) or 0)) for one in over if one in body), Decimal())
            )
            for position in adds_up
        }
        for row, over in task.table.part_sums.items()
        if over
    }


def _label(code: str, place: Division) -> Value:
    if code == "division":
        return place.code
    if code == "township":
        return place.called if place.level == "street" else (place.parent.called if place.parent else None)
    return place.called


def _plain(value: Decimal) -> Value:
    return int(value) if value == value.to_integral_value() else float(value)


def _written(
    task: Task,
    rows: Sequence[Mapping[int, Value]],
    labelled: Mapping[int, Mapping[int, Value]],
    sums: Mapping[int, Value],
    part_sums: PartSums | None = None,
) -> bytes:
    if task.kind is FileKind.DOCX:
        return fill_word(
            task.content, task.table, rows, mark=task.mark, labelled=labelled, sums=sums, part_sums=part_sums
        )
    return fill_sheet(
        task.content,
        task.table,
        rows,
        mark=task.mark,
        mark_sheet=_("About this copy"),
        labelled=labelled,
        sums=sums,
        part_sums=part_sums,
    )
