"""Rounds that ask by message: one message, replies taken up, each thing with its place."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone

from conftest import Family, MakeFamily
from renwang.foundation.access.rules import Actor
from renwang.foundation.channels import actions as channels
from renwang.foundation.channels.actions import IncomingTold
from renwang.foundation.channels.engine.segments import Piece, segments_of
from renwang.foundation.channels.models import Incoming, Message
from renwang.loop.cases.models import Case
from renwang.loop.registry.models import Household, Person
from renwang.loop.rounds import actions, kinds
from renwang.loop.rounds.models import Attempt, CheckIn, Contact, Finding

from .conftest import TODAY, MakeRound

Write = Callable[..., Incoming]


@pytest.fixture
def write(system: Actor, now: dt.datetime) -> Write:
    """Return a function that lets a household's phone send words, and takes them up."""

    def send(household: int | str, text: str, *, minutes: int = 5) -> Incoming:
        number = household if isinstance(household, str) else Household.objects.get(subject_id=household).phone or ""
        moment = now + dt.timedelta(minutes=minutes)
        done = channels.keep_incoming(actor=system, now=moment, told=[IncomingTold(address=number, piece=Piece(text))])
        actions.take_new_replies(actor=system, now=moment)
        return Incoming.objects.get(pk=done.incoming_ids[0])

    return send


@pytest.fixture
def by_text(make_round: MakeRound, family: Family, system: Actor, now: dt.datetime) -> Contact:
    """Today's contact with the helper's family, asked by message."""
    make_round(modes=(kinds.get("sms").step(), kinds.get("call").step(), kinds.get("visit").step()))
    actions.plan_day(actor=system, now=now, day=TODAY)
    actions.send_texts(actor=system, now=now)
    return Contact.objects.get(household=family.household)


def test_a_household_gets_one_message_however_often_the_worker_comes_by(
    by_text: Contact, system: Actor, now: dt.datetime
) -> None:
    actions.send_texts(actor=system, now=now)
    actions.send_texts(actor=system, now=now + dt.timedelta(minutes=5))
    message = Message.objects.get(about_id=by_text.pk)
    assert "刘家" in (message.text or "")
    assert "刘德顺" not in (message.text or "")
    assert len(segments_of(message.text or "")) <= 3
    assert by_text.next_try_at > now + dt.timedelta(hours=3)


def test_two_offices_ask_in_one_message(make_round: MakeRound, family: Family, system: Actor, now: dt.datetime) -> None:
    sms = (kinds.get("sms").step(),)
    make_round(modes=sms, asks_needs=False)
    make_round("生活需求", office="relief", asks_health=False, asks_travel=False, asks_contacts=False, modes=sms)
    actions.plan_day(actor=system, now=now, day=TODAY)
    actions.send_texts(actor=system, now=now)
    (message,) = Message.objects.all()
    assert "2有人发热" in (message.text or "")
    assert "5缺粮" in (message.text or "")


def test_the_quiet_hours_hold_a_message_until_its_day_is_over(
    make_round: MakeRound, family: Family, system: Actor, now: dt.datetime
) -> None:
    late = now.replace(hour=13, minute=30)  # half past nine in the evening
    make_round(modes=(kinds.get("sms").step(),), at=late)
    actions.plan_day(actor=system, now=late, day=TODAY)
    actions.send_texts(actor=system, now=late)
    assert not Message.objects.exists()


def test_one_digit_reaches_the_household_and_cancels_nothing_else(by_text: Contact, write: Write) -> None:
    came = write(by_text.household_id, "1")
    by_text.refresh_from_db()
    assert (by_text.state, by_text.disposition) == ("reached", "completed")
    told = CheckIn.objects.get(contact=by_text)
    assert told.all_well
    assert told.mode == "sms"
    assert told.answers["words"] == "1"
    assert came.state == "handled"


def test_a_message_that_has_not_gone_out_is_taken_back_when_the_household_was_reached_otherwise(
    by_text: Contact, write: Write
) -> None:
    write(by_text.household_id, "平安")
    assert Message.objects.get(about_id=by_text.pk).fault == "cancelled"


def test_a_fever_without_a_name_is_a_finding_of_the_household_at_once(by_text: Contact, write: Write) -> None:
    write(by_text.household_id, "发烧38度")
    finding = Finding.objects.get()
    assert (finding.kind, finding.subject_id) == ("fever", by_text.household_id)
    assert Case.objects.filter(subject_id=by_text.household_id).count() == 1


def test_what_is_not_understood_waits_for_a_person_and_nothing_is_guessed(by_text: Contact, write: Write) -> None:
    came = write(by_text.household_id, "昨天去镇上赶集来着")
    assert (came.state, came.about_id, came.area) == ("review", by_text.pk, by_text.division_id)
    assert not CheckIn.objects.exists()


def test_a_refusal_is_respected(by_text: Contact, write: Write) -> None:
    write(by_text.household_id, "退订")
    by_text.refresh_from_db()
    assert (by_text.state, by_text.disposition) == ("refused", "refused")
    assert Attempt.objects.get().outcome == "refused"


def test_a_wrong_number_sends_somebody_there(by_text: Contact, write: Write) -> None:
    write(by_text.household_id, "打错了")
    by_text.refresh_from_db()
    assert (by_text.mode, by_text.has_phone) == ("visit", False)


def test_who_wants_to_be_called_is_called(by_text: Contact, write: Write) -> None:
    write(by_text.household_id, "0")
    by_text.refresh_from_db()
    assert (by_text.mode, by_text.state) == ("call", "trying")


def test_an_unknown_number_has_its_place(by_text: Contact, write: Write) -> None:
    came = write("15499999999", "平安")
    assert (came.state, came.reason, came.area) == ("review", "unknown_number", "370704")


def test_a_reply_after_somebody_else_reached_them_is_kept_and_marked(by_text: Contact, write: Write) -> None:
    write(by_text.household_id, "1")
    write(by_text.household_id, "奶奶38.6", minutes=60)
    last = CheckIn.objects.order_by("-pk")[0]
    assert last.staleness == "already_reached"
    assert Finding.objects.filter(kind="fever").exists()


def test_a_reply_after_the_round_was_closed_has_its_place(
    by_text: Contact, write: Write, system: Actor, now: dt.datetime
) -> None:
    actions.close_round(actor=system, now=now, round_id=by_text.led_by_id)
    came = write(by_text.household_id, "没有米了", minutes=30)
    assert (came.state, came.about_id) == ("handled", by_text.pk)
    assert CheckIn.objects.get().staleness == "round_closed"
    # Nobody is asked any more; who has no rice is still somebody's case.
    assert Case.objects.get().kind == "provisions.food"


def test_a_reply_taken_up_twice_is_one_answer(by_text: Contact, write: Write, system: Actor, now: dt.datetime) -> None:
    came = write(by_text.household_id, "1")
    assert actions.take_replies(actor=system, now=now, incoming_ids=[came.pk]) == 0
    assert CheckIn.objects.count() == 1


def test_families_on_one_phone_answer_by_letter_and_nobody_is_guessed(
    make_round: MakeRound, make_family: MakeFamily, family: Family, system: Actor, now: dt.datetime, write: Write
) -> None:
    number = Household.objects.get(subject=family.household).phone or ""
    other = make_family("王建国", phone=number)
    make_round(modes=(kinds.get("sms").step(), kinds.get("call").step()))
    actions.plan_day(actor=system, now=now, day=TODAY)
    actions.send_texts(actor=system, now=now)
    assert sorted(Contact.objects.values_list("letter", flat=True)) == ["乙", "甲"]
    assert write(number, "1").reason == "shared_phone"
    assert not CheckIn.objects.exists()
    mine = Contact.objects.get(household=other.household)
    write(number, f"{mine.letter} 没米了", minutes=10)
    assert CheckIn.objects.get().household_id == other.household.pk
    write(number, "两家都平安", minutes=20)
    assert Contact.objects.filter(state="reached").count() == 2


@pytest.mark.parametrize(("fault", "mode", "has_phone"), [("unsure", "call", True), ("bad_number", "visit", False)])
def test_a_message_that_does_not_arrive_lets_the_next_way_begin_at_once(
    by_text: Contact, system: Actor, now: dt.datetime, fault: str, mode: str, has_phone: bool
) -> None:
    from renwang.foundation.channels.events import MessagesGivenUp
    from renwang.loop.rounds import handlers

    message = Message.objects.get(about_id=by_text.pk)
    Message.objects.filter(pk=message.pk).update(state="failed", fault=fault)
    for _twice in range(2):
        handlers.let_contacts_go_on(MessagesGivenUp(failed_ids=(message.pk,)), actor=system, now=now)
    by_text.refresh_from_db()
    assert (by_text.mode, by_text.has_phone) == (mode, has_phone)
    assert Attempt.objects.count() == 1


def test_silence_lets_the_call_begin(by_text: Contact, system: Actor) -> None:
    actions.move_silent(actor=system, now=by_text.next_try_at + dt.timedelta(seconds=1))
    by_text.refresh_from_db()
    assert by_text.mode == "call"
    assert timezone.localdate(by_text.next_try_at) == TODAY
    assert Person.objects.exists()
