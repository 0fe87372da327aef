"""Finding the row of column titles under a ledger's headings, whatever the office calls its columns."""

import re
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import islice
from typing import Final

from renwang.foundation.sheets.engine.cells import LostDigits, as_text, half_width
from renwang.foundation.sheets.engine.faults import NoHeader
from renwang.foundation.sheets.engine.reading import Row

SEARCHED: Final = 20
VERDICT_TITLES: Final = ("核对结果", "Verdict")  # of the column that `write_verdicts` puts in front
_NOISE: Final = re.compile(r"[\s*:：_\-/、.]+|\((必填|选填|可不填|required|optional)\)")


@dataclass(frozen=True, slots=True)
class Header:
    """Where the titles are: row number, 0-based column by field, titles nobody knows, fields nobody has."""

    row: int
    columns: Mapping[str, int]
    unknown: tuple[tuple[int, str], ...]
    missing: tuple[str, ...]

    def pick(self, row: Row) -> dict[str, str | LostDigits]:
        """Return a row's known cells as text, by field; a short row's last cells are empty."""
        return {
            name: as_text(row.cells[place]) if place < len(row.cells) else "" for name, place in self.columns.items()
        }


def title_key(title: str) -> str:
    """Return a title as it is compared: half width, small letters, no blanks, stars or colons, no (必填)."""
    return _NOISE.sub("", half_width(title).casefold())


def find_header(rows: Iterable[Row], known: Mapping[str, AbstractSet[str]], *, least: int = 2) -> Header:
    """Return the header within the first 20 rows that knows the most columns, the upper of two; raises NoHeader.

    `known` holds each field's titles: {"phone": {"手机号", "联系电话", "phone"}}. At least `least` must be there (or all, if
    fewer are known). A title that comes twice counts the first time; the second stands in `unknown`.
    """
    fields = {title_key(title): name for name, titles in known.items() for title in (*titles, name)}
    best: Header | None = None
    for row in islice(rows, SEARCHED):
        found = _header_of(row, fields, known)
        if best is None or len(found.columns) > len(best.columns):
            best = found
    if best is None or len(best.columns) < min(least, len(known)):
        titles = [min(titles, default=name) for name, titles in known.items()]
        raise NoHeader(rows=SEARCHED, expected="、".join(titles[:8]))
    return best


def _header_of(row: Row, fields: Mapping[str, str], known: Mapping[str, AbstractSet[str]]) -> Header:
    columns: dict[str, int] = {}
    unknown: list[tuple[int, str]] = []
    for place, cell in enumerate(row.cells):
        title = str(as_text(cell))
        name = fields.get(title_key(title)) if title else None
        if name is not None and name not in columns:
            columns[name] = place
        elif title:
            unknown.append((place, title))
    return Header(row.number, columns, tuple(unknown), tuple(name for name in known if name not in columns))
