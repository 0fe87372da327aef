"""Which rows of a sheet are its column titles: one to three rows, merged or not, under any number of headings."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Final

from renwang.foundation.sheets.engine.cells import LostDigits, Value, as_text, plain
from renwang.foundation.sheets.engine.header import title_key
from renwang.foundation.sheets.engine.reading import Sheet

Knows = Callable[[str], str | None]
LOOKED_AT: Final = 40
DEEPEST: Final = 3
LONG: Final = 40
_DATA: Final = re.compile(r"[\d\s\-./:,%*xX年月日]{4,}|\d{15,18}[xX]?|-?\d+(?:\.\d+)?")
_TOLD: Final = re.compile(r".{1,10}[:：].*|.*[:：]")
_INDEX: Final = re.compile(r"[(（\[]?(?:\d{1,3}|[甲乙丙丁戊己庚辛壬癸]|[A-Z]{1,2}\d{0,2})[)）\]]?")


@dataclass(frozen=True, slots=True)
class Block:
    """A header: the numbers of its first and last row (and of an index row below it), and each column's parts."""

    top: int
    bottom: int
    parts: tuple[tuple[str, ...], ...]
    score: float


@dataclass(slots=True)
class _Seen:
    """The first rows as text, merged cells filled in; which cells are data; what spans several columns."""

    texts: list[list[str]]
    is_data: list[list[bool]]
    spans: list[set[int]]  # columns that stand under a range wider than one, by row
    deep: list[bool]  # a merged range goes on into the next row
    own: list[list[bool]]  # the cell itself holds something


def found_blocks(sheet: Sheet, knows: Knows) -> list[Block]:
    """Return what may be the header, the likeliest first; the upper of two that are equally likely."""
    seen = _seen(sheet)
    known: dict[str, str | None] = {}

    def field_of(title: str) -> str | None:
        if title not in known:
            known[title] = knows(title)
        return known[title]

    found: list[Block] = []
    for top in range(len(seen.texts)):
        for depth in range(1, DEEPEST + 1):
            if top + depth <= len(seen.texts) and (block := _block(seen, top, depth, field_of)) is not None:
                found.append(block)
    return sorted(found, key=lambda block: (-block.score, block.top, block.bottom))


def _seen(sheet: Sheet) -> _Seen:
    rows = [[plain(cell) for cell in cells] for _number, cells in islice(sheet.as_read(), LOOKED_AT)]
    width = max(map(len, rows), default=0)
    texts = [[_text(cell) for cell in row] + [""] * (width - len(row)) for row in rows]
    data = [[_is_data(cell) for cell in row] + [False] * (width - len(row)) for row in rows]
    own = [[bool(text) for text in row] for row in texts]
    spans: list[set[int]] = [set() for _row in rows]
    deep = [False] * len(rows)
    for top, left, bottom, right in sheet.merged:
        if top >= len(rows) or left >= width:
            continue
        for row in range(top, min(bottom + 1, len(rows))):
            for place in range(left, min(right + 1, width)):
                texts[row][place] = texts[top][left]
                data[row][place] = data[top][left]
            if right > left:
                spans[row].update(range(left, min(right + 1, width)))
            if row < bottom and texts[top][left]:
                deep[row] = True
    return _Seen(texts, data, spans, deep, own)


def _text(cell: Value) -> str:
    told = as_text(cell)
    return told.seen if isinstance(told, LostDigits) else " ".join(told.split())


def _is_data(cell: Value) -> bool:
    if isinstance(cell, bool | int | float | date):
        return True
    return isinstance(cell, str) and bool(_DATA.fullmatch(cell.strip()))


def _block(seen: _Seen, top: int, depth: int, field_of: Callable[[str], str | None]) -> Block | None:
    rows = range(top, top + depth)
    if any(not any(seen.texts[row]) for row in rows):
        return None
    heads = {text for text in seen.texts[top] if text}
    if len(heads) < 2 and not any(field_of(text) for text in heads):
        return None
    width = len(seen.texts[top])
    parts = [_parts(seen, rows, place) for place in range(width)]
    titles = [part for part in parts if part]
    fields = {field for part in titles if (field := _field(part, field_of))}
    odd = sum(_is_two_cells(seen, rows, place, parts, field_of) for place in range(width))
    data = sum(seen.is_data[row][place] for row in rows for place in range(width) if seen.own[row][place])
    if data * 2 > sum(seen.own[row][place] for row in rows for place in range(width)):
        return None
    told = sum(bool(_TOLD.fullmatch(text)) or len(text) > LONG for row in rows for text in set(seen.texts[row]) if text)
    score = 4.0 * len(fields) + min(len({"/".join(part) for part in titles}), 12) - 4 * odd - 3 * data - 3 * told
    # Ranges that are merged over several columns, or down into the next row, tell how deep a header is.
    last = rows[-1]
    below = seen.texts[last + 1] if last + 1 < len(seen.texts) else []
    score += 2 * sum(bool(seen.spans[row] and depth > 1 and row != last) for row in rows)
    if seen.deep[last] and below:
        score -= 6
    if depth > 1 and any(seen.deep[row] for row in rows[:-1]):
        score += 4
    index = bool(below) and _is_index_row(seen, last + 1)
    if index or (below and any(seen.is_data[last + 1])):
        score += 2
    return Block(top + 1, last + 1 + (1 if index else 0), tuple(tuple(part) for part in parts), score)


def _parts(seen: _Seen, rows: range, place: int) -> list[str]:
    """Return a column's titles from above to below; a group's title that was not merged reaches over its group."""
    parts: list[str] = []
    for row in rows:
        text = seen.texts[row][place]
        if not text and row != rows[-1] and any(seen.texts[lower][place] for lower in rows if lower > row):
            text = _group_title(seen, row, rows, place)
        if text and (not parts or parts[-1] != text):
            parts.append(text)
    return parts


def _group_title(seen: _Seen, row: int, rows: range, place: int) -> str:
    for left in range(place - 1, -1, -1):
        if text := seen.texts[row][left]:
            has_own = any(seen.texts[lower][left] not in ("", text) for lower in rows if lower > row)
            return text if has_own else ""
        if not any(seen.texts[lower][left] for lower in rows if lower > row):
            return ""
    return ""


def _is_two_cells(
    seen: _Seen, rows: range, place: int, parts: Sequence[Sequence[str]], field_of: Callable[[str], str | None]
) -> bool:
    """Answer whether a column's parts are no title under a group's title, but a title and what stands in its first row."""
    if len(parts[place]) < 2 or field_of("/".join(parts[place])) or any(place in seen.spans[row] for row in rows):
        return False
    head = parts[place][0]
    neighbours = [parts[other] for other in (place - 1, place + 1) if 0 <= other < len(parts)]
    return not any(len(other) > 1 and other[0] == head for other in neighbours)


def _field(parts: Sequence[str], field_of: Callable[[str], str | None]) -> str | None:
    return field_of("/".join(parts)) or (field_of(parts[-1]) if len(parts) > 1 else None)


def _is_index_row(seen: _Seen, row: int) -> bool:
    """Answer whether a row numbers the columns: 1 2 3 4, (1) (2) (3), 甲 乙 1 2."""
    texts = [text for place, text in enumerate(seen.texts[row]) if seen.own[row][place]]
    if len(texts) < 3 or not all(_INDEX.fullmatch(text) for text in texts) or len(set(texts)) < len(texts):
        return False
    numbers = [int(digits) for text in texts if (digits := title_key(text).strip("()[]")).isdigit()]
    return numbers == sorted(numbers) and (not numbers or numbers[-1] - numbers[0] < 2 * len(texts))
