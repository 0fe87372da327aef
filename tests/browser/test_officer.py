"""A need from the worklist to the household's own word that it is met."""

import datetime as dt
from collections.abc import Callable

from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from conftest import Family, MakeUser
from renwang.foundation.access.models import User
from renwang.foundation.access.rules import Actor
from renwang.loop.cases.models import Case
from renwang.loop.rounds.models import CheckIn, Contact

Enter = Callable[[BrowserContext, AbstractBaseUser], Page]


def _step(page: Page, step: str, quantity: str) -> None:
    form = page.locator(f"form[action$='/{step}/']").first
    page.locator("details", has=page.locator(f"form[action$='/{step}/']")).first.locator("summary").first.click()
    form.locator("[name=quantity]").fill(quantity)
    form.locator("[name=note]").fill("九龙便民超市")
    form.locator("button").click()
    page.wait_for_load_state()


def test_a_need_is_taken_supplied_met_and_confirmed_by_the_household_itself(
    desk: BrowserContext,
    phone: BrowserContext,
    plain_phone: BrowserContext,
    enter: Enter,
    street_officer: Actor,
    families: list[Family],
    make_user: MakeUser,
    complaints: list[str],
) -> None:
    page = enter(desk, User.objects.get(username="street"))
    page.goto("/")
    expect(page.locator("[data-figure=live]")).to_have_text("1")
    page.goto("/cases/")
    page.locator("#cases a[data-open]").first.click()
    page.wait_for_url("**/cases/*/")
    page.get_by_role("button", name="我来办").click()
    _ask(page)
    for step in ("commit", "send", "receive"):
        _step(page, step, "2")
    page.locator("summary", has_text="已经解决").click()
    page.locator("form[action$='/meet/'] button").click()
    expect(page.locator("form[action$='/make-link/']")).to_have_count(0)  # who handled it gets no link

    make_user("cadre", name="赵村干", village_cadre=Case.objects.get().division_id)
    second = enter(phone, User.objects.get(username="cadre"))
    second.goto(page.url)
    second.locator("form[action$='/make-link/'] button").click()
    second.wait_for_url("**/link/**")
    address = second.locator(".cases-address").inner_text()

    old = plain_phone.new_page()
    old.goto(address)
    assert old.evaluate("document.documentElement.scrollWidth <= innerWidth")
    old.locator("button[value=yes]").click()
    expect(old.locator(".good")).to_be_visible()
    old.goto(address)
    expect(old.locator("button[value=yes]")).to_have_count(0)  # used once

    case = Case.objects.get()
    assert case.status in {"verified", "closed"}
    page.goto(f"/cases/{case.pk}/")
    expect(page.locator("#lines .cases-amounts dd").last).to_have_text("2")
    if case.status == "verified":
        page.locator("form[action$='/close/'] button").click()
    case.refresh_from_db()
    assert case.status == "closed"
    page.goto("/")
    expect(page.locator("[data-figure=live]")).to_have_text("0")
    assert complaints == []


def _ask(page: Page) -> None:
    form = page.locator("form[action$='/lines/request/']")
    if not form.locator("[name=resource]").is_visible():
        page.locator("#lines details", has=page.locator("form[action$='/lines/request/']")).locator("summary").click()
    form.locator("[name=resource]").select_option("provisions.food_parcel")
    form.locator("[name=quantity]").fill("2")
    form.locator("button").click()
    page.wait_for_load_state()


def test_every_figure_of_the_board_leads_to_exactly_its_rows(
    desk: BrowserContext, enter: Enter, command: User, families: list[Family], complaints: list[str]
) -> None:
    now = timezone.now()
    Contact.objects.filter(household=families[1].household).update(
        state="unreached", ended_at=now, because="no_response"
    )
    Case.objects.update(opened_at=now - dt.timedelta(hours=9), due_at=now - dt.timedelta(hours=3))
    page = enter(desk, command)
    rows = {
        "unreached": ("未联系上", "main table tbody tr"),
        "live": ("正在处理的需求", "#cases tbody tr"),
        "overdue": ("已超时", "#cases tbody tr"),
    }
    for figure, (name, where) in rows.items():
        page.goto("/")
        shown = page.locator(f"[data-figure={figure}]").evaluate("one => parseInt(one.firstChild.textContent)")
        assert shown == 1, figure
        page.locator(".desk-figure h2 a", has_text=name).first.click()
        expect(page.locator(where)).to_have_count(shown)
    page.goto("/")
    page.locator("[data-figure=reached]").wait_for()
    page.locator(".desk-figure h2 a", has_text="今日联系").click()
    expect(page.locator("#contacts tbody tr")).to_have_count(CheckIn.objects.count())
    assert complaints == []
