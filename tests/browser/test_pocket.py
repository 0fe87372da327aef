"""A helper's phone: what was told is recorded in half a minute, and never lost."""

from collections.abc import Callable

from django.contrib.auth.models import AbstractBaseUser
from playwright.sync_api import BrowserContext, Page, expect

from conftest import Family
from renwang.foundation.access.models import User
from renwang.loop.cases.models import Case
from renwang.loop.rounds.models import CheckIn, Contact

Enter = Callable[[BrowserContext, AbstractBaseUser], Page]


def _record(page: Page, family: Family) -> None:
    contact = Contact.objects.get(household=family.household)
    page.goto("/my/")
    page.locator(f"#contact-{contact.pk}").get_by_role("link", name="记录").click()
    page.wait_for_url("**/my/contact/**")


def test_a_fever_and_an_empty_larder_open_two_cases(
    phone: BrowserContext, enter: Enter, helper_user: User, families: list[Family], complaints: list[str]
) -> None:
    page = enter(phone, helper_user)
    _record(page, families[1])
    page.get_by_role("button", name="接通").click()
    page.locator("[data-member] summary").first.click()
    page.locator("[data-stepper] input").first.fill("38.2")
    page.locator("label.ro-need", has=page.locator("[data-need=food]")).click()
    page.locator("[data-need-fields=food] input:visible").first.fill("大米")
    page.locator("[data-send]").click()
    page.wait_for_url("**/done/**")
    expect(page.locator(".rw-card.act")).to_contain_text("发热")
    assert Case.objects.filter(subject__in=[families[1].household, *families[1].members]).count() == 2
    page.locator("main a[href*='/cases/']").first.click()
    page.wait_for_url("**/cases/*/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert complaints == []


def test_one_tap_says_all_well_and_can_be_taken_back(
    phone: BrowserContext, enter: Enter, helper_user: User, families: list[Family]
) -> None:
    page = enter(phone, helper_user)
    before = CheckIn.objects.count()
    _record(page, families[1])
    page.get_by_role("button", name="接通").click()
    page.locator("[data-all-well]").click()
    page.locator(".ro-undo button").click()
    expect(page.locator(".ro-undo")).to_have_count(0)
    assert CheckIn.objects.count() == before
    page.locator("[data-all-well]").click()
    page.wait_for_url("**/done/**", timeout=12_000)
    assert CheckIn.objects.count() == before + 1


def test_what_was_typed_is_there_again_after_the_browser_was_closed(
    phone: BrowserContext, enter: Enter, helper_user: User, families: list[Family]
) -> None:
    page = enter(phone, helper_user)
    _record(page, families[2])
    address = page.url
    page.get_by_role("button", name="接通").click()
    page.locator("[data-member] summary").first.click()
    page.locator("[data-stepper] input").first.fill("37.9")
    page.close()
    again = phone.new_page()
    again.goto(address)
    expect(again.locator("[data-stepper] input").first).to_have_value("37.9")


def test_what_is_recorded_without_a_connection_is_sent_when_it_is_back(
    phone: BrowserContext, enter: Enter, helper_user: User, families: list[Family]
) -> None:
    page = enter(phone, helper_user)
    before = CheckIn.objects.count()
    _record(page, families[1])
    page.get_by_role("button", name="接通").click()
    phone.set_offline(True)
    page.locator("label.ro-need", has=page.locator("[data-need=food]")).click()
    page.locator("[data-need-fields=food] input:visible").first.fill("面粉")
    page.locator("[data-send]").click()
    expect(page.locator("[data-unsynced-count]").first).to_have_text("1")
    assert CheckIn.objects.count() == before
    phone.set_offline(False)
    again = phone.new_page()  # the first goes its own way meanwhile
    again.goto("/my/")
    expect(again.locator("[data-unsynced-count]").first).to_have_text("0", timeout=10_000)
    assert CheckIn.objects.count() == before + 1


def test_on_the_smallest_phone_nothing_sticks_out(
    phone: BrowserContext, enter: Enter, helper_user: User, families: list[Family]
) -> None:
    page = enter(phone, helper_user)
    page.set_viewport_size({"width": 320, "height": 568})
    for address in ("/my/", "/my/?view=done", "/my/?view=cases"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
