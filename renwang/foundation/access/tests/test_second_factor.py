"""The second factor: sealed, shown once per code, slow for whoever guesses."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django_otp.oath import TOTP

from conftest import NOW
from renwang.foundation.access import actions, queries
from renwang.foundation.access.engine.one_time import code_at as code_at_moment
from renwang.foundation.access.engine.one_time import demo_secret, make_recovery_codes
from renwang.foundation.access.models import RecoveryCode, SecondFactor, User
from renwang.foundation.access.rules import Actor, as_recovery_code, wait_after
from renwang.foundation.audit.models import Entry

from .conftest import SECRET

CODES = make_recovery_codes()


def code_at(moment: dt.datetime) -> str:
    """Return what the phone shows at a moment."""
    totp = TOTP(bytes.fromhex(SECRET))
    totp.time = moment.timestamp()
    return f"{totp.token():06d}"


def wrong_at(moment: dt.datetime) -> str:
    """Return a code that the phone shows neither then nor a step before or after."""
    near = {code_at(moment + dt.timedelta(seconds=30 * step)) for step in (-2, -1, 0, 1, 2)}
    return next(code for code in (f"{number:06d}" for number in range(100)) if code not in near)


@pytest.fixture
def enrolled(manager: Actor, now: dt.datetime) -> Actor:
    """The account manager with a second factor set up an hour ago."""
    before = now - dt.timedelta(hours=1)
    actions.begin_second_factor(actor=manager, now=before, secret=SECRET)
    done = actions.confirm_second_factor(actor=manager, now=before, code=code_at(before), recovery_codes=CODES)
    assert done.is_right
    return manager


def test_waiting_doubles_after_two_free_mistakes_and_ends_at_a_quarter_of_an_hour() -> None:
    assert [wait_after(count).total_seconds() for count in (0, 2, 3, 4, 5)] == [0, 0, 2, 4, 8]
    assert wait_after(1000) == dt.timedelta(minutes=15)


def test_a_printed_code_is_read_however_it_is_typed() -> None:
    assert as_recovery_code(" K4MW 9tqz") == as_recovery_code("k4mw-9tqz") == "k4mw-9tqz"
    assert as_recovery_code("123456") == ""


def test_a_wrong_first_code_sets_nothing_up(manager: Actor, now: dt.datetime) -> None:
    with pytest.raises(actions.SecondFactorProblem):
        actions.confirm_second_factor(actor=manager, now=now, code="123456", recovery_codes=CODES)
    actions.begin_second_factor(actor=manager, now=now, secret=SECRET)
    done = actions.confirm_second_factor(actor=manager, now=now, code=wrong_at(now), recovery_codes=CODES)
    assert not done.is_right and not RecoveryCode.objects.exists()
    with pytest.raises(actions.SecondFactorProblem):
        actions.show_second_factor(actor=manager, now=now, code=code_at(now))


def test_a_code_counts_once_and_a_phone_may_be_half_a_minute_off(enrolled: Actor, now: dt.datetime) -> None:
    code = code_at(now - dt.timedelta(seconds=30))
    assert actions.show_second_factor(actor=enrolled, now=now, code=code).outcome == "right"
    assert actions.show_second_factor(actor=enrolled, now=now, code=code).outcome == "wrong"
    old = code_at(now - dt.timedelta(minutes=5))
    assert actions.show_second_factor(actor=enrolled, now=now, code=old).outcome == "wrong"


def test_who_guesses_must_wait_and_even_the_right_code_is_not_looked_at_meanwhile(
    enrolled: Actor, now: dt.datetime
) -> None:
    for _try in range(3):
        assert actions.show_second_factor(actor=enrolled, now=now, code=wrong_at(now)).outcome == "wrong"
    assert actions.show_second_factor(actor=enrolled, now=now, code=code_at(now)).outcome == "too_soon"
    later = now + dt.timedelta(seconds=2)
    assert actions.show_second_factor(actor=enrolled, now=later, code=code_at(later)).outcome == "right"
    told = Entry.objects.filter(name="access.show_second_factor").values_list("facts__outcome", flat=True)
    assert sorted(told) == ["right", "too_soon", "wrong", "wrong", "wrong"]


def test_a_printed_code_opens_once(enrolled: Actor, now: dt.datetime) -> None:
    assert actions.show_second_factor(actor=enrolled, now=now, code=CODES[0].upper()).outcome == "recovery"
    assert actions.show_second_factor(actor=enrolled, now=now, code=CODES[0]).outcome == "wrong"
    factor = queries.second_factor_of(enrolled.user_id or 0)
    assert factor is not None and queries.recovery_codes_left(factor) == 9


def test_new_printed_codes_make_the_old_ones_useless(enrolled: Actor, now: dt.datetime) -> None:
    actions.renew_recovery_codes(actor=enrolled, now=now, recovery_codes=("aaaa-2222",))
    assert actions.show_second_factor(actor=enrolled, now=now, code=CODES[0]).outcome == "wrong"
    assert actions.show_second_factor(actor=enrolled, now=now, code="aaaa-2222").outcome == "recovery"


def test_a_second_factor_is_not_replaced_by_whoever_has_the_password(enrolled: Actor, now: dt.datetime) -> None:
    with pytest.raises(actions.SecondFactorProblem):
        actions.begin_second_factor(actor=enrolled, now=now, secret=SECRET)


def test_neither_secret_nor_printed_codes_lie_in_clear_in_the_database(enrolled: Actor) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM access_secondfactor")
        kept = [bytes(row[0]) for row in cursor.fetchall()]
        cursor.execute("SELECT code FROM access_recoverycode")
        kept += [bytes(row[0]) for row in cursor.fetchall()]
    assert len(kept) == 11
    assert not any(word.encode() in envelope for envelope in kept for word in (SECRET, *CODES))
    assert SECRET not in str(list(Entry.objects.values_list("facts", flat=True)))


def test_an_account_manager_takes_a_lost_second_factor_away(manager: Actor, district: Actor, now: dt.datetime) -> None:
    actions.begin_second_factor(actor=district, now=now, secret=SECRET)
    actions.confirm_second_factor(actor=district, now=now, code=code_at(now), recovery_codes=CODES)
    actions.reset_second_factor(actor=manager, now=now, user_id=district.user_id or 0)
    assert queries.second_factor_of(district.user_id or 0) is None
    assert Entry.objects.latest("id").name == "access.reset_second_factor"


def test_a_role_with_a_second_factor_sleeps_until_it_is_shown(manager_user: User, now: dt.datetime) -> None:
    asleep = queries.actor_for(user=manager_user, now=now, verified=False)
    assert asleep.sleeping_roles() == {"account_manager"}
    assert not asleep.may_anywhere("access.add_account")
    assert queries.actor_for(user=manager_user, now=now, verified=True).may_anywhere("access.add_account")


def test_a_code_is_computed_as_the_standard_says() -> None:
    # RFC 6238, appendix B, SHA-1: the last six of eight digits.
    assert code_at_moment(SECRET, dt.datetime.fromtimestamp(59, dt.UTC)) == "287082"
    assert code_at_moment(SECRET, dt.datetime.fromtimestamp(1111111109, dt.UTC)) == "081804"
    later = code_at_moment(SECRET, dt.datetime.fromtimestamp(89, dt.UTC))
    assert code_at_moment(SECRET, dt.datetime.fromtimestamp(59, dt.UTC), after_step=1) == later


@pytest.mark.parametrize(("is_demo", "is_demo_account"), [(False, True), (True, False), (False, False)])
def test_nobody_is_shown_a_code_but_the_accounts_of_a_demo(
    manager_user: User, settings: Any, browser: Callable[..., Client], *, is_demo: bool, is_demo_account: bool
) -> None:
    settings.RENWANG_SECOND_FACTOR, settings.RENWANG_DEMO = True, is_demo
    secret = demo_secret("manager") if is_demo_account else SECRET
    SecondFactor.objects.create(user=manager_user, name="totp", secret=secret, confirmed=True, made_at=NOW)
    page = browser(manager_user).get("/second-factor/")
    assert page.status_code == 200
    assert page.context["demo_code"] == ""
    assert code_at_moment(secret, dt.datetime.now(dt.UTC)) not in page.content.decode()


def test_in_a_demo_anybody_signs_in_with_the_code_that_is_shown(
    manager_user: User, settings: Any, browser: Callable[..., Client]
) -> None:
    settings.RENWANG_SECOND_FACTOR, settings.RENWANG_DEMO = True, True
    secret = demo_secret("manager")
    SecondFactor.objects.create(user=manager_user, name="totp", secret=secret, confirmed=True, made_at=NOW)
    client = browser(manager_user)
    code = client.get("/second-factor/").context["demo_code"]
    assert client.post("/second-factor/", {"code": code, "next": "/"}).status_code == 302


def test_in_a_demo_who_has_signed_in_again_and_again_within_a_minute_still_signs_in_later(
    manager_user: User, settings: Any, browser: Callable[..., Client]
) -> None:
    settings.RENWANG_SECOND_FACTOR, settings.RENWANG_DEMO = True, True
    told = {"name": "totp", "secret": demo_secret("manager"), "confirmed": True, "made_at": NOW}
    # Each next code within the same half minute is taken for a phone that is ahead; here by a minute, since long ago.
    SecondFactor.objects.create(user=manager_user, drift=2, last_step=1, **told)
    client = browser(manager_user)
    for _time in range(3):
        code = client.get("/second-factor/").context["demo_code"]
        assert client.post("/second-factor/", {"code": code, "next": "/"}).status_code == 302
        client = browser(manager_user)
