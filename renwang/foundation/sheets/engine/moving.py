"""What becomes of a reference when rows are inserted into a sheet: A5:C9 grows or moves, on whichever sheet it stands.

Rows are inserted below ``after`` (the last row to be filled). A range that ends exactly there grows, as it does for somebody
who inserts within the list: =SUM(C5:C9) still sums all of it, and a print area still prints all of it.
"""

import re
from dataclasses import dataclass
from typing import Final

from openpyxl.formula.tokenizer import Token, Tokenizer
from openpyxl.formula.translate import Translator

_CELL: Final = re.compile(r"(\$?)([A-Za-z]{1,3})(\$?)([0-9]{1,7})")
_ROWS: Final = re.compile(r"(\$?)([0-9]{1,7}):(\$?)([0-9]{1,7})")
_AREA: Final = re.compile(r"(\$?[A-Za-z]{1,3}\$?[0-9]{1,7})(?::(\$?[A-Za-z]{1,3}\$?[0-9]{1,7}))?")


@dataclass(frozen=True, slots=True)
class Insertion:
    """So many rows below row ``after`` of one sheet."""

    sheet: str
    after: int
    rows: int

    def row(self, row: int) -> int:
        """Return where a row lies afterwards."""
        return row + self.rows if row > self.after else row

    def end(self, row: int) -> int:
        """Return where the end of a range lies afterwards; one that ends with the list grows with it."""
        return row + self.rows if row >= self.after else row


def moved_area(text: str, by: Insertion) -> str:
    """Return a reference without a sheet ("$A$5:$C$9", "5:9", "A5") as it reads afterwards."""
    whole = _ROWS.fullmatch(text)
    if whole:
        start, end = int(whole[2]), int(whole[4])
        return f"{whole[1]}{by.row(start)}:{whole[3]}{by.end(end)}"
    area = _AREA.fullmatch(text)
    if not area:
        return text
    first = _CELL.fullmatch(area[1])
    assert first is not None
    start = int(first[4])
    begin = f"{first[1]}{first[2]}{first[3]}{by.row(start)}"
    if area[2] is None:
        return begin
    last = _CELL.fullmatch(area[2])
    assert last is not None
    return f"{begin}:{last[1]}{last[2]}{last[3]}{by.end(int(last[4]))}"


def moved_areas(text: str, by: Insertion) -> str:
    """Return several references, separated by blanks, as they read afterwards."""
    return " ".join(moved_area(part, by) for part in text.split())


def moved_formula(formula: str, by: Insertion, *, home: str) -> str:
    """Return a formula (without its =) of sheet ``home`` as it reads afterwards."""
    tokens = Tokenizer("=" + formula)
    parts = []
    for token in tokens.items:
        if token.type == Token.OPERAND and token.subtype == Token.RANGE:
            parts.append(_moved_operand(token.value, by, home))
        else:
            parts.append(token.value)
    return "".join(parts)


def _moved_operand(operand: str, by: Insertion, home: str) -> str:
    sheet, mark, area = operand.rpartition("!")
    named = sheet.strip("'").replace("''", "'") if mark else home
    return f"{sheet}{mark}{moved_area(area, by)}" if named == by.sheet else operand


def copied_formula(formula: str, origin: str, target: str) -> str:
    """Return a formula (without its =) as it reads when it is copied from one cell to another."""
    translated: str = Translator("=" + formula, origin=origin).translate_formula(target)
    return translated[1:]
