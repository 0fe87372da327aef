"""An office's own empty workbook, read as the grids that its sheets are."""

from collections.abc import Iterable, Mapping
from typing import Final

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.cell import column_index_from_string, range_boundaries

from renwang.foundation.sheets.engine.caps import MB, Caps, check_archive, check_size
from renwang.foundation.sheets.engine.faults import BrokenWorkbook, EmptySheet, NotAWorkbook, OtherWorkbook
from renwang.foundation.sheets.engine.grids import Grid
from renwang.foundation.sheets.engine.package import Element, Package, each, local
from renwang.foundation.sheets.engine.reading import EMPTY_ZIP, OLE, ZIP, read_workbook

WORKBOOK: Final = "xl/workbook.xml"
# An empty form is a page or two; what is bigger is a ledger, or a trick.
FORM_CAPS: Final = Caps(zipped=8 * MB, unzipped=40 * MB, rows=20_000, columns=300, cells=400_000)
MOST_MERGES: Final = 20_000


class OwnForm:
    """A workbook that may be read as grids and changed: see `filling.fill_sheet`."""

    def __init__(self, data: bytes, caps: Caps = FORM_CAPS) -> None:
        check_size(len(data), caps)
        if not data.startswith((ZIP, EMPTY_ZIP)):
            if data.startswith(OLE):
                read_workbook(data, "form.xls", caps)  # raises for a password, for macros, for Word
                raise OtherWorkbook(found="xls")
            raise NotAWorkbook(found="unknown")
        check_archive(data, caps)
        self.package = Package(data)
        book = self.package.root(WORKBOOK)
        links = self.package.links(WORKBOOK)
        self.parts: dict[str, str] = {}
        self.hidden: set[str] = set()
        for sheet in each(book, "sheet"):
            id_ = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), "")
            kind, part = links.get(id_, ("", ""))
            if kind == "worksheet" and part in self.package:
                self.parts[sheet.get("name", "")] = part
                if sheet.get("state", "visible") != "visible":
                    self.hidden.add(sheet.get("name", ""))
        if not self.parts:
            raise EmptySheet(name="")
        self._strings = _strings(self.package, links.values())
        self._framed, self._dated = _styles(self.package, links.values())

    def grids(self) -> list[Grid]:
        """Return the visible sheets (all, where none is) as grids, in their order."""
        names = [name for name in self.parts if name not in self.hidden] or list(self.parts)
        return [self.grid(name) for name in names]

    def grid(self, name: str) -> Grid:
        """Return one sheet as a grid."""
        root = self.package.root(self.parts[name])
        cells: dict[tuple[int, int], str] = {}
        formulas: set[tuple[int, int]] = set()
        framed: set[int] = set()
        for row, column, cell in placed(root):
            if int(cell.get("s", "0") or 0) in self._framed:
                framed.add(row)
            if any(local(part) == "f" for part in cell):
                formulas.add((row, column))
            text = self.text(cell)
            if text.strip():
                cells[row, column] = text
        rows = [row for row, _column in cells] + list(framed)
        columns = [column for _row, column in cells]
        merges = []
        for merge in each(root, "mergeCell"):
            try:
                left, top, right, bottom = range_boundaries(merge.get("ref", ""))
            except (ValueError, TypeError):
                raise BrokenWorkbook(found="xml") from None
            merges.append((top, left, bottom, right))
        if len(merges) > MOST_MERGES:
            raise BrokenWorkbook(found="xml")
        return Grid(
            name,
            max(rows, default=0),
            max([*columns, *(area[3] for area in merges if cells.get((area[0], area[1])))], default=0),
            cells,
            tuple(merges),
            frozenset(formulas),
            frozenset(framed),
        )

    def text(self, cell: Element) -> str:
        """Return what a cell shows, as text; of a formula what was last worked out."""
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            return "".join(part.text or "" for part in each(cell, "t"))
        value = next((part.text or "" for part in cell if local(part) == "v"), "")
        if kind == "s":
            number = int(value) if value.isdecimal() else -1
            return self._strings[number] if 0 <= number < len(self._strings) else ""
        return value

    def is_dated(self, style: str) -> bool:
        """Answer whether a style shows a number as a date."""
        return int(style or 0) in self._dated


def placed(root: Element) -> list[tuple[int, int, Element]]:
    """Return every cell of a sheet with its row and column, from 1."""
    found = []
    last_row = 0
    for row in each(root, "row"):
        number = row.get("r", "")
        last_row = int(number) if number.isdecimal() else last_row + 1
        last_column = 0
        for cell in row:
            if local(cell) != "c":
                continue
            letters = cell.get("r", "").rstrip("0123456789")
            try:
                last_column = column_index_from_string(letters) if letters else last_column + 1
            except ValueError:
                raise BrokenWorkbook(found="xml") from None
            found.append((last_row, last_column, cell))
    return found


def _part_of(links: Iterable[tuple[str, str]], kind: str) -> str:
    return next((part for of, part in links if of == kind), "")


def _strings(package: Package, links: Iterable[tuple[str, str]]) -> list[str]:
    part = _part_of(links, "sharedStrings")
    if part not in package:
        return []
    # Phonetic readings (rPh) are no part of the text.
    return [
        "".join(
            text.text or "" for text in each(item, "t") if not any(local(up) == "rPh" for up in text.iterancestors())
        )
        for item in package.root(part)
        if local(item) == "si"
    ]


def _styles(package: Package, links: Iterable[tuple[str, str]]) -> tuple[frozenset[int], frozenset[int]]:
    """Return which cell styles have a frame, and which show a date."""
    part = _part_of(links, "styles")
    if part not in package:
        return frozenset(), frozenset()
    root = package.root(part)
    borders = [
        any(side.get("style", "none") != "none" for side in border)
        for group in each(root, "borders")
        for border in group
        if local(border) == "border"
    ]
    formats: Mapping[int, str] = {
        **BUILTIN_FORMATS,
        **{int(one.get("numFmtId", 0)): one.get("formatCode", "") for one in each(root, "numFmt")},
    }
    framed, dated = set(), set()
    styles = [xf for group in each(root, "cellXfs") for xf in group if local(xf) == "xf"]
    for number, style in enumerate(styles):
        border = int(style.get("borderId", 0))
        if border < len(borders) and borders[border]:
            framed.add(number)
        if is_date_format(formats.get(int(style.get("numFmtId", 0)), "General")):
            dated.add(number)
    return frozenset(framed), frozenset(dated)
