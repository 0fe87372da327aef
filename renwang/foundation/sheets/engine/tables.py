"""The table inside a sheet: titles above it, a header of one to three rows, rows, sub-totals, notes and signatures."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from renwang.foundation.sheets.engine.cells import Value, as_text, plain
from renwang.foundation.sheets.engine.faults import EmptySheet, NoHeader
from renwang.foundation.sheets.engine.header import Header, title_key
from renwang.foundation.sheets.engine.headings import Block, Knows, found_blocks
from renwang.foundation.sheets.engine.numbers import chinese_number
from renwang.foundation.sheets.engine.reading import Row, Sheet, Workbook

Kind = Literal["data", "total", "note", "title", "blank"]
SERIALS: Final = frozenset({"序号", "编号", "行号", "no", "no.", "项次", "顺序号", "#"})
_TOTAL: Final = re.compile(
    r".{0,12}(?:合计|小计|总计|共计|累计|总数)(?:[\s:：(（].*|[\d.,]*\s*(?:人|户|元|个)?)?|(?:sub)?total.*",
    re.IGNORECASE,
)
_NOTE: Final = re.compile(
    r"(?:备?注|说明|填表|填报|制表|审核|复核|审批|单位|负责人|经办|联系人|主要领导|分管|报送|盖章|签字|日期|注意|note|remark)[^:：]{0,12}[:：].*"
    r"|(?:备?注|说明)\s*\d*[、.．)）].*|[*※★].*",
    re.IGNORECASE | re.DOTALL,
)
_YEAR: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*(?:年|[-./]\d{1,2})|([二一][〇○零九一二三四五六七八]{3})年")


class Title(NamedTuple):
    """One column: its place from nought, its title (联系方式/手机), and the parts that it is joined from."""

    place: int
    text: str
    parts: tuple[str, ...]


class Line(NamedTuple):
    """One row below the header: its number, what it is, and its cells from column A on, merged ones filled down."""

    number: int
    kind: Kind
    cells: list[Value]


@dataclass(frozen=True, slots=True)
class Table:
    """A table found in a sheet. `top` and `bottom` are the row numbers of its header; `year` the ledger's, if it tells one."""

    sheet: Sheet
    top: int
    bottom: int
    titles: tuple[Title, ...]
    above: tuple[str, ...]
    year: int | None

    def lines(self) -> Iterator[Line]:
        """Yield every row below the header that is not blank, with what it is; may be asked for again."""
        first = {title.text for title in self.titles}
        serials = frozenset(title.place for title in self.titles if title_key(title.text) in SERIALS)
        merges = _Merges(self.sheet, self.bottom)
        for number, raw in self.sheet.as_read(self.bottom):
            cells = [plain(cell) for cell in raw]
            own = [place for place, cell in enumerate(cells) if cell is not None]
            merges.fill(number, cells)
            if own:
                yield Line(number, _kind(cells, own, serials, first, len(self.titles)), cells)

    def told(self) -> Iterator[tuple[int, Kind, Sequence[object]]]:
        """Yield what `lines` yields, with the cells as the reader gave them: for half a million rows at a time."""
        first = {title.text for title in self.titles}
        serials = frozenset(title.place for title in self.titles if title_key(title.text) in SERIALS)
        width = len(self.titles)
        merges = _Merges(self.sheet, self.bottom)
        lead = self.titles[0].place
        for number, raw in self.sheet.as_read(self.bottom):
            filled = len(raw) - raw.count("")
            if not merges.is_idle:
                cells = [plain(cell) for cell in raw]
                own = [place for place, cell in enumerate(cells) if cell is not None]
                merges.fill(number, cells)
                if own:
                    yield (
                        number,
                        _kind(cells, own, serials, first, width),
                        ["" if cell is None else cell for cell in cells],
                    )
            elif filled * 2 > width and _begins_like_data(raw, lead, first):
                yield number, "data", raw  # nine in ten rows end here
            elif filled:
                values = [plain(cell) for cell in raw]
                if own := _own(values):
                    yield number, _kind(values, own, serials, first, width), raw

    def rows(self) -> Iterator[Row]:
        """Yield the rows of data alone."""
        for line in self.lines():
            if line.kind == "data":
                yield Row(line.number, line.cells)

    def header(self, columns: dict[str, int]) -> Header:
        """Return the header as `write_verdicts` wants it, with these fields at these places."""
        unknown = tuple((title.place, title.text) for title in self.titles if title.place not in columns.values())
        return Header(self.bottom, columns, unknown, ())


def address(row: int, place: int) -> str:
    """Return a cell's address as the spreadsheet program shows it: row 7, place 2 is C7."""
    letters = ""
    number = place + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def find_table(sheet: Sheet, knows: Knows = lambda _title: None, *, filename: str = "") -> Table:
    """Return the table of a sheet; raises NoHeader where no row reads like column titles.

    `knows` answers which field a title means, or None: the more of a header is known, the surer it is the header. Without
    it the shape decides: merged cells, how full a row is, and whether rows of data follow.
    """
    blocks = found_blocks(sheet, knows)
    if not blocks:
        raise NoHeader(rows=30, expected="姓名、证件号码、联系电话")
    block = blocks[0]
    above = _texts_above(sheet, block)
    titles = tuple(Title(place, "/".join(parts), tuple(parts)) for place, parts in enumerate(block.parts) if parts)
    return Table(sheet, block.top, block.bottom, titles, above, year_of([*above, sheet.name, filename]))


def find_tables(book: Workbook, knows: Knows = lambda _title: None) -> list[Table]:
    """Return the table of each visible sheet that has one, in the order of the sheets; may be none."""
    found: list[Table] = []
    for name in book.names:
        sheet = book.sheet(name) if len(book.names) == 1 else _sheet_or_none(book, name)
        if sheet is not None:
            try:
                found.append(find_table(sheet, knows, filename=book.filename))
            except NoHeader:
                continue
    return found


def year_of(texts: Sequence[str]) -> int | None:
    """Return the year a ledger tells of itself, in its headings before its name: 2020年2月台账, 二〇二〇年."""
    for text in texts:
        if found := _YEAR.search(text):
            return int(found[1]) if found[1] else chinese_number(found[2])
    return None


def _sheet_or_none(book: Workbook, name: str) -> Sheet | None:
    try:
        return book.sheet(name)
    except EmptySheet:
        return None


def _texts_above(sheet: Sheet, block: Block) -> tuple[str, ...]:
    found: list[str] = []
    for number, cells in sheet.as_read():
        if number >= block.top:
            break
        found += [str(text) for cell in cells if (text := as_text(plain(cell)))]
    return tuple(found)


def _kind(cells: Sequence[Value], own: Sequence[int], serials: frozenset[int], first: set[str], width: int) -> Kind:
    """Tell what a row is. Most are data, and three looks tell so."""
    start = cells[own[0]]
    lead = start if isinstance(start, str) else cells[own[1]] if len(own) > 1 else ""
    if len(own) * 2 > width and not (isinstance(lead, str) and ("计" in lead or "otal" in lead or lead in first)):
        return "data"
    if set(own) <= serials and not (isinstance(start, str) and _NOTE.fullmatch(start.strip())):
        return "blank"  # rows that were numbered beforehand and never filled in
    texts = [(place, "".join(value.split())) for place in own if isinstance(value := cells[place], str)]
    if any(_TOTAL.fullmatch(text) for _place, text in texts[:3]):
        return "total"
    if sum(text in first for _place, text in texts) * 2 > len(own) > 1:
        return "title"  # printed anew at the head of a page
    if len({str(cells[place]) for place in own}) <= 4 and texts and _NOTE.fullmatch(texts[0][1]):
        return "note"
    # One long sentence alone in a wide table was written to a reader, not into a column.
    if len(own) == 1 and width >= 4 and texts and (len(texts[0][1]) > 24 or (own[0] == 0 and len(texts[0][1]) > 8)):
        return "note"
    return "data"


def _begins_like_data(raw: Sequence[object], lead: int, first: set[str]) -> bool:
    """Answer whether a row that is more than half full surely is one of data; `_kind` looks at the others closely."""
    for start in raw[lead : lead + 2]:
        if type(start) is str:
            return bool(start.strip()) and "计" not in start and "otal" not in start and start not in first
    return len(raw) > lead + 1


def _own(cells: Sequence[Value]) -> list[int]:
    return [place for place, cell in enumerate(cells) if cell is not None]


class _Merges:
    """Fills the cells of merged ranges below the header with the value of their first cell, row after row."""

    def __init__(self, sheet: Sheet, bottom: int) -> None:
        self._waiting = sorted(area for area in sheet.merged if area[0] >= bottom and area[2] > area[0])
        self._next = 0
        self._active: dict[int, tuple[int, Value]] = {}  # column: (last row, value)

    @property
    def is_idle(self) -> bool:
        """Whether nothing below the header is merged."""
        return not self._waiting

    def fill(self, number: int, cells: list[Value]) -> None:
        if not self._waiting:
            return
        row = number - 1
        for place, (last, value) in list(self._active.items()):
            if row > last:
                del self._active[place]
            else:
                if place >= len(cells):
                    cells.extend([None] * (place + 1 - len(cells)))
                if cells[place] is None:
                    cells[place] = value
        while self._next < len(self._waiting) and self._waiting[self._next][0] <= row:
            top, left, bottom, right = self._waiting[self._next]
            self._next += 1
            if top == row and left < len(cells) and (value := cells[left]) is not None:
                # A range as wide as the table is a heading or a note, not the value of each column.
                for place in range(left, min(right, left + 3) + 1) if right - left < 3 else ():
                    self._active[place] = (bottom, value)
