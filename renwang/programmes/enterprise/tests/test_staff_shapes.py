"""Whatever shape of ledger of persons the register takes in is a list of staff too."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from renwang.loop.registry.models import Subject
from renwang.loop.registry.tests.ledgers import book
from renwang.programmes.enterprise import queries
from renwang.programmes.enterprise.models import StaffRow, Worker

from .conftest import Way
from .rosters import HEAD, counts, identity, row, send, take


def _two_row_head() -> bytes:
    return book(
        [
            ["示范纺织厂返岗人员花名册"],
            ["填报单位：示范纺织厂　　2020年2月"],
            ["序号", "基本情况", None, None, "联系方式", "返岗信息", None, None],
            [None, "姓名", "性别", "公民身份号码", "手机", "来自", "是否到过重点地区", "住宿舍"],
            *([n, row(n)[0], "男", *row(n)[1:]] for n in (1, 2)),
            ["合计", "2人"],
            ["填表人：孙厂长"],
        ],
        merges=["A1:H1", "A2:H2", "A3:A4", "B3:D3", "F3:H3"],
    )


def _csv(encoding: str, mark: str) -> bytes:
    lines = [["复工人员"], HEAD, row(1), row(2)]
    return "\r\n".join(mark.join(str(cell) for cell in line) for line in lines).encode(encoding)


def _full_width() -> bytes:
    wide = {0x30 + n: 0xFF10 + n for n in range(10)}
    told = [[str(cell).translate(wide) for cell in row(n)] for n in (1, 2)]
    return book([["　姓　名　", "身份证号（必填）", "联系电话：", *HEAD[3:]], *told])


def _hidden_rows() -> bytes:
    made = load_workbook(BytesIO(book([HEAD, row(1), row(2)])))
    page: Any = made.active
    page.row_dimensions[3].hidden = True
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def _many_phones() -> bytes:
    return book([HEAD, *(row(n, 手机号=f"15400/154{n:08d}、1540000000{n}(家)") for n in (1, 2))])


def _days() -> bytes:
    head = [*HEAD, "出生日期"]
    return book([head, [*row(1), "一九八五年一月一日"], [*row(2), "1985.1.1"]])


def _untitled() -> bytes:
    """Columns that no title tells: what they hold does."""
    return book([["姓名", "证件", "号码一", "来自", "住厂"], *([*row(n)[:4], "是"] for n in (1, 2))])


SHAPES: dict[str, tuple[Callable[[], bytes], str]] = {
    "title rows, a merged head of two rows, a sum and a signature": (_two_row_head, "花名册.xlsx"),
    "csv in GB18030": (lambda: _csv("gb18030", ","), "名单.csv"),
    "csv in UTF-8 with tabs": (lambda: _csv("utf-8-sig", "\t"), "名单.csv"),
    "full-width digits and titles with blanks and brackets": (_full_width, "名单.xlsx"),
    "a hidden row": (_hidden_rows, "名单.xlsx"),
    "several phones in a cell": (_many_phones, "名单.xlsx"),
    "days of birth in Chinese": (_days, "名单.xlsx"),
    "columns known only by what they hold": (_untitled, "名单.xlsx"),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_whatever_shape_a_ledger_of_persons_has_is_a_list_of_staff(way: Way, shape: str) -> None:
    make, filename = SHAPES[shape]
    subjects = Subject.objects.count()
    kept = send(way, make(), filename)
    assert (kept.status, counts(kept)) == ("checked", (2, 0, 0, 0)), list(StaffRow.objects.values())
    assert not Worker.objects.exists(), "nobody is taken before it was looked at"
    assert take(way) == 2
    staff = queries.known_staff(way.filing.pk)
    assert [one.id_number for one in staff] == [identity(1), identity(2)]
    assert [one.phone for one in staff] == ["15400000001", "15400000002"]
    assert {one.comes_from for one in staff} == {"临沂"} and all(one.in_dormitory for one in staff)
    assert Subject.objects.count() == subjects, "staff are no people of the register"


def test_where_somebody_comes_from_is_put_together_from_an_offices_columns(way: Way) -> None:
    head = ["姓名", "身份证号", "手机号", "省", "市", "县区", "家庭住址"]
    send(way, book([head, [*row(1)[:3], "山东省", "临沂市", "兰山区", "示范路1号"]]))
    take(way)
    (one,) = queries.known_staff(way.filing.pk)
    assert one.comes_from == "山东省临沂市兰山区示范路1号"
    assert one.was_in_risk_area is None, "what was not asked is not answered no"
