"""The pages of a round: who sees what, and how much it costs."""

import datetime as dt
import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from conftest import District, Family, MakeFamily, MakeUser
from renwang.foundation.access.models import User
from renwang.foundation.access.rules import Actor
from renwang.loop.rounds import actions
from renwang.loop.rounds.models import Attempt, CheckIn, Contact, Link, Round
from renwang.loop.rounds.rules import AnswerKind, OwnQuestion
from renwang.loop.rounds.views import links

from .conftest import MakeRound, Told

pytestmark = pytest.mark.django_db


@pytest.fixture
def today() -> dt.date:
    return timezone.localdate()


@pytest.fixture
def officer(make_user: MakeUser, small_district: District) -> User:
    return make_user("officer", name="李街道", street_officer=small_district.street.code)


@pytest.fixture
def page_of(client: Client) -> Any:
    def opened(user: User, address: str, **post: Any) -> Any:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client.post(address, post) if post else client.get(address)

    return opened


@pytest.fixture
def running(make_round: MakeRound, make_family: MakeFamily, system: Actor, today: dt.date) -> Round:
    """A round with five households, planned for the real today."""
    for number in range(5):
        make_family(f"户{number}")
    row = make_round(opens_on=today, closes_on=today, at=timezone.now())
    actions.plan_day(actor=system, now=timezone.now(), day=today)
    return row


def test_somebody_of_another_street_sees_none_of_its_rows(
    running: Round, page_of: Any, make_user: MakeUser, small_district: District
) -> None:
    other = make_user("other", street_officer=small_district.other_street.code)
    page = page_of(other, f"/rounds/{running.pk}/rows/?of=asked")
    assert "户1" not in page.content.decode()


def test_a_helper_sees_no_round(page_of: Any, running: Round, helper_user: User) -> None:
    assert page_of(helper_user, f"/rounds/{running.pk}/").status_code == 404
    assert page_of(helper_user, "/rounds/").status_code == 200


@pytest.mark.parametrize(
    "address", ["", "rows/?of=asked", "rows/?of=reached", "rows/?of=complete", "rows/?of=unreached", "links/"]
)
def test_the_pages_of_a_round_open(running: Round, page_of: Any, officer: User, address: str) -> None:
    assert page_of(officer, f"/rounds/{running.pk}/{address}").status_code == 200


def test_the_answers_are_shown_to_the_office_that_asks_and_to_no_other(
    running: Round,
    page_of: Any,
    officer: User,
    make_user: MakeUser,
    small_district: District,
    told: Told,
    system: Actor,
    settings: Any,
) -> None:
    settings.RENWANG_SECOND_FACTOR = False
    contact = Contact.objects.first()
    assert contact is not None
    actions.record_check_ins(actor=system, now=timezone.now(), check_ins=[told(contact, {"needs": {"food": {}}})])
    health = make_user("health", health_officer=small_district.root.code)
    assert "finding:needs_food" in page_of(health, f"/rounds/{running.pk}/").content.decode()
    assert page_of(health, f"/rounds/{running.pk}/rows/?of=finding:needs_food").status_code == 200
    assert "finding:needs_food" not in page_of(officer, f"/rounds/{running.pk}/").content.decode()
    assert page_of(officer, f"/rounds/{running.pk}/rows/?of=finding:needs_food").status_code == 404
    # A subdistrict belongs to no office: who wrote a round reads what came of it, as long as the area is theirs.
    for area, status in ((small_district.other_street.code, 404), (small_district.street.code, 200)):
        Round.objects.filter(pk=running.pk).update(by=officer, area=area)
        assert page_of(officer, f"/rounds/{running.pk}/rows/?of=finding:needs_food").status_code == status


def test_the_list_and_the_page_cost_the_same_queries_at_five_and_at_fifty(
    running: Round,
    page_of: Any,
    officer: User,
    make_family: MakeFamily,
    make_round: MakeRound,
    today: dt.date,
    system: Actor,
    django_assert_max_num_queries: Any,
) -> None:
    for number in range(45):
        make_family(f"多{number}")
        if number % 3 == 0:
            make_round(f"轮{number}", opens_on=today, closes_on=today, at=timezone.now())
    actions.plan_day(actor=system, now=timezone.now(), day=today)
    page_of(officer, "/rounds/")
    with django_assert_max_num_queries(22):
        page_of(officer, "/rounds/")
    with django_assert_max_num_queries(42):
        page_of(officer, f"/rounds/{running.pk}/")
    with django_assert_max_num_queries(22):
        page_of(officer, f"/rounds/{running.pk}/rows/?of=asked")


def test_an_officer_writes_a_round_and_opens_it(
    page_of: Any, officer: User, small_district: District, today: dt.date
) -> None:
    told = {
        "title": "春节返乡排查",
        "office": "command",
        "area": small_district.street.code,
        "everybody": "on",
        "asks": ["health", "needs"],
        "opens_on": today.isoformat(),
        "closes_on": today.isoformat(),
        "cadence": "daily",
        "mode_1": "call",
        "mode_2": "visit",
    }
    assert page_of(officer, "/rounds/new/", **(told | {"title": ""})).status_code == 422
    assert page_of(officer, "/rounds/new/", **(told | {"area": small_district.other_street.code})).status_code == 422
    assert page_of(officer, "/rounds/new/", **(told | {"then": "open"})).status_code == 302
    row = Round.objects.get()
    assert (row.status, row.modes.count(), row.asks_travel) == ("open", 2, False)


def test_the_audience_is_counted_while_one_writes(
    page_of: Any, officer: User, running: Round, small_district: District
) -> None:
    page = page_of(officer, f"/rounds/count/?area={small_district.root.code}&everybody=on")
    assert ">5<" in page.content.decode()


def test_a_sheet_has_a_code_for_each_household_and_no_full_name(
    page_of: Any, officer: User, running: Round, small_district: District, settings: Any
) -> None:
    settings.RENWANG_PUBLIC_URL = "https://rw.example.cn"
    done = page_of(officer, f"/rounds/{running.pk}/links/", area=small_district.village.code)
    page = page_of(officer, done["Location"]).content.decode()
    assert page.count("<svg xmlns") == 5
    assert Link.objects.count() == 5
    assert "户**" in page
    assert page.count("<code>https://rw.example.cn/s/") == 5
    assert "户1" not in page


def test_a_large_village_gets_all_its_codes_page_by_page_and_a_second_press_makes_no_more(
    page_of: Any, officer: User, running: Round, small_district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "ON_A_PAGE", 2)
    address = f"/rounds/{running.pk}/links/?area={small_district.village.code}"
    assert "<svg xmlns" not in page_of(officer, address).content.decode()
    for _press in range(2):
        page_of(officer, f"/rounds/{running.pk}/links/", area=small_district.village.code)
    assert Link.objects.count() == 5
    pages = [page_of(officer, f"{address}&page={number}").content.decode() for number in (1, 2, 3)]
    assert [page.count("<svg xmlns") for page in pages] == [2, 2, 1]
    codes = {code for page in pages for code in re.findall(r"<code>(.+?)</code>", page)}
    assert len(codes) == 5


def test_who_may_make_no_links_is_shown_none(
    page_of: Any, officer: User, running: Round, make_user: MakeUser, small_district: District
) -> None:
    page_of(officer, f"/rounds/{running.pk}/links/", area=small_district.village.code)
    auditor = make_user("auditor", auditor=small_district.root.code)
    page = page_of(auditor, f"/rounds/{running.pk}/links/?area={small_district.village.code}")
    assert "<svg xmlns" not in page.content.decode()


@pytest.fixture
def todays(make_round: MakeRound, system: Actor, today: dt.date, family: Family) -> Contact:
    """The real today's contact with the helper's family, asked a number by an office of its own."""
    question = OwnQuestion("masks", "还有几个口罩？", "Masks left?", kind=AnswerKind.NUMBER)
    actions.define_questions(actor=system, now=timezone.now(), office="health", area="", questions=[question])
    make_round(opens_on=today, closes_on=today, at=timezone.now(), questions=("masks",))
    actions.plan_day(actor=system, now=timezone.now(), day=today)
    return Contact.objects.get(household=family.household)


@pytest.mark.parametrize("number", ["nan", "inf", "1e999", "-inf", "三"])
def test_what_is_no_number_comes_back_with_its_field(
    todays: Contact, page_of: Any, helper_user: User, number: str
) -> None:
    form = {"submission_id": str(uuid4()), "mode": "call", "o-masks": number}
    page = page_of(helper_user, f"/my/contact/{todays.pk}/", **form)
    assert page.status_code == 422
    assert not CheckIn.objects.exists()


@pytest.mark.parametrize(
    "asked",
    ["has_member_under=²", "has_member_over=999999999999", "has_member_under=-1", "area=%00", "programmes=%00", ""],
)
def test_nonsense_about_an_audience_is_passed_over(page_of: Any, officer: User, asked: str) -> None:
    assert page_of(officer, f"/rounds/count/?everybody=on&{asked}").status_code == 200


@pytest.mark.parametrize("which", ["village:%00", "mode:%00", "because:x", "finding:%00", "own:", "own:%00", "page"])
def test_nonsense_about_rows_is_no_fault(running: Round, page_of: Any, officer: User, which: str) -> None:
    assert page_of(officer, f"/rounds/{running.pk}/rows/?of={which}&page=x").status_code in (200, 404)


def test_a_note_with_a_sign_no_database_keeps_is_kept_without_it(
    todays: Contact, page_of: Any, helper_user: User
) -> None:
    form = {"submission_id": str(uuid4()), "mode": "call", "outcome": "no_answer", "note": "没人\x00接"}
    assert page_of(helper_user, f"/my/contact/{todays.pk}/", **form).status_code == 302
    assert Attempt.objects.get().note == "没人接"


def test_a_form_written_under_another_account_waits_for_that_account(
    todays: Contact, page_of: Any, helper_user: User, client: Client
) -> None:
    client.force_login(helper_user, backend="django.contrib.auth.backends.ModelBackend")
    form = {"submission_id": str(uuid4()), "mode": "call", "all_well": "1", "account": str(helper_user.pk + 1)}
    for address in (f"/my/contact/{todays.pk}/", "/my/contact/999999/"):
        answer = client.post(address, form, headers={"Accept": "application/json"})
        assert answer.status_code == 401
        assert answer.json()["sign_in"]
    assert not CheckIn.objects.exists()
    form["account"] = str(helper_user.pk)
    answer = client.post(f"/my/contact/{todays.pk}/", form, headers={"Accept": "application/json"})
    assert answer.status_code == 201


def test_a_form_for_a_household_that_was_handed_over_says_so(helper_user: User, client: Client) -> None:
    client.force_login(helper_user, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post("/my/contact/999999/", {"all_well": "1"}, headers={"Accept": "application/json"})
    assert answer.status_code == 404
    assert answer.json()["detail"]


@pytest.mark.parametrize("clock", ["2013-01-01T08:00:00+08:00", "2099-01-01T08:00:00+08:00", "yesterday", "2020-02-17"])
def test_a_phone_whose_clock_is_wrong_is_not_believed(
    todays: Contact, page_of: Any, helper_user: User, clock: str
) -> None:
    form = {"submission_id": str(uuid4()), "mode": "call", "all_well": "1", "o-masks": "3", "told_at": clock}
    before = timezone.now()
    assert page_of(helper_user, f"/my/contact/{todays.pk}/", **form).status_code == 302
    assert before <= CheckIn.objects.get().told_at <= timezone.now()


def test_a_reminder_after_midnight_is_refused_on_the_page_itself(
    todays: Contact, page_of: Any, helper_user: User
) -> None:
    Contact.objects.update(state="reached")
    page = page_of(helper_user, f"/my/contact/{todays.pk}/later/", hours="2")
    assert page.status_code == 409
    assert "data-check-in" in page.content.decode()


def test_the_answers_to_an_own_question_open_to_their_rows_for_the_office_that_asked(
    todays: Contact,
    page_of: Any,
    officer: User,
    make_user: MakeUser,
    small_district: District,
    told: Told,
    system: Actor,
    settings: Any,
    django_assert_max_num_queries: Any,
) -> None:
    settings.RENWANG_SECOND_FACTOR = False
    actions.record_check_ins(
        actor=system, now=timezone.now(), check_ins=[told(todays, {"own": {"masks": 17}}, told_at=timezone.now())]
    )
    asking = todays.led_by
    health = make_user("health", health_officer=small_district.root.code)
    rows = f"/rounds/{asking.pk}/rows/?of=own:masks"
    assert "of=own:masks" in page_of(health, f"/rounds/{asking.pk}/").content.decode()
    with django_assert_max_num_queries(30):
        page = page_of(health, rows).content.decode()
    assert "17" in page
    assert todays.household.name in page
    assert page_of(officer, rows).status_code == 404


def test_the_pages_name_office_ledger_and_village_in_the_readers_language(
    running: Round, page_of: Any, officer: User, client: Client
) -> None:
    client.cookies["renwang_language"] = "en"
    for address in ("/rounds/", f"/rounds/{running.pk}/"):
        assert "Health office" in page_of(officer, address).content.decode()
    words = page_of(officer, f"/rounds/{running.pk}/").content.decode()
    assert "Demo Village 1" in words and "示范一村" not in words
    rows = page_of(officer, f"/rounds/{running.pk}/rows/?of=asked").content.decode()
    assert "Demo Village 1" in rows and "示范一村" not in rows
    client.cookies["renwang_language"] = "zh-hans"
    listed = page_of(officer, "/rounds/").content.decode()
    assert "卫健局" in listed and "<td>health</td>" not in listed
