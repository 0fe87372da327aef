"""The desk in a real browser: the board, a helper's day, a household."""

from collections.abc import Callable

from django.contrib.auth.models import AbstractBaseUser
from playwright.sync_api import BrowserContext, Page, expect

from conftest import Family
from renwang.foundation.access.models import User

Enter = Callable[[BrowserContext, AbstractBaseUser], Page]


def test_a_figure_of_the_board_leads_to_its_rows(
    desk: BrowserContext, enter: Enter, command: User, families: list[Family], complaints: list[str]
) -> None:
    page = enter(desk, command)
    page.goto("/")
    expect(page.locator("[data-figure=live]")).to_contain_text("1")
    expect(page.locator("[data-age-text]")).to_contain_text("秒前")
    page.get_by_role("link", name="今日联系").click()
    expect(page.locator("#contacts tbody tr")).to_have_count(1)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/household/{families[0].household.pk}/")
    assert complaints == []


def test_the_wall_fits_its_screen_and_refreshes(
    desk: BrowserContext, enter: Enter, command: User, families: list[Family], complaints: list[str]
) -> None:
    page = enter(desk, command)
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto("/?wall=1")
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    assert page.evaluate("parseFloat(getComputedStyle(document.querySelector('.rw-figure-value')).fontSize)") >= 72
    before = page.locator("[data-age]").get_attribute("data-age-made")
    page.wait_for_timeout(1100)
    page.evaluate("htmx.ajax('GET', location.href, {target: '#board', swap: 'innerHTML'})")
    expect(page.locator("[data-age]")).not_to_have_attribute("data-age-made", before or "")
    assert complaints == []


def test_a_helper_works_with_one_thumb(
    phone: BrowserContext, enter: Enter, helper_user: User, families: list[Family], complaints: list[str]
) -> None:
    page = enter(phone, helper_user)
    page.goto("/my/")
    expect(page.locator(".desk-card")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    heights = page.locator(".desk-card .btn").evaluate_all("all => all.map(one => one.getBoundingClientRect().height)")
    assert min(heights) >= 48
    page.locator(".desk-card").first.get_by_role("button", name="打电话").click()
    expect(page.locator(".desk-card [data-number]").first).to_contain_text("154")
    page.locator(".desk-card").first.get_by_role("link", name="记录").click()
    page.wait_for_url("**/my/contact/**")
    assert [one for one in complaints if "tel:" not in one] == []


def test_the_time_line_is_filtered_without_leaving_the_page(
    desk: BrowserContext, enter: Enter, command: User, families: list[Family], complaints: list[str]
) -> None:
    page = enter(desk, command)
    page.goto(f"/household/{families[0].household.pk}/")
    expect(page.get_by_text("需要食品")).to_be_visible()
    page.locator("#timeline").get_by_role("link", name="事项").click()
    page.wait_for_url("**/?show=cases")
    expect(page.get_by_text("需要食品")).to_have_count(0)
    assert complaints == []


def test_search_finds_while_one_types(
    desk: BrowserContext, enter: Enter, command: User, families: list[Family], complaints: list[str]
) -> None:
    page = enter(desk, command)
    page.goto("/search/")
    page.locator("#q").type("刘第1")
    expect(page.locator("#found .rw-subject-name")).to_have_count(1)
    assert complaints == []
