"""A large sheet read a part at a time says what it says when it is read whole."""

import io
import re
import zipfile
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest

from renwang.foundation.sheets.engine import caps, faults, parts
from renwang.foundation.sheets.engine.reading import read_workbook
from renwang.foundation.sheets.engine.tables import find_table


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


def ledger(rows: int) -> bytes:
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
        (b"</sheetData>", b'<row r="1048576"><c r="C1048576" s="1"/></row></sheetData>'),
        (b'<row r="20"', b"".join(b'<row r="19" ht="%d"/>' % height for height in range(900)) + b'<row r="20"'),
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


def test_a_sheet_whose_tags_bear_a_prefix_is_read_whole(small_parts: list[int]) -> None:
    def prefixed(data: bytes) -> bytes:
        return re.sub(rb"<(/?)(?=[a-zA-Z])", rb"<\1x:", data).replace(b" xmlns=", b" xmlns:x=")

    data, out = ledger(60), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as archive:
        for name in source.namelist():
            text = source.read(name)
            archive.writestr(name, prefixed(text) if name.startswith("xl/worksheets/") else text)
    assert told(out.getvalue())[1:] == told(data)[1:]
    small_parts.clear()
    assert len(told(out.getvalue())[1]) == 61 and not small_parts


def test_what_is_merged_over_a_household_reaches_its_rows_behind_the_cut(
    small_parts: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    book = openpyxl.Workbook()
    page: Any = book.active
    page.append(["2020年台账"])
    page.append(["户编号", "姓名", "手机", "村"])
    for home in range(60):
        top = 3 + home * 7
        for member in range(7):
            page.append([f"K{home}" if not member else None, f"赵{home}之{member}", "15400000001", None])
        page.cell(top, 4).value = f"第{home}村"
        page.merge_cells(f"A{top}:A{top + 6}")
        page.merge_cells(f"D{top}:D{top + 6}")
    out = io.BytesIO()
    book.save(out)

    def rows() -> list[list[object]]:
        table = find_table(read_workbook(out.getvalue(), "册.xlsx").sheet(), {"姓名": "name", "手机": "phone"}.get)
        return [list(cells) for _number, kind, cells in table.told() if kind == "data"]

    in_parts = rows()
    assert len(small_parts) > 10
    monkeypatch.setattr(parts, "LARGE", 10**9)
    assert in_parts == rows()
    assert [(row[0], row[3]) for row in in_parts] == [(f"K{n // 7}", f"第{n // 7}村") for n in range(420)]


def with_shared_texts(data: bytes, name: str = "xl/sharedStrings.xml") -> bytes:
    """Return a workbook whose texts and styles stand beside its sheet, as most programs write them."""
    texts: list[bytes] = []

    def shared(found: re.Match[bytes]) -> bytes:
        texts.append(b"<si>" + found[2] + b"</si>")
        return found[1] + b't="s"><v>%d</v></c>' % (len(texts) - 1)

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as archive:
        for part in source.namelist():
            text = source.read(part)
            if part.startswith("xl/worksheets/"):
                text = re.sub(rb'(<c [^<>]*)t="inlineStr"><is>(.*?)</is></c>', shared, text)
            archive.writestr(part if name.endswith("/sharedStrings.xml") else part.replace("styles", "Styles"), text)
        space = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
        archive.writestr(name, b"<sst " + space + b">" + b"".join(texts) + b"</sst>")
    assert texts
    return out.getvalue()


@pytest.mark.parametrize("name", ["xl/sharedStrings.xml", "xl/SharedStrings.xml", "xl\\sharedStrings.xml"])
def test_texts_that_stand_beside_the_sheet_are_read_with_each_part_however_it_is_named(
    small_parts: list[int], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    data = with_shared_texts(ledger(400), name)
    in_parts = told(data)
    assert len(small_parts) > 10
    monkeypatch.setattr(parts, "LARGE", 10**9)
    assert in_parts[1:] == told(data)[1:]
    assert in_parts[1][1].cells[2] == "赵0" and in_parts[1][1].cells[3] == datetime(2020, 2, 3, 8, 30)


def test_of_several_sheets_each_is_read_in_its_own_parts(
    small_parts: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    book = openpyxl.Workbook()
    for name, place in (("甲", 1), ("乙", 3)):
        page: Any = book.active if name == "甲" else book.create_sheet(name)
        page.title = name
        for row in range(1, 300):
            page.cell(row, place).value = f"{name}{row}"
        page.merge_cells(start_row=200, end_row=202, start_column=place, end_column=place)
    out = io.BytesIO()
    book.save(out)

    def each() -> list[Any]:
        found = read_workbook(out.getvalue(), "册.xlsx")
        return [(list(found.sheet(name).rows()), found.sheet(name).merged) for name in found.names]

    in_parts = each()
    assert len(small_parts) > 10
    monkeypatch.setattr(parts, "LARGE", 10**9)
    assert in_parts == each()
    assert [merged for _rows, merged in in_parts] == [((199, 0, 201, 0),), ((199, 2, 201, 2),)]


@pytest.mark.parametrize("longest", [100, 2_000, 10**9])
def test_however_many_cells_are_merged_none_of_it_is_passed_over(
    small_parts: list[int], monkeypatch: pytest.MonkeyPatch, longest: int
) -> None:
    monkeypatch.setattr(caps, "LONGEST_TAIL", longest)
    more = b"".join(b'<mergeCell ref="E%d:E%d"/>' % (row, row + 1) for row in range(70, 400, 2))
    data = changed(ledger(400), b'<mergeCell ref="C60:C62"', more + b'<mergeCell ref="C60:C62"')
    sheet = read_workbook(data, "册.xlsx").sheet()
    assert len(sheet.merged) == 2 + 165
    assert bool(small_parts) is (longest == 10**9), "what is too long to be kept is left to the reader, whole"


def test_a_comment_is_no_row_wherever_the_file_is_cut(small_parts: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    comment = b"<!-- " + b'<row r="30"> ' * 900 + b"-->"
    data = changed(ledger(200), b'<row r="30"', comment + b'<row r="30"')
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        at = archive.read("xl/worksheets/sheet1.xml").index(b"<!--")
    monkeypatch.setattr(caps, "CHUNK", at + 1)  # between its first sign and its second
    assert len(told(data)[1]) == 201


def test_rows_without_numbers_are_not_looked_through_again_for_every_chunk(
    small_parts: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[int] = []
    last_row = parts._last_row

    def counted(text: bytes) -> int:
        looked.append(len(text))
        return last_row(text)

    monkeypatch.setattr(parts, "_last_row", counted)
    with zipfile.ZipFile(io.BytesIO(ledger(1_000))) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    assert len(told(changed(ledger(1_000), b'<row r="', b'<row o="'))[1]) == 1_001
    assert sum(looked) < 3 * size * 4  # told() asks four times
