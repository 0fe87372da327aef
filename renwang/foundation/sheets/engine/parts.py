"""A large sheet read a part at a time: the reader wants a whole workbook in memory, so it is given many small ones.

The sheet's XML is cut between two rows, and each part is put beside the workbook's own styles and shared texts: what a
cell holds is still told by the one reader there is. While one part is used, a thread reads the next.
"""

import re
import zipfile
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from itertools import repeat
from typing import Final

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from renwang.foundation.sheets.engine.caps import MB, Extent, unpacked
from renwang.foundation.sheets.engine.concealed import part_of
from renwang.foundation.sheets.engine.faults import BrokenWorkbook

LARGE: Final = 24 * MB  # of XML; what is smaller is read whole
PART: Final = 8 * MB
# As the reader compares names: it takes xl/SharedStrings.xml for the same, and some programs write it so.
_BESIDE: Final = frozenset(
    {"[content_types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}
)
_SHARED: Final = "xl/sharedstrings.xml"
_BEGIN: Final = re.compile(rb"<sheetData(?:\s[^<>]*)?(?<!/)>")
_ROOT: Final = re.compile(rb"<worksheet[\s>]")
_DIMENSION: Final = re.compile(rb"<dimension\b[^<>]*/>")
_NUMBERED: Final = re.compile(rb'<row (?:[^<>]*\s)?r="[0-9]{1,7}"')
_MERGED: Final = re.compile(rb"<mergeCells\b.*?</mergeCells>", re.DOTALL)
_END: Final = b"</sheetData></worksheet>"
Area = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class PartedSheet:
    """A sheet that can be read in parts: its rows from the first, each as wide as the widest."""

    data: bytes
    name: str
    path: str
    head: bytes  # of the XML, up to its first row
    extent: Extent

    def rows(self) -> Iterator[Sequence[object]]:
        """Yield every row from row 1 on, blank ones too; may be asked for again. Raises BrokenWorkbook."""
        width, number = self.extent.columns, 0
        blank: list[object] = [""] * width
        with ThreadPoolExecutor(1) as reader:
            texts = self._texts()
            waiting = _first(texts)
            ahead: list[Future[CalamineSheet]] = []
            while waiting or ahead:
                sheet = ahead.pop().result() if ahead else self._read(waiting.pop())
                if number:  # whoever looks at the titles alone waits for no more than they are in
                    ahead = [reader.submit(self._read, text) for text in _first(texts)]
                if sheet.start is not None:
                    top, left = sheet.start
                    if top < number:
                        raise BrokenWorkbook(found="xml")  # rows out of their order: no program writes them so
                    yield from repeat(blank, top - number)
                    cells = sheet.to_python()
                    number = top + len(cells)
                    before: list[object] = [""] * left
                    after: list[object] = [""] * (width - left - len(cells[0]))
                    yield from (([*before, *row, *after] for row in cells) if before or after else cells)
                if not ahead:
                    waiting = _first(texts)

    def merged(self) -> tuple[Area, ...]:
        """Return the merged ranges of the whole sheet."""
        found = _MERGED.search(self.extent.tail)
        if found is None:
            return ()
        ranges = self._opened(self.head + b"</sheetData>" + found[0] + b"</worksheet>").merged_cell_ranges
        return tuple((top, left, bottom, right) for (top, left), (bottom, right) in ranges or ())

    def _read(self, rows: bytes) -> CalamineSheet:
        return self._opened(self.head + rows + _END)

    def _opened(self, xml: bytes) -> CalamineSheet:
        whole = BytesIO()
        with zipfile.ZipFile(BytesIO(self.data)) as source, zipfile.ZipFile(whole, "w") as small:
            for name in source.namelist():
                if _compared(name) in _BESIDE or _compared(name) == _SHARED:
                    small.writestr(name, source.read(name))
            small.writestr(self.path, xml)
        whole.seek(0)
        try:
            return CalamineWorkbook.from_filelike(whole).get_sheet_by_name(self.name)
        except (CalamineError, ValueError, OSError):
            raise BrokenWorkbook(found="xlsx") from None

    def _texts(self) -> Iterator[bytes]:
        """Yield the XML of the rows, some thousand at a time."""
        # The shared texts are read anew with each part: where they are many, the parts are larger.
        with zipfile.ZipFile(BytesIO(self.data)) as archive:
            entry = archive.getinfo(self.path)
            shared = [one.file_size for one in archive.infolist() if _compared(one.filename) == _SHARED]
            size = max(PART, min(max(shared, default=0), 5 * PART))
        waiting: list[bytes] = []
        held, wanted, end = 0, MB, b""
        may_cut, is_before = True, True
        for chunk in unpacked(self.data, entry):
            may_cut = may_cut and b"<!" not in end + chunk  # what stands in a comment is no row
            end = chunk[-1:]
            waiting.append(chunk)
            held += len(chunk)
            if held < wanted or not may_cut:
                continue
            text = b"".join(waiting)
            if is_before:
                begin = _BEGIN.search(text)
                if begin is None:
                    raise BrokenWorkbook(found="xml")
                text, is_before = text[begin.end() :], False
            cut = _last_row(text)
            if cut > 0:
                yield text[:cut]
            waiting, held = [text[max(cut, 0) :]], len(text) - max(cut, 0)
            # Where no row tells its number, nobody looks through all of them again for each chunk that comes.
            wanted = size if cut > 0 else 2 * held
        text = b"".join(waiting)
        if is_before:
            begin = _BEGIN.search(text)
            text = text[begin.end() :] if begin else b""
        last = text.rfind(b"</sheetData>")
        if last < 0:
            raise BrokenWorkbook(found="xml")
        yield text[:last]


def parted(data: bytes, name: str, extents: dict[str, Extent]) -> PartedSheet | None:
    """Return a large sheet of an xlsx so that it can be read in parts; None where it is small, or written as no program writes."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            path = part_of(archive, name)
            extent = extents.get(path or "")
            if path is None or extent is None or extent.size < LARGE or not extent.tail or not extent.columns:
                return None
            with archive.open(path) as stream:
                start = stream.read(MB)
    except (zipfile.BadZipFile, KeyError, UnicodeDecodeError, OSError, ValueError, EOFError):
        return None
    begin = _BEGIN.search(start)
    if begin is None or b"<!" in start[: begin.end()] or _ROOT.search(start[: begin.end()]) is None:
        return None
    return PartedSheet(data, name, path, _DIMENSION.sub(b"", start[: begin.end()]), extent)


def _first(texts: Iterator[bytes]) -> list[bytes]:
    return [text for text in (next(texts, None),) if text is not None]


def _compared(name: str) -> str:
    return name.replace("\\", "/").lower()


def _last_row(text: bytes) -> int:
    """Return where the last row begins whose number is told; one that is not told follows from the row before it."""
    cut = len(text)
    while (cut := text.rfind(b"<row ", 0, cut)) > 0:
        if _NUMBERED.match(text, cut):
            return cut
    return -1
