"""The household itself, on its own phone: by a signed link, used once."""

import datetime as dt
import uuid

import pytest
import time_machine
from django.test import Client

from conftest import District, Family, MakeUser
from renwang.foundation.access.models import User
from renwang.foundation.access.rules import Actor, NotAllowed
from renwang.loop.rounds import actions, queries
from renwang.loop.rounds.models import CheckIn, Contact, Finding, Link
from renwang.loop.rounds.rules import AnswerKind, ContactState, OwnQuestion

from .conftest import MakeRound

BACKEND = "django.contrib.auth.backends.ModelBackend"
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


def test_who_writes_what_is_needed_and_ticks_nothing_has_said_it(
    address: str, client: Client, now: dt.datetime
) -> None:
    form = {"ill": "no", "away": "no", "need": "yes", "step": "2", "submission_id": str(uuid.uuid4())}
    with time_machine.travel(now, tick=False):
        assert client.post(address, form | {"n-other-words": " "}).status_code == 422
        assert client.post(address, form | {"n-other-words": "没有米了"}).status_code == 200
    assert CheckIn.objects.get().answers["needs"] == {"other": {"words": "没有米了"}}
    assert Finding.objects.get().kind == "needs_other"


def test_three_times_no_is_all_well_and_half_an_answer_is_asked_again(
    address: str, client: Client, now: dt.datetime
) -> None:
    with time_machine.travel(now, tick=False):
        assert client.post(address, {"ill": "no", "submission_id": str(uuid.uuid4())}).status_code == 422
        form = {"ill": "no", "away": "no", "need": "no", "submission_id": str(uuid.uuid4())}
        assert client.post(address, form).status_code == 200
    assert CheckIn.objects.get().all_well


@pytest.fixture
def own_link(family: Family, make_round: MakeRound, helper: Actor, system: Actor, now: dt.datetime) -> Link:
    """A link to a contact that asks one office's own questions, too."""
    questions = [
        OwnQuestion("has_feed", "饲料够吗？", "Enough feed?"),
        OwnQuestion("mask", "每人还有几个口罩？", "Masks left?", kind=AnswerKind.NUMBER, of_each_member=True),
    ]
    actions.define_questions(actor=system, now=now, office="relief", area="", questions=questions)
    make_round(questions=("has_feed", "mask"), asks_travel=False, asks_contacts=False, asks_health=False)
    actions.plan_day(actor=system, now=now, day=dt.date(2020, 2, 17))
    contact = Contact.objects.get(household=family.household)
    return Link.objects.get(pk=actions.make_links(actor=helper, now=now, contact_ids=[contact.pk]).link_ids[0])


def test_whoever_previews_a_message_uses_no_link_up(address: str, client: Client, link: Link, now: dt.datetime) -> None:
    with time_machine.travel(now, tick=False):
        for _time in range(3):
            assert client.get(address, HTTP_USER_AGENT="MicroMessenger").status_code == 200
            assert client.head(address).status_code == 200
        link.refresh_from_db()
        assert link.used_at is None
        assert client.post(address, {"all_well": "1", "submission_id": str(uuid.uuid4())}).status_code == 200


def test_a_form_without_its_number_comes_back_as_it_was(address: str, client: Client, now: dt.datetime) -> None:
    with time_machine.travel(now, tick=False):
        page = client.post(address, {"all_well": "1", "submission_id": "x"})
    assert page.status_code == 422
    assert 'name="all_well"' in page.content.decode()


def test_an_offices_own_questions_are_asked_there_too_and_only_what_is_asked(
    own_link: Link, client: Client, family: Family, now: dt.datetime
) -> None:
    address = f"/s/{queries.token_of(own_link)}"
    with time_machine.travel(now, tick=False):
        page = client.get(address).content.decode()
        assert 'name="ill"' not in page
        assert 'name="need"' in page
        form = {"all_well": "1", "submission_id": str(uuid.uuid4())}
        page = client.post(address, form).content.decode()
        assert "饲料够吗" in page
        assert page.count("每人还有几个口罩") == family_size(family)
        assert family.head.name not in page
        assert not CheckIn.objects.exists()
        told = form | {"step": "2", "o-has_feed": "no", f"o-mask-{family.head.pk}": "很多"}
        assert client.post(address, told).status_code == 422
        assert client.post(address, told | {f"o-mask-{family.head.pk}": "3"}).status_code == 200
    kept = CheckIn.objects.get()
    assert kept.answers["own"] == {"has_feed": False, "mask": {str(family.head.pk): 3}}
    assert (kept.all_well, kept.is_partial) == (True, False)


def family_size(family: Family) -> int:
    """Return how many live there."""
    return len(queries.members_of_household(family.household.pk))


def test_own_questions_may_be_passed_over_and_the_contact_is_partial(
    own_link: Link, client: Client, now: dt.datetime
) -> None:
    address = f"/s/{queries.token_of(own_link)}"
    with time_machine.travel(now, tick=False):
        form = {"need": "no", "submission_id": str(uuid.uuid4())}
        assert client.post(address, form).status_code == 200
        assert client.post(address, form | {"step": "2"}).status_code == 200
    assert CheckIn.objects.get().is_partial


def test_the_helper_shows_the_code_of_an_own_household_and_of_no_other(
    contact: Contact, helper_user: User, client: Client, make_user: MakeUser, small_district: District
) -> None:
    address = f"/my/contact/{contact.pk}/link/"
    other = make_user("stranger", helper=small_district.other_street.code)
    client.force_login(other, backend=BACKEND)
    assert client.post(address).status_code == 404
    client.force_login(helper_user, backend=BACKEND)
    assert client.get(address).status_code == 405  # a right is not made by opening a page
    page = client.post(address)
    assert page.status_code == 200
    assert queries.token_of(Link.objects.get()) in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    Contact.objects.update(state=ContactState.REACHED)
    assert client.post(address).status_code == 409
