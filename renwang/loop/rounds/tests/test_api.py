"""Check-ins from programs: each acknowledged after its commit, each checked for its own sender."""

import datetime as dt
import json
import threading
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.utils import timezone

from conftest import Family, MakeFamily
from renwang.foundation.access.models import User
from renwang.foundation.access.rules import Actor
from renwang.loop.rounds import actions, queries
from renwang.loop.rounds.actions import RoundDraft
from renwang.loop.rounds.api import bearers
from renwang.loop.rounds.models import CheckIn, Contact, Device

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _nobody_remembered(transactional_db: None) -> Iterator[None]:
    bearers.forget()
    yield
    if connection.vendor == "postgresql":
        # The thread that keeps would hold the test's database open for ever; it connects anew.
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture
def contact(family: Family) -> Contact:
    """Today's real contact with the helper's family."""
    system, now = Actor.system(), timezone.now()
    today = timezone.localdate(now)
    draft = RoundDraft(title="一轮", office="health", area="370704", opens_on=today, closes_on=today, everybody=True)
    actions.open_round(actor=system, now=now, round_id=actions.draft_round(actor=system, now=now, draft=draft).round_id)
    actions.plan_day(actor=system, now=now, day=today)
    return Contact.objects.get(household=family.household)


@pytest.fixture
def token(helper: Actor) -> str:
    """The bearer token of the helper's phone."""
    done = actions.enrol_device(actor=helper, now=timezone.now(), name="手机")
    return queries.device_token_of(Device.objects.get(pk=done.device_id))


def body(contact: Contact, **given: Any) -> dict[str, Any]:
    return {
        "submission_id": str(uuid.uuid4()),
        "contact": contact.pk,
        "mode": "call",
        "answers": {"all_well": True},
    } | given


def send(client: Client, told: Any, token: str = "") -> Any:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    text = told if isinstance(told, str) else json.dumps(told)
    return client.post("/api/check-ins", text, content_type="application/json", headers=headers)


def test_without_a_token_or_with_a_changed_one_nothing_is_kept(client: Client, contact: Contact, token: str) -> None:
    assert send(client, body(contact)).status_code == 401
    assert send(client, body(contact), token[:-2] + "xx").status_code == 401
    assert not CheckIn.objects.exists()


def test_a_revoked_device_hands_in_nothing(client: Client, contact: Contact, token: str, helper: Actor) -> None:
    actions.revoke_device(actor=helper, now=timezone.now(), device_id=Device.objects.get().pk)
    bearers.forget()
    assert send(client, body(contact), token).status_code == 401


def test_an_expired_device_hands_in_nothing(client: Client, contact: Contact, token: str) -> None:
    Device.objects.update(expires_at=timezone.now() - dt.timedelta(minutes=1))
    assert send(client, body(contact), token).status_code == 401


def test_a_session_needs_its_csrf_token(contact: Contact, helper_user: User, helper: Actor) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(helper_user, backend="django.contrib.auth.backends.ModelBackend")
    assert send(client, body(contact)).status_code == 403
    assert not CheckIn.objects.exists()


def test_within_a_session_one_is_kept(client: Client, contact: Contact, helper_user: User, helper: Actor) -> None:
    client.force_login(helper_user, backend="django.contrib.auth.backends.ModelBackend")
    assert send(client, body(contact)).status_code == 201


@pytest.mark.parametrize("told_at", ["1970-01-01T00:00:00+00:00", "2019-12-31T08:00:00+08:00"])
def test_a_clock_that_is_years_wrong_is_not_believed_and_the_answer_says_so(
    client: Client, contact: Contact, token: str, told_at: str
) -> None:
    answer = send(client, body(contact, told_at=told_at), token)
    assert (answer.status_code, "note" in answer.json()) == (201, True)
    kept = CheckIn.objects.get()
    assert kept.told_at == kept.received_at


def test_what_was_told_earlier_on_the_contacts_day_keeps_its_moment(
    client: Client, contact: Contact, token: str
) -> None:
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    answer = send(client, body(contact, told_at=midnight.isoformat()), token)
    assert (answer.status_code, "note" in answer.json()) == (201, False)
    assert CheckIn.objects.get().told_at == midnight


def test_a_helper_cannot_hand_in_for_anothers_family(
    client: Client, make_family: MakeFamily, contact: Contact, token: str
) -> None:
    make_family("邻居")
    actions.plan_day(actor=Actor.system(), now=timezone.now(), day=timezone.localdate())
    other = Contact.objects.exclude(pk=contact.pk).get()
    assert send(client, body(other), token).status_code == 403


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ("not json", 422),
        ([], 422),
        ({"submission_id": "x"}, 422),
        ({"check_ins": "x"}, 422),
    ],
)
def test_what_is_not_a_check_in_is_refused_in_words(
    client: Client, token: str, contact: Contact, told: Any, status: int
) -> None:
    refused = send(client, told, token)
    assert refused.status_code == status
    assert refused.json()["detail"]


def test_errors_name_their_fields(client: Client, token: str, contact: Contact, family: Family) -> None:
    hot = body(contact, answers={"members": {str(family.head.pk): {"temperature": 99}}})
    assert list(send(client, hot, token).json()["errors"]) == [f"members/{family.head.pk}/temperature"]
    odd = send(client, body(contact, surprise=1, told_at="yesterday"), token).json()["errors"]
    assert set(odd) == {"surprise", "told_at"}
    assert send(client, body(contact, mode="telepathy"), token).status_code == 422
    assert send(client, body(contact) | {"contact": 9999}, token).status_code == 404


def test_sent_twice_is_one_and_other_answers_under_the_same_number_are_refused(
    client: Client, token: str, contact: Contact
) -> None:
    told = body(contact)
    first, second = send(client, told, token), send(client, told, token)
    assert first.status_code == second.status_code == 201
    assert first.json()["check_in"] == second.json()["check_in"]
    assert send(client, told | {"answers": {"needs": {"food": {}}}}, token).status_code == 409
    assert CheckIn.objects.count() == 1


def test_what_became_of_one_is_told_by_its_number(client: Client, token: str, contact: Contact) -> None:
    told = body(contact)
    address = f"/api/check-ins?submission_id={told['submission_id']}"
    headers = {"Authorization": f"Bearer {token}"}
    assert client.get(address).status_code == 401
    assert client.get("/api/check-ins?submission_id=x", headers=headers).status_code == 422
    assert client.get(address, headers=headers).status_code == 404
    kept = send(client, told, token).json()["check_in"]
    told_at = CheckIn.objects.get().told_at.isoformat()
    expected = {"told_at": told_at, "check_in": kept, "is_stale": False, "stale_because": "", "is_worked_out": False}
    assert client.get(address, headers=headers).json() == expected
    actions.work_out_waiting(actor=Actor.system(), now=timezone.now())
    assert client.get(address, headers=headers).json() == expected | {"is_worked_out": True}


def test_of_many_each_is_answered_alone(client: Client, token: str, contact: Contact) -> None:
    results = send(
        client, {"check_ins": [body(contact), body(contact, answers={"x": 1}), {"a": 1}, body(contact)]}, token
    ).json()["results"]
    assert [one["status"] for one in results] == [201, 422, 422, 201]
    assert [one.get("is_stale") for one in results if one["status"] == 201][1] in (True, False)
    assert CheckIn.objects.count() == 2


def test_thirty_two_at_once_are_all_kept_though_one_is_poisoned(contact: Contact, token: str) -> None:
    statuses: list[int] = []

    def hand_in(number: int) -> None:
        told = body(contact, answers={"all_well": True} if number != 7 else {"members": {"0": {}}})
        statuses.append(send(Client(), told, token).status_code)
        connections.close_all()

    threads = [threading.Thread(target=hand_in, args=(number,)) for number in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [201] * 31 + [422]
    assert CheckIn.objects.count() == 31


def test_a_device_needs_a_name_and_its_token_is_shown_once(
    client: Client, helper_user: User, helper: Actor, contact: Contact
) -> None:
    client.force_login(helper_user, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post("/api/devices", "{}", content_type="application/json").status_code == 422
    made = client.post("/api/devices", '{"name": "旧手机"}', content_type="application/json").json()
    assert send(Client(), body(contact), made["token"]).status_code == 201
    assert client.delete(f"/api/devices/{made['device']}").status_code == 204
    assert send(Client(), body(contact), made["token"]).status_code == 401
