"""A large sheet read a part at a time says what it says when it is read whole."""

import io
import zipfile
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest

from renwang.foundation.sheets.engine import caps, faults, parts
from renwang.foundation.sheets.engine.reading import read_workbook


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Cut every sheet into parts of some rows, and count the parts."""
    sizes: list[int] = []
    whole = parts.PartedSheet._read

    def counted(self: parts.PartedSheet, rows: bytes) -> Any:
        sizes.append(len(rows))
        return whole(self, rows)

    monkeypatch.setattr(parts.PartedSheet, "_read", counted)
    for module, name in ((parts, "PART"), (parts, "MB"), (caps, "CHUNK")):
        monkeypatch.setattr(module, name, 4_000)
    monkeypatch.setattr(parts, "LARGE", 0)
    return sizes


def ledger(rows: int, *, shared: bool = True) -> bytes:
    """Return a workbook that begins in C4, with dates, numbers, merged cells, hidden rows and gaps."""
    book = openpyxl.Workbook()
    page: Any = book.active
    page.title = "名单 & 册"
    page.cell(4, 3).value = "坊子区台账"
    page.merge_cells("C4:F4")
    for number in range(rows):
        row = 6 + number + number // 50 * 7
        page.cell(row, 3).value = f"赵{number}"
        page.cell(row, 4).value = date(2020, 2, 1 + number % 28) if number % 3 else datetime(2020, 2, 3, 8, 30)
        page.cell(row, 5).value = number * 1.5 if number % 7 else None
        page.cell(row, 6).value = "<row r=\"9\"> & 'x'" if number % 11 == 0 else number % 2 == 0
        page.row_dimensions[row].hidden = number % 40 == 39
    page.merge_cells("C60:C62")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def told(data: bytes) -> tuple[Any, ...]:
    sheet = read_workbook(data, "册.xlsx").sheet()
    rows = [(number, list(cells)) for number, cells in sheet.as_read()]
    return rows, list(sheet.rows()), sheet.merged, sheet.hidden


def test_what_is_read_in_parts_is_what_is_read_whole(small_parts: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    data = ledger(400)
    rows, filled, merged, hidden = told(data)
    assert len(small_parts) > 10
    monkeypatch.setattr(parts, "LARGE", 10**9)
    whole_rows, whole_filled, whole_merged, whole_hidden = told(data)
    assert (filled, merged, hidden) == (whole_filled, whole_merged, whole_hidden)
    assert [(number, cells) for number, cells in rows if any(cell != "" for cell in cells)] == [
        (number, cells) for number, cells in whole_rows if any(cell != "" for cell in cells)
    ]
    assert {len(cells) for _number, cells in rows} == {6}


def test_the_titles_alone_cost_one_part(small_parts: list[int]) -> None:
    sheet = read_workbook(ledger(400), "册.xlsx").sheet()
    small_parts.clear()
    assert next(iter(sheet.rows())).cells[2] == "坊子区台账"
    assert len(small_parts) == 1


def changed(data: bytes, before: bytes, after: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as archive:
        for name in source.namelist():
            text = source.read(name)
            archive.writestr(name, text.replace(before, after) if name.startswith("xl/worksheets/") else text)
    return out.getvalue()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"<sheetData>", b'<sheetData xml:space="default">'),
        (b'<row r="30"', b'<!-- <row r="77"> --><row r="30"'),
        (b'<row r="31" ', b"<row "),
        (b'<row r="40" ', b'<row spans="3:6" r="40" '),
    ],
)
def test_however_the_rows_are_written_none_is_lost(
    small_parts: list[int], monkeypatch: pytest.MonkeyPatch, before: bytes, after: bytes
) -> None:
    data = changed(ledger(200), before, after)
    in_parts = told(data)[1]
    assert small_parts
    monkeypatch.setattr(parts, "LARGE", 10**9)
    assert in_parts == told(data)[1]
    assert len(in_parts) == 201


def test_rows_out_of_their_order_are_refused_and_not_passed_over(small_parts: list[int]) -> None:
    data = changed(ledger(400), b'<row r="300"', b'<row r="7"')
    data = changed(data, b'"C300"', b'"C7"')
    with pytest.raises(faults.BrokenWorkbook):
        told(changed(changed(changed(data, b'"D300"', b'"D7"'), b'"E300"', b'"E7"'), b'"F300"', b'"F7"'))


def test_half_a_sheet_is_refused(small_parts: list[int]) -> None:
    data = changed(ledger(300), b"</sheetData>", b"")
    with pytest.raises(faults.SheetFault):
        told(data)


def test_what_no_program_writes_is_read_whole(small_parts: list[int]) -> None:
    data = changed(ledger(30), b"<sheetData>", b"<!-- nothing --><sheetData>")
    assert len(told(data)[1]) == 31
    assert not small_parts
