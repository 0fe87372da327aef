"""Opening a workbook somebody sent: xlsx, xls or csv, whatever its name says, within caps."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from renwang.foundation.sheets.engine.caps import DEFAULT_CAPS, Caps, Extent, check_archive, check_shape, check_size
from renwang.foundation.sheets.engine.cells import Value, plain
from renwang.foundation.sheets.engine.concealed import hidden_rows
from renwang.foundation.sheets.engine.faults import (
    BrokenWorkbook,
    EmptySheet,
    EncryptedWorkbook,
    MacroWorkbook,
    NoSuchSheet,
    NotAWorkbook,
    SheetFault,
)
from renwang.foundation.sheets.engine.parts import parted

ZIP: Final = b"PK\x03\x04"
EMPTY_ZIP: Final = b"PK\x05\x06"
OLE: Final = bytes.fromhex("d0cf11e0a1b11ae1")
SAMPLE: Final = 100_000  # characters, to see what parts the cells
TEXT_ENDINGS: Final = (".csv", ".tsv", ".txt")


class Row(NamedTuple):
    """One row that is not blank: its number as the spreadsheet program shows it, and its cells from column A on."""

    number: int
    cells: list[Value]


Area = tuple[int, int, int, int]  # of a merged range: first row, first column, last row, last column, from nought


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: blank rows are left out, numbers stay those of the file. `hidden` are the numbers of rows nobody sees."""

    name: str
    height: int
    width: int
    _content: Callable[[], Iterable[Sequence[object]]]
    merged: tuple[Area, ...] = ()
    _hidden: Callable[[], frozenset[int]] = frozenset

    def rows(self, after: int = 0) -> Iterator[Row]:
        """Yield the rows below row number `after`; may be asked for again."""
        for number, cells in self.as_read(after):
            values = [plain(cell) for cell in cells]
            if any(value is not None for value in values):
                yield Row(number, values)

    def as_read(self, after: int = 0) -> Iterator[tuple[int, Sequence[object]]]:
        """Yield every row below row number `after` as the reader gave it, blank ones too: for those who count seconds."""
        return islice(enumerate(self._content(), 1), after, None)

    @property
    def hidden(self) -> frozenset[int]:
        """The numbers of rows that were hidden, by a filter or by hand; known of xlsx only."""
        return self._hidden()


class Workbook:
    """A file that was opened. `kind` is xlsx, xls or csv by content; `names` its visible sheets, `hidden` the others."""

    def __init__(
        self,
        filename: str,
        kind: str,
        names: Sequence[str],
        source: CalamineWorkbook | Sheet,
        caps: Caps,
        *,
        hidden: Sequence[str] = (),
        data: bytes = b"",
        extents: Mapping[str, Extent] | None = None,
    ) -> None:
        self.filename = filename
        self.kind = kind
        self.names = tuple(names)
        self.hidden = tuple(hidden)
        self._source = source
        self._caps = caps
        self._data = data
        self._extents = dict(extents or {})

    def sheet(self, name: str | None = None) -> Sheet:
        """Return the sheet of this name, or the first with something in it; raises NoSuchSheet, EmptySheet, TooMany…"""
        if name is not None and name not in self.names and name not in self.hidden:
            raise NoSuchSheet(wanted=name, names="、".join(self.names))
        for candidate in [name] if name is not None else self.names:
            found = self._read(candidate)
            if any(True for _ in found.rows()):
                return found
        raise EmptySheet(name=name or "、".join(self.names))

    def close(self) -> None:
        """Let the file go; sheets that were asked for before keep what they need of it."""
        self._source = Sheet("", 0, 0, tuple)
        self._data = b""
        self._extents.clear()

    def _read(self, name: str) -> Sheet:
        if isinstance(self._source, Sheet):
            return self._source

        def hidden() -> frozenset[int]:
            return hidden_rows(self._data, name) if self.kind == "xlsx" else frozenset()

        # A ledger of a whole district would be gigabytes in the reader's hands: it is read a part at a time.
        large = parted(self._data, name, self._extents) if self._extents else None
        if large is not None:
            return Sheet(name, large.extent.rows, large.extent.columns, large.rows, large.merged(), hidden)
        try:
            sheet = self._source.get_sheet_by_name(name)
            # These are the last row and column counted from 0; only an xls comes here unmeasured.
            check_shape(sheet.total_height + 1, sheet.total_width + 1, self._caps)
            merged = tuple(
                (top, left, bottom, right) for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
            )
        except SheetFault:
            raise
        except PasswordError:
            raise EncryptedWorkbook from None
        except (CalamineError, ValueError, OSError):
            raise BrokenWorkbook(found=self.kind) from None
        if sheet.start is None:
            return Sheet(name, 0, 0, tuple, merged)
        margin = [""] * sheet.start[1]

        def content() -> Iterable[Sequence[object]]:
            return ([*margin, *row] for row in sheet.iter_rows()) if margin else sheet.iter_rows()

        return Sheet(name, sheet.total_height + 1, sheet.total_width + 1, content, merged, hidden)


def read_workbook(source: Path | str | bytes, filename: str = "", caps: Caps = DEFAULT_CAPS) -> Workbook:
    """Open a workbook by its content; raises a SheetFault that `sheets.errors.explain` puts into words."""
    if isinstance(source, bytes):
        data = source
        check_size(len(data), caps)
    else:
        path = Path(source)
        filename = filename or path.name
        check_size(path.stat().st_size, caps)
        data = path.read_bytes()
    if data.startswith((ZIP, EMPTY_ZIP)):
        return _opened(data, filename, "xlsx", caps, check_archive(data, caps))
    if data.startswith(OLE):
        _check_ole(data)
        return _opened(data, filename, "xls", caps)
    return _read_text(data, filename, caps)


def _opened(data: bytes, filename: str, kind: str, caps: Caps, extents: Mapping[str, Extent] | None = None) -> Workbook:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [s for s in book.sheets_metadata if s.typ == SheetTypeEnum.WorkSheet]
    except PasswordError:
        raise EncryptedWorkbook from None
    except (CalamineError, ValueError, OSError):
        raise BrokenWorkbook(found=kind) from None
    if not sheets:
        raise EmptySheet(name=filename)
    visible = [sheet.name for sheet in sheets if sheet.visible == SheetVisibleEnum.Visible]
    hidden = [sheet.name for sheet in sheets if sheet.visible != SheetVisibleEnum.Visible] if visible else []
    names = visible or [sheet.name for sheet in sheets]
    kept = data if kind == "xlsx" else b""
    return Workbook(filename, kind, names, book, caps, hidden=hidden, data=kept, extents=extents)


def _check_ole(data: bytes) -> None:
    """Tell what an OLE file holds by the names in its directory, which are UTF-16."""

    def holds(name: str) -> bool:
        return name.encode("utf-16-le") in data

    if holds("EncryptedPackage"):
        raise EncryptedWorkbook
    if holds("WordDocument"):
        raise NotAWorkbook(found="Word")
    if holds("_VBA_PROJECT"):
        raise MacroWorkbook
    if not (holds("Workbook") or holds("Book")):
        raise NotAWorkbook(found="ole")


def _read_text(data: bytes, filename: str, caps: Caps) -> Workbook:
    if not data.strip():
        raise EmptySheet(name=filename)
    start = data[:512].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if start.startswith(b"%pdf"):
        raise NotAWorkbook(found="PDF")
    if start.startswith((b"<!doctype", b"<html", b"<table", b"<?xml", b"<meta")):
        raise NotAWorkbook(found="HTML")
    if not filename.lower().endswith(TEXT_ENDINGS):
        raise NotAWorkbook(found="text" if _encoding(data[:4096], cut=True) else "unknown")
    encoding = _encoding(data)
    if not encoding:
        raise NotAWorkbook(found="unknown")
    with _lines(data, encoding) as first:
        delimiter = _delimiter(first.read(SAMPLE))

    def content() -> Iterator[list[str]]:
        with _lines(data, encoding) as lines:
            yield from csv.reader(lines, delimiter=delimiter)

    height = width = 0
    try:
        for cells in content():
            height += 1
            width = max(width, len(cells))
            check_shape(height, width, caps)
    except csv.Error:
        raise BrokenWorkbook(found="csv") from None
    name = Path(filename).stem
    return Workbook(filename, "csv", [name], Sheet(name, height, width, content), caps)


def _lines(data: bytes, encoding: str) -> io.TextIOWrapper:
    """Return the text line by line: a whole ledger as one string, and as lists of cells, would be ten times the file."""
    return io.TextIOWrapper(io.BytesIO(data), encoding, newline="")


def _encoding(data: bytes, *, cut: bool = False) -> str:
    """Return the encoding a text is in: UTF-8 or UTF-16 with a mark, plain UTF-8, or GB18030; "" if none fits."""
    encodings = ["utf-16"] if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        for drop in range(4 if cut else 1):  # a sample may end within a character
            try:
                text = data[: len(data) - drop].decode(encoding)
            except UnicodeDecodeError:
                continue
            if not any(sign < " " and sign not in "\t\r\n\f\x1a" for sign in text[:4096]) and "\0" not in text:
                return encoding
    return ""


def _delimiter(text: str) -> str:
    """Return the sign that stands most often in the first lines, a comma where none does."""
    sample = "\n".join(text.splitlines()[:20])
    return max(",\t;|", key=sample.count)
