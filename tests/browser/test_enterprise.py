"""A firm comes back to work: it files, the office accepts, the cadre looks on the phone, it works, asks for workers, and confirms."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from conftest import District
from renwang.foundation.access.models import User
from renwang.foundation.access.rules import Actor
from renwang.loop.assignments.models import Duty
from renwang.loop.cases.models import Case
from renwang.programmes.enterprise import actions
from renwang.programmes.enterprise.models import Enterprise, Filing, Seat
from renwang.programmes.enterprise.tests.conftest import PHONE, code, staff_list, told

Enter = Callable[[BrowserContext, AbstractBaseUser], Page]


@pytest.fixture
def mill(small_district: District, make_user: Callable[..., User]) -> Enterprise:
    """A mill with its cadre and somebody who speaks for it."""
    Duty.objects.get_or_create(
        code="stationed_cadre",
        defaults={"label": "驻厂员", "label_en": "Stationed cadre", "held_for": "subject", "is_answerable": True},
    )
    now, system = timezone.now() - dt.timedelta(minutes=5), Actor.system()
    made = actions.register_enterprises(actor=system, now=now, enterprises=[told()], source="test")
    firm = Enterprise.objects.get(pk=made.enterprise_ids[0])
    boss = make_user("boss", name="孙经理", enterprise_user=small_district.village.code)
    Seat.objects.create(user=boss, enterprise=firm, phone=PHONE, since=now)
    cadre = make_user("cadre", name="赵驻厂", stationed_cadre=small_district.street.code)
    actions.station_cadre(actor=system, now=now, pairs=[(cadre.pk, firm.pk)])
    return firm


def test_a_firm_comes_back_to_work_and_gets_what_it_asked_for(
    desk: BrowserContext,
    phone: BrowserContext,
    enter: Enter,
    make_user: Callable[..., User],
    small_district: District,
    mill: Enterprise,
    live_server: LiveServer,
    complaints: list[str],
) -> None:
    _file(enter(desk, User.objects.get(username="boss")), mill)
    desk.clear_cookies()
    office = enter(desk, make_user("industry", name="韩工信", industry_officer=small_district.root.code))
    office.goto("/enterprise/filings/")
    office.get_by_role("button", name="受理").click()
    expect(office.get_by_text("驻厂员今天到企业检查")).to_be_visible()

    _check(enter(phone, User.objects.get(username="cadre")))
    assert Filing.objects.get().status == "inspected"

    desk.clear_cookies()
    boss = enter(desk, User.objects.get(username="boss"))
    boss.goto(f"/my-enterprise/{mill.pk}/")
    boss.get_by_role("button", name="我们已复工").click()
    expect(boss.get_by_text("已登记复工")).to_be_visible()
    boss.get_by_role("link", name="用工需求").click()
    boss.get_by_label("需要什么").fill("缝纫工，两班")
    boss.get_by_label("数量").first.fill("12")
    boss.get_by_role("button", name="提出").click()
    expect(boss.get_by_text("12 名工人 · 缝纫工，两班")).to_be_visible()

    desk.clear_cookies()
    labour = enter(desk, make_user("labour", name="人社局", employment_officer=small_district.root.code))
    labour.goto(f"/cases/{Case.objects.get().pk}/")
    labour.get_by_text("答复企业").click()
    labour.get_by_label("答复").last.fill("介绍 12 名缝纫工，周四到岗")
    labour.get_by_role("button", name="答复", exact=True).first.click()
    expect(labour.get_by_text("企业确认后才算办结")).to_be_visible()

    desk.clear_cookies()
    boss = enter(desk, User.objects.get(username="boss"))
    boss.goto(f"/my-enterprise/{mill.pk}/")
    expect(boss.get_by_text("介绍 12 名缝纫工")).to_be_visible()
    boss.get_by_role("button", name="解决了").click()
    expect(boss.get_by_text("谢谢，已记录")).to_be_visible()
    assert Case.objects.get().status == "verified"
    # The checklist that was sent half-filled was answered 422, as it should be.
    assert [one for one in complaints if "422" not in one] == []


def _file(boss: Page, mill: Enterprise) -> None:
    boss.goto("/my-enterprise/")
    expect(boss).to_have_url(boss.url.split("/my-enterprise")[0] + f"/my-enterprise/{mill.pk}/")
    boss.get_by_role("link", name="开始备案").click()
    boss.locator("#id_plan").fill("成立领导小组，分区错峰上岗，门口逐人测温，车间每日消毒，发热立即隔离上报。")
    for name, value in (
        ("masks", "1000"),
        ("masks_a_day", "240"),
        ("disinfectant", "40"),
        ("disinfectant_a_day", "10"),
        ("thermometers", "4"),
    ):
        boss.locator(f"#id_{name}").fill(value)
    boss.get_by_role("button", name="保存").click()
    expect(boss.get_by_text("物资够用 4 天")).to_be_visible()
    boss.get_by_role("button", name="提交备案").click()
    expect(boss.get_by_text("还不完整")).to_be_visible()
    boss.locator("#id_file").set_input_files(
        {"name": "名单.xlsx", "mimeType": "application/octet-stream", "buffer": staff_list(4, broken=1)}
    )
    boss.get_by_role("button", name="上传表格").click()
    expect(boss.get_by_text("校验码不符").first).to_be_visible()
    boss.get_by_role("button", name="收下正确的 3 行").click()
    expect(boss.get_by_text("名单上 3 人")).to_be_visible()
    pad = boss.locator("canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    boss.mouse.move(box["x"] + 20, box["y"] + 60)
    boss.mouse.down()
    boss.mouse.move(box["x"] + 120, box["y"] + 30, steps=5)
    boss.mouse.up()
    boss.locator("#id_agrees").check()
    boss.get_by_role("button", name="签署").click()
    expect(boss.get_by_text("已签署").first).to_be_visible()
    assert Filing.objects.get().signature
    letter = boss.request.get(f"/enterprise/{mill.pk}/letter/")
    assert letter.status == 200
    boss.get_by_role("button", name="提交备案").click()
    expect(boss.get_by_text("两个工作日内答复").first).to_be_visible()


def _check(cadre: Page) -> None:
    cadre.goto("/enterprise/day/")
    expect(cadre.get_by_text("今天必查").first).to_be_visible()
    cadre.get_by_role("link", name="检查").first.click()
    cadre.get_by_role("button", name="记录检查结果").click()
    expect(cadre.get_by_role("alert").or_(cadre.locator(".rw-error")).first).to_be_visible()
    for name in ("gate_disinfection", "gate_temperature", "isolation_room", "posters"):
        cadre.locator(f"input[name={name}][value=yes]").check()
    cadre.locator("input[name=canteen][value=none]").check()
    cadre.locator("#id_stock_days").fill("5")
    cadre.locator("#id_photos").set_input_files(
        {"name": "a.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n" + b"0" * 40}
    )
    cadre.get_by_role("button", name="记录检查结果").click()
    expect(cadre.get_by_text("未发现问题")).to_be_visible()


def test_a_firm_enters_by_the_code_sent_to_its_phone(
    phone: BrowserContext, mill: Enterprise, live_server: LiveServer
) -> None:
    from renwang.programmes.enterprise.models import SignInCode

    page = phone.new_page()
    page.goto("/enterprise/sign-in/")
    page.locator("#id_credit_code").fill(code(1))
    page.locator("#id_phone").fill(PHONE)
    page.get_by_role("button", name="发送验证码").click()
    page.locator("#id_code").fill("000000")
    page.get_by_role("button", name="进入").click()
    expect(page.get_by_text("验证码错误或已失效").first).to_be_visible()
    page.locator("#id_code").fill(SignInCode.objects.get().code or "")
    page.get_by_role("button", name="进入").click()
    expect(page.get_by_role("heading", name="示范纺织厂")).to_be_visible()
