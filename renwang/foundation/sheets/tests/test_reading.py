"""Workbooks as offices send them, and worse."""

import io
import struct
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from django.utils.translation import override

from renwang.foundation.sheets.engine import faults
from renwang.foundation.sheets.engine.caps import MB, Caps
from renwang.foundation.sheets.engine.cells import LostDigits, as_text
from renwang.foundation.sheets.engine.header import find_header, title_key
from renwang.foundation.sheets.engine.reading import OLE, Row, read_workbook
from renwang.foundation.sheets.errors import EXPLANATIONS, explain, explain_lost_digits

TITLES = {
    "name": {"姓名", "户主姓名"},
    "id_number": {"身份证号", "身份证号码", "公民身份号码"},
    "phone": {"手机", "手机号", "联系电话"},
}
LEDGER = [
    ["坊子区脱贫享受政策户台账", None, None],
    ["填报单位：某街道", None, "2020-02-17"],
    ["姓名", "身份证号码（必填）", "联系 电话"],
    ["赵一", "990704195001010017", 15400000001],
    [None, None, None],
    ["钱二", "990704196002020021", "１５４００００００02"],
]


def xlsx(rows: list[list[object]], sheets: tuple[str, ...] = ("台账",)) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name in sheets:
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def with_part(name: str, content: bytes, base: bytes = b"") -> bytes:
    """Return a workbook with one part of its archive replaced or added."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(base or xlsx(LEDGER))) as old, zipfile.ZipFile(buffer, "w", 8) as new:
        for entry in old.namelist():
            if entry != name:
                new.writestr(entry, old.read(entry))
        new.writestr(name, content)
    return buffer.getvalue()


def sheet_xml(inside: str, before: str = "") -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return (
        f'<?xml version="1.0"?>{before}<worksheet xmlns="{space}"><sheetData>{inside}</sheetData></worksheet>'.encode()
    )


def test_a_workbook_gives_its_rows_with_the_numbers_that_excel_shows() -> None:
    book = read_workbook(xlsx(LEDGER), "台账.xlsx")
    rows = list(book.sheet().rows())
    assert (book.kind, book.names) == ("xlsx", ("台账",))
    assert [row.number for row in rows] == [1, 2, 3, 4, 6]
    assert rows[3].cells == ["赵一", "990704195001010017", 15400000001]
    assert [row.number for row in book.sheet("台账").rows(after=3)] == [4, 6]


def test_rows_keep_their_numbers_under_blank_rows_at_the_top(tmp_path: Path) -> None:
    path = tmp_path / "late.xlsx"
    book = xlsxwriter.Workbook(path)
    page = book.add_worksheet("表")
    page.write_string(6, 2, "姓名")
    page.write_datetime(7, 2, datetime(2020, 2, 17), book.add_format({"num_format": "yyyy-mm-dd"}))
    page.write_datetime(8, 2, datetime(2020, 2, 17, 8, 30), book.add_format({"num_format": "yyyy-mm-dd hh:mm"}))
    book.close()
    assert list(read_workbook(path).sheet().rows()) == [
        Row(7, [None, None, "姓名"]),
        Row(8, [None, None, date(2020, 2, 17)]),
        Row(9, [None, None, datetime(2020, 2, 17, 8, 30)]),
    ]


def test_a_name_that_is_no_sheet_is_told_with_the_names_that_are() -> None:
    with pytest.raises(faults.NoSuchSheet) as refused:
        read_workbook(xlsx(LEDGER, ("一月", "二月"))).sheet("三月")
    with override("en"):
        assert explain(refused.value) == "There is no sheet “三月”. The sheets in this file are: 一月、二月."


def test_the_first_sheet_with_something_in_it_is_taken_and_an_empty_one_is_told() -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx(LEDGER)))
    book.create_sheet("封面", 0)
    buffer = io.BytesIO()
    book.save(buffer)
    assert read_workbook(buffer.getvalue()).sheet().name == "台账"
    with pytest.raises(faults.EmptySheet):
        read_workbook(buffer.getvalue()).sheet("封面")
    with pytest.raises(faults.EmptySheet):
        read_workbook(b"", "空.csv")


def test_half_a_file_is_told_as_damaged() -> None:
    whole = xlsx(LEDGER * 50)
    for share in (0.1, 0.5, 0.9, 0.99):
        with pytest.raises(faults.BrokenWorkbook):
            read_workbook(whole[: int(len(whole) * share)], "半.xlsx")


def test_a_damaged_part_is_told_as_damaged() -> None:
    for part in (b"<worksheet><sheetData><row>", b"\x00\x01", b"<x/>"):
        with pytest.raises(faults.SheetFault):
            read_workbook(with_part("xl/worksheets/sheet1.xml", part)).sheet()
    flipped = bytearray(xlsx(LEDGER))
    flipped[60:160] = bytes(100)
    with pytest.raises(faults.BrokenWorkbook):
        read_workbook(bytes(flipped)).sheet()


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "unknown"),
        (b"%PDF-1.7 ...", "PDF"),
        ("姓名,电话\n赵一,1".encode(), "text"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "HTML"),
        (OLE + "WordDocument".encode("utf-16-le"), "Word"),
        (OLE + b"nothing known", "ole"),
    ],
)
def test_a_file_with_the_wrong_ending_is_told_by_what_it_is(content: bytes, found: str) -> None:
    with pytest.raises(faults.NotAWorkbook) as refused:
        read_workbook(content, "台账.xlsx")
    assert refused.value.facts == {"found": found}


def test_a_workbook_named_csv_is_read_as_the_workbook_that_it_is() -> None:
    assert read_workbook(xlsx(LEDGER), "台账.csv").kind == "xlsx"


def test_a_word_file_and_other_archives_are_no_workbooks() -> None:
    for name, found in (("word/document.xml", "Word"), ("readme.txt", "zip")):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr(name, "x")
        with pytest.raises(faults.NotAWorkbook) as refused:
            read_workbook(buffer.getvalue(), "a.xlsx")
        assert refused.value.facts["found"] == found


def test_a_workbook_with_a_password_asks_to_take_it_off() -> None:
    with pytest.raises(faults.EncryptedWorkbook) as refused:
        read_workbook(OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "密.xlsx")
    with override("zh-hans"):
        assert "密码" in explain(refused.value)


def test_a_workbook_with_macros_is_refused() -> None:
    with pytest.raises(faults.MacroWorkbook):
        read_workbook(with_part("xl/vbaProject.bin", b"x"), "宏.xlsm")


def test_a_zip_bomb_is_refused_before_it_is_opened() -> None:
    bomb = with_part("xl/worksheets/sheet9.xml", b"<a>" + b" " * (60 * MB) + b"</a>")
    assert len(bomb) < 200_000
    with pytest.raises(faults.TooPacked):
        read_workbook(bomb, "小.xlsx")


def test_a_zip_bomb_that_lies_about_its_size_is_refused_too() -> None:
    bomb = bytearray(with_part("xl/worksheets/sheet9.xml", b"<a>" + b" " * (60 * MB) + b"</a>"))
    honest = struct.pack("<I", 60 * MB + 7)
    assert bomb.count(honest) == 2
    with pytest.raises(faults.TooPacked):
        read_workbook(bytes(bomb).replace(honest, struct.pack("<I", 100)), "小.xlsx")


def test_two_cells_at_opposite_corners_are_refused_before_the_rectangle_is_built() -> None:
    corners = '<row r="1"><c r="A1"><v>1</v></c></row><row r="{0}"><c r="{1}{0}"><v>1</v></c></row>'
    for row, column, fault in (
        (1_048_576, "A", faults.TooManyRows),
        (2, "XFD", faults.TooManyColumns),
        (150_000, "IV", faults.TooManyCells),
    ):
        with pytest.raises(fault):
            read_workbook(with_part("xl/worksheets/sheet1.xml", sheet_xml(corners.format(row, column))))


def test_cells_without_a_place_are_counted_too() -> None:
    with pytest.raises(faults.TooManyColumns):
        read_workbook(with_part("xl/worksheets/sheet1.xml", sheet_xml("<row>" + "<c><v>1</v></c>" * 400 + "</row>")))


def test_a_sheet_written_in_an_unusual_hand_is_measured_as_well() -> None:
    far = "<row r='1'><c s='0' r='A1'><v>1</v></c></row><row r='2'><c s='0' r='XFD2'><v>1</v></c></row>"
    with pytest.raises(faults.TooManyColumns):
        read_workbook(with_part("xl/worksheets/sheet1.xml", sheet_xml(far)))
    with pytest.raises(faults.TooManyColumns):
        read_workbook(with_part("xl/worksheets/sheet1.xml", sheet_xml(" " * 3 * MB + far)))
    with pytest.raises(faults.BrokenWorkbook):
        read_workbook(with_part("xl/worksheets/sheet1.xml", b"." + sheet_xml(far)))
    near = "<row r='1'><c s='0' r='B1'><v>7</v></c></row>"
    sheet = read_workbook(with_part("xl/worksheets/sheet1.xml", sheet_xml(near))).sheet()
    assert list(sheet.rows()) == [Row(1, [None, 7])]


def test_a_picture_in_a_workbook_is_no_reason_to_refuse_it() -> None:
    picture = with_part("xl/media/image1.png", b"\x89PNG\0 <c > <c/>" + bytes(range(256)))
    assert read_workbook(picture).sheet().height == len(LEDGER)


def test_a_part_that_declares_entities_is_refused() -> None:
    laughs = '<!DOCTYPE a [<!ENTITY b "ha">]>'
    with pytest.raises(faults.BrokenWorkbook):
        read_workbook(with_part("xl/worksheets/sheet1.xml", sheet_xml("<row/>", laughs)))


@pytest.mark.parametrize("part", ["xl/sharedStrings.xml", "xl/styles.xml", "docProps/core.xml", "xl/_rels/other.rels"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_no_part_of_a_workbook_may_declare_entities(part: str, encoding: str) -> None:
    laughs = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE a [<!ENTITY b "ha">]><a>&b;</a>'.encode(encoding)
    with pytest.raises(faults.BrokenWorkbook):
        read_workbook(with_part(part, laughs))


@pytest.mark.parametrize("more", [0, 1, 100, 163, 258])
def test_a_part_of_any_length_is_unpacked_whole(more: int) -> None:
    padded = with_part("docProps/padding.xml", b"<a>" + b" " * (MB - 7 + more) + b"</a>")
    assert read_workbook(padded).sheet().height == len(LEDGER)


def test_a_file_over_the_cap_is_refused_by_its_size_alone(tmp_path: Path) -> None:
    path = tmp_path / "big.xlsx"
    path.write_bytes(xlsx(LEDGER))
    with pytest.raises(faults.TooBig):
        read_workbook(path, caps=Caps(zipped=100))


def test_fifty_thousand_empty_rows_below_the_ledger_are_passed_over() -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}" s="0"/><c r="KZ{n}" s="0"/></row>' for n in range(2, 50_002))
    filled = '<row r="1"><c r="A1" t="inlineStr"><is><t>姓名</t></is></c></row>'
    sheet = read_workbook(with_part("xl/worksheets/sheet1.xml", sheet_xml(filled + rows))).sheet()
    assert list(sheet.rows()) == [Row(1, ["姓名"])]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_csv_is_read_in_the_encoding_that_it_has(encoding: str, delimiter: str) -> None:
    text = "\r\n".join([delimiter.join(["姓名", "住址"]), "", delimiter.join(["赵䶮", '"某街道\n3号"']), ""])
    book = read_workbook(text.encode(encoding), "名单.csv")
    assert (book.kind, book.names) == ("csv", ("名单",))
    assert list(book.sheet().rows()) == [Row(1, ["姓名", "住址"]), Row(3, ["赵䶮", "某街道\n3号"])]


def test_a_csv_of_bytes_without_sense_is_no_workbook() -> None:
    with pytest.raises(faults.NotAWorkbook):
        read_workbook(bytes(range(256)) * 4, "名单.csv")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (42.0, "42"),
        (15400000001, "15400000001"),
        (36.5, "36.5"),
        (date(2020, 2, 17), "2020-02-17"),
        (" １５４－０００００００１　", "154-00000001"),
        ("赵一，在家；无恙", "赵一，在家；无恙"),
        ('="990704195001010017"', "990704195001010017"),
        ("'990704195001010017", "990704195001010017"),
        ("\u202d15400000001\u202c", "15400000001"),
    ],
)
def test_a_cell_becomes_the_text_a_person_meant(value: str | float | date | None, text: str) -> None:
    assert as_text(value) == text


@pytest.mark.parametrize("value", [4.2010319900101126e17, 990704195001010017, "9.90704E+17", "9.90704195001010E+17"])
def test_a_long_number_is_flagged_and_never_guessed(value: str | float) -> None:
    found = as_text(value)
    assert isinstance(found, LostDigits)
    with override("zh-hans"):
        assert "15" in explain_lost_digits(found)


def test_the_header_is_found_under_the_ledgers_headings() -> None:
    header = find_header(read_workbook(xlsx(LEDGER)).sheet().rows(), {**TITLES, "village": {"村"}})
    assert header.row == 3
    assert dict(header.columns) == {"name": 0, "id_number": 1, "phone": 2}
    assert (header.unknown, header.missing) == ((), ("village",))
    row = list(read_workbook(xlsx(LEDGER)).sheet().rows(after=header.row))[1]
    assert header.pick(row) == {"name": "钱二", "id_number": "990704196002020021", "phone": "15400000002"}


def test_a_title_that_comes_twice_counts_once_and_strange_titles_are_listed() -> None:
    header = find_header([Row(1, ["姓名", "手机", "联系电话", "备注*"])], TITLES)
    assert header.unknown == ((2, "联系电话"), (3, "备注*"))
    assert header.missing == ("id_number",)
    assert title_key(" 身份证\n号码（必填）＊：") == "身份证号码"


def test_a_sheet_without_titles_says_which_were_expected() -> None:
    with pytest.raises(faults.NoHeader) as refused:
        find_header([Row(1, ["赵一", "990704195001010017"]), Row(2, ["钱二", "手机"])], TITLES)
    with override("zh-hans"):
        assert "姓名" in explain(refused.value) or "户主姓名" in explain(refused.value)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_fault_has_its_words_in_both_languages(language: str) -> None:
    def kinds(kind: type[faults.SheetFault]) -> list[type[faults.SheetFault]]:
        return [kind, *(k for sub in kind.__subclasses__() for k in kinds(sub))]

    facts = {"found": "text", "limit": 9, "wanted": "a", "names": "b", "name": "c", "rows": 20, "expected": "d"}
    with override(language):
        ours = [kind for kind in kinds(faults.SheetFault)[1:] if kind.__module__.startswith(faults.__package__)]
        assert len(ours) > 10  # a later stage that adds one says its own words
        for kind in ours:
            assert kind in EXPLANATIONS
            assert "%(" not in explain(kind(**facts))
