"""Offices' empty forms, as they hand them out: titles over two rows, merged cells, formulas, signatures."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import docx
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Border, Side

THIN = Side(style="thin")
FRAME = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)


def saved(book: Any) -> bytes:
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def read(content: bytes | memoryview | None) -> Any:
    return load_workbook(BytesIO(bytes(content or b"")))


def list_form(
    titles: Sequence[str] = ("序号", "户主姓名", "家庭人口", "联系电话", "村", "备注"), rows: int = 3
) -> bytes:
    """A list: a heading, the unit and day, titles, empty rows in a frame, a sum, signatures."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "登记表"
    last = "ABCDEFGHIJKLMNOP"[len(titles) - 1]
    sheet["A1"] = "贫困户走访登记表"
    sheet.merge_cells(f"A1:{last}1")
    sheet["A2"], sheet["D2"] = "填报单位：", "填报日期："
    for column, title in enumerate(titles, 1):
        sheet.cell(3, column, title)
    for row in range(3, 5 + rows):
        for column in range(1, len(titles) + 1):
            sheet.cell(row, column).border = FRAME
    total = 4 + rows
    sheet.cell(total, 1, "合计")
    sheet.cell(total, 3, f"=SUM(C4:C{total - 1})")
    sheet.cell(total + 2, 1, "填表人：")
    sheet.cell(total + 2, 4, "审核人：")
    if len(titles) > 4:
        sheet.merge_cells(f"D{total + 2}:{last}{total + 2}")
    sheet.row_dimensions[total + 2].height = 31
    sheet.print_area = f"A1:{last}{total + 2}"
    sheet.print_title_rows = "3:3"
    sheet.page_setup.orientation = "landscape"
    return saved(book)


def totals_form(titles: Sequence[str] = ("村居", "总户数", "人数"), villages: Sequence[str] = ()) -> bytes:
    """Totals: a row for each village, the sum below."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "日报"
    sheet["A1"] = "疫情防控日报表"
    for column, title in enumerate(titles, 1):
        sheet.cell(2, column, title)
    many = len(villages) or 1
    for number, name in enumerate(villages or [""], 3):
        sheet.cell(number, 1, name or None)
    for row in range(2, 4 + many):
        for column in range(1, len(titles) + 1):
            sheet.cell(row, column).border = FRAME
    sheet.cell(3 + many, 1, "合计")
    sheet.cell(3 + many, 2, f"=SUM(B3:B{2 + many})")
    sheet.cell(5 + many, 1, "负责人签字：")
    return saved(book)


def word_form(titles: Sequence[str] = ("序号", "户主", "电话", "情况说明"), rows: int = 2) -> bytes:
    """The same list as a table of a Word document, between words."""
    document = docx.Document()
    document.add_heading("困难群众走访登记表", level=1)
    document.add_paragraph("填报单位：")
    table = document.add_table(rows=1 + rows, cols=len(titles))
    table.style = "Table Grid"
    for place, title in enumerate(titles):
        table.cell(0, place).text = title
    document.add_paragraph("填表人：        审核人：")
    return saved(document)
