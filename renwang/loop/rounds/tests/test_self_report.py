"""The household itself, on its own phone: by a signed link, used once."""

import datetime as dt
import uuid

import pytest
import time_machine
from django.test import Client

from conftest import Family
from renwang.foundation.access.rules import Actor, NotAllowed
from renwang.loop.rounds import actions, queries
from renwang.loop.rounds.models import CheckIn, Contact, Finding, Link
from renwang.loop.rounds.rules import ContactState

pytestmark = pytest.mark.django_db


@pytest.fixture
def link(contact: Contact, helper: Actor, now: dt.datetime) -> Link:
    """The family's link."""
    return Link.objects.get(pk=actions.make_links(actor=helper, now=now, contact_ids=[contact.pk]).link_ids[0])


@pytest.fixture
def address(link: Link) -> str:
    """Where the link leads."""
    return f"/s/{queries.token_of(link)}"


def test_nobody_makes_links_for_households_they_may_not_see(
    contact: Contact, outsider: Actor, now: dt.datetime
) -> None:
    with pytest.raises(NotAllowed):
        actions.make_links(actor=outsider, now=now, contact_ids=[contact.pk])


def test_a_second_making_returns_the_same_link(contact: Contact, link: Link, helper: Actor, now: dt.datetime) -> None:
    assert actions.make_links(actor=helper, now=now, contact_ids=[contact.pk]).link_ids == (link.pk,)


def test_a_changed_link_is_refused_and_says_what_to_do(address: str, client: Client) -> None:
    for wrong in (address[:-1] + ("A" if address[-1] != "A" else "B"), "/s/x", "/s/" + "A" * 20, address[:10]):
        answer = client.get(wrong)
        assert answer.status_code == 404
        assert "call" in answer.content.decode() or "联系" in answer.content.decode()


def test_the_page_names_the_village_and_nobody(address: str, client: Client, family: Family, now: dt.datetime) -> None:
    with time_machine.travel(now, tick=False):
        page = client.get(address).content.decode()
    assert "示范一村" in page
    assert "刘" not in page


def test_all_well_is_one_button_and_the_link_is_used_up(
    address: str, client: Client, link: Link, now: dt.datetime
) -> None:
    form = {"all_well": "1", "submission_id": str(uuid.uuid4())}
    with time_machine.travel(now, tick=False):
        assert client.post(address, form).status_code == 200
        assert client.post(address, form).status_code == 200  # the same form, sent twice by an impatient thumb
        assert client.get(address).status_code == 410
        assert client.post(address, form | {"submission_id": str(uuid.uuid4())}).status_code == 410
    assert CheckIn.objects.get().mode == "self_report"
    assert Contact.objects.get().state == ContactState.REACHED


def test_an_expired_link_is_refused(address: str, client: Client, now: dt.datetime) -> None:
    form = {"all_well": "1", "submission_id": str(uuid.uuid4())}
    with time_machine.travel(now + dt.timedelta(days=3), tick=False):
        assert client.get(address).status_code == 410
        assert client.post(address, form).status_code == 410
    assert not CheckIn.objects.exists()


def test_what_is_not_well_is_asked_on_a_second_page(
    address: str, client: Client, family: Family, now: dt.datetime
) -> None:
    form = {"ill": "yes", "away": "no", "need": "yes", "submission_id": str(uuid.uuid4())}
    with time_machine.travel(now, tick=False):
        page = client.post(address, form)
        assert page.status_code == 200
        assert not CheckIn.objects.exists()
        wrong = form | {"step": "2", f"m-{family.head.pk}-temperature": "380"}
        assert client.post(address, wrong).status_code == 422
        assert Link.objects.get().used_at is None
        told = form | {"step": "2", f"m-{family.head.pk}-temperature": "38.0", "n-medicine": "1"}
        assert client.post(address, told).status_code == 200
    assert set(Finding.objects.values_list("kind", flat=True)) == {"fever", "needs_medicine"}


def test_three_times_no_is_all_well_and_half_an_answer_is_asked_again(
    address: str, client: Client, now: dt.datetime
) -> None:
    with time_machine.travel(now, tick=False):
        assert client.post(address, {"ill": "no", "submission_id": str(uuid.uuid4())}).status_code == 422
        form = {"ill": "no", "away": "no", "need": "no", "submission_id": str(uuid.uuid4())}
        assert client.post(address, form).status_code == 200
    assert CheckIn.objects.get().all_well
