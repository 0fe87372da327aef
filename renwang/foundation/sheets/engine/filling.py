"""Filling an office's own workbook: values into its rows, rows inserted where there are too few, nothing else touched.

The XML of the sheet is edited in place. What a library that reads and writes a whole workbook would lose on the way
(charts, pictures, printer settings, the rules of newer Excels) is never opened. Text is written as text: `=cmd|…` is not run,
and 990704195001010017 keeps its digits.
"""

import copy
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from lxml import etree
from openpyxl.utils.cell import get_column_letter
from openpyxl.utils.datetime import to_excel

from renwang.foundation.sheets.engine.caps import Caps
from renwang.foundation.sheets.engine.cells import Value
from renwang.foundation.sheets.engine.grids import Table
from renwang.foundation.sheets.engine.inserting import insert_below, plain_formulas, work_out_anew
from renwang.foundation.sheets.engine.own_form import FORM_CAPS, WORKBOOK, OwnForm, placed
from renwang.foundation.sheets.engine.package import Element, Mark, each, legal, local
from renwang.foundation.sheets.engine.writing import LONGEST_TEXT

MOST_ROWS: Final = 20_000
SHEET_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"


class TooManyToFill(ValueError):
    """More rows than a form takes."""


def fill_sheet(
    data: bytes,
    table: Table,
    rows: Sequence[Mapping[int, Value]],
    *,
    mark: Mark,
    mark_sheet: str,
    labelled: Mapping[int, Mapping[int, Value]] | None = None,
    sums: Mapping[int, Value] | None = None,
    part_sums: Mapping[int, Mapping[int, Value]] | None = None,
    caps: Caps = FORM_CAPS,
) -> bytes:
    """Return the workbook filled: ``rows`` of {column: value} one below the other, ``labelled`` into rows that are there.

    Formulas stay as they are; those of the last row go on into the rows that are inserted. ``sums`` go into the empty
    cells of the rows for the sum, ``part_sums`` (by row) into those of its parts, where the rows are there already. Serial
    columns count. ``mark_sheet`` is the name of the hidden sheet that says whose copy it is. Raises TooManyToFill, and a
    SheetFault as OwnForm does.
    """
    if len(rows) > MOST_ROWS:
        raise TooManyToFill(MOST_ROWS)
    form = OwnForm(data, caps)
    root = form.package.root(form.parts[table.place])
    serials = {title.column for title in table.titles if title.is_serial} | table.counted
    places = _places(table, rows, labelled or {})
    extra = max(0, len(places) - (table.last - table.first + 1)) if rows else 0
    plain_formulas(form, table.place)
    if extra:
        insert_below(form, table, extra)
    body = _Body(form, root)
    for row in table.samples:
        body.clear(row)
    for number, (row, values) in enumerate(places, 1):
        told: dict[int, Value] = {column: value for column, value in values.items() if value not in (None, "")}
        for column in serials:
            told.setdefault(column, number)
        for column, value in told.items():
            body.write(row, column, value)
    for row in table.sums:
        for column, value in (sums or {}).items():
            body.write_where_empty(row + extra if row > table.last else row, column, value)
    for row, told_of_part in (part_sums or {}).items():
        for column, value in told_of_part.items():
            body.write_where_empty(row, column, value)
    work_out_anew(form)
    form.package.mark(mark)
    _add_mark_sheet(form, mark, mark_sheet)
    _add_footer(root, mark)
    return form.package.bytes()


def _places(
    table: Table, rows: Sequence[Mapping[int, Value]], labelled: Mapping[int, Mapping[int, Value]]
) -> list[tuple[int, Mapping[int, Value]]]:
    if not rows:
        return sorted(labelled.items())
    return [(table.first + place, values) for place, values in enumerate(rows)]


class _Body:
    """The cells of a sheet by place, made where they are missing."""

    def __init__(self, form: OwnForm, root: Element) -> None:
        self._form = form
        self._name = root.tag.rpartition("}")[0] + "}" if "}" in root.tag else ""
        self._sheet = next(each(root, "sheetData"))
        self._rows: dict[int, Element] = {}
        number = 0
        for row in self._sheet:
            if local(row) == "row":
                number = int(row.get("r", 0)) or number + 1
                self._rows[number] = row
        self._numbers = sorted(self._rows)
        self._cells = {(row, column): cell for row, column, cell in placed(root)}
        self._columns: dict[int, list[int]] = {}  # of each row, in order
        for at, column in sorted(self._cells):
            self._columns.setdefault(at, []).append(column)

    def write(self, row: int, column: int, value: Value) -> None:
        """Write a value, unless a formula or a title stands there (a sample may be written over)."""
        cell = self._cells.get((row, column))
        if cell is None:
            cell = self._made(row, column)
        if any(local(part) == "f" for part in cell):
            return
        for part in list(cell):
            cell.remove(part)
        cell.attrib.pop("t", None)
        if isinstance(value, date):  # a datetime is one too
            self._write_date(cell, value)
        elif isinstance(value, bool):
            cell.set("t", "b")
            etree.SubElement(cell, self._name + "v").text = "1" if value else "0"
        elif isinstance(value, int | float):
            etree.SubElement(cell, self._name + "v").text = repr(value)
        else:
            self._write_text(cell, str(value))

    def write_where_empty(self, row: int, column: int, value: Value) -> None:
        """Write a value into a cell in which nothing stands."""
        cell = self._cells.get((row, column))
        if cell is None or not self._form.text(cell).strip():
            self.write(row, column, value)

    def clear(self, row: int) -> None:
        """Empty a row that shows how to fill in; its formulas stay."""
        for column in self._columns.get(row, ()):
            cell = self._cells[row, column]
            if not any(local(part) == "f" for part in cell):
                for part in list(cell):
                    cell.remove(part)
                cell.attrib.pop("t", None)

    def _write_date(self, cell: Element, value: date) -> None:
        if isinstance(value, datetime):
            value = value.replace(tzinfo=None)
        if self._form.is_dated(cell.get("s", "0")):
            etree.SubElement(cell, self._name + "v").text = repr(to_excel(value))
        else:
            self._write_text(
                cell, value.isoformat(" ", "minutes") if isinstance(value, datetime) else value.isoformat()
            )

    def _write_text(self, cell: Element, text: str) -> None:
        text = legal(text)
        if len(text) > LONGEST_TEXT // 2:
            text = text[: LONGEST_TEXT // 2 - 1] + "…"
        cell.set("t", "inlineStr")
        inner = etree.SubElement(etree.SubElement(cell, self._name + "is"), self._name + "t")
        inner.text = text
        inner.set(_SPACE, "preserve")

    def _made(self, row: int, column: int) -> Element:
        line = self._rows.get(row)
        if line is None:
            line = etree.Element(self._name + "row", r=str(row))
            before = bisect_left(self._numbers, row)
            if before:
                self._rows[self._numbers[before - 1]].addnext(line)
            else:
                self._sheet.insert(0, line)
            self._numbers.insert(before, row)
            self._rows[row] = line
        cell = etree.Element(self._name + "c", r=f"{get_column_letter(column)}{row}")
        columns = self._columns.setdefault(row, [])
        left = bisect_left(columns, column)
        if left:
            self._cells[row, columns[left - 1]].addnext(cell)
        else:
            line.insert(0, cell)
        columns.insert(left, column)
        self._cells[row, column] = cell
        return cell


def _add_footer(root: Element, mark: Mark) -> None:
    """Print whose copy it is at the foot of each page, where the form prints nothing there itself."""
    if any(local(one) in {"oddFooter", "evenFooter", "firstFooter"} and one.text for one in root.iter()):
        return
    name = root.tag.rpartition("}")[0] + "}"
    found = next(each(root, "headerFooter"), None)
    if found is None:
        found = etree.Element(name + "headerFooter")
        # The order of a sheet's parts is fixed: it comes after the page setup, before the breaks and all that follows.
        before = {"pageSetup", "pageMargins", "printOptions", "hyperlinks", "dataValidations", "conditionalFormatting"}
        before |= {"phoneticPr", "mergeCells", "customSheetViews", "dataConsolidate", "sortState", "autoFilter"}
        before |= {"scenarios", "protectedRanges", "sheetProtection", "sheetCalcPr", "sheetData"}
        last = [part for part in root if local(part) in before][-1]
        last.addnext(found)
    for blank in [part for part in found if local(part) == "oddFooter"]:
        found.remove(blank)
    footer = etree.Element(name + "oddFooter")
    footer.text = "&L&8" + legal(mark.line).replace("&", "&&")[:200]
    heads = [part for part in found if local(part) == "oddHeader"]
    if heads:
        heads[0].addnext(footer)
    else:
        found.insert(0, footer)


def _add_mark_sheet(form: OwnForm, mark: Mark, name: str) -> None:
    """Add a hidden sheet that says who took the copy, when and why; one of that name is written anew."""
    book = form.package.root(WORKBOOK)
    space = book.tag.rpartition("}")[0] + "}"
    body = etree.Element(space + "worksheet", nsmap={None: space.strip("{}")})
    data: Any = etree.SubElement(body, space + "sheetData")
    for number, text in enumerate((mark.line, mark.who, mark.at, mark.why), 1):
        cell = etree.SubElement(etree.SubElement(data, space + "row", r=str(number)), space + "c", r=f"A{number}")
        cell.set("t", "inlineStr")
        etree.SubElement(etree.SubElement(cell, space + "is"), space + "t").text = legal(text)
    sheets = next(each(book, "sheets"))
    taken = {sheet.get("name") for sheet in sheets}
    while name in taken:
        name += "_"
    part = "xl/worksheets/renwang-mark.xml"
    while part in form.package:
        part = part.replace(".xml", "-.xml")
    form.package.add(part, etree.tostring(body, xml_declaration=True, encoding="UTF-8", standalone=True), SHEET_TYPE)
    id_ = form.package.link(WORKBOOK, "worksheet", part.removeprefix("xl/"))
    sheet = copy.copy(sheets[0])
    for key in list(sheet.attrib):
        if not key.endswith("}id"):
            del sheet.attrib[key]
        else:
            sheet.set(key, id_)
    number = max((int(one.get("sheetId", 0)) for one in sheets), default=0) + 1
    sheet.set("name", name)
    sheet.set("sheetId", str(number))
    sheet.set("state", "hidden")
    sheets.append(sheet)
