"""Workbooks we hand out: exports, and the uploader's own file with verdicts."""

import io
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest

from renwang.foundation.sheets.engine import writing
from renwang.foundation.sheets.engine.header import find_header
from renwang.foundation.sheets.engine.reading import read_workbook
from renwang.foundation.sheets.engine.verdicts import FILLS, Verdict, Words, write_verdicts
from renwang.foundation.sheets.engine.writing import Column, sheet_bytes, sheet_name, write_sheet
from renwang.foundation.sheets.tests.test_reading import LEDGER, TITLES, with_part, xlsx

COLUMNS = [
    Column("姓名"),
    Column("身份证号"),
    Column("出生日期", "date"),
    Column("登记时间", "datetime"),
    Column("体温", "number"),
    "备注",
]
ROWS: list[list[Any]] = [
    ["赵一", "990704195001010017", date(1950, 1, 1), datetime(2020, 2, 17, 8, 30), 36.5, "=cmd|' /C calc'!A0"],
    ["钱二", 990704196002020021, None, None, None, "https://example.org\x07"],
]
MARK = "王某 导出于 2020-02-17 09:00 用途：R&D 核对"


@pytest.fixture(params=["fast", "plain"])
def written(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Callable[..., bytes]:
    if request.param == "plain":
        monkeypatch.setattr(writing, "find_spec", lambda name: None)
    else:
        pytest.importorskip("rustpy_xlsxwriter")
    return sheet_bytes


def page_of(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]


def test_what_is_written_reads_back_the_same(written: Callable[..., bytes]) -> None:
    sheet = read_workbook(written(COLUMNS, iter(ROWS), title="名单", marked_by=MARK), "a.xlsx").sheet()
    header = find_header(sheet.rows(), {"name": {"姓名"}, "id_number": {"身份证号"}})
    rows = [row.cells for row in sheet.rows(after=header.row)]
    assert sheet.name == "名单"
    assert rows[0] == ROWS[0]
    assert rows[1] == ["钱二", "990704196002020021", None, None, None, "https://example.org"]


def test_text_that_looks_like_a_formula_stays_text(written: Callable[..., bytes]) -> None:
    page = page_of(written(COLUMNS, ROWS, title="名单", marked_by=MARK))
    assert page["F4"].data_type == "s"
    assert page["F4"].value.startswith("=cmd|")
    assert (page["B4"].data_type, page["B5"].data_type) == ("s", "s")
    assert page["F5"].hyperlink is None


def test_the_sheet_says_who_took_it_out_and_keeps_its_titles_in_sight(written: Callable[..., bytes]) -> None:
    page = page_of(written(COLUMNS, ROWS, title="名单", marked_by=MARK))
    assert (page["A1"].value, page["A2"].value) == ("名单", MARK)
    assert "王某" in page.oddFooter.left.text
    assert page.freeze_panes == "A4"
    assert page["C4"].number_format == "yyyy-mm-dd"
    assert page["A3"].font.bold
    assert page.column_dimensions["B"].width > 18


def test_no_rows_one_column_and_equal_titles_are_written_too(written: Callable[..., bytes]) -> None:
    assert page_of(written(["姓名"], [], title="空", marked_by=MARK))["A3"].value == "姓名"
    page = page_of(written(["电话", "电话"], [["1", "2"]], title="a/b:c", marked_by=MARK))
    assert [page["A4"].value, page["B4"].value] == ["1", "2"]
    assert page_of(written(["姓名"], [["赵一"]], title="一", marked_by=MARK))["A4"].value == "赵一"


def test_a_row_of_the_wrong_length_is_an_error_and_not_a_shifted_row(written: Callable[..., bytes]) -> None:
    with pytest.raises(ValueError, match="zip"):
        written(COLUMNS, [["赵一"]], title="名单", marked_by=MARK)


def test_a_sheet_is_written_to_a_file_too(tmp_path: Any, written: Callable[..., bytes]) -> None:
    write_sheet(tmp_path / "a.xlsx", COLUMNS, ROWS, title="名单", marked_by=MARK)
    assert read_workbook(tmp_path / "a.xlsx").sheet().height == 5


def test_a_tab_gets_a_name_that_excel_allows() -> None:
    assert sheet_name("坊子区/2020:[名单]") == "坊子区 2020  名单"
    assert len(sheet_name("长" * 40)) == 31
    assert sheet_name("''") == "Sheet1"


def checked(data: bytes, verdicts: list[Verdict], filename: str = "a.xlsx") -> Any:
    header = find_header(read_workbook(data, filename).sheet().rows(), TITLES)
    return write_verdicts(data, verdicts, header=header, filename=filename)


VERDICTS = [
    Verdict(4, "phone", "warning", "号码是数字格式"),
    Verdict(4, "id_number", "error", "=校验位不对"),
    Verdict(6, None, "error", "找不到所在的村"),
]


def test_the_uploaders_workbook_comes_back_with_its_faults_in_place() -> None:
    page = page_of(checked(xlsx([*LEDGER, ["孙三", "990704197003030035", "15400000003"]]), VERDICTS))
    assert page["A3"].value == "核对结果"
    assert page["A4"].value == "有误: =校验位不对; 号码是数字格式"
    assert page["A4"].data_type == "s"
    assert (page["A5"].value, page["A6"].value, page["A7"].value) == (None, "有误: 找不到所在的村", "通过")
    assert page["C4"].value == "990704195001010017"
    assert page["C4"].fill.fgColor.rgb == FILLS["error"].fgColor.rgb
    assert page["C4"].comment.text == "=校验位不对"
    assert page["D4"].fill.fgColor.rgb == FILLS["warning"].fgColor.rgb
    assert page["D6"].fill.fill_type is None


def test_merged_headings_and_widths_move_along_with_their_columns() -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx(LEDGER)))
    page = book.worksheets[0]
    page.merge_cells("A1:C1")
    page.column_dimensions["B"].width = 33
    buffer = io.BytesIO()
    book.save(buffer)
    back = page_of(checked(buffer.getvalue(), VERDICTS))
    assert [str(area) for area in back.merged_cells.ranges] == ["B1:D1"]
    assert back["B1"].value == LEDGER[0][0]
    assert back.column_dimensions["C"].width == 33


def test_a_workbook_checked_twice_has_one_verdict_column() -> None:
    once = checked(xlsx(LEDGER), VERDICTS)
    twice = checked(once, [Verdict(6, "name", "warning", "同名")])
    page = page_of(twice)
    assert [page.cell(3, place).value for place in range(1, 6)][:3] == ["核对结果", "姓名", "身份证号码（必填）"]
    assert (page["A4"].value, page["A6"].value) == ("通过", "提醒: 同名")
    assert page["B6"].comment.text == "同名"


def test_a_csv_comes_back_as_a_workbook() -> None:
    data = "姓名,身份证号\r\n赵一,990704195001010017\r\n=1+1,990704196002020021\r\n".encode("gb18030")
    page = page_of(checked(data, [Verdict(3, "name", "error", "姓名不对")], "名单.csv"))
    assert page["C2"].value == "990704195001010017"
    assert (page["B3"].value, page["B3"].data_type) == ("=1+1", "s")
    assert page["A3"].value == "有误: 姓名不对"


def test_the_verdicts_words_are_the_readers() -> None:
    header = find_header(read_workbook(xlsx(LEDGER)).sheet().rows(), TITLES)
    words = Words(title="Verdict", ok="OK", error="Wrong", warning="Please check")
    page = page_of(write_verdicts(xlsx(LEDGER), VERDICTS, header=header, words=words))
    assert (page["A3"].value, page["A6"].value) == ("Verdict", "Wrong: 找不到所在的村")


def test_a_workbook_that_only_our_reader_opens_comes_back_as_plain_values() -> None:
    odd = with_part("xl/styles.xml", b"<styleSheet><cellXfs><xf numFmtId='x'/></cellXfs></styleSheet>", xlsx(LEDGER))
    with pytest.raises((ValueError, TypeError)):
        openpyxl.load_workbook(io.BytesIO(odd))
    page = page_of(checked(odd, VERDICTS))
    assert (page["A3"].value, page["C4"].value) == ("核对结果", "990704195001010017")


@pytest.mark.parametrize("titles", [["a", "b"], ["a", "a"]], ids=["fast", "plain"])
@pytest.mark.parametrize("sign", ["字", "😀"])
def test_a_text_longer_than_a_cell_holds_ends_in_a_mark_and_takes_no_neighbour_along(
    titles: list[str], sign: str
) -> None:
    made = sheet_bytes(titles, [[sign * 40_000, "next"]], title="t", marked_by="m")
    long, neighbour = list(read_workbook(made, "a.xlsx").sheet().rows())[-1].cells
    assert neighbour == "next" and isinstance(long, str)
    assert long.endswith("…") and long.rstrip("…") == sign * len(long.rstrip("…")) and len(long) > 16_000


def test_more_rows_than_a_sheet_holds_are_an_error_and_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "MOST_ROWS", 3)
    assert sheet_bytes(["a"], [["x"]] * 3, title="t", marked_by="m")
    with pytest.raises(ValueError, match="holds 3 rows"):
        sheet_bytes(["a"], [["x"]] * 4, title="t", marked_by="m")
