"""A resident with an old phone: no login, no script."""

from django.utils import timezone
from playwright.sync_api import BrowserContext, expect

from conftest import Family
from renwang.foundation.access.rules import Actor
from renwang.loop.rounds import actions as rounds
from renwang.loop.rounds import queries
from renwang.loop.rounds.models import CheckIn, Contact, Link


def _address(family: Family) -> str:
    contact = Contact.objects.get(household=family.household)
    made = rounds.make_links(actor=Actor.system(), now=timezone.now(), contact_ids=[contact.pk])
    return f"/s/{queries.token_of(Link.objects.get(pk=made.link_ids[0]))}"


def test_a_family_says_with_one_button_that_it_is_well(plain_phone: BrowserContext, families: list[Family]) -> None:
    address = _address(families[1])
    page = plain_phone.new_page()
    page.goto(address)
    expect(page.locator("body")).not_to_contain_text("刘第1")  # the link names the village, never the person
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="全家平安").click()
    expect(page.locator(".good, .told").first).to_be_visible()
    assert CheckIn.objects.filter(contact__household=families[1].household).count() == 1
    page.goto(address)
    expect(page.locator("form button[name=all_well]")).to_have_count(0)  # used once


def test_a_family_that_needs_something_says_what(plain_phone: BrowserContext, families: list[Family]) -> None:
    page = plain_phone.new_page()
    page.goto(_address(families[2]))
    for choice in page.locator("fieldset").all():
        choice.locator("input[value=no]").check()
    page.locator("fieldset").last.locator("input[value=yes]").check()
    page.get_by_role("button", name="继续").click()
    page.locator("input[type=checkbox]").first.check()
    page.locator("form button:not([name=language])").first.click()
    expect(page.locator(".good, .told").first).to_be_visible()
    assert not CheckIn.objects.get(contact__household=families[2].household).all_well
