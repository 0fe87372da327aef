"""An office's own empty Word form: its tables as grids, and their rows filled. Everything else in the file stays as it is."""

import copy
import struct
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from io import BytesIO
from typing import Final

from lxml import etree

from renwang.foundation.sheets.engine.caps import Caps, check_archive, check_size
from renwang.foundation.sheets.engine.cells import Value, as_text
from renwang.foundation.sheets.engine.faults import NotAWorkbook
from renwang.foundation.sheets.engine.filling import MOST_ROWS, TooManyToFill
from renwang.foundation.sheets.engine.grids import Grid, Range, Table
from renwang.foundation.sheets.engine.own_form import FORM_CAPS
from renwang.foundation.sheets.engine.package import Element, Mark, Package, each, legal, local
from renwang.foundation.sheets.engine.reading import ZIP

DOCUMENT: Final = "word/document.xml"
FOOTER_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"
_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"
_REL: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
# What names a paragraph or a row within a document: a copy must not bear the same.
_NAMES: Final = frozenset({"paraId", "textId"})


def is_word(data: bytes) -> bool:
    """Answer whether a file is a Word document by what it holds, unpacking nothing."""
    try:
        return DOCUMENT in zipfile.ZipFile(BytesIO(data)).namelist()
    except (zipfile.BadZipFile, ValueError, OSError, struct.error, NotImplementedError):
        return False


class WordForm:
    """A Word document whose tables may be read as grids; raises a SheetFault where it is none."""

    def __init__(self, data: bytes, caps: Caps = FORM_CAPS) -> None:
        check_size(len(data), caps)
        if not data.startswith(ZIP):
            raise NotAWorkbook(found="unknown")
        check_archive(data, caps, word=True)
        self.package = Package(data)
        self.root = self.package.root(DOCUMENT)
        self.space = self.root.tag.rpartition("}")[0] + "}"
        body = next(each(self.root, "body"))
        self.tables: dict[str, Element] = {
            f"表{number}": table for number, table in enumerate((one for one in body if local(one) == "tbl"), 1)
        }

    def grids(self) -> list[Grid]:
        """Return the tables of the document as grids, in their order, called 表1, 表2…"""
        return [self._grid(name, table) for name, table in self.tables.items()]

    def _grid(self, name: str, table: Element) -> Grid:
        cells: dict[tuple[int, int], str] = {}
        spans: list[Range] = []
        open_merges: dict[int, Range] = {}
        rows = rows_of(table)
        width = 0
        for number, row in enumerate(rows, 1):
            for column, wide, cell in self.cells_of(row):
                width = max(width, column + wide - 1)
                merge = next(each(cell, "vMerge"), None)
                goes_on = merge is not None and self._value(merge) != "restart"
                if goes_on and column in open_merges:
                    top, left, _bottom, right = open_merges[column]
                    open_merges[column] = (top, left, number, right)
                    continue
                if column in open_merges:
                    spans.append(open_merges.pop(column))
                text = text_of(cell)
                if text.strip():
                    cells[number, column] = text
                area = (number, column, number, column + wide - 1)
                if merge is not None:
                    open_merges[column] = area
                elif wide > 1:
                    spans.append(area)
        spans += open_merges.values()
        merges = tuple(area for area in spans if area[:2] != area[2:])
        return Grid(name, len(rows), width, cells, merges, framed=frozenset(range(1, len(rows) + 1)))

    def cells_of(self, row: Element) -> Iterator[tuple[int, int, Element]]:
        """Yield the cells of a row: its first column, over how many it goes, the cell."""
        before = next((one for part in row if local(part) == "trPr" for one in each(part, "gridBefore")), None)
        column = 1 + (int(self._value(before) or 0) if before is not None else 0)
        for cell in row:
            if local(cell) != "tc":
                continue
            wide = 1
            for part in cell:
                if local(part) == "tcPr":
                    wide = next((int(self._value(span) or 1) for span in each(part, "gridSpan")), 1)
            yield column, wide, cell
            column += wide

    def _value(self, element: Element) -> str:
        return str(element.get(self.space + "val", ""))


def rows_of(table: Element) -> list[Element]:
    """Return the rows of a table, not those of tables within it."""
    return [row for row in table if local(row) == "tr"]


def text_of(cell: Element) -> str:
    """Return the text of a cell, its paragraphs on lines of their own."""
    return "\n".join("".join(text.text or "" for text in each(part, "t")) for part in cell if local(part) == "p")


def fill_word(
    data: bytes,
    table: Table,
    rows: Sequence[Mapping[int, Value]],
    *,
    mark: Mark,
    labelled: Mapping[int, Mapping[int, Value]] | None = None,
    sums: Mapping[int, Value] | None = None,
    part_sums: Mapping[int, Mapping[int, Value]] | None = None,
    caps: Caps = FORM_CAPS,
) -> bytes:
    """Return the document filled: as `fill_sheet` does a workbook. Raises TooManyToFill, and a SheetFault as WordForm does."""
    if len(rows) > MOST_ROWS:
        raise TooManyToFill(MOST_ROWS)
    form = WordForm(data, caps)
    lines = rows_of(form.tables[table.place])
    for number in table.samples:
        for _column, _wide, cell in form.cells_of(lines[number - 1]):
            write(form, cell, "")
    if rows:
        placed = list(zip(_body(form, table, lines, len(rows)), rows, strict=False))
    else:
        placed = [(lines[number - 1], values) for number, values in sorted((labelled or {}).items())]
    serials = {title.column for title in table.titles if title.is_serial} | table.counted
    for number, (line, values) in enumerate(placed, 1):
        told = {column: as_text(value) for column, value in values.items() if value is not None and value != ""}
        for column in serials:
            told.setdefault(column, str(number))
        for column, _wide, cell in form.cells_of(line):
            if column in told:
                write(form, cell, str(told[column]))
    for number, of_row in {**dict.fromkeys(table.sums, sums or {}), **(part_sums or {})}.items():
        for column, _wide, cell in form.cells_of(lines[number - 1]):
            if column in of_row and not text_of(cell).strip():
                write(form, cell, str(as_text(of_row[column])))
    form.package.mark(mark)
    _add_footer(form, mark)
    return form.package.bytes()


def _body(form: WordForm, table: Table, lines: Sequence[Element], wanted: int) -> list[Element]:
    """Return the rows to be filled; where there are too few, the last one is copied below itself."""
    has_rows = table.last >= table.first
    body = list(lines[table.first - 1 : table.last]) if has_rows else []
    model = copy.deepcopy(lines[(table.last if has_rows else table.bottom) - 1])
    _make_blank(form, model, printed=table.printed if has_rows else frozenset())
    last = lines[max(table.last, table.first - 1) - 1]
    while len(body) < wanted:
        fresh = copy.deepcopy(model)
        last.addnext(fresh)
        last = fresh
        body.append(fresh)
    return body


def write(form: WordForm, cell: Element, text: str) -> None:
    """Let a cell hold one text, in the letter its first run (or its paragraph) is set in."""
    space = form.space
    paragraphs = [part for part in cell if local(part) == "p"]
    paragraph = paragraphs[0] if paragraphs else etree.SubElement(cell, space + "p")
    for other in paragraphs[1:]:
        cell.remove(other)
    runs = [part for part in paragraph if local(part) == "r"]
    letter = next((part for run in runs for part in run if local(part) == "rPr"), None)
    if letter is None:
        # What an empty paragraph's mark is set in is what somebody who types there would get.
        letter = next((part for props in paragraph if local(props) == "pPr" for part in each(props, "rPr")), None)
    letter = copy.deepcopy(letter)
    for part in list(paragraph):
        if local(part) != "pPr":
            paragraph.remove(part)
    if not text:
        return
    run = etree.SubElement(paragraph, space + "r")
    if letter is not None:
        run.append(letter)
    for number, line in enumerate(legal(text).split("\n")):
        if number:
            etree.SubElement(run, space + "br")
        inner = etree.SubElement(run, space + "t")
        inner.text = line
        inner.set(_SPACE, "preserve")


def _make_blank(form: WordForm, row: Element, *, printed: AbstractSet[int]) -> None:
    """Empty a copied row but for what the form prints in each, and let it bear no name of the original nor repeat as a title."""
    for element in row.iter():
        for key in [key for key in element.attrib if key.rpartition("}")[2] in _NAMES]:
            del element.attrib[key]
    for element in list(each(row, "tblHeader", "bookmarkStart", "bookmarkEnd")):
        element.getparent().remove(element)
    for column, _wide, cell in form.cells_of(row):
        if column not in printed:
            write(form, cell, "")


def _add_footer(form: WordForm, mark: Mark) -> None:
    """Print whose copy it is at the foot of each page, in sections that print nothing there themselves."""
    sections = [
        section for section in each(form.root, "sectPr") if not any(True for _ in each(section, "footerReference"))
    ]
    if not sections:
        return
    space = form.space
    footer = etree.Element(space + "ftr", nsmap={"w": space.strip("{}")})
    paragraph = etree.SubElement(footer, space + "p")
    run = etree.SubElement(paragraph, space + "r")
    letter = etree.SubElement(run, space + "rPr")
    etree.SubElement(letter, space + "color").set(space + "val", "6B7280")
    etree.SubElement(letter, space + "sz").set(space + "val", "16")
    text = etree.SubElement(run, space + "t")
    text.text = legal(mark.line)
    part = "word/footer-renwang.xml"
    while part in form.package:
        part = part.replace(".xml", "-.xml")
    content = etree.tostring(footer, xml_declaration=True, encoding="UTF-8", standalone=True)
    form.package.add(part, content, FOOTER_TYPE)
    id_ = form.package.link(DOCUMENT, "footer", part.removeprefix("word/"))
    for section in sections:
        reference = etree.Element(space + "footerReference")
        reference.set(space + "type", "default")
        reference.set(f"{{{_REL}}}id", id_)
        # References stand first in a section, heads before feet.
        heads = [one for one in section if local(one) == "headerReference"]
        section.insert(len(heads), reference)
