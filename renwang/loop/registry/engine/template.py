"""The empty workbook an office fills in: columns as text, lists to choose from, and a sheet that explains."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

import xlsxwriter

ROWS: Final = 5_000


@dataclass(frozen=True, slots=True)
class Words:
    """Titles, explanations and choices of each column, and the names of the sheets."""

    sheet: str
    help_sheet: str
    villages_sheet: str
    title: str
    columns: Sequence[tuple[str, str, Sequence[str]]]


def template_workbook(words: Words, villages: Sequence[tuple[str, str]]) -> bytes:
    """Return an xlsx with an empty sheet, an explanation of each column, and the villages one may name (code, name)."""
    content = BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False})
    bold = book.add_format({"bold": True, "bg_color": "#E5ECF4", "border": 1, "text_wrap": True, "valign": "vcenter"})
    text = book.add_format({"num_format": "@"})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    sheet: Any = book.add_worksheet(words.sheet)
    explained: Any = book.add_worksheet(words.help_sheet[:31])
    listed: Any = book.add_worksheet(words.villages_sheet[:31])
    choices: Any = book.add_worksheet("选项")
    choices.hide()
    sheet.freeze_panes(1, 2)
    for place, (title, help_text, options) in enumerate(words.columns):
        sheet.set_column(place, place, max(12, len(title) * 2 + 4, 22 if "号码" in title else 0), text)
        sheet.write_string(0, place, title, bold)
        sheet.data_validation(1, place, ROWS, place, _rule(title, help_text, options, place, choices))
        explained.write_string(place + 1, 0, title, bold)
        explained.write_string(place + 1, 1, help_text, wrap)
    explained.write_string(0, 0, words.title, bold)
    explained.set_column(0, 0, 16)
    explained.set_column(1, 1, 80)
    listed.set_column(0, 1, 24)
    for row, (code, name) in enumerate(villages):
        listed.write_string(row, 0, code)
        listed.write_string(row, 1, name)
    book.close()
    return content.getvalue()


def _rule(title: str, help_text: str, options: Sequence[str], place: int, choices: Any) -> dict[str, Any]:
    """Return the rule of a column's cells: a list to choose from, or any text, with a hint beside the cell."""
    hint = {"input_title": title[:32], "input_message": help_text[:255]}
    if not options:
        return {"validate": "any", **hint}
    for row, option in enumerate(options):
        choices.write_string(row, place, option)
    letter = chr(ord("A") + place)
    source = f"=选项!${letter}$1:${letter}${len(options)}"
    # A warning, not a stop: our own check says more, and knows more words.
    return {"validate": "list", "source": source, "error_type": "warning", **hint}
