"""Reading and writing workbooks: pure, no Django. Its faults get their words in `sheets.errors`."""

from renwang.foundation.sheets.engine.caps import DEFAULT_CAPS, Caps
from renwang.foundation.sheets.engine.cells import LostDigits, Value, as_text, half_width
from renwang.foundation.sheets.engine.faults import SheetFault
from renwang.foundation.sheets.engine.header import Header, find_header, title_key
from renwang.foundation.sheets.engine.reading import Row, Sheet, Workbook, read_workbook
from renwang.foundation.sheets.engine.verdicts import Verdict, Words, write_verdicts
from renwang.foundation.sheets.engine.writing import Column, sheet_bytes, write_sheet

__all__ = [
    "DEFAULT_CAPS",
    "Caps",
    "Column",
    "Header",
    "LostDigits",
    "Row",
    "Sheet",
    "SheetFault",
    "Value",
    "Verdict",
    "Words",
    "Workbook",
    "as_text",
    "find_header",
    "half_width",
    "read_workbook",
    "sheet_bytes",
    "title_key",
    "write_sheet",
    "write_verdicts",
]
