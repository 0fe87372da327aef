"""Rows inserted into a sheet, and everything below and beside it moved as a spreadsheet program would move it."""

import copy
import re
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from typing import Any, Final

from lxml import etree
from openpyxl.formula.translate import Translator
from openpyxl.utils.cell import column_index_from_string, get_column_letter

from renwang.foundation.sheets.engine.grids import Table
from renwang.foundation.sheets.engine.moving import Insertion, copied_formula, moved_area, moved_areas, moved_formula
from renwang.foundation.sheets.engine.own_form import WORKBOOK, OwnForm, placed
from renwang.foundation.sheets.engine.package import Element, each, local

_BEFORE_CALC: Final = [
    "fileVersion",
    "fileSharing",
    "workbookPr",
    "workbookProtection",
    "bookViews",
    "sheets",
    "functionGroups",
    "externalReferences",
    "definedNames",
]
_PLACE: Final = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


def insert_below(form: OwnForm, table: Table, rows: int) -> None:
    """Insert rows below the last row to be filled, dressed like it, its formulas going on; move all that lies below."""
    after = max(table.last, table.first - 1)
    by = Insertion(table.place, after, rows)
    part = form.parts[table.place]
    root = form.package.root(part)
    model = table.last if table.last >= table.first else table.bottom
    _move_rows(root, by)
    _copy_row(root, model, by, with_formulas=table.last >= table.first, printed=table.printed)
    _move_merges(root, by, has_rows=table.last >= table.first)
    for name, sheet_part in form.parts.items():
        _move_formulas(form.package.root(sheet_part), by, home=name)
    for defined in each(form.package.root(WORKBOOK), "definedName"):
        if defined.text:
            defined.text = _whole(defined.text, lambda text: moved_formula(text, by, home=""))
    _move_ranges(root, by)
    for kind, linked in form.package.links(part).values():
        if linked in form.package:
            _move_linked(form, kind, linked, by)


def plain_formulas(form: OwnForm, name: str) -> None:
    """Write out the formulas that cells of a sheet share, so that each may be moved and copied alone."""
    shared: dict[str, tuple[str, str]] = {}
    root = form.package.root(form.parts[name])
    for row, column, cell in placed(root):
        place = f"{get_column_letter(column)}{row}"
        for formula in cell:
            if local(formula) != "f" or formula.get("t") != "shared":
                continue
            if formula.text:
                shared[formula.get("si", "")] = (formula.text, place)
            elif formula.get("si", "") in shared:
                text, origin = shared[formula.get("si", "")]
                formula.text = Translator("=" + text, origin=origin).translate_formula(place)[1:]
            for key in ("t", "si", "ref"):
                formula.attrib.pop(key, None)


def work_out_anew(form: OwnForm) -> None:
    """Let every formula be worked out when the file is opened: what it showed was of an empty form."""
    for part in form.parts.values():
        root = form.package.root(part)
        for cell in each(root, "c"):
            if any(local(one) == "f" for one in cell):
                for value in [one for one in cell if local(one) == "v"]:
                    cell.remove(value)
                cell.attrib.pop("t", None)
    for kind, part in list(form.package.links(WORKBOOK).values()):
        if kind == "calcChain":
            form.package.drop(part, WORKBOOK)
    book = form.package.root(WORKBOOK)
    calc = next(each(book, "calcPr"), None)
    if calc is None:
        calc = etree.Element(book.tag.rpartition("}")[0] + "}calcPr")
        [one for one in book if local(one) in _BEFORE_CALC][-1].addnext(calc)
    calc.set("fullCalcOnLoad", "1")


def _whole(text: str, moved: Callable[[str], str]) -> str:
    """Return what a formula becomes; one that nobody can take apart stays as it is."""
    try:
        return moved(text)
    except (ValueError, IndexError, AssertionError, KeyError):
        return text


def _move_rows(root: Element, by: Insertion) -> None:
    for row in each(root, "row"):
        number = int(row.get("r", 0))
        if number <= by.after:
            continue
        row.set("r", str(by.row(number)))
        for cell in row:
            place = _PLACE.fullmatch(cell.get("r", ""))
            if place:
                cell.set("r", f"{place[1]}{by.row(int(place[2]))}")


def _copy_row(root: Element, model: int, by: Insertion, *, with_formulas: bool, printed: AbstractSet[int]) -> None:
    rows = {int(row.get("r", 0)): row for row in each(root, "row")}
    source = rows.get(model)
    if source is None:
        return
    last = source
    if by.after != model and by.after in rows:
        last = rows[by.after]
    for number in range(by.after + 1, by.after + by.rows + 1):
        fresh = copy.deepcopy(source)
        fresh.set("r", str(number))
        fresh.attrib.pop("hidden", None)  # what is filled is to be seen, though the office hid its spare rows
        for cell in fresh:
            place = _PLACE.fullmatch(cell.get("r", ""))
            if not place:
                continue
            cell.set("r", f"{place[1]}{number}")
            if with_formulas and column_index_from_string(place[1]) in printed:
                continue
            cell.attrib.pop("t", None)
            for part in list(cell):
                if local(part) == "f" and part.text and with_formulas:
                    text = part.text
                    if part.get("ref"):  # a formula of an array, of this cell alone
                        part.set("ref", f"{place[1]}{number}")
                    part.text = _whole(
                        text,
                        lambda told, at=place[0], to=f"{place[1]}{number}": copied_formula(told, at, to),  # type: ignore[misc]
                    )
                else:
                    cell.remove(part)
        last.addnext(fresh)
        last = fresh


def _move_merges(root: Element, by: Insertion, *, has_rows: bool) -> None:
    """Move merged cells; those over the whole list grow, those within its last row are made in each new row."""
    for holder in list(each(root, "mergeCells")):
        for merge in list(holder):
            ref = merge.get("ref", "")
            first, _, last = ref.partition(":")
            start, end = _PLACE.fullmatch(first), _PLACE.fullmatch(last)
            if start is None or end is None:
                continue
            if start[2] == end[2] == str(by.after):
                for number in range(by.after + 1, by.after + by.rows + 1):
                    fresh = copy.deepcopy(merge)
                    fresh.set("ref", f"{start[1]}{number}:{end[1]}{number}")
                    holder.append(fresh)
            elif has_rows or end[2] != str(by.after):
                merge.set("ref", moved_area(ref, by))
        holder.set("count", str(len(holder)))


def _move_formulas(root: Element, by: Insertion, *, home: str) -> None:
    for formula in each(root, "f", "formula", "formula1", "formula2"):
        # An ordinary formula's text is its own; those of a newer Excel's rules lie one level deeper and are found too.
        if not formula.text:
            continue
        row = _row_of(formula)
        if home == by.sheet and row is not None and by.after < row <= by.after + by.rows:
            continue  # copied for its own row already
        formula.text = _whole(formula.text, lambda text: moved_formula(text, by, home=home))
        if formula.get("ref") and home == by.sheet:
            formula.set("ref", moved_area(formula.get("ref"), by))


def _row_of(formula: Element) -> int | None:
    parent = formula.getparent()
    place = _PLACE.fullmatch(parent.get("r", "")) if parent is not None and local(parent) == "c" else None
    return int(place[2]) if place else None


def _move_ranges(root: Element, by: Insertion) -> None:
    for element in root.iter():
        name = local(element)
        if name in {"sheetData", "mergeCells", "row", "c", "v", "f", "is", "t", "mergeCell"}:
            continue
        if name in {"dimension", "autoFilter", "hyperlink", "sortState", "sortCondition"} and element.get("ref"):
            element.set("ref", moved_area(element.get("ref"), by))
        elif element.get("sqref"):
            element.set("sqref", moved_areas(element.get("sqref"), by))
        elif name == "sqref" and element.text:
            element.text = moved_areas(element.text, by)
        elif name == "brk" and local(element.getparent()) == "rowBreaks" and element.get("id", "").isdecimal():
            # A page that ends with the list ends with it still.
            element.set("id", str(by.end(int(element.get("id")))))


def _move_linked(form: OwnForm, kind: str, part: str, by: Insertion) -> None:
    """Move what lies in parts of their own: tables, notes, pictures and charts."""
    if kind in {"table", "comments", "threadedComment"}:
        for element in each(form.package.root(part), "table", "autoFilter", "comment", "threadedComment"):
            if element.get("ref"):
                element.set("ref", moved_area(element.get("ref"), by))
    elif kind in {"drawing", "vmlDrawing"}:
        _move_drawing(form.package.root(part), by)
        for kind_, chart in form.package.links(part).values():
            if kind_ == "chart" and chart in form.package:
                # What a chart draws grows with the list; what it last drew is drawn anew when the file is opened.
                _move_formulas(form.package.root(chart), by, home="")


def _move_drawing(root: Element, by: Insertion) -> None:
    for element in each(root, "row", "Row"):  # counted from 0
        if (element.text or "").strip().isdecimal():
            element.text = str(by.row(int(element.text.strip()) + 1) - 1)
    for element in each(root, "Anchor"):
        numbers: list[Any] = [one.strip() for one in (element.text or "").split(",")]
        if len(numbers) == 8 and all(one.isdecimal() for one in numbers):
            for place in (2, 6):
                numbers[place] = str(by.row(int(numbers[place]) + 1) - 1)
            element.text = ", ".join(numbers)
