"""How much an uploaded file may be before anybody opens it, and the measuring of it.

A workbook of a few KB can unpack to gigabytes, or hold two cells at opposite corners of 17,000 million; the reader
keeps the whole rectangle in memory. So the archive is unpacked here once, counting, and the rectangle is measured.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Final
from xml.parsers import expat

from renwang.foundation.sheets.engine.faults import (
    BrokenWorkbook,
    MacroWorkbook,
    NotAWorkbook,
    OtherWorkbook,
    TooBig,
    TooManyCells,
    TooManyColumns,
    TooManyRows,
    TooPacked,
)

MB: Final = 1024 * 1024
CHUNK: Final = 1 * MB
STORED, DEFLATED = 0, 8
FREE_RATIO: Final = 20 * MB
_ANY_CELL: Final = re.compile(rb"<(?:[^\s<>/]*:)?c[\s/>]")
_PLACED_CELL: Final = re.compile(rb'<c r="([A-Z]{1,3}[0-9]{1,7})"')
_LETTERS: Final = bytes(range(65, 91))
_DIGITS: Final = bytes(range(48, 58))
LONGEST_TAIL: Final = 64 * MB  # half a million persons whose households are merged cells need forty


@dataclass(frozen=True, slots=True)
class Caps:
    """Limits of one upload; bytes, except rows, columns and cells."""

    zipped: int = 160 * MB
    unzipped: int = 2_000 * MB
    ratio: int = 200
    entries: int = 2_000
    rows: int = 600_000
    columns: int = 300
    cells: int = 20_000_000


DEFAULT_CAPS: Final = Caps()


@dataclass(frozen=True, slots=True)
class Extent:
    """What the counting saw of one part of a workbook: how far its cells go, and what stands behind its rows.

    `tail` begins with `</sheetData>`; empty where there is none such, or it is longer than anybody would keep.
    """

    size: int
    rows: int
    columns: int
    tail: bytes


def check_size(size: int, caps: Caps) -> None:
    """Raise TooBig where the file as sent is over the cap."""
    if size > caps.zipped:
        raise TooBig(limit=caps.zipped // MB)


def check_shape(rows: int, columns: int, caps: Caps) -> None:
    """Raise TooManyRows, TooManyColumns or TooManyCells for a rectangle over the caps."""
    if rows > caps.rows:
        raise TooManyRows(limit=caps.rows)
    if columns > caps.columns:
        raise TooManyColumns(limit=caps.columns)
    if rows * columns > caps.cells:
        raise TooManyCells(limit=caps.cells)


def check_archive(data: bytes, caps: Caps, *, word: bool = False) -> dict[str, Extent]:
    """Raise a named fault unless the archive is a workbook (or a Word document) within the caps; counts what comes out of it.

    Returns what was seen of each part, by its name.
    """
    try:
        entries = zipfile.ZipFile(BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, struct.error, EOFError, OSError, NotImplementedError):
        raise BrokenWorkbook(found="zip") from None
    names = {entry.filename.lower() for entry in entries}
    _check_kind(names, word=word)
    if len(entries) > caps.entries or sum(entry.compress_size for entry in entries) > len(data):
        raise TooPacked(limit=caps.unzipped // MB)  # entries that overlap count the same bytes many times
    total = 0
    seen: dict[str, Extent] = {}
    for entry in entries:
        before = total
        bound = _Bound(is_xml=entry.filename.lower().endswith((".xml", ".rels")))
        for chunk in unpacked(data, entry):
            total += len(chunk)
            if total > caps.unzipped or (total > FREE_RATIO and total > caps.ratio * len(data)):
                raise TooPacked(limit=caps.unzipped // MB)
            bound.read(chunk)
        if not bound.is_within(caps):
            exact = _SheetShape(caps)
            for chunk in unpacked(data, entry):
                exact.read(chunk)
            rows, columns = exact.finish()
            seen[entry.filename] = Extent(total - before, rows, columns, bound.tail)
        else:
            seen[entry.filename] = Extent(total - before, bound.rows, bound.columns, bound.tail)
    return seen


def _check_kind(names: set[str], *, word: bool) -> None:
    if any(name.endswith("vbaproject.bin") for name in names):
        raise MacroWorkbook
    if word and "word/document.xml" in names:
        return
    if "xl/workbook.bin" in names:
        raise OtherWorkbook(found="xlsb")
    if "word/document.xml" in names:
        raise NotAWorkbook(found="Word")
    if "content.xml" in names and "mimetype" in names:
        raise OtherWorkbook(found="ods")
    if "index/document.iwa" in names:
        raise OtherWorkbook(found="Numbers")
    if "xl/workbook.xml" not in names:
        raise NotAWorkbook(found="zip")


def unpacked(data: bytes, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield the entry's bytes, trusting no size that it declares of what comes out."""
    if entry.flag_bits & 1 or entry.compress_type not in (STORED, DEFLATED):
        raise BrokenWorkbook(found="zip")
    head = data[entry.header_offset : entry.header_offset + 30]
    if len(head) < 30 or head[:4] != b"PK\x03\x04":
        raise BrokenWorkbook(found="zip")
    name_length, extra_length = struct.unpack("<HH", head[26:30])
    start = entry.header_offset + 30 + name_length + extra_length
    packed = data[start : start + entry.compress_size]
    if len(packed) < entry.compress_size:
        raise BrokenWorkbook(found="zip")
    if entry.compress_type == STORED:
        for place in range(0, len(packed), CHUNK):
            yield packed[place : place + CHUNK]
        return
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    while packed and not stream.eof:
        try:
            yield stream.decompress(packed, CHUNK)
        except zlib.error:
            raise BrokenWorkbook(found="zip") from None
        packed = stream.unconsumed_tail
    # All that was sent may be read while some of what comes out of it is still to come.
    while not stream.eof:
        try:
            more = stream.decompress(b"", CHUNK)
        except zlib.error:
            more = b""
        if not more:
            raise BrokenWorkbook(found="zip")
        yield more


class _Bound:
    """An upper bound of a sheet's rectangle, found eight times as fast as the rectangle itself.

    It holds only where every cell is written as all spreadsheet programs write it, `<c r="B7"`; a file with any other
    cell, a document type, or more than the caps allow is left to `_SheetShape`.
    """

    def __init__(self, *, is_xml: bool) -> None:
        self._rest = b""
        self._is_xml = is_xml
        self._is_odd = self._is_sheet = self._declares = False
        self._columns: set[bytes] = set()
        self._tail: list[bytes] = []
        self._is_tail_kept = True
        self.rows = 0

    @property
    def columns(self) -> int:
        """The last column in which a cell stands."""
        return max(map(_column_of, (letters.decode() for letters in self._columns)), default=0)

    @property
    def tail(self) -> bytes:
        """What stands behind the rows."""
        return b"".join(self._tail)

    def read(self, chunk: bytes) -> None:
        text = self._rest + chunk
        cut = max(text.rfind(b"<"), 0)
        self._rest = text[cut : cut + 512]  # the head of a tag that the next chunk goes on with is enough
        self._keep_tail(text[:cut])
        self._count(text[:cut])

    def is_within(self, caps: Caps) -> bool:
        self._keep_tail(self._rest)
        self._count(self._rest)
        fits = self.rows <= caps.rows and self.columns <= caps.columns and self.rows * self.columns <= caps.cells
        # Every part is read by somebody: none may declare entities, be it a sheet or not.
        return not (self._is_xml and self._declares) and (not self._is_sheet or (fits and not self._is_odd))

    def _keep_tail(self, text: bytes) -> None:
        if self._tail:
            self._tail.append(text)
        elif self._is_tail_kept and (start := text.find(b"</sheetData>")) >= 0:
            self._tail.append(text[start:])
        if sum(map(len, self._tail)) > LONGEST_TAIL:
            # All or nothing: the end of it alone would be a sheet with some of its merged cells.
            self._tail, self._is_tail_kept = [], False

    def _count(self, text: bytes) -> None:
        self._is_sheet |= b"sheetData" in text
        self._declares |= b"<!D" in text or b"\0" in text
        placed = _PLACED_CELL.findall(text)
        self._is_odd |= self._declares or not (
            len(placed) == _cells(text) or len(placed) == len(_ANY_CELL.findall(text))
        )
        # Half a million rows are twelve million cells: none of them is looked at alone.
        joined = b" ".join(placed)
        self._columns.update(joined.translate(None, _DIGITS).split())
        self.rows = max(self.rows, max(map(int, set(joined.translate(None, _LETTERS).split())), default=0))


def _cells(text: bytes) -> int:
    """Return how many cells begin in a text, however they are written, and perhaps more where it is not all cells."""
    return len(_ANY_CELL.findall(text)) if b":c" in text else text.count(b"<c")


class _SheetShape:
    """Finds the rectangle that a sheet's filled cells span, whatever `<dimension>` says of it."""

    def __init__(self, caps: Caps) -> None:
        self._caps = caps
        self._row = self._column = self._last_row = self._last_column = 0
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._element
        self._parser.StartDoctypeDeclHandler = self._doctype

    def read(self, chunk: bytes) -> None:
        self._parse(chunk, final=False)

    def finish(self) -> tuple[int, int]:
        """Return the last row and the last column in which something stands."""
        self._parse(b"", final=True)
        return self._last_row, self._last_column

    def _parse(self, chunk: bytes, *, final: bool) -> None:
        try:
            self._parser.Parse(chunk, final)
        except (expat.ExpatError, LookupError, ValueError):  # the latter two: an encoding that nobody knows
            raise BrokenWorkbook(found="xml") from None

    def _doctype(self, *_: object) -> None:
        raise BrokenWorkbook(found="xml")  # no spreadsheet program writes one; it is how entities are smuggled in

    def _element(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name in ("v", "is", "f"):
            if self._row > self._last_row or self._column > self._last_column:
                self._last_row = max(self._last_row, self._row)
                self._last_column = max(self._last_column, self._column)
                check_shape(self._last_row, self._last_column, self._caps)
        elif name == "c":
            place = attributes.get("r")
            self._column = _column_of(place) if place else self._column + 1
            if place:
                self._row = _row_of(place) or self._row
        elif name == "row":
            self._column = 0
            number = attributes.get("r", "")
            self._row = int(number) if number.isdecimal() and len(number) < 9 else self._row + 1


def _column_of(place: str) -> int:
    column = 0
    for letter in place[:8].upper():
        if not "A" <= letter <= "Z":
            break
        column = column * 26 + ord(letter) - 64
    return column


def _row_of(place: str) -> int:
    digits = place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
    return int(digits) if digits.isdecimal() and len(digits) < 9 else 0
