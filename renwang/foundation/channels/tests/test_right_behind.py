"""Receipts that come right behind the answers to their segments: kept with them, each in its place or left for one."""

from collections.abc import Callable

import pytest

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.models import Entry
from renwang.foundation.channels import actions
from renwang.foundation.channels.actions import ReceiptTold, Submitted, ToWire
from renwang.foundation.channels.engine.receipts import receipt_of
from renwang.foundation.channels.models import Message, Part, StrayReceipt
from renwang.foundation.channels.rules import MessageState

from .conftest import PHONE, Clock

pytestmark = pytest.mark.django_db
LONG = "【坊子区】请您家今天报平安：" + "身体、外出、接触、生活需求。" * 6  # two segments
Send = Callable[..., list[Message]]


def told(external_id: str, state: str = "DELIVRD") -> ReceiptTold:
    return ReceiptTold(receipt_of(f"id:{external_id} stat:{state} err:000"), None, PHONE)


@pytest.fixture
def wired(send: Send, clock: Clock) -> list[Message]:
    """Two messages of two segments each that were given to the line."""
    messages = send(LONG, LONG)
    given: list[ToWire] = []
    actions.wire_messages(actor=Actor.system(), now=clock(), channel="sms", most=10, wired=given)
    return messages


def note(clock: Clock, answers: list[Submitted], receipts: list[ReceiptTold]) -> list[ReceiptTold]:
    """Keep both as the line does; return the receipts that were left for ``note_receipts``."""
    unplaced: list[ReceiptTold] = []
    actions.note_submitted(actor=Actor.system(), now=clock(), answers=answers, receipts=receipts, unplaced=unplaced)
    actions.note_receipts(actor=Actor.system(), now=clock(), receipts=unplaced)
    return unplaced


def states(messages: list[Message]) -> list[str]:
    return list(
        Message.objects.filter(pk__in=[one.pk for one in messages]).order_by("pk").values_list("state", flat=True)
    )


def test_a_receipt_that_says_anything_but_delivered_is_left_for_its_own_place(
    wired: list[Message], clock: Clock
) -> None:
    first, second = wired
    answers = [Submitted(first.pk, 1, 0, "a1"), Submitted(first.pk, 2, 0, "a2")]
    left = note(clock, answers, [told("a1"), told("a2", "UNDELIV"), told("nobody's")])
    assert [one.receipt.external_id for one in left] == ["a2", "nobody's"]
    assert states(wired) == [MessageState.FAILED, MessageState.WIRED]
    assert StrayReceipt.objects.get().external_id == "nobody's"
    assert second.pk not in Part.objects.values_list("message_id", flat=True)


def test_a_number_that_stands_for_two_segments_is_not_taken_for_either(wired: list[Message], clock: Clock) -> None:
    first, second = wired
    answers = [Submitted(first.pk, 1, 0, "same"), Submitted(second.pk, 1, 0, "same")]
    assert len(note(clock, answers, [told("same")])) == 1
    assert list(Part.objects.order_by("pk").values_list("state", flat=True)) == [
        MessageState.SENT,
        MessageState.DELIVERED,
    ], "as ever: the newest of that number"


def test_a_receipt_that_comes_twice_counts_once(wired: list[Message], clock: Clock) -> None:
    first = wired[0]
    answers = [Submitted(first.pk, 1, 0, "a1"), Submitted(first.pk, 2, 0, "a2")]
    assert len(note(clock, answers, [told("a1"), told("a2"), told("a2")])) == 1
    assert states(wired)[0] == MessageState.DELIVERED
    assert StrayReceipt.objects.get().because == "again"


@pytest.mark.parametrize("known_before", [False, True])
@pytest.mark.parametrize("first", ["UNDELIV", "DELIVRD"])
def test_of_two_receipts_for_one_segment_the_first_counts_and_the_second_is_kept_apart(
    wired: list[Message], clock: Clock, first: str, known_before: bool
) -> None:
    second = {"UNDELIV": "DELIVRD", "DELIVRD": "UNDELIV"}[first]
    answers = [Submitted(wired[0].pk, 1, 0, "a1")]
    if known_before:
        note(clock, answers, [])
    note(clock, answers, [told("a1", first), told("a1", second)])
    assert Part.objects.get().state == (MessageState.FAILED if first == "UNDELIV" else MessageState.DELIVERED)
    assert [(one.said, one.because) for one in StrayReceipt.objects.all()] == [(second, "again")]


def test_an_answer_that_was_known_before_leaves_its_receipt_to_what_is_known(
    wired: list[Message], clock: Clock
) -> None:
    first = wired[0]
    answers = [Submitted(first.pk, 1, 0, "a1"), Submitted(first.pk, 2, 0, "a2")]
    note(clock, answers, [])
    assert states(wired)[0] == MessageState.SENT
    assert len(note(clock, answers, [told("a1"), told("a2")])) == 2
    assert states(wired)[0] == MessageState.DELIVERED
    assert not StrayReceipt.objects.exists()


def test_a_message_whose_last_receipt_is_still_to_come_is_sent_and_not_delivered(
    wired: list[Message], clock: Clock
) -> None:
    first, second = wired
    answers = [Submitted(one.pk, number, 0, f"{one.pk}-{number}") for one in wired for number in (1, 2)]
    note(clock, answers, [told(f"{first.pk}-1"), told(f"{first.pk}-2"), told(f"{second.pk}-1")])
    assert states(wired) == [MessageState.DELIVERED, MessageState.SENT]
    note(clock, [], [told(f"{second.pk}-2")])
    assert states(wired) == [MessageState.DELIVERED, MessageState.DELIVERED]


def test_delivered_at_once_it_has_both_its_times_and_the_ledger_names_it_once(
    wired: list[Message], clock: Clock
) -> None:
    first = wired[0]
    clock.move(seconds=3)
    answers = [Submitted(first.pk, 1, 0, "a1"), Submitted(first.pk, 2, 0, "a2")]
    assert not note(clock, answers, [told("a1"), told("a2")])
    first.refresh_from_db()
    assert (first.state, first.sent_at, first.ended_at) == (MessageState.DELIVERED, clock(), clock())
    facts = Entry.objects.get(name="channels.note_submitted").facts
    assert facts["sent_ids"] == facts["delivered_ids"] == [first.pk]
