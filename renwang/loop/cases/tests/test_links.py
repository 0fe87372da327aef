"""The household's own confirmation: tampered, late, twice; then right."""

from dataclasses import replace
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
from renwang.foundation.channels.models import Message
from renwang.loop.cases import actions, kinds, rules
from renwang.loop.cases.engine import tokens
from renwang.loop.cases.models import Case, Confirmation, ConfirmationLink
from renwang.loop.cases.rules import Status
from renwang.loop.registry import actions as registry
from renwang.loop.registry.models import Household, Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def token(line: None, helper: Actor, met_case: Case, now: datetime) -> str:
    """The token of a link the helper had sent to her family, as it stands in the message on their phone."""
    actions.send_confirmation_link(actor=helper, now=now, case_id=met_case.pk)
    return written(Message.objects.get())


@pytest.fixture
def shown(cadre: Actor, met_case: Case, now: datetime) -> str:
    """The token of a link that the cadre, who had no part in the case, shows the family."""
    made = actions.make_confirmation_link(actor=cadre, now=now, case_id=met_case.pk)
    return tokens.token(made.link_id, keyring().links.secret())


def written(message: Message) -> str:
    return (message.text or "").rpartition("/v/")[2]


def signed_in(username: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend")
    return client


def post(client: Client, token: str, now: datetime, answer: str = "yes", submission: str = "") -> int:
    with time_machine.travel(now, tick=False):
        return client.post(f"/v/{token}", {"answer": answer, "submission": submission or str(uuid4())}).status_code


def test_a_link_is_made_for_what_is_said_to_be_met_only(
    line: None, helper: Actor, outsider: Actor, food_case: Case, now: datetime
) -> None:
    for verb in (actions.make_confirmation_link, actions.send_confirmation_link):
        with pytest.raises(NotAllowed):
            verb(actor=outsider, now=now, case_id=food_case.pk)
        with pytest.raises(rules.StaleCase):
            verb(actor=helper, now=now, case_id=food_case.pk)
    assert not ConfirmationLink.objects.exists() and not Message.objects.exists()


def test_who_handled_a_case_gets_no_link_to_show_and_does_not_see_the_one_of_another(
    helper: Actor, cadre: Actor, met_case: Case, shown: str, now: datetime
) -> None:
    with pytest.raises(rules.HandlerMayNotShowLink):
        actions.make_confirmation_link(actor=helper, now=now, case_id=met_case.pk)
    with pytest.raises(rules.HandlerMayNotShowLink):
        actions.make_confirmation_link(actor=Actor.system(), now=now, case_id=met_case.pk)
    link = ConfirmationLink.objects.get()
    at = f"/cases/{met_case.pk}/link/{link.pk}/"
    with time_machine.travel(now, tick=False):
        assert signed_in("helper").get(at).status_code == 404
        page = signed_in("cadre").get(at)
    assert shown in page.content.decode()


def test_a_link_that_was_sent_is_shown_to_nobody(
    helper: Actor, cadre: Actor, met_case: Case, token: str, now: datetime
) -> None:
    link = ConfirmationLink.objects.get()
    with time_machine.travel(now, tick=False):
        for name in ("helper", "cadre"):
            client = signed_in(name)
            assert client.get(f"/cases/{met_case.pk}/link/{link.pk}/").status_code == 404
            assert token not in client.get(f"/cases/{met_case.pk}/").content.decode()
    facts = str(list(Entry.objects.values_list("facts", flat=True)))
    assert token.partition(".")[2] not in facts


def test_what_was_shown_by_somebody_who_took_the_case_on_since_opens_no_more(
    client: Client, cadre: Actor, met_case: Case, shown: str, now: datetime
) -> None:
    Case.objects.filter(pk=met_case.pk).update(holder_id=cadre.user_id)
    assert post(client, shown, now) == 410
    met_case.refresh_from_db()
    assert met_case.status == Status.MET and not Confirmation.objects.exists()


def test_without_a_line_or_an_address_that_phones_reach_nothing_is_sent_and_a_second_person_asks(
    helper: Actor, cadre: Actor, met_case: Case, now: datetime
) -> None:
    with pytest.raises(rules.NoLine):
        actions.send_confirmation_link(actor=helper, now=now, case_id=met_case.pk)
    assert not ConfirmationLink.objects.exists() and not Message.objects.exists()
    with time_machine.travel(now, tick=False):
        page = signed_in("helper").get(f"/cases/{met_case.pk}/").content.decode()
    assert "send-link" not in page and "make-link" not in page and str(rules.NoLine()) in page
    how = rules.VerifiedHow.HOUSEHOLD_CALL
    actions.confirm_case(actor=cadre, now=now, case_id=met_case.pk, how=how, is_met=True, submission_id=uuid4())


def _none(household: Household, **_cast: Any) -> None:
    household.phone = None
    household.save()
    Person.objects.update(phone=None, phone_idx=None)


def _a_workers(household: Household, **_cast: Any) -> None:
    User.objects.filter(username="cadre").update(
        work_phone=f"+86 {(household.phone or '')[:3]} {(household.phone or '')[3:]}"
    )


def _mended_by_the_handler(household: Household, helper: Actor, before: datetime, **_cast: Any) -> None:
    clerk = replace(Actor.system(), user_id=helper.user_id)
    registry.correct_household(actor=clerk, now=before, household_id=household.pk, told={"phone": "15412345678"})
    Person.objects.update(phone=None, phone_idx=None)


def _changed_since(household: Household, now: datetime, **_cast: Any) -> None:
    actor = Actor.system()
    registry.correct_household(
        actor=actor, now=now + timedelta(hours=1), household_id=household.pk, told={"phone": "15412345678"}
    )
    Person.objects.update(phone=None, phone_idx=None)


def _of_many(household: Household, make_family: Any, **_cast: Any) -> None:
    for number in range(rules.SHARED_BY_MOST):
        make_family(f"别家{number}", phone=household.phone)


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (_none, "none"),
        (_a_workers, "worker"),
        (_mended_by_the_handler, "changed"),
        (_changed_since, "changed"),
        (_of_many, "shared"),
    ],
)
def test_a_number_at_which_somebody_else_might_answer_is_not_written_to(
    spoil: Any, why: str, line: None, helper: Actor, cadre: Actor, met_case: Case, make_family: Any, now: datetime
) -> None:
    household = Household.objects.get(pk=met_case.subject_id)
    spoil(household, helper=helper, make_family=make_family, now=now, before=now - timedelta(days=3))
    with pytest.raises(rules.NoOwnNumber) as refusal:
        actions.send_confirmation_link(actor=helper, now=now + timedelta(hours=2), case_id=met_case.pk)
    assert refusal.value.why == why
    assert not ConfirmationLink.objects.exists() and not Message.objects.exists()
    with time_machine.travel(now, tick=False):
        assert str(refusal.value) in signed_in("helper").get(f"/cases/{met_case.pk}/").content.decode()


def test_the_link_goes_to_the_households_own_phone_and_says_nothing_of_a_person(
    line: None, helper: Actor, met_case: Case, now: datetime
) -> None:
    actions.send_confirmation_link(actor=helper, now=now, case_id=met_case.pk)
    message = Message.objects.get()
    household = Household.objects.get(pk=met_case.subject_id)
    assert message.address == household.phone and message.state == "queued" and message.area == met_case.division_id
    assert met_case.subject.name not in (message.text or "") and "https://rw.example.cn/v/" in (message.text or "")
    assert message.segments <= 2
    with time_machine.travel(now, tick=False):
        page = signed_in("helper").get(f"/cases/{met_case.pk}/").content.decode()
    assert str(rules.StepSays.LINK_SENT.label) in page and (household.phone or "-") not in page
    entry = Entry.objects.get(name="cases.send_confirmation_link")
    assert entry.actor_id == helper.user_id and entry.facts["is_sent"]


def test_a_household_is_not_written_to_again_within_the_hour(
    line: None, helper: Actor, cadre: Actor, met_case: Case, now: datetime
) -> None:
    actions.send_confirmation_link(actor=helper, now=now, case_id=met_case.pk)
    for actor in (helper, cadre):
        with pytest.raises(rules.SentJustNow):
            actions.send_confirmation_link(actor=actor, now=now + timedelta(minutes=59), case_id=met_case.pk)
    assert Message.objects.count() == 1
    actions.send_confirmation_link(actor=helper, now=now + rules.LINK_AGAIN, case_id=met_case.pk)
    first, second = Message.objects.order_by("pk")
    assert (first.state, first.fault, second.state) == ("failed", "cancelled", "queued")


def test_what_a_sensitive_need_is_does_not_stand_in_the_message(
    line: None, helper: Actor, family: Any, now: datetime
) -> None:
    made = actions.open_case(
        actor=helper, now=now, subject_id=family.head.pk, kind="health.fever", detail=kinds.get("health.fever").example
    )
    Case.objects.filter(pk=made.case_ids[0]).update(
        status=Status.MET, holder_id=helper.user_id, met_by_id=helper.user_id
    )
    actions.send_confirmation_link(actor=helper, now=now, case_id=made.case_ids[0])
    assert kinds.label_of("health.fever") not in (Message.objects.get().text or "")


def test_how_the_household_answered_stays_told(
    client: Client, cadre: Actor, met_case: Case, shown: str, now: datetime
) -> None:
    assert post(client, shown, now) == 200
    assert Confirmation.objects.get().how == rules.VerifiedHow.HOUSEHOLD_SHOWN
    step = met_case.steps.get(new=Status.VERIFIED)
    assert (step.says, step.about) == (rules.StepSays.BY_LINK, cadre.name)


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
    cadre: Actor, met_case: Case, shown: str, now: datetime, settings: Any
) -> None:
    link = ConfirmationLink.objects.get()
    client = signed_in("cadre")
    for outside, begins in (("", "http://testserver"), ("https://rw.example.cn", "https://rw.example.cn")):
        settings.RENWANG_PUBLIC_URL = outside
        with time_machine.travel(now, tick=False):
            page = client.get(f"/cases/{met_case.pk}/link/{link.pk}/").content.decode()
        assert f"{begins}/v/{shown}" in page


def test_a_link_after_its_date_says_who_will_call(client: Client, met_case: Case, token: str, now: datetime) -> None:
    assert post(client, token, now + rules.LINK_LASTS) == 410
    met_case.refresh_from_db()
    assert met_case.status == Status.MET


def test_a_link_used_twice_counts_once_and_thanks(client: Client, met_case: Case, token: str, now: datetime) -> None:
    assert post(client, token, now) == 200
    assert post(client, token, now, answer="no") == 200
    met_case.refresh_from_db()
    assert met_case.status == Status.VERIFIED
    assert Confirmation.objects.get().how == rules.VerifiedHow.HOUSEHOLD_LINK
    assert met_case.steps.get(new=Status.VERIFIED).says == rules.StepSays.BY_OWN_PHONE


def test_a_newer_link_ends_the_older_one(
    client: Client, cadre: Actor, met_case: Case, token: str, now: datetime
) -> None:
    actions.make_confirmation_link(actor=cadre, now=now + timedelta(minutes=1), case_id=met_case.pk)
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
