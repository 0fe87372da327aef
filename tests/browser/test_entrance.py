"""The first page anybody sees, on a desk and on a phone."""

import pytest
from playwright.sync_api import BrowserContext, expect


@pytest.mark.parametrize("screen", ["desk", "phone"])
def test_a_stranger_is_asked_to_sign_in_and_nothing_is_fetched_from_elsewhere(
    screen: str, request: pytest.FixtureRequest, complaints: list[str]
) -> None:
    context: BrowserContext = request.getfixturevalue(screen)
    page = context.new_page()
    page.goto("/sign-in/")
    expect(page.locator("input[name=username]")).to_be_visible()
    expect(page.locator("input[name=password]")).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "zh-hans"
    # Nothing sticks out sideways, even on a phone.
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert complaints == []


def test_a_sign_in_page_works_without_scripts(plain_phone: BrowserContext) -> None:
    page = plain_phone.new_page()
    page.goto("/sign-in/")
    page.fill("input[name=username]", "nobody")
    page.fill("input[name=password]", "wrong")
    page.keyboard.press("Enter")
    expect(page.locator("input[name=password]")).to_be_visible()
