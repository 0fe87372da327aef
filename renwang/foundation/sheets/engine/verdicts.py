"""The uploader's own workbook, sent back: what is wrong is coloured, commented, and told in a first column."""

# mypy: disable-error-code="no-untyped-call"
# openpyxl has no types of its own: a sheet of its making is Any here.

from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final, Literal, NamedTuple
from zipfile import BadZipFile

from openpyxl.cell.cell import WriteOnlyCell
from openpyxl.comments.comments import Comment
from openpyxl.reader.excel import load_workbook
from openpyxl.styles.alignment import Alignment
from openpyxl.styles.fills import PatternFill
from openpyxl.styles.fonts import Font
from openpyxl.utils.cell import get_column_letter
from openpyxl.workbook.workbook import Workbook as NewWorkbook
from openpyxl.worksheet.cell_range import CellRange

from renwang.foundation.sheets.engine.caps import DEFAULT_CAPS, Caps
from renwang.foundation.sheets.engine.cells import plain
from renwang.foundation.sheets.engine.header import VERDICT_TITLES, Header, title_key
from renwang.foundation.sheets.engine.reading import Sheet, read_workbook

Level = Literal["error", "warning", "ok"]
FILLS: Final[dict[str, PatternFill]] = {
    "error": PatternFill("solid", fgColor="FBD5D5"),
    "warning": PatternFill("solid", fgColor="FDE9B8"),
    "ok": PatternFill("solid", fgColor="DCF2E1"),
}
# Excel grows slow with thousands of comments; the first column tells everything anyway.
COMMENTS: Final = 1_000
WIDTH: Final = 44


class Verdict(NamedTuple):
    """What was found in one row: its number in the file, the field (None: the whole row), how grave, in whose words."""

    row: int
    field: str | None
    level: Level
    message: str


@dataclass(frozen=True, slots=True)
class Words:
    """The words of the verdict column, in the reader's language."""

    title: str = VERDICT_TITLES[0]
    ok: str = "通过"
    error: str = "有误"
    warning: str = "提醒"
    row: str = "第 %(row)d 行"


@dataclass(frozen=True, slots=True)
class Marked:
    """One sheet and what was found in it."""

    sheet: Sheet
    header: Header
    verdicts: Sequence[Verdict | tuple[int, str | None, Level, str]]


def write_verdicts(
    original: bytes,
    verdicts: Iterable[Verdict | tuple[int, str | None, Level, str]],
    *,
    header: Header,
    filename: str = "",
    sheet: str | None = None,
    words: Words | None = None,
    caps: Caps = DEFAULT_CAPS,
) -> bytes:
    """Return the workbook as xlsx with a verdict in front of each row below the header; raises as read_workbook.

    Formulas come back as the values they showed. An xls or csv comes back as xlsx. A workbook that was already checked
    once keeps one verdict column: the old one is written over.
    """
    words = words or Words()
    found: dict[int, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        found[verdict[0]].append(Verdict(*verdict))
    book, page = _editable(original, filename, sheet, caps)
    shift = _verdict_column(page, header, words)
    comments = 0
    last_row, last_column = page.max_row, page.max_column  # each asks every cell
    for row in range(header.row + 1, last_row + 1):
        told = sorted(found.get(row, ()), key=lambda verdict: ("error", "warning", "ok").index(verdict.level))
        if not told and all(page.cell(row, place).value is None for place in range(2, last_column + 1)):
            continue
        _tell(page, row, told, words)
        filled: set[int] = set()
        for verdict in told:
            place = header.columns.get(verdict.field) if verdict.field else None
            if place is None or verdict.level == "ok":
                continue
            cell: Any = page.cell(row, place + 1 + shift)
            if place not in filled:  # the gravest comes first
                cell.fill = FILLS[verdict.level]
                filled.add(place)
            if comments < COMMENTS:
                before = cell.comment.text + "\n" if cell.comment else ""
                cell.comment = Comment(before + verdict.message, words.title, height=80, width=260)
                comments += 1
    result = BytesIO()
    book.save(result)
    return result.getvalue()


def write_faults(sheets: Iterable[Marked], *, words: Words | None = None) -> bytes:
    """Return a new workbook: of each sheet its titles and the rows in which something is wrong, each with its number and verdict.

    For a ledger that is too large to be written back whole: one of a district would take gigabytes.
    """
    words = words or Words()
    book: Any = NewWorkbook(write_only=True)
    for one in sheets:
        found: dict[int, list[Verdict]] = defaultdict(list)
        for verdict in one.verdicts:
            if verdict[2] != "ok":
                found[verdict[0]].append(Verdict(*verdict))
        page = book.create_sheet(_sheet_title(one.sheet.name))
        page.column_dimensions["A"].width = WIDTH
        was_checked = False  # it came back once: the verdicts of then stand in its first column
        comments = 0
        for number, raw in one.sheet.as_read():
            if number > one.header.row and number not in found:
                continue
            values = [plain(cell) for cell in raw]
            if number == one.header.row:
                first = values[0] if values else None
                was_checked = isinstance(first, str) and _is_verdict_title(first, words)
            line = [_cell(page, value) for value in (values[1:] if was_checked else values)]
            told = sorted(found.get(number, ()), key=lambda verdict: ("error", "warning", "ok").index(verdict.level))
            front = _cell(page, words.title if number == one.header.row else None)
            if told and number > one.header.row:
                _fill(front, told, words, row=number)
                comments += _mark(
                    line, told, one.header, words, shift=-1 if was_checked else 0, most=COMMENTS - comments
                )
            page.append([front, *line])
    result = BytesIO()
    book.save(result)
    return result.getvalue()


def _mark(line: list[Any], told: list[Verdict], header: Header, words: Words, *, shift: int, most: int) -> int:
    """Colour and comment the wrong cells of a row; return how many comments were made."""
    made = 0
    for verdict in told:
        place = header.columns.get(verdict.field) if verdict.field else None
        if place is None or verdict.level == "ok" or not 0 <= place + shift < len(line):
            continue
        cell = line[place + shift]
        cell.fill = FILLS[verdict.level]
        if made < most and cell.comment is None:
            cell.comment = Comment(verdict.message, words.title, height=80, width=260)
            made += 1
    return made


def _cell(page: Any, value: Any) -> Any:
    cell: Any = WriteOnlyCell(page, value=value)
    if isinstance(value, str):
        cell.data_type = "s"  # what begins with = was text, and stays it
    return cell


def _sheet_title(name: str) -> str:
    return "".join(sign for sign in name if sign not in "[]:*?/\\")[:31] or "Sheet1"


def _is_verdict_title(text: str, words: Words) -> bool:
    return title_key(text) in {title_key(title) for title in (*VERDICT_TITLES, words.title)}


def _tell(page: Any, row: int, told: list[Verdict], words: Words) -> None:
    _fill(page.cell(row, 1), told, words)


def _fill(cell: Any, told: list[Verdict], words: Words, *, row: int | None = None) -> None:
    level: Level = told[0].level if told else "ok"
    label = {"error": words.error, "warning": words.warning, "ok": words.ok}[level]
    if row is not None:
        label = f"{words.row % {'row': row}} · {label}"
    messages = list(dict.fromkeys(verdict.message for verdict in told if verdict.message))
    cell.value = f"{label}: " + "; ".join(messages) if messages else label
    cell.data_type = "s"  # a message may quote what stands in the cell, and that may begin with =
    cell.fill = FILLS[level]
    cell.alignment = Alignment(wrap_text=True, vertical="top")


def _editable(original: bytes, filename: str, sheet: str | None, caps: Caps) -> tuple[Any, Any]:
    source = read_workbook(original, filename, caps)
    content = source.sheet(sheet)
    if source.kind == "xlsx":
        # What our reader can read and openpyxl cannot comes back as plain values, like an xls.
        with suppress(LookupError, ValueError, TypeError, AttributeError, SyntaxError, OSError, BadZipFile):
            book = load_workbook(BytesIO(original), data_only=True)
            return book, book[content.name]
    fresh: Any = NewWorkbook()
    page = fresh.worksheets[0]
    page.title = _sheet_title(content.name)
    for row in content.rows():
        for place, value in enumerate(row.cells, 1):
            if value is not None:
                cell: Any = page.cell(row.number, place)
                cell.value = value
                if isinstance(value, str):
                    cell.data_type = "s"
    return fresh, page


def _verdict_column(page: Any, header: Header, words: Words) -> int:
    """Make or find column A for the verdicts; return by how many columns the others moved."""
    first: Any = page.cell(header.row, 1)
    shift = 0
    if not (isinstance(first.value, str) and _is_verdict_title(first.value, words)):
        _insert_first_column(page)
        shift = 1
    else:
        for row in range(header.row + 1, page.max_row + 1):
            page.cell(row, 1).value = None
    cell: Any = page.cell(header.row, 1)
    cell.value = words.title
    cell.font = Font(bold=True)
    cell.alignment = Alignment(horizontal="center", vertical="center")
    page.column_dimensions["A"].width = WIDTH
    return shift


def _insert_first_column(page: Any) -> None:
    """Insert column A; openpyxl moves cells, but neither merged ranges, widths, filters, nor validations."""
    widths = {
        place: (dimension.width, dimension.hidden)
        for letter, dimension in page.column_dimensions.items()
        for place in range(dimension.min or 1, min(dimension.max or 1, 400) + 1)
    }
    merged = [str(area) for area in page.merged_cells.ranges]
    for area in merged:
        page.unmerge_cells(area)
    page.insert_cols(1)
    for area in merged:
        moved = CellRange(area)
        moved.shift(col_shift=1)
        page.merge_cells(moved.coord)
    page.column_dimensions.clear()
    for place, (width, hidden) in sorted(widths.items()):
        page.column_dimensions[get_column_letter(place + 1)].width = width
        page.column_dimensions[get_column_letter(place + 1)].hidden = hidden
    if page.auto_filter.ref:
        area_filter = CellRange(page.auto_filter.ref)
        area_filter.shift(col_shift=1)
        page.auto_filter.ref = area_filter.coord
        page.auto_filter.filterColumn = []
    page.data_validations.dataValidation = []
    page.conditional_formatting = type(page.conditional_formatting)()
