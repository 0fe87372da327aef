"""Writing a workbook that opens in Excel and WPS, where text stays text and the sheet says who took it out."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib.util import find_spec
from io import BytesIO
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO, Final, Literal

import xlsxwriter

from renwang.foundation.sheets.engine.cells import Value

Kind = Literal["text", "int", "number", "percent", "date", "datetime"]
FORMATS: Final[dict[str, str]] = {
    "text": "@",
    "int": "#,##0",
    "number": "#,##0.##",
    "percent": "0.0%",
    "date": "yyyy-mm-dd",
    "datetime": "yyyy-mm-dd hh:mm",
}
HEADER_ROW: Final = 2
# Excel's own limits: what is beyond them would be lost without a word, or the whole file with it.
MOST_ROWS: Final = 1_048_576 - HEADER_ROW - 1
LONGEST_TEXT: Final = 32_767
WIDEST: Final = 46.0
MEASURED: Final = 200
INK, PAPER, PALE = "#1F2937", "#E5ECF4", "#6B7280"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its title, what it holds, its width in characters (measured where it is None)."""

    title: str
    kind: Kind = "text"
    width: float | None = None


def write_sheet(
    target: Path | str | BinaryIO,
    columns: Sequence[Column | str],
    rows: Iterable[Sequence[Value]],
    *,
    title: str,
    marked_by: str,
) -> None:
    """Write one sheet: row 1 the title, row 2 who took it out, when and why (also printed on each page), row 3 titles.

    Rows may be a generator of any length; each has a value for each column. What stands in a text column is written as
    text, so that 990704195001010017 keeps its digits and `=cmd|…` is not run. A text longer than a cell holds ends in …;
    raises ValueError for more rows than a sheet holds.
    """
    shape = [Column(column) if isinstance(column, str) else column for column in columns]
    if not shape:
        raise ValueError("A sheet has at least one column.")
    values = (_row(row, shape, number) for number, row in enumerate(rows, 1))
    first = list(islice(values, MEASURED))
    widths = [_width(column, place, first) for place, column in enumerate(shape)]
    titles = [column.title for column in shape]
    everything = chain(first, values)
    # The fast writer keys rows by title, and has one maintainer: without it, or with equal titles, the plain one writes.
    if first and len(set(titles)) == len(titles) and find_spec("rustpy_xlsxwriter") is not None:
        _write_fast(target, shape, widths, everything, title, marked_by)
    else:
        _write_plain(target, shape, widths, everything, title, marked_by)


def sheet_bytes(
    columns: Sequence[Column | str], rows: Iterable[Sequence[Value]], *, title: str, marked_by: str
) -> bytes:
    """Return the workbook that `write_sheet` writes."""
    buffer = BytesIO()
    write_sheet(buffer, columns, rows, title=title, marked_by=marked_by)
    return buffer.getvalue()


def sheet_name(title: str) -> str:
    """Return a title as Excel allows it on a tab: 31 characters, none of []:*?/\\, no quote at its ends."""
    return "".join(" " if sign in "[]:*?/\\" else sign for sign in title)[:31].strip(" '") or "Sheet1"


def _write_fast(
    target: Path | str | BinaryIO,
    shape: Sequence[Column],
    widths: Sequence[float],
    rows: Iterator[list[Any]],
    title: str,
    marked_by: str,
) -> None:
    from rustpy_xlsxwriter import Format, write_worksheet

    titles = [column.title for column in shape]
    last = max(1, len(shape) - 1)
    heading = Format().set_bold().set_font_size(14).set_font_color(INK)
    mark = Format().set_font_size(9).set_font_color(PALE)
    header = Format().set_bold().set_background_color(PAPER).set_font_color(INK).set_border("thin").set_text_wrap()
    write_worksheet(
        (dict(zip(titles, row, strict=True)) for row in rows),
        target if not isinstance(target, Path) else str(target),
        sheet_name=sheet_name(title),
        header_row=HEADER_ROW,
        freeze_row=HEADER_ROW + 1,
        header_format=header.set_align("center"),
        merge_ranges=[(0, 0, 0, last, title, heading), (1, 0, 1, last, marked_by, mark)],
        column_formats={column.title: Format().set_num_format(FORMATS[column.kind]) for column in shape},
        column_widths=dict(zip(titles, widths, strict=True)),
        page_setup={"footer": _footer(marked_by), "repeat_rows": HEADER_ROW, "landscape": len(shape) > 6},
    )


def _write_plain(
    target: Path | str | BinaryIO,
    shape: Sequence[Column],
    widths: Sequence[float],
    rows: Iterator[list[Any]],
    title: str,
    marked_by: str,
) -> None:
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(
        str(target) if isinstance(target, Path) else target, {**options, "constant_memory": True}
    )
    book.set_properties({"title": title, "comments": marked_by})
    sheet: Any = book.add_worksheet(sheet_name(title))  # its types know datetime, not date
    formats = [book.add_format({"num_format": FORMATS[column.kind]}) for column in shape]
    header = book.add_format(
        {"bold": True, "bg_color": PAPER, "font_color": INK, "border": 1, "align": "center", "text_wrap": True}
    )
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width, formats[place])
    sheet.freeze_panes(HEADER_ROW + 1, 0)
    sheet.repeat_rows(HEADER_ROW)
    sheet.set_footer(_footer(marked_by))
    if len(shape) > 6:
        sheet.set_landscape()
    last = max(1, len(shape) - 1)
    sheet.merge_range(0, 0, 0, last, title, book.add_format({"bold": True, "font_size": 14, "font_color": INK}))
    sheet.merge_range(1, 0, 1, last, marked_by, book.add_format({"font_size": 9, "font_color": PALE}))
    for place, column in enumerate(shape):
        sheet.write_string(HEADER_ROW, place, column.title, header)
    for number, row in enumerate(rows, HEADER_ROW + 1):
        for place, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(number, place, value, formats[place])
            elif isinstance(value, date):  # a datetime is one too
                sheet.write_datetime(number, place, value, formats[place])
            elif value is not None:
                sheet.write(number, place, value, formats[place])
    book.close()


def _row(row: Sequence[Value], shape: Sequence[Column], number: int) -> list[Any]:
    if number > MOST_ROWS:
        raise ValueError(f"A sheet holds {MOST_ROWS} rows.")
    return [_cell(value, column) for value, column in zip(row, shape, strict=True)]


def _cell(value: Value, column: Column) -> Any:
    if isinstance(value, datetime) and value.tzinfo is not None:
        # Excel knows no time zones; the caller has already turned the time into the district's.
        value = value.replace(tzinfo=None)
    if isinstance(value, str):
        text = "".join(sign for sign in value if sign >= " " or sign in "\t\n")
        # Excel counts as UTF-16 does: a sign beyond the first 65,536 is two.
        if len(text) > LONGEST_TEXT // 2 and len(text.encode("utf-16-le", "replace")) > 2 * LONGEST_TEXT:
            text = text.encode("utf-16-le", "replace")[: 2 * LONGEST_TEXT - 2].decode("utf-16-le", "ignore") + "…"
        return text or None
    if column.kind == "text" and value is not None:
        return value.isoformat() if isinstance(value, date) else str(value)
    return value


def _footer(marked_by: str) -> str:
    """Return the line at the foot of each printed page; Excel takes at most 255 characters and & as a sign of its own."""
    return "&L&8" + marked_by.replace("&", "&&")[:200] + "&R&8&P / &N"


def _width(column: Column, place: int, rows: Sequence[Sequence[Any]]) -> float:
    if column.width is not None:
        return column.width
    least = {"date": 11.0, "datetime": 17.0}.get(column.kind, 6.0)
    texts = chain([column.title], (str(row[place]) for row in rows if row[place] is not None))
    return min(WIDEST, max(least, *(_breadth(text) + 2.0 for text in texts)))


def _breadth(text: str) -> int:
    """Return a text's width in digits: a Chinese character takes two."""
    return max(sum(2 if unicodedata.east_asian_width(s) in "WF" else 1 for s in line) for line in text.split("\n"))
