"""An office's own ledger: its columns are settled once, its rows are entered, and all of it is taken back."""

import os
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from conftest import District
from renwang.foundation.access.models import User
from renwang.loop.registry.models import Subject
from renwang.loop.registry.tests.ledgers import book, id_of
from tests.browser.conftest import Enter

ROWS = [
    ["九龙街道2020年贫困户台账"],
    ["序号", "户主姓名", "姓名", "身份证号", "与户主关系", "联系方式", None, "村", "健康状况", "帮扶单位"],
    [None, None, None, None, None, "手机", "座机", None, None, None],
    [1, "刘德顺", "刘德顺", id_of(1), "户主", "15400000001/15400000009", None, "示范一村", "长期慢性病", "区扶贫办"],
    [None, None, "王秀英", id_of(2, "2"), "配偶", None, None, None, "健康", None],
    [2, "赵小六", "赵小六", id_of(3), "户主", "15400000003", "0536-7661234", "示范一村", None, "区农业局"],
    [3, "孙七", "孙七", "370704195", "户主", None, None, "示范一村", None, None],
    ["合计", None, None, 4, None, None, None, None, None, None],
    ["填表人：孙某某"],
]
MERGES = (
    "A1:J1",
    "A2:A3",
    "B2:B3",
    "C2:C3",
    "D2:D3",
    "E2:E3",
    "F2:G2",
    "H2:H3",
    "I2:I3",
    "J2:J3",
    "A4:A5",
    "B4:B5",
    "H4:H5",
)


def _look(page: Page, name: str) -> None:
    """Keep a picture where somebody wants to look at the pages (RENWANG_PICTURES=folder)."""
    folder = os.environ.get("RENWANG_PICTURES")
    if folder:
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def _send(page: Page, content: bytes, name: str) -> None:
    page.goto("/register/imports/")
    page.locator("[name=file]").set_input_files(
        {"name": name, "mimeType": "application/vnd.ms-excel", "buffer": content}
    )
    _look(page, f"{name[:-5]}-send")
    page.get_by_role("button", name="上传并核对").click()
    page.wait_for_url("**/register/imports/*/")


def test_an_office_settles_its_form_once_enters_it_and_takes_it_back(
    desk: BrowserContext,
    small_district: District,
    make_user: Callable[..., User],
    enter: Enter,
    work_outbox: Callable[[], int],
    complaints: list[str],
) -> None:
    page = enter(desk, make_user("street", name="李街道", street_officer=small_district.street.code))
    _send(page, book(ROWS, MERGES), "台账.xlsx")
    expect(page.locator("#columns .badge, #columns .rw-badge", has_text="还不认识")).to_have_count(2)
    _look(page, "columns")
    page.get_by_label("帮扶单位").select_option("address")
    page.get_by_role("button", name="记住并核对各行").click()
    work_outbox()
    page.reload()
    _look(page, "verdicts")
    expect(page.locator("#rows tbody tr", has_text="18位")).to_have_count(1)
    page.get_by_role("button", name="3 行").click()
    work_outbox()
    page.reload()
    assert Subject.objects.filter(kind="person").count() == 3
    _send(page, book([["九龙街道2020年贫困户台账（次日）"], *ROWS[1:]], MERGES), "次日.xlsx")
    expect(page.locator("#columns", has_text="还不认识")).to_have_count(0)
    page.go_back()
    page.goto("/register/imports/")
    page.get_by_role("link", name="台账.xlsx").click()
    page.get_by_text("撤回这次导入").click()
    page.get_by_role("button", name="撤回整次导入").click()
    work_outbox()
    page.reload()
    _look(page, "taken-back")
    assert not Subject.objects.exists()
    assert not complaints


def test_the_columns_can_be_settled_on_a_phone(
    phone: BrowserContext, small_district: District, make_user: Callable[..., User], enter: Enter, complaints: list[str]
) -> None:
    page = enter(phone, make_user("street", name="李街道", street_officer=small_district.street.code))
    _send(page, book(ROWS, MERGES), "手机.xlsx")
    _look(page, "phone-columns")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_role("button", name="记住并核对各行").click()
    page.wait_for_load_state()
    _look(page, "phone-verdicts")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert not complaints
