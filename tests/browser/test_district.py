"""The district finds who has nobody, gives everybody somebody, and asks them."""

from collections.abc import Callable

from django.contrib.auth.models import AbstractBaseUser
from playwright.sync_api import BrowserContext, Page, expect

from conftest import MakeFamily
from renwang.foundation.access.models import User
from renwang.loop.rounds.models import Contact

Enter = Callable[[BrowserContext, AbstractBaseUser], Page]


def test_the_district_gives_everybody_a_helper_and_opens_a_round(
    desk: BrowserContext,
    enter: Enter,
    command: User,
    helper_user: User,
    make_family: MakeFamily,
    work_outbox: Callable[[], int],
    complaints: list[str],
) -> None:
    for place in range(3):
        make_family(f"赵第{place}")
    page = enter(desk, command)
    page.goto("/gaps/")
    expect(page.locator("table tbody tr")).to_have_count(3)
    page.get_by_role("button", name="提出分配方案").click()
    page.wait_for_url("**/proposals/*/")
    work_outbox()
    page.goto(page.url)
    expect(page.locator("#lines tbody tr")).to_have_count(3)
    expect(page.locator("#lines tbody tr").first).to_contain_text("王帮扶")
    page.get_by_role("button", name="3 户").click()
    work_outbox()
    page.goto("/gaps/")
    expect(page.locator("#main")).to_contain_text("0")
    expect(page.locator("table tbody tr")).to_have_count(0)

    page.goto("/rounds/new/")
    page.locator("[name=title]").fill("每日健康排查")
    page.locator("[name=everybody]").check()
    expect(page.locator("#count")).to_contain_text("3")
    page.get_by_role("button", name="保存并开始").click()
    page.wait_for_url("**/rounds/*/")
    work_outbox()
    assert Contact.objects.filter(user=helper_user).count() == 3
    page.reload()
    page.get_by_role("link", name="已问").click()
    expect(page.locator("table tbody tr")).to_have_count(3)
    assert complaints == []
