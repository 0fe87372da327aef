"""An office sends its ledger: from the door to the household it has entered."""

import datetime as dt
from collections.abc import Callable
from io import BytesIO
from typing import Any

from django.utils import timezone
from openpyxl import load_workbook
from playwright.sync_api import BrowserContext, expect

from conftest import District
from renwang.foundation.access.engine.one_time import code_at
from renwang.foundation.access.models import SecondFactor, User
from renwang.loop.registry.engine.identifiers import make_resident_id

SECRET = "3132333435363738393031323334353637383930"
BORN = dt.date(1950, 3, 8)


def test_an_office_signs_in_with_a_code_sends_a_workbook_and_opens_a_household(
    desk: BrowserContext,
    small_district: District,
    make_user: Callable[..., User],
    work_outbox: Callable[[], int],
    settings: Any,
    complaints: list[str],
) -> None:
    settings.RENWANG_SECOND_FACTOR = True
    user = make_user("command", name="区指挥部", district_command=small_district.root.code)
    SecondFactor.objects.create(user=user, name="totp", secret=SECRET, confirmed=True, made_at=timezone.now())
    page = desk.new_page()
    page.goto("/register/imports/")
    page.get_by_label("登录名").fill("command")
    page.get_by_label("密码").fill("a-long-password")
    page.keyboard.press("Enter")
    page.wait_for_url("**/second-factor/**")
    page.locator("[name=code]").fill(code_at(SECRET, timezone.now()))
    page.keyboard.press("Enter")
    page.wait_for_url("**/register/imports/")

    template = page.request.get("/register/imports/template.xlsx").body()
    page.locator("[name=area]").select_option(small_district.root.code)
    page.locator("[name=file]").set_input_files(
        {"name": "台账.xlsx", "mimeType": "application/vnd.ms-excel", "buffer": _filled_in(template)}
    )
    page.get_by_role("button", name="上传并核对").click()
    page.wait_for_url("**/register/imports/*/")
    work_outbox()
    page.reload()
    wrong = page.locator("#rows tbody tr", has_text="身份证号")
    expect(wrong).to_have_count(1)
    page.get_by_role("button", name="2 行").click()
    work_outbox()
    page.reload()

    page.keyboard.press("/")
    page.keyboard.type("zhaoxiaoliu")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/**")
    page.locator("#found a", has_text="赵小六").first.click()
    page.wait_for_url("**/household/**")
    expect(page.get_by_role("heading", level=1)).to_contain_text("赵小六")
    assert complaints == []


def _filled_in(template: bytes) -> bytes:
    book = load_workbook(BytesIO(template))
    sheet = book.worksheets[0]
    titles = {cell.value: cell.column for cell in sheet[1]}
    people = [
        ("F1", "刘德顺", make_resident_id("990704", BORN, 1, "1")),
        ("F2", "赵小六", make_resident_id("990704", BORN, 3, "1")),
    ]
    for place, (number, name, id_number) in enumerate([*people, ("F3", "孙数错", "990704195003080000")], start=2):
        told = {"户编号": number, "姓名": name, "证件号码": id_number, "与户主关系": "户主"}
        told |= {"乡镇": "九龙街道", "行政村": "示范一村", "户属性": "一般贫困户", "致贫原因": "因病"}
        for title, value in told.items():
            sheet.cell(place, titles[title], value)
    content = BytesIO()
    book.save(content)
    return content.getvalue()
