"""What a screen reader, a keyboard or weak eyes would stumble over: axe-core on every main page, in both languages."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from conftest import Family
from renwang.foundation.access.models import User
from renwang.foundation.access.rules import Actor
from renwang.loop.cases.models import Case
from renwang.loop.rounds import actions as rounds
from renwang.loop.rounds import queries
from renwang.loop.rounds.models import Contact, Link, Round
from renwang.programmes.command import actions as commands
from renwang.programmes.command.models import Copy
from renwang.programmes.command.rules import Cadence, FigureAsked, Unit, UnitKind

Enter = Callable[[BrowserContext, AbstractBaseUser], Page]

OFFICE = (
    "/", "/?wall=1", "/my/", "/unreached/", "/contacts/", "/search/?q=liu", "/map/", "/village/370704006201/",
    "/household/{household}/", "/cases/", "/cases/new/", "/cases/{case}/",
    "/rounds/", "/rounds/new/", "/rounds/{round}/", "/rounds/{round}/rows/?of=asked", "/rounds/{round}/links/",
    "/gaps/", "/proposals/", "/workers/", "/workers/{helper}/", "/teams/", "/duties/", "/offers/",
    "/register/", "/register/{household}/", "/register/imports/", "/register/merges/", "/register/ledgers/",
    "/emergency-access/", "/looks/", "/looks/mine/", "/ledger/", "/outbox/", "/password/", "/second-factor/", "/nowhere/",
    "/directives/", "/directives/?box=in", "/directives/new/", "/directives/{directive}/", "/directives/copies/{copy}/",
)  # fmt: skip
POCKET = ("/my/", "/my/?view=done", "/my/?view=cases", "/my/contact/{contact}/", "/cases/{case}/")
ACCOUNTS = ("/accounts/", "/accounts/new/", "/accounts/{helper}/")
OPEN = ("/sign-in/", "/s/{token}")


@pytest.fixture(params=["zh-hans", "en"])
def language(request: pytest.FixtureRequest) -> str:
    """Each of the two languages."""
    return str(request.param)


@pytest.fixture
def places(families: list[Family], helper_user: User) -> dict[str, object]:
    """What the addresses name."""
    contact = Contact.objects.get(household=families[1].household)
    issued = commands.issue_directive(
        actor=Actor.system(),
        now=timezone.now(),
        submission_id=uuid.uuid4(),
        draft=commands.DirectiveDraft(
            number="1号",
            title="摸排",
            text="请摸排。",
            office="command",
            area="370704",
            units=(Unit(UnitKind.OFFICE, "370704", "command"), Unit(UnitKind.VILLAGE, "370704006201")),
            acknowledge_by=timezone.now() + dt.timedelta(hours=2),
            cadence=Cadence.DAILY,
            report_by=timezone.now() + dt.timedelta(hours=3),
            figures=(FigureAsked("返乡人员", "人"),),
        ),
    )
    own = Copy.objects.get(directive_id=issued.directive_id, office="command").pk
    commands.acknowledge(actor=Actor.system(), now=timezone.now(), copy_id=own)
    made = rounds.make_links(actor=Actor.system(), now=timezone.now(), contact_ids=[contact.pk])
    return {
        "household": families[0].household.pk,
        "case": Case.objects.get().pk,
        "round": Round.objects.get().pk,
        "helper": helper_user.pk,
        "contact": contact.pk,
        "directive": issued.directive_id,
        "copy": own,
        "token": queries.token_of(Link.objects.get(pk=made.link_ids[0])),
    }


def violations(page: Page, addresses: tuple[str, ...], places: dict[str, object]) -> Iterator[str]:
    """Yield the serious and critical findings of axe-core, and pages that did not open."""
    for address in addresses:
        answer = page.goto(address.format(**places))
        if answer is None or answer.status != (404 if address == "/nowhere/" else 200):
            yield f"{address} answered {answer.status if answer else 'nothing'}"
            continue
        found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        for one in found:
            if one["impact"] in {"serious", "critical"}:
                yield f"{address}: {one['id']}: {one['nodes'][0]['html'][:200]}"


def speak(context: BrowserContext, server: LiveServer, language: str) -> None:
    """Let the pages speak a language."""
    context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": server.url}])


@pytest.mark.parametrize("part", range(3))
def test_the_desk_has_nothing_serious(
    desk: BrowserContext,
    enter: Enter,
    command: User,
    places: dict[str, object],
    language: str,
    live_server: LiveServer,
    part: int,
) -> None:
    page = enter(desk, command)
    speak(desk, live_server, language)
    assert list(violations(page, OFFICE[part::3], places)) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_pocket_has_nothing_serious(
    phone: BrowserContext,
    enter: Enter,
    helper_user: User,
    places: dict[str, object],
    language: str,
    live_server: LiveServer,
    theme: str,
) -> None:
    page = enter(phone, helper_user)
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    speak(phone, live_server, language)
    assert list(violations(page, POCKET, places)) == []


def test_in_the_dark_the_desk_has_nothing_serious(
    desk: BrowserContext, enter: Enter, command: User, places: dict[str, object]
) -> None:
    page = enter(desk, command)
    page.emulate_media(color_scheme="dark")
    assert list(violations(page, ("/", "/?wall=1", "/cases/", "/household/{household}/", "/map/"), places)) == []


def test_the_account_managers_pages_have_nothing_serious(
    desk: BrowserContext,
    enter: Enter,
    make_user: Callable[..., User],
    places: dict[str, object],
    language: str,
    live_server: LiveServer,
) -> None:
    page = enter(desk, make_user("manager", name="账号管理员", account_manager="370704"))
    speak(desk, live_server, language)
    assert list(violations(page, ACCOUNTS, places)) == []


def test_the_open_pages_have_nothing_serious(
    phone: BrowserContext, places: dict[str, object], language: str, live_server: LiveServer
) -> None:
    speak(phone, live_server, language)
    assert list(violations(phone.new_page(), OPEN, places)) == []
