"""The pages of access, as a browser meets them."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

from conftest import NOW, District, Family, MakeUser
from renwang.foundation.access import actions, queries
from renwang.foundation.access.models import BreakGlass, Grant, SecondFactor, User
from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.models import Entry

from .conftest import SECRET
from .test_second_factor import code_at

PASSWORD = "a-long-password"
Browser = Callable[..., Client]


@pytest.fixture(autouse=True)
def as_in_a_district(settings: Any) -> None:
    """The second factor is asked for, and words are English so that they can be looked for."""
    settings.RENWANG_SECOND_FACTOR = True
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def clerk(small_district: District, make_user: MakeUser) -> User:
    """The account of a street officer: no second factor."""
    return make_user("clerk", name="李街道", street_officer=small_district.street.code)


def signed_in(client: Client, username: str, password: str = PASSWORD, **told: str) -> Any:
    return client.post("/sign-in/", {"username": username, "password": password, **told})


# ── the door ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_who_is_not_signed_in_is_led_to_the_sign_in_and_back(client: Client, clerk: User) -> None:
    refused = client.get("/accounts/?q=wang")
    assert refused.status_code == 302
    assert refused["Location"] == "/sign-in/?next=%2Faccounts%2F%3Fq%3Dwang"
    led_back = signed_in(client, "clerk", next="/accounts/?q=wang")
    assert led_back["Location"] == "/accounts/?q=wang"
    assert Entry.objects.get(name="access.sign_in").actor_id == clerk.pk


def test_the_way_back_never_leads_to_another_site(client: Client, clerk: User) -> None:
    assert signed_in(client, "clerk", next="https://evil.example/")["Location"] == "/"
    assert client.get("/password/?next=//evil.example").context["next"] == "/"


def test_a_program_gets_401_and_htmx_an_address(db: None, client: Client) -> None:
    told = client.get("/accounts/", headers={"accept": "application/json"})
    assert told.status_code == 401 and told.json()["sign_in"] == "/sign-in/"
    sent = client.post(
        "/accounts/new/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/cases/?a=1"}
    )
    assert sent.status_code == 401
    assert sent["HX-Redirect"] == "/sign-in/?next=%2Fcases%2F%3Fa%3D1"


def test_the_fifth_wrong_password_closes_the_door_with_words(client: Client, clerk: User) -> None:
    for _try in range(4):
        wrong = signed_in(client, "clerk", "wrong")
        assert wrong.status_code == 200 and b"do not fit" in wrong.content
    shut = signed_in(client, "clerk", "wrong")
    assert shut.status_code == 429
    assert b"Wait 15 minutes" in shut.content and b"account manager" in shut.content
    assert signed_in(client, "clerk").status_code == 429  # the right one too
    assert not Entry.objects.filter(name="access.sign_in").exists()


def test_a_new_one_time_password_opens_the_door_that_wrong_ones_closed(
    client: Client, clerk: User, manager: Actor, now: dt.datetime
) -> None:
    for _try in range(5):
        signed_in(client, "clerk", "wrong")
    actions.reset_password(actor=manager, now=now, user_id=clerk.pk, password="k4mw-9tqz-abcd")
    assert signed_in(client, "clerk").status_code == 200  # the old one fits no more
    assert signed_in(client, "clerk", "k4mw-9tqz-abcd").status_code == 302


def test_a_one_time_password_leads_to_a_new_one_before_anything_else(client: Client, clerk: User) -> None:
    User.objects.filter(pk=clerk.pk).update(must_change_password=True)
    signed_in(client, "clerk")
    assert client.get("/looks/mine/")["Location"] == "/password/?next=%2Flooks%2Fmine%2F"
    for new, words in (("short", b"at least 10"), (PASSWORD, b"another password"), ("1234567890", b"entirely numeric")):
        told = client.post("/password/", {"old": PASSWORD, "new": new, "again": new})
        assert told.status_code == 422 and words in told.content
    told = client.post("/password/", {"old": "wrong", "new": "blaue-weide-7", "again": "blaue-weide-7"})
    assert b"not your present password" in told.content
    done = client.post("/password/", {"old": PASSWORD, "new": "blaue-weide-7", "again": "blaue-weide-7"})
    assert done.status_code == 302
    assert client.get("/looks/mine/").status_code == 200
    assert Entry.objects.filter(name="access.change_password", actor_id=clerk.pk).count() == 1


def test_signing_out_is_a_post_and_ends_the_session(browser: Browser, clerk: User) -> None:
    client = browser(clerk)
    assert client.get("/sign-out/").status_code == 405
    assert client.get("/looks/mine/").status_code == 200
    client.post("/sign-out/")
    assert client.get("/looks/mine/").status_code == 302


def test_the_session_of_a_closed_account_ends_at_once(
    browser: Browser, clerk: User, manager: Actor, now: dt.datetime
) -> None:
    client = browser(clerk)
    assert client.get("/looks/mine/").status_code == 200
    actions.deactivate_account(actor=manager, now=now, user_id=clerk.pk)
    assert client.get("/looks/mine/")["Location"].startswith("/sign-in/")
    told = signed_in(Client(), "clerk")
    assert told.status_code == 200 and b"do not fit" in told.content


def test_a_new_one_time_password_ends_the_old_sessions(
    browser: Browser, clerk: User, manager: Actor, now: dt.datetime
) -> None:
    client = browser(clerk)
    actions.reset_password(actor=manager, now=now, user_id=clerk.pk, password="k4mw-9tqz-abcd")
    assert client.get("/looks/mine/")["Location"].startswith("/sign-in/")


def test_pages_are_not_kept_by_the_browser_of_a_shared_computer(browser: Browser, clerk: User) -> None:
    assert browser(clerk).get("/looks/mine/")["Cache-Control"] == "no-store, private"


def test_a_refusal_says_what_to_do(browser: Browser, clerk: User) -> None:
    refused = browser(clerk).get("/accounts/")
    assert refused.status_code == 403
    assert b"account manager" in refused.content and b"/emergency-access/" in refused.content
    told = browser(clerk).get("/accounts/", headers={"accept": "application/json"})
    assert told.status_code == 403 and "detail" in told.json()


# ── the second factor ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_role_that_needs_it_is_led_to_the_second_factor_and_sets_it_up(client: Client, manager_user: User) -> None:
    with time_machine.travel(NOW, tick=False):
        signed_in(client, "manager", next="/accounts/")
        assert client.get("/accounts/")["Location"] == "/second-factor/?next=%2Faccounts%2F"
        asked = client.get("/second-factor/?next=/accounts/", follow=True)
        assert asked.redirect_chain[-1][0].startswith("/second-factor/new/")
        assert b"Account manager" in asked.content
        client.post("/second-factor/new/?next=/accounts/")
        shown = client.get("/second-factor/new/?next=/accounts/")
        assert b"data:image/svg+xml;base64," in shown.content
        factor = SecondFactor.objects.get(user=manager_user)
        assert factor.secret and factor.secret.encode() not in shown.content
        SecondFactor.objects.filter(pk=factor.pk).update(secret=SECRET)
        assert client.post("/second-factor/new/", {"code": "12"}).status_code == 422
        printed = client.post("/second-factor/new/", {"code": code_at(NOW), "next": "/accounts/"})
        assert printed.content.count(b"<code>") == 10
        assert printed["Cache-Control"] == "no-store, private"
        assert client.get("/accounts/").status_code == 200


def test_the_second_factor_is_asked_at_each_sign_in_and_refuses_wrong_codes(client: Client, manager_user: User) -> None:
    SecondFactor.objects.create(user=manager_user, name="totp", secret=SECRET, confirmed=True, made_at=NOW)
    with time_machine.travel(NOW, tick=False):
        signed_in(client, "manager")
        assert client.get("/accounts/").status_code == 302
        wrong = client.post("/second-factor/", {"code": "abc"})
        assert wrong.status_code == 422 and b"wrong or was used" in wrong.content
        assert client.get("/accounts/").status_code == 302
        right = client.post("/second-factor/", {"code": code_at(NOW), "next": "/accounts/"})
        assert right["Location"] == "/accounts/"
        assert client.get("/accounts/").status_code == 200


def test_who_has_other_tasks_may_put_the_second_factor_off(
    client: Client, small_district: District, make_user: MakeUser
) -> None:
    make_user("two", street_officer=small_district.street.code, health_officer=small_district.root.code)
    signed_in(client, "two")
    assert client.get("/looks/").status_code == 302
    client.post("/second-factor/", {"later": "1"})
    assert client.get("/looks/").status_code == 200
    refused = client.get("/accounts/")
    assert refused.status_code == 403 and b"/second-factor/" in refused.content


def test_taking_the_second_factor_away_ends_what_it_opened(
    browser: Browser, manager_user: User, now: dt.datetime
) -> None:
    client = browser(manager_user, verified=True)
    assert client.get("/accounts/").status_code == 200
    actions.reset_second_factor(actor=Actor.system(), now=now, user_id=manager_user.pk)
    assert client.get("/accounts/")["Location"].startswith("/second-factor/")


# ── accounts ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_new_account_shows_its_password_once(browser: Browser, manager_user: User, small_district: District) -> None:
    client = browser(manager_user, verified=True)
    told = {"username": "liu", "name": "刘干部", "role": "village_cadre", "area": "示范一村"}
    assert client.post("/accounts/new/", told | {"area": "无此村"}).status_code == 422
    made = client.post("/accounts/new/", told)
    user = User.objects.get(username="liu")
    password = made.context["password"]
    assert user.check_password(password) and password.encode() in made.content
    assert Grant.objects.get(user=user).area == small_district.village.code
    assert password.encode() not in client.get(f"/accounts/{user.pk}/").content
    again = client.post("/accounts/new/", told)
    assert again.status_code == 422 and b"Another account signs in with this name" in again.content


def test_the_list_of_accounts_keeps_to_the_area_and_asks_few_questions(
    browser: Browser,
    small_district: District,
    make_user: MakeUser,
    django_assert_max_num_queries: Any,
) -> None:
    manager = make_user("m2", account_manager=small_district.other_street.code)
    make_user("theirs", name="王帮扶", helper=small_district.village.code)
    client = browser(manager, verified=True)
    for count in (5, 45):
        for number in range(count):
            make_user(f"own{count}-{number}", grid_worker=small_district.far_village.code)
        with django_assert_max_num_queries(12):
            page = client.get("/accounts/")
        assert b"own5-1" in page.content and "王帮扶" not in page.content.decode()


def test_an_account_of_another_area_is_not_found(
    browser: Browser, small_district: District, make_user: MakeUser, clerk: User
) -> None:
    client = browser(make_user("m2", account_manager=small_district.other_street.code), verified=True)
    assert client.get(f"/accounts/{clerk.pk}/").status_code == 404
    for part in ("password", "second-factor", "active", "roles"):
        assert client.post(f"/accounts/{clerk.pk}/{part}/", {"role": "helper", "area": ""}).status_code == 404
    assert client.post(f"/roles/{Grant.objects.get(user=clerk).pk}/end/").status_code == 404
    assert not Entry.objects.exists()


def test_a_clash_of_roles_is_said_in_words(browser: Browser, manager_user: User, make_user: MakeUser) -> None:
    auditor = make_user("auditor", auditor="370704")
    client = browser(manager_user, verified=True)
    told = client.post(f"/accounts/{auditor.pk}/roles/", {"role": "account_manager", "area": "370704"})
    assert told.status_code == 422 and b"One person may not be" in told.content


def test_roles_are_given_and_ended_on_the_page(browser: Browser, manager_user: User, clerk: User) -> None:
    client = browser(manager_user, verified=True)
    client.post(f"/accounts/{clerk.pk}/roles/", {"role": "grid_worker", "area": "370704006201 示范一村"})
    grant = Grant.objects.get(user=clerk, role="grid_worker")
    assert "Demo Village 1" in client.get(f"/accounts/{clerk.pk}/").content.decode()
    client.post(f"/roles/{grant.pk}/end/")
    grant.refresh_from_db()
    assert grant.until is not None
    client.post(f"/accounts/{clerk.pk}/active/", {"is_active": "no"})
    assert not User.objects.get(pk=clerk.pk).is_active
    client.post(f"/accounts/{clerk.pk}/active/", {"is_active": "yes"})
    assert User.objects.get(pk=clerk.pk).is_active
    told = client.post(f"/accounts/{clerk.pk}/", {"name": "李新名", "unit": "九龙街道"})
    assert told.status_code == 302 and User.objects.get(pk=clerk.pk).name == "李新名"


# ── emergency access and looks ──────────────────────────────────────────────────────────────────────────────────────


def test_emergency_access_is_taken_shown_noted_and_given_back(
    browser: Browser, make_user: MakeUser, clerk: User, small_district: District
) -> None:
    cadre = make_user("cadre", name="陈村干", village_cadre=small_district.far_village.code)
    taker, officer = browser(cadre), browser(clerk)
    refused = taker.post("/emergency-access/", {"area": "示范一村", "reason": "急"})
    assert refused.status_code == 422 and not BreakGlass.objects.exists()
    taker.post("/emergency-access/", {"area": "示范一村", "reason": "邻村老人高烧，本村无人接电话"})
    row = BreakGlass.objects.get()
    assert "Emergency access to Demo Village 1" in taker.get("/emergency-access/").content.decode()
    shown = officer.get("/emergency-access/").content.decode()
    assert "陈村干" in shown and row.reason in shown
    assert taker.post(f"/emergency-access/{row.pk}/acknowledge/").status_code == 403
    officer.post(f"/emergency-access/{row.pk}/acknowledge/")
    row.refresh_from_db()
    assert row.acknowledged_by_id == clerk.pk
    taker.post(f"/emergency-access/{row.pk}/mend/")
    assert not queries.actor_for(user=cadre, now=dt.datetime.now(dt.UTC), verified=True).lent_grants()


def test_who_looked_is_shown_to_the_officer_of_the_area_and_not_to_another(
    browser: Browser, helper: Actor, family: Family, clerk: User, outsider: Actor, now: dt.datetime
) -> None:
    code = family.household.division_id
    actions.log_look(actor=helper, now=now, subject_id=family.household.pk, code=code, field="phone", reason="回访")
    address = f"/looks/{family.household.pk}/"
    shown = browser(clerk).get(address).content.decode()
    assert "王帮扶" in shown and "回访" in shown and "phone number" in shown
    stranger = browser(User.objects.get(pk=outsider.user_id))
    assert stranger.get(address).status_code == 404
    assert "王帮扶" not in stranger.get("/looks/").content.decode()
    own = browser(User.objects.get(pk=helper.user_id))
    assert own.get(address).status_code == 403
    assert "回访" in own.get("/looks/mine/").content.decode()


def test_what_no_database_keeps_is_told_and_is_no_failure(rf: Any) -> None:
    from django.db import DataError

    from renwang.foundation.access.middleware import ActorMiddleware

    asked = ActorMiddleware(lambda request: HttpResponse())
    response = asked.process_exception(rf.get("/api/x"), DataError("PostgreSQL text fields cannot contain NUL"))
    assert response is not None
    assert response.status_code == 400
    assert asked.process_exception(rf.get("/api/x"), ValueError("ours")) is None
