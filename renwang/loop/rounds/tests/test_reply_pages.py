"""The list of replies that a person must read, and the yield of each way of asking."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from conftest import Family
from renwang.foundation.access.models import User
from renwang.foundation.access.rules import Actor
from renwang.foundation.channels.models import Incoming
from renwang.loop.rounds import actions, kinds
from renwang.loop.rounds.models import CheckIn, Contact

from .conftest import TODAY, MakeRound

pytestmark = pytest.mark.usefixtures("at_ten")
LogIn = Callable[[User], Client]


@pytest.fixture
def at_ten(time_machine: object, now: dt.datetime) -> None:
    """It is ten in the morning of the cast's day."""
    time_machine.move_to(now, tick=False)  # type: ignore[attr-defined]


@pytest.fixture
def contact(make_round: MakeRound, family: Family, system: Actor, now: dt.datetime) -> Contact:
    """The family's contact, asked by message."""
    make_round(modes=(kinds.get("sms").step(), kinds.get("call").step()))
    actions.plan_day(actor=system, now=now, day=TODAY)
    actions.send_texts(actor=system, now=now)
    return Contact.objects.get(household=family.household)


@pytest.fixture
def reply(contact: Contact, now: dt.datetime) -> Incoming:
    """A reply that could not be understood."""
    return Incoming.objects.create(
        address="15400000001",
        text="昨天去镇上赶集来着",
        digest=b"0" * 16,
        received_at=now,
        state="review",
        reason="unclear",
        about="rounds.contact",
        about_id=contact.pk,
        area=contact.division_id,
    )


@pytest.fixture
def client_of(client: Client) -> LogIn:
    """Return a function that signs somebody in."""

    def sign_in(user: User) -> Client:
        client.force_login(user)
        return client

    return sign_in


def test_a_helper_does_not_read_the_list(reply: Incoming, helper_user: User, client_of: LogIn) -> None:
    assert client_of(helper_user).get("/replies/").status_code == 403


def test_an_officer_of_another_street_sees_an_empty_list(
    reply: Incoming, make_user: Callable[..., User], client_of: LogIn
) -> None:
    page = client_of(make_user("far", street_officer="370704003")).get("/replies/")
    assert "赶集" not in page.content.decode()


def test_the_words_wait_with_their_reason_and_the_household(
    reply: Incoming, make_user: Callable[..., User], client_of: LogIn
) -> None:
    page = client_of(make_user("street", street_officer="370704006")).get("/replies/").content.decode()
    assert "昨天去镇上赶集来着" in page
    assert "刘德顺" in page


def test_it_leaves_the_list_when_the_answer_is_kept_and_not_before(
    reply: Incoming, contact: Contact, make_user: Callable[..., User], client_of: LogIn
) -> None:
    signed_in = client_of(make_user("street", street_officer="370704006"))
    led = signed_in.post(f"/replies/{reply.pk}/", {"deed": "answer", "contact": contact.pk})
    reply.refresh_from_db()
    assert reply.state == "review"
    page = signed_in.get(led["Location"]).content.decode()
    assert "昨天去镇上赶集来着" in page
    told = {"submission_id": "6f1d2f0e-38a4-4f0e-b2f1-0d3c2f1a9b77", "all_well": "1", "reply": reply.pk}
    signed_in.post(f"/my/contact/{contact.pk}/", told)
    reply.refresh_from_db()
    assert reply.state == "handled"
    assert CheckIn.objects.get().contact_id == contact.pk


def test_a_reply_needs_a_reason_to_be_set_aside(
    reply: Incoming, make_user: Callable[..., User], client_of: LogIn
) -> None:
    signed_in = client_of(make_user("street", street_officer="370704006"))
    signed_in.post(f"/replies/{reply.pk}/", {"deed": "none", "note": ""})
    reply.refresh_from_db()
    assert reply.state == "review"
    signed_in.post(f"/replies/{reply.pk}/", {"deed": "none", "note": "已电话联系"})
    reply.refresh_from_db()
    assert (reply.state, reply.note) == ("set_aside", "已电话联系")


def test_a_household_of_the_list_is_called_back(
    reply: Incoming, contact: Contact, make_user: Callable[..., User], client_of: LogIn
) -> None:
    client_of(make_user("street", street_officer="370704006")).post(
        f"/replies/{reply.pk}/", {"deed": "call", "contact": contact.pk}
    )
    contact.refresh_from_db()
    assert (contact.mode, contact.state) == ("call", "trying")


def test_the_round_shows_what_each_way_brings_in(
    contact: Contact, make_user: Callable[..., User], client_of: LogIn
) -> None:
    page = client_of(make_user("street", street_officer="370704006")).get(f"/rounds/{contact.led_by_id}/yield/")
    assert "<svg" in page.content.decode()
    assert "0 / 1" in page.content.decode()
    assert [one["top"] for one in page.context["drawn"]] == [1]
