"""A real Chromium against a real server, on a desk's screen and on a phone's.

Chromium is the distribution's (CHROMIUM=/path names another). Where there is none the tests are skipped and say so;
with RENWANG_BROWSER_REQUIRED=1, as in `make check`, they fail instead.
"""

import datetime as dt
import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from conftest import District, Family, MakeFamily
from renwang.foundation.access.models import User
from renwang.foundation.access.rules import Actor
from renwang.loop.rounds import actions as rounds
from renwang.loop.rounds.models import Contact

# Playwright's synchronous interface runs an event loop in this thread; Django would take every query for a mistake.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
HERE = Path(__file__).resolve().parent
# No other host may be asked for anything: the pages must work where there is no network beyond the district's.
SEALED_OFF = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run"]

Enter = Callable[[BrowserContext, AbstractBaseUser], Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder as needing a browser, and skip it where there is none."""
    found = chromium()
    for item in items:
        if HERE not in item.path.parents:
            continue
        item.add_marker(pytest.mark.browser)
        item.add_marker(pytest.mark.django_db(transaction=True))
        if found is None and not os.environ.get("RENWANG_BROWSER_REQUIRED"):
            item.add_marker(pytest.mark.skip(reason="no Chromium here: apt-get install chromium fonts-noto-cjk"))


def chromium() -> str | None:
    """Return where Chromium is, or None."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of the run."""
    found = chromium()
    assert found is not None, "no Chromium here: apt-get install chromium fonts-noto-cjk (or set CHROMIUM)"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=SEALED_OFF)
        yield started
        started.close()


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complained about so far: errors in scripts, refused content, requests to other hosts."""
    return []


@pytest.fixture
def desk(browser: Browser, live_server: LiveServer, complaints: list[str]) -> Iterator[BrowserContext]:
    """A desktop window, in Chinese."""
    yield from _context(browser, live_server, complaints, viewport=DESK)


@pytest.fixture
def phone(browser: Browser, live_server: LiveServer, complaints: list[str]) -> Iterator[BrowserContext]:
    """A phone: small, touched, in Chinese."""
    yield from _context(
        browser, live_server, complaints, viewport=PHONE, is_mobile=True, has_touch=True, device_scale_factor=2
    )


@pytest.fixture
def plain_phone(browser: Browser, live_server: LiveServer, complaints: list[str]) -> Iterator[BrowserContext]:
    """A phone whose browser runs no scripts."""
    yield from _context(browser, live_server, complaints, viewport=PHONE, java_script_enabled=False)


@pytest.fixture
def enter(live_server: LiveServer) -> Enter:
    """Open a page as somebody who has signed in (and shown the second factor, where the role asks for it)."""

    def opened(context: BrowserContext, user: AbstractBaseUser) -> Page:
        assert isinstance(user, get_user_model())
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        _show_second_factor(client, user)
        cookie = client.cookies["renwang_session"]
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        return context.new_page()

    return opened


@pytest.fixture
def families(small_district: District, make_family: MakeFamily, helper_user: User) -> list[Family]:
    """Three families that are asked today; one of them has no food."""
    now, system = timezone.now(), Actor.system()
    today = timezone.localdate(now)
    found = [make_family(f"刘第{place}", helper=helper_user) for place in range(3)]
    draft = rounds.RoundDraft(
        title="健康排查",
        office="health",
        area=small_district.root.code,
        opens_on=today,
        closes_on=today + dt.timedelta(days=3),
        everybody=True,
    )
    made = rounds.draft_round(actor=system, now=now, draft=draft)
    rounds.open_round(actor=system, now=now, round_id=made.round_id)
    rounds.plan_day(actor=system, now=now, day=today)
    Contact.objects.update(next_try_at=now - dt.timedelta(minutes=1))
    told = rounds.CheckInTold(
        submission_id=uuid.uuid4(),
        contact_id=Contact.objects.get(household=found[0].household).pk,
        mode="call",
        answers={"all_well": False, "needs": {"food": {"what": "米", "days_left": 1}}},
        told_at=now,
    )
    rounds.record_check_ins(actor=system, now=now, check_ins=[told])
    return found


@pytest.fixture
def command(small_district: District, make_user: Callable[..., User]) -> User:
    """The district command."""
    return make_user("command", name="区指挥部", district_command=small_district.root.code)


@pytest.fixture
def work_outbox() -> Callable[[], int]:
    """Return a function that keeps what the ledger has promised, as the worker beside the server does."""
    from renwang.foundation.audit.management.keeper import Keeper

    return Keeper(name="browser-tests").drain


def _show_second_factor(client: Client, user: AbstractBaseUser) -> None:
    from django_otp import DEVICE_ID_SESSION_KEY

    from renwang.foundation.access.models import SecondFactor

    told = {"name": "totp", "secret": "00" * 20, "made_at": timezone.now()}
    device, _made = SecondFactor.objects.get_or_create(user_id=user.pk, defaults=told)
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.save()


def _context(
    browser: Browser, live_server: LiveServer, complaints: list[str], **options: object
) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=live_server.url, locale="zh-CN", timezone_id="Asia/Shanghai", **options)  # type: ignore[arg-type]
    context.set_default_timeout(10_000)

    def watch(page: Page) -> None:
        page.on("pageerror", lambda error: complaints.append(f"script: {error}"))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on(
            "request",
            lambda asked: (
                None
                if asked.url.startswith((live_server.url, "data:", "blob:"))
                else complaints.append(f"asked another host: {asked.url}")
            ),
        )

    context.on("page", watch)
    yield context
    context.close()
