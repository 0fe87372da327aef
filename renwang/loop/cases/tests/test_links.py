"""The household's own confirmation: tampered, late, twice; then right."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from renwang.foundation.access.fields import keyring
from renwang.foundation.access.models import User
from renwang.foundation.access.rules import Actor, NotAllowed
from renwang.foundation.audit.models import Entry
from renwang.loop.cases import actions, rules
from renwang.loop.cases.engine import tokens
from renwang.loop.cases.models import Case, Confirmation, ConfirmationLink
from renwang.loop.cases.rules import Status

pytestmark = pytest.mark.django_db


@pytest.fixture
def token(helper: Actor, met_case: Case, now: datetime) -> str:
    """The token of a link the helper made for her family."""
    made = actions.make_confirmation_link(actor=helper, now=now, case_id=met_case.pk)
    return tokens.token(made.link_id, keyring().links.secret())


def post(client: Client, token: str, now: datetime, answer: str = "yes", submission: str = "") -> int:
    with time_machine.travel(now, tick=False):
        return client.post(f"/v/{token}", {"answer": answer, "submission": submission or str(uuid4())}).status_code


def test_a_link_is_made_for_what_is_said_to_be_met_only(
    helper: Actor, outsider: Actor, food_case: Case, now: datetime
) -> None:
    with pytest.raises(NotAllowed):
        actions.make_confirmation_link(actor=outsider, now=now, case_id=food_case.pk)
    with pytest.raises(rules.StaleCase):
        actions.make_confirmation_link(actor=helper, now=now, case_id=food_case.pk)
    assert not ConfirmationLink.objects.exists()


@pytest.mark.parametrize("tampered", ["x.y", "1.aaaaaaaaaaaaaaaa", "0", "<script>"])
def test_a_tampered_link_opens_nothing_and_tells_nothing(
    tampered: str, client: Client, met_case: Case, token: str, now: datetime
) -> None:
    assert post(client, tampered, now) == 404
    answer = client.get(f"/v/{tampered}")
    assert met_case.subject.name not in answer.content.decode()
    assert not Confirmation.objects.exists()


def test_a_link_of_one_case_does_not_open_another(client: Client, token: str, now: datetime) -> None:
    number, proof = token.split(".")
    assert post(client, f"{int(number, 36) + 1}.{proof}", now) == 404


def test_the_link_that_is_shown_leads_where_residents_reach_us(
    client: Client, helper: Actor, met_case: Case, token: str, now: datetime, settings: Any
) -> None:
    link = ConfirmationLink.objects.get()
    client.force_login(User.objects.get(pk=helper.user_id), backend="django.contrib.auth.backends.ModelBackend")
    for outside, begins in (("", "http://testserver"), ("https://rw.example.cn", "https://rw.example.cn")):
        settings.RENWANG_PUBLIC_URL = outside
        with time_machine.travel(now, tick=False):
            page = client.get(f"/cases/{met_case.pk}/link/{link.pk}/").content.decode()
        assert f"{begins}/v/{token}" in page


def test_a_link_after_its_date_says_who_will_call(client: Client, met_case: Case, token: str, now: datetime) -> None:
    assert post(client, token, now + rules.LINK_LASTS) == 410
    met_case.refresh_from_db()
    assert met_case.status == Status.MET


def test_a_link_used_twice_counts_once_and_thanks(client: Client, met_case: Case, token: str, now: datetime) -> None:
    assert post(client, token, now) == 200
    assert post(client, token, now, answer="no") == 200
    met_case.refresh_from_db()
    assert met_case.status == Status.VERIFIED
    assert Confirmation.objects.count() == 1


def test_a_newer_link_ends_the_older_one(
    client: Client, helper: Actor, met_case: Case, token: str, now: datetime
) -> None:
    actions.make_confirmation_link(actor=helper, now=now + timedelta(minutes=1), case_id=met_case.pk)
    assert post(client, token, now + timedelta(minutes=2)) == 410


def test_a_link_whose_case_was_settled_meanwhile_says_so(
    client: Client, cadre: Actor, met_case: Case, token: str, now: datetime
) -> None:
    actions.confirm_case(
        actor=cadre,
        now=now,
        case_id=met_case.pk,
        how=rules.VerifiedHow.HOUSEHOLD_VISIT,
        is_met=True,
        submission_id=uuid4(),
    )
    assert post(client, token, now) == 200
    assert Confirmation.objects.count() == 1


def test_a_form_that_arrives_twice_is_one_answer(client: Client, met_case: Case, token: str, now: datetime) -> None:
    submission = str(uuid4())
    assert post(client, token, now, submission=submission) == 200
    assert post(client, token, now, submission=submission) == 200
    assert Confirmation.objects.count() == 1


def test_not_yet_brings_the_case_back_to_its_holder(
    client: Client, helper: Actor, met_case: Case, token: str, now: datetime
) -> None:
    assert post(client, token, now, answer="no") == 200
    met_case.refresh_from_db()
    assert (met_case.status, met_case.holder_id) == (Status.IN_HAND, helper.user_id)


def test_the_page_needs_no_login_no_cookie_and_no_script_and_names_no_person(
    met_case: Case, token: str, now: datetime
) -> None:
    client = Client(enforce_csrf_checks=True)
    with time_machine.travel(now, tick=False):
        page = client.get(f"/v/{token}")
    text = page.content.decode()
    assert page.status_code == 200
    assert "<script" not in text
    assert met_case.subject.name not in text
    assert post(client, token, now) == 200
    assert Entry.objects.filter(name="cases.confirm_by_link", actor_id=None).count() == 1
