"""A directive: written at the district's desk, acknowledged and answered on a cadre's phone, read at the desk."""

import datetime as dt
import re
from collections.abc import Callable

from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from conftest import District, MakeUser
from renwang.foundation.access.models import User
from renwang.programmes.command.models import Copy, Directive, Report

Enter = Callable[[BrowserContext, AbstractBaseUser], Page]


def test_a_directive_goes_out_is_acknowledged_and_answered_on_a_phone_and_adds_up_at_the_desk(
    desk: BrowserContext,
    phone: BrowserContext,
    enter: Enter,
    command: User,
    small_district: District,
    make_user: MakeUser,
    complaints: list[str],
) -> None:
    cadre = make_user("cadre", name="赵村干", village_cadre=small_district.village.code)
    office = enter(desk, command)
    office.goto("/")
    office.get_by_role("link", name="通知", exact=True).first.click()
    office.get_by_role("link", name="新通知").first.click()
    office.get_by_label("文号").fill("坊防指发〔2020〕4号")
    office.get_by_label("标题").fill("返乡人员摸排")
    office.get_by_label("通知内容").fill("请逐户摸排返乡人员。")
    office.get_by_label("附件").set_input_files(
        {"name": "登记表.txt", "mimeType": "text/plain", "buffer": "姓名,电话".encode()}
    )
    office.get_by_label("全部街道（乡镇）").check()
    office.locator("summary", has_text="九龙").click()
    office.get_by_label("示范一村").check()
    expect(office.locator("#count")).to_contain_text("3 个单位")
    expect(office.locator("#count")).to_contain_text("1 人马上看到")
    soon = timezone.localtime() + dt.timedelta(hours=3)
    office.get_by_label("签收时限").fill(f"{soon:%Y-%m-%dT%H:%M}")
    office.get_by_label("报送", exact=True).select_option("daily")
    office.get_by_label("首次报送时限").fill(f"{soon:%Y-%m-%dT%H:%M}")
    office.get_by_label("数据名称").first.fill("返乡人员")
    office.get_by_label("单位", exact=True).first.fill("人")
    office.get_by_role("button", name="发出").click()
    expect(office).to_have_url(re.compile(r"/directives/\d+/$"))
    assert Copy.objects.count() == 3

    page = enter(phone, cadre)
    page.goto("/my/")
    page.get_by_role("link", name="待签收：返乡人员摸排").click()
    button = page.get_by_role("button", name="签收")
    box = button.bounding_box()
    assert box is not None and box["height"] >= 48
    button.tap()
    expect(page.get_by_role("button", name="签收")).to_have_count(0)
    with page.expect_download() as awaited:
        page.get_by_role("link", name="登记表.txt").click()
    assert awaited.value.suggested_filename == "登记表.txt"
    page.get_by_label("返乡人员").fill("43")
    page.get_by_label("办理情况").fill("已全部入户。")
    page.get_by_role("button", name="报送", exact=True).click()
    expect(page.locator("#reports")).to_contain_text("43")
    assert Report.objects.count() == 1

    office.reload()
    row = office.locator("#matrix tbody tr", has_text="示范一村")
    expect(row).to_contain_text("办理中")
    expect(office.locator("#matrix .totals")).to_contain_text("43")
    office.locator("#matrix .totals a").click()
    expect(office.locator("#matrix tbody tr")).to_have_count(1)
    office.locator("#matrix tbody a", has_text="43").click()
    office.get_by_role("link", name="退回").click()
    office.locator("#return-report textarea").fill("与公安数据不符")
    office.locator("#return-report button.btn-primary").click()
    expect(office.locator("#reports")).to_contain_text("与公安数据不符")

    page.reload()
    expect(page.locator("main")).to_contain_text("您单位的报送被退回")
    expect(page.get_by_label("返乡人员")).to_have_value("43")
    page.get_by_label("返乡人员").fill("44")
    page.get_by_role("button", name="报送并办结").click()
    expect(page.locator("main")).to_contain_text("全部办结")
    assert Directive.objects.get().copies.get(kind="village").status == "done"
    assert complaints == []
