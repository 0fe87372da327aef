"""A thumb, a phone, a bad connection: the check-in as it is really done."""

import datetime as dt
import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from conftest import District, Family, MakeUser
from renwang.foundation.access.models import Look, User
from renwang.foundation.access.rules import Actor
from renwang.loop.rounds import actions, queries
from renwang.loop.rounds.actions import RoundDraft
from renwang.loop.rounds.models import Attempt, CheckIn, Contact, Finding, Link
from renwang.loop.rounds.rules import ContactState, OwnQuestion
from tests.browser.conftest import PHONE, SEALED_OFF, Enter, chromium


@pytest.fixture
def contact(family: Family, now: dt.datetime) -> Contact:
    """The real today's contact with the helper's family, asked by two offices."""
    system, now = Actor.system(), timezone.now()
    today = timezone.localdate(now)
    actions.define_questions(
        actor=system,
        now=now,
        office="relief",
        area="",
        questions=[OwnQuestion("has_feed", "春耕种子、饲料够吗？", "Enough seed and feed?")],
    )
    for title, office, own in (("健康排查", "health", ()), ("帮扶联系", "relief", ("has_feed",))):
        draft = RoundDraft(
            title=title, office=office, area="370704", opens_on=today, closes_on=today, everybody=True, questions=own
        )
        made = actions.draft_round(actor=system, now=now, draft=draft)
        actions.open_round(actor=system, now=now, round_id=made.round_id)
    actions.plan_day(actor=system, now=now, day=today)
    return Contact.objects.get(household=family.household)


@pytest.fixture
def pocket(browser: Browser, live_server: LiveServer, tmp_path: Path) -> Iterator["Pocket"]:
    """A phone whose browser can be closed and opened again."""
    held = Pocket(browser, live_server, tmp_path / "profile")
    yield held
    held.close()


class Pocket:
    """A browser with a profile on disk."""

    def __init__(self, browser: Browser, live_server: LiveServer, profile: Path) -> None:
        self.browser, self.live_server, self.profile = browser, live_server, profile
        self.context: BrowserContext | None = None

    def open(self) -> BrowserContext:
        self.close()
        self.context = self.browser.browser_type.launch_persistent_context(
            str(self.profile),
            executable_path=chromium(),
            args=SEALED_OFF,
            base_url=self.live_server.url,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            viewport=PHONE,  # type: ignore[arg-type]
            has_touch=True,
            is_mobile=True,
            device_scale_factor=2,
        )
        self.context.set_default_timeout(10_000)
        return self.context

    def close(self) -> None:
        if self.context is not None:
            self.context.close()
            self.context = None


def shot(page: Page, name: str) -> None:
    if folder := os.environ.get("RENWANG_LOOK"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_all_well_is_one_tap_with_eight_seconds_to_take_it_back(
    pocket: Pocket,
    enter: Enter,
    helper_user: User,
    contact: Contact,
    helper: Actor,
) -> None:
    page = enter(pocket.open(), helper_user)
    page.goto(f"/my/contact/{contact.pk}/")
    shot(page, "check-in-1-outcome")
    page.locator("[data-answered]").click()
    shot(page, "check-in-2-told")
    page.locator("[data-all-well]").click()
    expect(page.locator("[data-unsynced-count]").first).to_have_text("1")
    shot(page, "check-in-3-undo")
    page.locator(".ro-undo button").click()
    expect(page.locator("[data-unsynced-count]").first).to_have_text("0")
    assert not CheckIn.objects.exists()
    page.locator("[data-all-well]").click()
    page.wait_for_url("**/done/", timeout=15_000)
    shot(page, "check-in-4-done")
    assert CheckIn.objects.get().all_well
    assert Contact.objects.get().state == ContactState.REACHED


def test_a_fever_and_a_need_are_typed_with_the_thumb_and_survive_a_closed_browser(
    pocket: Pocket,
    enter: Enter,
    helper_user: User,
    contact: Contact,
    family: Family,
    helper: Actor,
) -> None:
    page = enter(pocket.open(), helper_user)
    page.goto(f"/my/contact/{contact.pk}/")
    page.locator("[data-answered]").click()
    member = page.locator(f"#m-{family.head.pk}")
    member.locator("summary").click()
    for _ in range(4):
        member.locator("[data-more]").click()
    page.locator("[data-need=medicine] + span").click()
    page.locator("#n-medicine-what").fill("降压药两盒")
    shot(page, "check-in-5-exceptions")
    page = enter(pocket.open(), helper_user)  # the browser was closed and is opened again
    page.goto(f"/my/contact/{contact.pk}/")
    expect(page.locator(f"[name=m-{family.head.pk}-temperature]")).to_have_value("36.8")
    expect(page.locator("#n-medicine-what")).to_have_value("降压药两盒")
    page.locator(f"[name=m-{family.head.pk}-temperature]").fill("38.2")
    page.locator("[data-send]").click()
    page.wait_for_url("**/done/")
    shot(page, "check-in-6-opened")
    assert set(Finding.objects.values_list("kind", flat=True)) == {"fever", "needs_medicine"}


def test_without_a_connection_it_is_kept_counted_and_sent_once_when_there_is_one(
    pocket: Pocket,
    enter: Enter,
    helper_user: User,
    contact: Contact,
    helper: Actor,
) -> None:
    context = pocket.open()
    page = enter(context, helper_user)
    page.goto(f"/my/contact/{contact.pk}/")
    page.evaluate("navigator.serviceWorker.ready")
    page.evaluate(
        """async () => {
            for (let tries = 0; tries < 100; tries += 1) {
                if (await caches.match(location.pathname, { ignoreVary: true })) return;
                await new Promise((done) => setTimeout(done, 100));
            }
            throw new Error("the page was not kept");
        }"""
    )
    context.set_offline(True)
    page.reload()  # the page opens from the pocket
    shot(page, "check-in-6b-reloaded")
    page.locator("[data-answered]").click()
    page.locator("[data-need=food] + span").click()
    page.locator("[data-send]").click()
    expect(page.locator("[data-unsynced-count]").first).to_have_text("1")
    page.wait_for_url("**/my/")
    page.wait_for_load_state()
    page.goto(f"/my/contact/{contact.pk}/")
    expect(page.locator("[data-unsynced-count]").first).to_have_text("1")
    shot(page, "check-in-7-offline")
    assert not CheckIn.objects.exists()
    context.set_offline(False)
    page.goto(f"/my/contact/{contact.pk}/")
    expect(page.locator("[data-unsynced-count]").first).to_have_text("0")
    assert CheckIn.objects.count() == 1


def test_nobody_answered_is_one_tap(
    pocket: Pocket,
    enter: Enter,
    helper_user: User,
    contact: Contact,
    helper: Actor,
) -> None:
    page = enter(pocket.open(), helper_user)
    page.goto(f"/my/contact/{contact.pk}/")
    page.locator("[data-outcomes] button[value=no_answer]").click()
    page.wait_for_url("**/done/")
    assert Attempt.objects.get().outcome == "no_answer"


def test_the_number_is_shown_to_call_and_the_look_is_logged(
    pocket: Pocket,
    enter: Enter,
    helper_user: User,
    contact: Contact,
    helper: Actor,
) -> None:
    page = enter(pocket.open(), helper_user)
    page.goto(f"/my/contact/{contact.pk}/")
    assert "154000" not in page.content().split("<main")[1]
    page.locator("[data-call] button").click()
    expect(page.locator("[data-number]")).to_contain_text("154000")
    assert Look.objects.get().field == "phone"


def test_a_wrong_temperature_comes_back_to_be_mended(
    pocket: Pocket,
    enter: Enter,
    helper_user: User,
    contact: Contact,
    family: Family,
    helper: Actor,
) -> None:
    page = enter(pocket.open(), helper_user)
    page.goto(f"/my/contact/{contact.pk}/")
    page.locator("[data-answered]").click()
    page.locator(f"#m-{family.head.pk} summary").click()
    page.locator(f"[name=m-{family.head.pk}-temperature]").fill("52")
    page.locator("[data-send]").click()
    expect(page.locator("#errors")).to_contain_text("52")
    shot(page, "check-in-8-refused")
    page.locator(f"[name=m-{family.head.pk}-temperature]").fill("36.2")
    page.locator("[data-send]").click()
    page.wait_for_url("**/done/")
    assert CheckIn.objects.count() == 1


def test_the_form_works_without_script(
    plain_phone: BrowserContext,
    enter: Enter,
    helper_user: User,
    contact: Contact,
    family: Family,
    helper: Actor,
) -> None:
    page = enter(plain_phone, helper_user)
    page.goto(f"/my/contact/{contact.pk}/")
    shot(page, "check-in-9-plain")
    page.locator("[data-all-well]").click()
    page.wait_for_url("**/done/")
    assert CheckIn.objects.get().all_well


def test_an_office_writes_a_round_sees_whom_it_asks_and_how_it_goes(
    desk: BrowserContext,
    enter: Enter,
    complaints: list[str],
    contact: Contact,
    make_user: MakeUser,
    small_district: District,
) -> None:
    officer = make_user("officer", name="卫健办", health_officer=small_district.root.code)
    page = enter(desk, officer)
    page.goto("/rounds/new/")
    page.get_by_label("标题").fill("返乡人员健康排查")
    page.locator("[name=everybody]").check()
    expect(page.locator("#count")).to_contain_text("1")
    shot(page, "round-1-edit")
    page.locator("button[value=open]").click()
    page.wait_for_url("**/rounds/*/")
    told = actions.CheckInTold(
        submission_id=uuid.uuid4(),
        contact_id=contact.pk,
        mode="call",
        answers={"needs": {"food": {}}},
        told_at=timezone.now(),
    )
    actions.record_check_ins(actor=Actor.system(), now=timezone.now(), check_ins=[told])
    page.goto(f"/rounds/{contact.led_by_id}/")
    shot(page, "round-2-page")
    page.goto("/rounds/")
    shot(page, "round-3-list")
    assert not complaints


def test_a_household_answers_on_an_old_phone_without_script(
    plain_phone: BrowserContext,
    contact: Contact,
    live_server: LiveServer,
    family: Family,
) -> None:
    done = actions.make_links(actor=Actor.system(), now=timezone.now(), contact_ids=[contact.pk])
    page = plain_phone.new_page()
    page.goto(f"/s/{queries.token_of(Link.objects.get(pk=done.link_ids[0]))}")
    shot(page, "self-1")
    page.locator("[name=ill][value=yes]").check()
    page.locator("[name=away][value=no]").check()
    page.locator("[name=need][value=yes]").check()
    page.locator("form button").nth(1).click()
    shot(page, "self-2")
    page.locator(f"[name=m-{family.head.pk}-temperature]").fill("38.1")
    page.locator("[name=n-food]").check()
    page.locator(".page form button").click()
    shot(page, "self-3")
    assert set(Finding.objects.values_list("kind", flat=True)) == {"fever", "needs_food"}
    page.goto(f"/s/{queries.token_of(Link.objects.get(pk=done.link_ids[0]))}")
    shot(page, "self-4-used")


KEPT = "async () => { const found = []; for (const name of await caches.keys()) if (name.startsWith('renwang-pages')) for (const one of await (await caches.open(name)).keys()) found.push(new URL(one.url).pathname); return found; }"
DRAFTS = "() => Object.keys(localStorage).filter((key) => key.startsWith('renwang-draft-'))"


def test_a_second_tap_of_the_same_thumb_tells_nothing_new(
    pocket: Pocket, enter: Enter, helper_user: User, contact: Contact
) -> None:
    page = enter(pocket.open(), helper_user)
    page.goto(f"/my/contact/{contact.pk}/")
    page.locator("[data-answered]").click()
    page.locator("[data-all-well]").dblclick()
    expect(page.locator(".ro-undo")).to_have_count(1)
    page.locator(".ro-undo button").click()
    page.wait_for_timeout(9000)  # longer than the eight seconds: what was taken back is not sent
    assert not CheckIn.objects.exists()
    assert page.url.endswith(f"/my/contact/{contact.pk}/")


def test_who_leaves_within_the_eight_seconds_finds_an_empty_form_with_a_number_of_its_own(
    pocket: Pocket, enter: Enter, helper_user: User, contact: Contact
) -> None:
    page = enter(pocket.open(), helper_user)
    page.goto(f"/my/contact/{contact.pk}/")
    page.locator("[data-answered]").click()
    page.locator("[data-all-well]").click()
    expect(page.locator(".ro-undo")).to_have_count(1)
    page.goto("/my/")
    for _time in range(100):
        if CheckIn.objects.exists():
            break
        page.wait_for_timeout(200)
    first = CheckIn.objects.get()
    expect(page.locator("[data-unsynced-count]").first).to_have_text("0")
    assert page.evaluate(DRAFTS) == []
    page.goto(f"/my/contact/{contact.pk}/")
    assert page.locator("[name=submission_id]").input_value() != str(first.submission_id)


def test_on_a_shared_phone_nothing_of_one_account_meets_the_next(
    pocket: Pocket, enter: Enter, helper_user: User, make_user: MakeUser, contact: Contact, small_district: District
) -> None:
    context = pocket.open()
    page = enter(context, helper_user)
    page.goto(f"/my/contact/{contact.pk}/")
    page.wait_for_function(f"() => ({KEPT})().then((found) => found.includes(location.pathname))")
    page.locator("[data-answered]").click()
    page.locator("[data-need=food] + span").click()
    page.locator("#n-food-what").fill("面粉一袋")
    assert len(page.evaluate(DRAFTS)) == 1
    context.set_offline(True)
    page.locator("[data-send]").click()
    expect(page.locator("[data-unsynced-count]").first).to_have_text("1")
    page.wait_for_timeout(2000)
    # The session is gone (another signs in), the form is still here.
    context.clear_cookies()
    context.set_offline(False)
    other = make_user("next", name="下一位", helper=small_district.village.code)
    page = enter(context, other)
    page.goto("/my/")
    page.wait_for_timeout(1500)
    expect(page.locator("[data-unsynced-count]").first).to_have_text("0")
    assert contact.household.name not in page.content()
    expect(page.locator("[data-unsent-list]")).to_contain_text("别的账号")
    assert f"/my/contact/{contact.pk}/" not in page.evaluate(KEPT)
    assert not CheckIn.objects.exists()
    # Whoever wrote it signs in again: now it goes.
    context.clear_cookies()
    page = enter(context, helper_user)
    page.goto("/my/")
    expect(page.locator("[data-unsynced-count]").first).to_have_text("0")
    for _time in range(50):
        if CheckIn.objects.exists():
            break
        page.wait_for_timeout(200)
    assert CheckIn.objects.get().by_id == helper_user.pk


def test_who_signs_out_leaves_no_page_and_no_draft_behind(
    pocket: Pocket, enter: Enter, helper_user: User, contact: Contact
) -> None:
    context = pocket.open()
    page = enter(context, helper_user)
    page.goto(f"/my/contact/{contact.pk}/")
    page.wait_for_function(f"() => ({KEPT})().then((found) => found.includes(location.pathname))")
    page.locator("[data-answered]").click()
    page.locator("[data-need=food] + span").click()
    page.evaluate("document.querySelector(\"form[action*='sign-out']\").requestSubmit()")
    page.wait_for_url("**/sign-in/**")
    assert page.evaluate(KEPT) == []
    assert page.evaluate(DRAFTS) == []
    context.set_offline(True)
    with pytest.raises(Exception, match="ERR_"):
        page.goto(f"/my/contact/{contact.pk}/")
