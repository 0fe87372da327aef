"""Workbooks as offices send them, for the tests."""

from collections.abc import Sequence
from io import BytesIO

from openpyxl import Workbook

HEAD = (
    "户编号",
    "姓名",
    "证件号码",
    "与户主关系",
    "性别",
    "出生日期",
    "联系电话",
    "乡镇",
    "行政村",
    "地址",
    "户属性",
    "致贫原因",
)


def workbook(rows: Sequence[Sequence[object]], head: Sequence[str] = HEAD, title: str = "贫困户信息采集表") -> bytes:
    """Return an xlsx with a title over the column titles, as the national form has it."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([title])
    sheet.append(list(head))
    for row in rows:
        sheet.append(list(row))
    content = BytesIO()
    book.save(content)
    return content.getvalue()
