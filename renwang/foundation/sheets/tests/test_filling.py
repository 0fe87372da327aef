"""An office's own workbook is filled, and everything outside the filled cells is as it was."""

from copy import copy
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from renwang.foundation.sheets.engine.faults import SheetFault
from renwang.foundation.sheets.engine.filling import MOST_ROWS, TooManyToFill, fill_sheet
from renwang.foundation.sheets.engine.grids import Grid, Table, find_table
from renwang.foundation.sheets.engine.moving import Insertion, moved_area, moved_formula
from renwang.foundation.sheets.engine.own_form import OwnForm
from renwang.foundation.sheets.engine.package import Mark, Package

THIN = Side(style="thin")
FRAME = Border(THIN, THIN, THIN, THIN)
MARK = Mark("王帮扶", "2020-02-17 10:00", "上报", "导出人：王帮扶 · 上报")
KNOWN = {"户主姓名", "人口", "电话", "姓名", "备注"}
BODY = 3  # empty rows of the form


def form() -> bytes:
    """A form with all that an office may have put into one: rows 4 and 5 titles, 6 to 8 to be filled, 9 the sum, 11 signatures."""
    book = Workbook()
    other: Any = book.active
    other.title = "说明"
    sheet: Any = book.create_sheet("日报表")
    other["A1"] = "合计人口"
    other["B1"] = "='日报表'!C9"
    other["B2"] = "=SUM('日报表'!C6:C8)"
    sheet["A1"] = "贫困户联系情况日报表"
    sheet.merge_cells("A1:H1")
    sheet["A1"].font = Font(name="黑体", size=18, bold=True)
    sheet["A2"], sheet["F2"] = "填报单位：", "填报日期：    年  月  日"
    for place, text in {
        "A4": "序号",
        "B4": "户主姓名",
        "C4": "人口",
        "D4": "帮扶责任人",
        "F4": "联系",
        "H4": "备注",
    }.items():
        sheet[place] = text
    for place, text in {"D5": "姓名", "E5": "电话", "F5": "今日", "G5": "累计"}.items():
        sheet[place] = text
    for area in ("A4:A5", "B4:B5", "C4:C5", "H4:H5", "D4:E4", "F4:G4"):
        sheet.merge_cells(area)
    for row in range(4, 10):
        for column in range(1, 9):
            cell = sheet.cell(row, column)
            cell.border = FRAME
            cell.alignment = Alignment(horizontal="center", wrap_text=True)
            cell.fill = PatternFill("solid", fgColor="EEF3F1" if row < 6 else "FFFFFF")
    for row in range(6, 9):
        sheet.cell(row, 7, f"=F{row}*2+$C${row}")
    sheet["A9"], sheet["C9"], sheet["G9"] = "合计", "=SUM(C6:C8)", "=SUM(G$6:G8)/COUNT(C6:C8)"
    sheet.merge_cells("A9:B9")
    sheet["A11"], sheet["D11"] = "填表人：", "审核人：              单位（盖章）"
    sheet.merge_cells("D11:H11")
    sheet["D11"].comment = Comment("此处盖章", "区扶贫办")
    sheet["A12"] = "注：本表每日17时前报送。"
    sheet.merge_cells("A12:H12")
    for row, height in {1: 36, 4: 22, 9: 26, 11: 40, 12: 50}.items():
        sheet.row_dimensions[row].height = height
    for column, width in enumerate((6, 12, 8, 12, 16, 8, 8, 20), 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.conditional_formatting.add("C6:C8", CellIsRule("greaterThan", ["5"], fill=PatternFill(bgColor="FBD5D5")))
    sheet.conditional_formatting.add("C9", CellIsRule("greaterThan", ["$C$9"], font=Font(bold=True)))
    choice = DataValidation("list", formula1='"是,否"')
    choice.add("F6:F8")
    sheet.add_data_validation(choice)
    sheet.print_area, sheet.print_title_rows = "A1:H12", "4:5"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 8
    sheet.page_margins.left = 0.3
    sheet.oddHeader.center.text, sheet.oddFooter.center.text = "内部资料", "第 &P 页"
    sheet.freeze_panes = "C6"
    sheet.auto_filter.ref = "A5:H8"
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=3, min_row=6, max_row=8))
    sheet.add_chart(chart, "A15")
    book.defined_names["人口列"] = DefinedName("人口列", attr_text="'日报表'!$C$6:$C$8")
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def table_of(data: bytes) -> Table:
    found = find_table(OwnForm(data).grids(), lambda title: title.text in KNOWN)
    assert found is not None
    return found


def filled(rows: int, data: bytes | None = None, **told: Any) -> bytes:
    data = data or form()
    values = [{2: f"户主{n}", 3: n, 5: "15400000001"} for n in range(1, rows + 1)]
    return fill_sheet(data, table_of(data), values, mark=MARK, mark_sheet="导出说明", **told)


def look(sheet: Any, row: int, column: int) -> tuple[Any, ...]:
    cell = sheet.cell(row, column)
    parts = (copy(cell.font), copy(cell.border), copy(cell.fill), copy(cell.alignment), cell.number_format)
    return (cell.value, *(repr(part) for part in parts))


def test_the_table_is_found_under_its_headings_with_titles_over_two_rows() -> None:
    table = table_of(form())
    assert (table.place, table.top, table.bottom, table.first, table.last) == ("日报表", 4, 5, 6, 8)
    assert [title.path for title in table.titles] == [
        "序号", "户主姓名", "人口", "帮扶责任人 / 姓名", "帮扶责任人 / 电话", "联系 / 今日", "联系 / 累计", "备注",
    ]  # fmt: skip
    assert table.sums == (9,) and not table.filled


@pytest.mark.parametrize("rows", [0, 1, BODY])
def test_where_the_rows_suffice_nothing_but_the_filled_cells_changes(rows: int) -> None:
    before, after = load_workbook(BytesIO(form())), load_workbook(BytesIO(filled(rows)))
    assert after.sheetnames == ["说明", "日报表", "导出说明"]
    written = {(row, column) for row in range(6, 6 + rows) for column in (1, 2, 3, 5)}
    for name in ("说明", "日报表"):
        old, new = before[name], after[name]
        for row in range(1, 20):
            for column in range(1, 12):
                if name == "说明" or (row, column) not in written:
                    assert look(new, row, column) == look(old, row, column), (name, row, column)


@pytest.mark.parametrize("rows", [4, 5, 40])
def test_more_rows_push_everything_below_down_and_the_rest_is_as_it_was(rows: int) -> None:
    more = rows - BODY
    old, new = load_workbook(BytesIO(form()))["日报表"], load_workbook(BytesIO(filled(rows)))["日报表"]
    for row in [*range(1, 6), *range(10, 14)]:
        for column in range(1, 10):
            assert look(new, row + (more if row > 5 else 0), column) == look(old, row, column), (row, column)
    for row in range(6, 6 + rows):
        values = [new.cell(row, column).value for column in range(1, 9)]
        assert values[:3] == [row - 5, f"户主{row - 5}", row - 5]
        assert values[6] == f"=F{row}*2+$C${min(row, 8)}", "a formula goes on as if it had been copied down"
        assert look(new, row, 8)[1:] == look(old, 8, 8)[1:]
    assert new.cell(9 + more, 3).value == f"=SUM(C6:C{8 + more})"
    assert new.cell(9 + more, 7).value == f"=SUM(G$6:G{8 + more})/COUNT(C6:C{8 + more})"
    assert {str(area) for area in new.merged_cells.ranges} == {
        *("A1:H1", "A4:A5", "B4:B5", "C4:C5", "H4:H5", "D4:E4", "F4:G4"),
        *(f"A{9 + more}:B{9 + more}", f"D{11 + more}:H{11 + more}", f"A{12 + more}:H{12 + more}"),
    }


def test_heights_rules_choices_notes_names_filters_and_print_settings_move_along() -> None:
    book = load_workbook(BytesIO(filled(5)))
    sheet, other = book["日报表"], book["说明"]
    assert [sheet.row_dimensions[row].height for row in (1, 4, 11, 13, 14)] == [36, 22, 26, 40, 50]
    assert sheet.column_dimensions["H"].width == 20
    assert {str(rule.sqref) for rule in sheet.conditional_formatting} == {"C6:C10", "C11"}
    assert [str(one.sqref) for one in sheet.data_validations.dataValidation] == ["F6:F10"]
    assert sheet["D13"].comment.text == "此处盖章" and sheet["D11"].comment is None
    assert book.defined_names["人口列"].attr_text == "'日报表'!$C$6:$C$10"
    assert other["B1"].value == "='日报表'!C11" and other["B2"].value == "=SUM('日报表'!C6:C10)"
    assert sheet.auto_filter.ref == "A5:H10" and sheet.freeze_panes == "C6"
    assert sheet.print_area == "'日报表'!$A$1:$H$14" and sheet.print_title_rows == "$4:$5"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_margins.left) == (
        "landscape",
        "8",
        0.3,
    ) or (
        sheet.page_setup.orientation,
        int(sheet.page_setup.paperSize),
        sheet.page_margins.left,
    ) == ("landscape", 8, 0.3)
    assert sheet.oddHeader.center.text == "内部资料" and sheet.oddFooter.center.text == "第 &P 页"
    anchor = Package(filled(5)).root("xl/drawings/drawing1.xml")
    assert next(element.text for element in anchor.iter() if element.tag.endswith("}row")) == "16"


def test_parts_that_nobody_had_to_touch_come_out_byte_for_byte() -> None:
    data = form()
    before, after = ZipFile(BytesIO(data)), ZipFile(BytesIO(filled(5, data)))
    same = {name for name in before.namelist() if name in after.namelist() and before.read(name) == after.read(name)}
    assert {"xl/styles.xml", "xl/theme/theme1.xml"} <= same


def test_a_formula_is_text_digits_stay_and_controls_go() -> None:
    data = form()
    rows: Any = [{2: "=cmd|'/c calc'!A1", 3: "990704195001010017", 5: "a\x00b\x1f"}]
    sheet = load_workbook(BytesIO(fill_sheet(data, table_of(data), rows, mark=MARK, mark_sheet="导出说明")))["日报表"]
    assert sheet["B6"].value == "=cmd|'/c calc'!A1" and sheet["B6"].data_type != "f"
    assert sheet["C6"].value == "990704195001010017" and sheet["E6"].value == "ab"


def test_formulas_show_nothing_of_the_empty_form_and_are_worked_out_when_it_is_opened() -> None:
    values = load_workbook(BytesIO(filled(2)), data_only=True)["日报表"]
    assert values["C9"].value is None
    assert b'fullCalcOnLoad="1"' in ZipFile(BytesIO(filled(2))).read("xl/workbook.xml")


def test_the_same_rows_give_the_same_bytes() -> None:
    data = form()
    assert filled(5, data) == filled(5, data)


def test_the_mark_stands_in_the_properties_and_on_a_hidden_sheet() -> None:
    book = load_workbook(BytesIO(filled(1)))
    assert book.properties.description == MARK.line and book.properties.lastModifiedBy == "王帮扶"
    assert book["导出说明"].sheet_state == "hidden" and book["导出说明"]["A4"].value == "上报"


def test_a_form_without_a_footer_prints_whose_copy_it_is() -> None:
    book = load_workbook(BytesIO(form()))
    book["日报表"].oddFooter.center.text = None
    buffer = BytesIO()
    book.save(buffer)
    assert "王帮扶" in load_workbook(BytesIO(filled(1, buffer.getvalue())))["日报表"].oddFooter.left.text


def test_too_many_rows_are_refused() -> None:
    data = form()
    with pytest.raises(TooManyToFill):
        fill_sheet(data, table_of(data), [{2: "x"}] * (MOST_ROWS + 1), mark=MARK, mark_sheet="导出说明")


def test_a_form_of_titles_alone_gets_its_rows_below_them() -> None:
    book = Workbook()
    sheet: Any = book.active
    sheet.append(["户主姓名", "人口"])
    sheet["A4"] = "填表人："
    buffer = BytesIO()
    book.save(buffer)
    new = load_workbook(
        BytesIO(
            fill_sheet(
                buffer.getvalue(),
                table_of(buffer.getvalue()),
                [{1: "甲", 2: 1}, {1: "乙", 2: 2}],
                mark=MARK,
                mark_sheet="m",
            )
        )
    )
    assert [[cell.value for cell in row] for row in new.worksheets[0].iter_rows(max_col=2)] == [
        *(["户主姓名", "人口"], ["甲", 1], ["乙", 2], [None, None], [None, None], ["填表人：", None]),
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("A5", "A5"), ("A6", "A9"), ("$B$6:C7", "$B$9:C10"), ("A1:A5", "A1:A8"), ("A1:A4", "A1:A4"), ("C5:C5", "C5:C8"),
        ("4:5", "4:8"), ("$6:$6", "$9:$9"), ("A:C", "A:C"), ("人口列", "人口列"),
    ],
)  # fmt: skip
def test_a_reference_moves_as_a_spreadsheet_program_moves_it(before: str, after: str) -> None:
    assert moved_area(before, Insertion("甲", 5, 3)) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("SUM(C3:C5)+D9", "SUM(C3:C8)+D12"),
        ('IF(A6="A6",B6,"乙!A6")', 'IF(A9="A6",B9,"乙!A6")'),
        ("乙!A6+'甲'!A6", "乙!A6+'甲'!A9"),
        ("VLOOKUP(A6,'其他 表'!A1:B9,2,FALSE)", "VLOOKUP(A9,'其他 表'!A1:B9,2,FALSE)"),
    ],
)
def test_a_formula_moves_only_what_lies_on_the_sheet(before: str, after: str) -> None:
    assert moved_formula(before, Insertion("甲", 5, 3), home="甲") == after


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 60), st.integers(1, 60), st.integers(1, 40), st.integers(1, 30))
def test_a_range_never_turns_round_nor_loses_a_row(start: int, length: int, after: int, rows: int) -> None:
    end = start + length - 1
    moved = moved_area(f"A{start}:A{end}", Insertion("甲", after, rows)).replace("A", "").split(":")
    first, last = int(moved[0]), int(moved[1])
    grown = rows if start <= after <= end else 0
    assert last - first + 1 == length + grown


def test_a_title_over_several_columns_is_no_column_and_numbers_of_columns_are_no_rows() -> None:
    cells = {(1, 1): "户主姓名", (1, 2): "情况", (2, 2): "人口", (2, 3): "电话", (3, 1): "甲", (3, 2): "1", (3, 3): "2"}
    grid = Grid("表", 5, 3, cells, ((1, 1, 2, 1), (1, 2, 1, 3)), framed=frozenset({4, 5}))
    table = find_table([grid], lambda title: title.text in KNOWN)
    assert table is not None
    assert [title.path for title in table.titles] == ["户主姓名", "情况 / 人口", "情况 / 电话"]
    assert (table.first, table.last) == (4, 5)


def test_a_sample_row_is_written_over_and_a_filled_one_is_told() -> None:
    cells = {(1, 1): "户主姓名", (1, 2): "人口", (2, 1): "例：张三", (2, 2): "3"}
    grid = Grid("表", 3, 2, cells, framed=frozenset({2, 3}))
    table = find_table([grid], lambda title: title.text in KNOWN)
    assert table is not None and table.samples == (2,) and not table.filled
    full = Grid(
        "表",
        3,
        4,
        {(1, 1): "户主姓名", (1, 2): "人口", (2, 1): "张三", (2, 2): "3", (2, 3): "x"},
        framed=frozenset({2}),
    )
    found = find_table([full], lambda title: title.text in KNOWN)
    assert found is not None and found.filled == (2,)


def test_what_pretends_to_be_a_workbook_is_refused() -> None:
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook><sheets/></workbook>")
        archive.writestr("[Content_Types].xml", "<Types/>")
    with pytest.raises(SheetFault):
        OwnForm(buffer.getvalue())
    broken = bytearray(form())
    broken[200:260] = b"\0" * 60
    with pytest.raises(SheetFault):
        OwnForm(bytes(broken)).grids()
