"""Where in an office's own form the table is: its titles over one to four rows, and the rows that wait to be filled.

The same for a sheet of a workbook and a table of a Word document: both are a grid with merged cells.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from renwang.foundation.sheets.engine.cells import clean_text
from renwang.foundation.sheets.engine.header import title_key

SEARCHED: Final = 40
MOST_TITLE_ROWS: Final = 4
LONGEST_TITLE: Final = 60
MOST_BODY: Final = 20_500  # rows that are looked at: more than a form takes, however far down its frames go
MOST_LABELS: Final = 2  # a row in which more stands is filled in already
# What stands below the rows to be filled: sums, who signed, notes.
_SUM: Final = re.compile(
    r"^(合\s*计|总\s*计|小\s*计|共\s*计|累\s*计|total|sum|sub-?total)|^.{1,16}(合\s*计|总\s*计|小\s*计|共\s*计)\s*[:：]?$",
    re.IGNORECASE,
)
# Of a part of the rows: 小计, 九龙街道小计.
_PART_SUM: Final = re.compile(r"小\s*计\s*[:：]?$|^sub-?total", re.IGNORECASE)
_BOXES: Final = re.compile(r"[□☐○◯〇]")
_FOOT: Final = re.compile(
    r"^(填\s*表|填\s*报|制\s*表|审\s*核|复\s*核|负\s*责\s*人|分管|单位|主要|经\s*办|签\s*[字章]|盖\s*章|联\s*系\s*人|报\s*送|日\s*期|注\s*[:：1一]|"
    r"备\s*注\s*[:：]|说\s*明|附\s*[:：]|本表|signed|signature|prepared|checked|note|remark)",
    re.IGNORECASE,
)
_SAMPLE: Final = re.compile(r"^[(（]?(例|示例|样例|填写示例)([)）:：如]|$)|^\(?example\b", re.IGNORECASE)
# A row that numbers the columns: 甲 乙 1 2 3.
_COUNTED: Final = re.compile(r"^([甲乙丙丁戊己庚辛]|[A-Z]|[(（]?\d{1,3}[)）]?(=.*)?)$")
SERIALS: Final = frozenset({"序号", "no", "序", "顺序号", "serial"})

Range = tuple[int, int, int, int]  # top, left, bottom, right; from 1, both ends in


@dataclass(frozen=True)
class Grid:
    """One table as it lies: its texts by (row, column) from 1, merged ranges, formulas, and rows with a frame around cells."""

    name: str
    height: int
    width: int
    cells: Mapping[tuple[int, int], str]
    merges: tuple[Range, ...] = ()
    formulas: frozenset[tuple[int, int]] = frozenset()
    framed: frozenset[int] = frozenset()

    def text(self, row: int, column: int) -> str:
        """Return what stands in a cell, "" where nothing does."""
        return self.cells.get((row, column), "")

    def over(self, row: int, column: int) -> Range:
        """Return the merged range a cell lies in, or the cell itself."""
        for area in self.merges:
            if area[0] <= row <= area[2] and area[1] <= column <= area[3]:
                return area
        return (row, column, row, column)

    def ends_at(self, row: int, column: int) -> int:
        """Return the last column over which a text that stands in a cell is merged."""
        return self._right_ends.get((row, column), column)

    @cached_property
    def _right_ends(self) -> Mapping[tuple[int, int], int]:
        return {area[:2]: area[3] for area in self.merges}


@dataclass(frozen=True, slots=True)
class Title:
    """One column: where it stands, its own title, and the titles over it, outermost first."""

    column: int
    text: str
    above: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """The title with those over it: "帮扶责任人 / 电话"."""
        return " / ".join((*self.above, self.text))

    @property
    def is_serial(self) -> bool:
        """Answer whether the column only numbers the rows."""
        return title_key(self.text) in SERIALS


@dataclass(frozen=True)
class Table:
    """A table of a form: the rows of titles, the rows to be filled (``last`` < ``first``: none is there yet), rows with a label."""

    place: str
    top: int
    bottom: int
    titles: tuple[Title, ...]
    first: int
    last: int
    filled: tuple[int, ...] = ()  # rows in which more than a label stands already
    labels: Mapping[int, Mapping[int, str]] = field(default_factory=dict)  # row: {column: text}
    samples: tuple[int, ...] = ()  # rows that show how to fill in, to be written over
    sums: tuple[int, ...] = ()  # rows for the sum, over the rows to be filled or right below them
    part_sums: Mapping[int, tuple[int, ...]] = field(
        default_factory=dict
    )  # rows for the sum of a part, and what it sums
    is_in_parts: bool = False  # sums of parts stand between the rows: they can be filled only where each is named
    joined: frozenset[int] = frozenset()  # columns whose cells are merged over several of the rows to be filled
    printed: frozenset[int] = frozenset()  # columns with the same in every row: "是□ 否□"
    counted: frozenset[int] = frozenset()  # columns that number the rows, whatever they are called


def find_table(grids: Iterable[Grid], is_known: Callable[[Title], bool]) -> Table | None:
    """Return the table with the most known titles, the earlier of two; None where no title is known anywhere."""
    best: tuple[int, Table] | None = None
    for grid in grids:
        for top, bottom in _bands(grid):
            titles = _titles(grid, top, bottom)
            known = sum(1 for title in titles if is_known(title))
            if known and (best is None or known > best[0]):
                best = known, _with_body(grid, top, bottom, titles)
    return best[1] if best else None


def _bands(grid: Grid) -> list[tuple[int, int]]:
    """Return the rows of titles that could be, each grown over the merged cells it is joined by."""
    found: list[tuple[int, int]] = []
    for row in range(1, min(grid.height, SEARCHED) + 1):
        if sum(1 for column in range(1, grid.width + 1) if grid.text(row, column)) < 2:
            continue
        top, bottom = _grown(grid, row)
        if bottom - top < MOST_TITLE_ROWS and (top, bottom) not in found:
            found.append((top, bottom))
    return found


def _grown(grid: Grid, row: int) -> tuple[int, int]:
    top = bottom = row
    while True:
        joined = [
            area
            for area in grid.merges
            if area[0] != area[2] and area[0] <= bottom and area[2] >= top and _is_titled(grid, area)
        ]
        new_top = min([top, *(area[0] for area in joined)])
        new_bottom = max([bottom, *(area[2] for area in joined)])
        if (new_top, new_bottom) == (top, bottom):
            break
        top, bottom = new_top, new_bottom
        if bottom - top >= MOST_TITLE_ROWS:
            return top, bottom
    # A group over several titles, and not the heading over the whole table: its titles stand in the next row.
    while bottom - top < MOST_TITLE_ROWS - 1 and any(
        area[0] == area[2] == bottom and area[3] > area[1] and grid.text(bottom, area[1]) for area in grid.merges
    ):
        under = [
            column
            for area in grid.merges
            if area[0] == area[2] == bottom
            for column in range(area[1], area[3] + 1)
            if grid.text(bottom + 1, column)
        ]
        if not under:
            break
        bottom += 1
    return top, bottom


def _is_titled(grid: Grid, area: Range) -> bool:
    return bool(grid.text(area[0], area[1]))


def _titles(grid: Grid, top: int, bottom: int) -> tuple[Title, ...]:
    titles = []
    for column in range(1, grid.width + 1):
        parts: list[str] = []
        for row in range(top, bottom + 1):
            area = grid.over(row, column)
            text = _title(grid.text(area[0], area[1])) if area[0] >= top else ""
            if text and (not parts or parts[-1] != text):
                parts.append(text)
        # The right half of a title that is merged over several columns, with nothing of its own below, is no column.
        end = grid.over(bottom, column)
        if parts and not (end[1] < column):
            titles.append(Title(column, parts[-1], tuple(parts[:-1])))
    return tuple(titles)


def _title(text: str) -> str:
    return clean_text(re.sub(r"\s+", " ", text))[:LONGEST_TITLE] if text else ""


def _with_body(grid: Grid, top: int, bottom: int, titles: tuple[Title, ...]) -> Table:
    columns = [title.column for title in titles]
    serials = {title.column for title in titles if title.is_serial}
    first = bottom + 1
    while first <= grid.height and _is_numbering(grid, first, columns):
        first += 1
    sums: list[int] = []
    if _is_sum(grid, first) and not _is_part_sum(grid, first) and not _is_foot(grid, first + 1) and first < grid.height:
        sums.append(first)  # the sum stands on top, over its rows
        first += 1
    body = _Body(grid, first, serials)
    return Table(
        grid.name,
        top,
        bottom,
        titles,
        first,
        body.last,
        tuple(body.filled),
        body.labels,
        tuple(body.samples),
        (*sums, *body.sums),
        body.part_sums,
        is_in_parts=body.is_in_parts,
        joined=body.joined,
        printed=body.printed,
        counted=body.counted,
    )


class _Body:
    """The rows below the titles: which wait to be filled, what stands in them, where sums are wanted."""

    def __init__(self, grid: Grid, first: int, serials: set[int]) -> None:
        self.grid, self.first, self.serials = grid, first, serials
        self.is_framed = any(row >= first for row in grid.framed)
        self.last = first - 1
        self.rows: list[int] = []
        self.samples: list[int] = []
        self.sums: list[int] = []
        self._walk()
        told = {row: self._told(row) for row in self.rows if row not in self.samples}
        self.counted = frozenset(
            column for column in self._columns(told) if self._counts([row.get(column, "") for row in told.values()])
        )
        self.printed = frozenset(
            column
            for column in self._columns(told) - self.counted
            if _is_printed([row.get(column, "") for row in told.values()])
        )
        own = {
            row: {column: text for column, text in line.items() if column not in self.counted | self.printed}
            for row, line in told.items()
        }
        self.labels: dict[int, Mapping[int, str]] = {row: line for row, line in own.items() if line}
        self.filled = [row for row, line in self.labels.items() if len(line) > MOST_LABELS]
        self.part_sums = self._part_sums()
        end = max(self.rows, default=0)
        self.joined = frozenset(
            column
            for top, left, bottom, right in grid.merges
            if first <= top <= end and bottom > top
            for column in range(left, right + 1)
        )
        self._trim(told)

    def _walk(self) -> None:
        beyond: list[int] = []  # below a sum: rows of another part, should one more sum follow
        for row in range(self.first, min(self.grid.height, self.first + MOST_BODY) + 1):
            if _is_sum(self.grid, row):
                self.rows += beyond
                beyond = []
                self.sums.append(row)
                continue
            told = self._told(row, with_serials=True)
            if _is_foot(self.grid, row) or _is_wide(self.grid, row, told):
                break
            if not told and self.is_framed and row not in self.grid.framed:
                break
            if any(_SAMPLE.match(text.strip()) for text in told.values()):
                self.samples.append(row)
            if self.sums:
                if len(told) > MOST_LABELS + 1:
                    break  # the titles of another table
                beyond.append(row)
                continue
            self.rows.append(row)
            self.last = row
        is_over = bool(self.sums) and self.sums[0] == self.first  # each sum stands over its rows
        if is_over:
            self.rows += beyond
        self.is_in_parts = is_over or any(row > self.last for row in self.rows)

    def _told(self, row: int, *, with_serials: bool = False) -> dict[int, str]:
        texts = {column: self.grid.text(row, column) for column in range(1, self.grid.width + 1)}
        return {
            column: text
            for column, text in texts.items()
            if text and (row, column) not in self.grid.formulas and (with_serials or column not in self.serials)
        }

    @staticmethod
    def _columns(told: Mapping[int, Mapping[int, str]]) -> set[int]:
        return {column for line in told.values() for column in line}

    @staticmethod
    def _counts(texts: list[str]) -> bool:
        told = [text.strip() for text in texts]
        return len(told) > 1 and told == [str(number) for number in range(1, len(told) + 1)]

    def _part_sums(self) -> dict[int, tuple[int, ...]]:
        """Return the sums of parts with the rows above them that they sum; none where they stand over their rows."""
        if not self.is_in_parts or not self.rows or self.sums[0] < self.rows[0]:
            parts = [row for row in self.sums if self.is_in_parts and _is_part_sum(self.grid, row)]
            self.sums = [row for row in self.sums if row not in parts]
            return dict.fromkeys(parts, ())
        found: dict[int, tuple[int, ...]] = {}
        before = 0
        for row in self.sums:
            over = tuple(one for one in self.rows if before < one < row)
            if _is_part_sum(self.grid, row) or (over and row != self.sums[-1]):
                found[row] = over
            before = row
        self.sums = [row for row in self.sums if row not in found]
        return found

    def _trim(self, told: Mapping[int, Mapping[int, str]]) -> None:
        """Without frames the blank rows before the signatures belong to the layout."""
        while (
            not self.is_framed
            and self.last >= self.first
            and not told.get(self.last)
            and self.last not in self.samples
            and self.last < self.grid.height
            and not _has_serial(self.grid, self.last, self.serials)
        ):
            self.last -= 1


def _is_printed(texts: list[str]) -> bool:
    """Answer whether a column is no value but part of the form: boxes to be ticked, or the same in each of several rows."""
    return all(texts) and len(set(texts)) == 1 and (len(texts) > 1 or bool(_BOXES.search(texts[0])))


def _has_serial(grid: Grid, row: int, serials: Iterable[int]) -> bool:
    return any(grid.text(row, column) for column in serials)


def _is_numbering(grid: Grid, row: int, columns: list[int]) -> bool:
    texts = [clean_text(grid.text(row, column)) for column in columns if grid.text(row, column)]
    return len(texts) >= 2 and len(texts) >= len(columns) - 1 and all(_COUNTED.match(text) for text in texts)


def _first_text(grid: Grid, row: int) -> str:
    return next((grid.text(row, column) for column in range(1, grid.width + 1) if grid.text(row, column)), "").strip()


def _is_sum(grid: Grid, row: int) -> bool:
    return any(_SUM.match(grid.text(row, column).strip()) for column in range(1, min(grid.width, 4) + 1))


def _is_part_sum(grid: Grid, row: int) -> bool:
    return any(_PART_SUM.search(grid.text(row, column).strip()) for column in range(1, min(grid.width, 4) + 1))


def _is_foot(grid: Grid, row: int) -> bool:
    return bool(_FOOT.match(_first_text(grid, row)))


def _is_wide(grid: Grid, row: int, told: Mapping[int, str]) -> bool:
    """Answer whether a text runs over three or more merged cells: a note, not a value."""
    return any(grid.ends_at(row, column) - column >= 2 for column in told)
