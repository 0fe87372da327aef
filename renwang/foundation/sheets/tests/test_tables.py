"""The table inside a sheet: whatever stands above, between and below it."""

from collections.abc import Sequence
from io import BytesIO

import pytest
from openpyxl import Workbook

from renwang.foundation.sheets.engine.faults import NoHeader
from renwang.foundation.sheets.engine.reading import read_workbook
from renwang.foundation.sheets.engine.tables import Table, address, find_table, find_tables

FIELDS = {"姓名": "name", "身份证号": "id", "手机": "phone", "电话": "phone", "户主姓名": "head", "性别": "sex"}


def knows(title: str) -> str | None:
    return FIELDS.get(title.replace("/", ""))


def book(rows: Sequence[Sequence[object]], merges: Sequence[str] = (), hidden: Sequence[int] = ()) -> bytes:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    for area in merges:
        sheet.merge_cells(area)
    for number in hidden:
        sheet.row_dimensions[number].hidden = True
    content = BytesIO()
    made.save(content)
    return content.getvalue()


def table(content: bytes, filename: str = "台账.xlsx") -> Table:
    return find_table(read_workbook(content, filename).sheet(), knows, filename=filename)


def titles(found: Table) -> list[str]:
    return [title.text for title in found.titles]


def kinds(found: Table) -> dict[int, str]:
    return {line.number: line.kind for line in found.lines()}


LEDGER = [
    ["坊子区2020年贫困户台账"],
    ["单位：九龙街道", None, "日期：2020年2月3日"],
    ["序号", "姓名", "联系方式", None, "家庭人口"],
    [None, None, "手机", "座机", None],
    [1, 2, 3, 4, 5],
    [1, "张三", "15400000001", "0536-7661234", 3],
    [None, None, "15400000002", None, None],
    ["小计", None, None, None, 3],
    [2, "李四", "15400000003", None, 2],
    [3, None, None, None, None],
    ["合  计", None, None, None, 5],
    ["注：本表一式两份"],
    ["填表人：王五", None, "审核人：赵六"],
]
MERGES = ("A1:E1", "A3:A4", "B3:B4", "C3:D3", "E3:E4", "A6:A7", "B6:B7")


def test_a_sheet_without_titles_is_refused() -> None:
    with pytest.raises(NoHeader):
        table(book([[1, 2, 3], [4, 5, 6]]))


@pytest.mark.parametrize("as_csv", [False, True])
def test_headings_a_header_of_two_rows_sums_and_notes_are_told_apart(as_csv: bool) -> None:
    content, name = book(LEDGER, MERGES), "台账.xlsx"
    if as_csv:
        lines = [",".join("" if cell is None else str(cell) for cell in row) for row in LEDGER]
        content, name = "\r\n".join(lines).encode("gb18030"), "台账.csv"
    found = table(content, name)
    assert titles(found) == ["序号", "姓名", "联系方式/手机", "联系方式/座机", "家庭人口"]
    assert (found.top, found.bottom, found.year) == (3, 5, 2020)
    told = kinds(found)
    assert [row for row, kind in told.items() if kind == "data"] == [6, 7, 9]
    assert [told[row] for row in (8, 10, 11, 12, 13)] == ["total", "blank", "total", "note", "note"]


def test_a_merged_household_gives_its_values_to_each_of_its_rows() -> None:
    rows = [["户主姓名", "姓名", "电话", "住址"], ["张三", "张三", "1", "西李1号"], [None, "李四", "2", None]]
    found = list(table(book(rows, ("A2:A3", "D2:D3"))).rows())
    assert found[1].cells == ["张三", "李四", "2", "西李1号"]


def test_what_nobody_knows_is_found_by_its_shape() -> None:
    sheet = read_workbook(book(LEDGER, MERGES), "台账.xlsx").sheet()
    assert titles(find_table(sheet)) == ["序号", "姓名", "联系方式/手机", "联系方式/座机", "家庭人口"]


def test_a_header_of_three_rows_is_joined() -> None:
    rows = [
        ["台账"],
        ["基本情况", None, None, "收入", None, None],
        ["姓名", "联系方式", None, "工资", "转移", None],
        [None, "手机", "座机", None, "低保", "养老"],
        ["张三", "15400000001", None, 100, 200, 300],
    ]
    found = table(book(rows, ("A1:F1", "A2:C2", "D2:F2", "A3:A4", "B3:C3", "D3:D4", "E3:F3")))
    assert titles(found)[1:] == [
        "基本情况/联系方式/手机", "基本情况/联系方式/座机", "收入/工资", "收入/转移/低保", "收入/转移/养老",
    ]  # fmt: skip


def test_a_row_of_words_below_the_header_is_data_and_not_a_second_title() -> None:
    assert titles(table(book([["姓名", "村", "健康状况"], ["张三", "西李", "健康"]]))) == ["姓名", "村", "健康状况"]


def test_the_header_printed_anew_on_each_page_is_no_row() -> None:
    rows = [
        ["姓名", "性别", "电话"],
        ["张三", "男", "15400000001"],
        ["姓名", "性别", "电话"],
        ["李四", "女", "15400000002"],
    ]
    assert kinds(table(book(rows))) == {2: "data", 3: "title", 4: "data"}


def test_an_empty_form_has_a_table_without_rows() -> None:
    found = table(
        book([["登记表"], ["姓名", "性别", "电话", "备注"], [None] * 4, ["填表人：", None, None, "日期："]], ("A1:D1",))
    )
    assert titles(found) == ["姓名", "性别", "电话", "备注"] and not list(found.rows())


def test_both_ways_of_reading_rows_agree() -> None:
    found = table(book(LEDGER, MERGES))
    assert [(number, kind) for number, kind, _cells in found.told()] == [
        (one.number, one.kind) for one in found.lines()
    ]


def test_hidden_rows_are_read_and_known_and_hidden_sheets_are_named() -> None:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for row in (["姓名", "电话"], ["张三", "15400000001"], ["李四", "15400000002"]):
        sheet.append(row)
    sheet.row_dimensions[3].hidden = True
    made.create_sheet("参数").sheet_state = "hidden"
    content = BytesIO()
    made.save(content)
    opened = read_workbook(content.getvalue(), "台账.xlsx")
    assert opened.hidden == ("参数",) and opened.sheet().hidden == {3}
    assert [row.number for row in find_tables(opened, knows)[0].rows()] == [2, 3]


@pytest.mark.parametrize(
    ("encoding", "sign"), [("utf-8", ","), ("utf-8-sig", ";"), ("gb18030", "\t"), ("gb18030", ","), ("utf-16", ",")]
)
def test_a_csv_is_read_in_every_encoding_and_with_every_sign(encoding: str, sign: str) -> None:
    text = "\r\n".join(sign.join(row) for row in (["姓名", "电话"], ["张三", "15400000001"]))
    assert [row.cells for row in table(text.encode(encoding), "台账.csv").rows()] == [["张三", "15400000001"]]


def test_a_cell_has_the_address_the_spreadsheet_program_shows() -> None:
    assert [address(7, place) for place in (0, 2, 25, 26, 701, 702)] == ["A7", "C7", "Z7", "AA7", "ZZ7", "AAA7"]


@pytest.mark.parametrize(
    "row",
    [
        ["Total", 3, 4, 5],
        ["Subtotal", "x", 4, 5],
        [3, "合计", 4, 5],
        [3, None, "合计", 5],
        [3, "王计", "15400000001", "男"],
        ["姓名", "手机", "身份证号", "性别"],
        [1, "姓名", "手机", "性别"],
        [1, 2, 3, 4],
        ["  ", "合计", 3, 4],
        [True, "合计", 3, 4],
        [None, None, "李四", "女"],
        ["张三", "15400000001", None, "男"],
    ],
)
def test_what_a_row_is_does_not_hang_on_how_fast_it_is_read(row: list[object]) -> None:
    head = ["姓名", "手机", "身份证号", "性别"]
    table = find_table(
        read_workbook(book([head, ["王五", "15400000009", None, "男"], row]), "名单.xlsx").sheet(), knows
    )
    assert [kind for _number, kind, _cells in table.told()] == [line.kind for line in table.lines()]


def test_a_csv_row_that_ends_before_the_first_title_is_a_row_like_any_other() -> None:
    text = ",,,,姓名,手机\n张三,15400000001\n,,,,李四,15400000002\n"
    table = find_table(read_workbook(text.encode(), "名单.csv").sheet(), knows)
    told = [(number, kind) for number, kind, _cells in table.told()]
    assert told == [(line.number, line.kind) for line in table.lines()] == [(2, "data"), (3, "data")]
