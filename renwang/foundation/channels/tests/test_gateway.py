"""The ladder over a real socket: what a centre can do to a message, and where it stands then."""

from collections.abc import Callable

import pytest

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.models import Entry
from renwang.foundation.channels import actions, handlers
from renwang.foundation.channels.engine import pdus
from renwang.foundation.channels.engine.centre import Centre, Fate
from renwang.foundation.channels.engine.receipts import receipt_of
from renwang.foundation.channels.engine.segments import Piece, joined, piece_of, segments_of
from renwang.foundation.channels.management.gateway import Gateway
from renwang.foundation.channels.models import Incoming, LineState, Message, Part, StrayReceipt
from renwang.foundation.channels.rules import Fault, IncomingState, MessageState

from .conftest import PHONE, Clock, OpenCentre

Connect = Callable[[Centre], Gateway]
Send = Callable[..., list[Message]]
LONG = "【坊子区】请您家今天报平安：" + "身体、外出、接触、生活需求。" * 45  # some 600 characters


def state_of(message: Message) -> tuple[str, str]:
    message.refresh_from_db(fields=["state", "fault"])
    return message.state, message.fault


def read(centre: Centre) -> list[str]:
    """Return the texts as phones show them."""
    groups: dict[tuple[str, int], list[Piece]] = {}
    whole = []
    for submit in centre.log:
        piece = piece_of(submit.payload, submit.coding, submit.esm_class)
        if piece.total == 1:
            whole.append(piece.text)
        else:
            groups.setdefault((submit.destination, piece.reference), []).append(piece)
    return whole + [joined(pieces) for pieces in groups.values()]


# --- refused, failed, tried again ----------------------------------------------------------------------------------------------


def test_a_message_without_words_is_refused_and_nothing_is_queued(send: Send, db: None) -> None:
    for text in ("  ", "长" * 701):
        with pytest.raises(actions.MessageRefused):
            send("平安", text)
    assert not Message.objects.exists()


def test_a_number_that_is_none_fails_alone_and_one_spelled_by_people_goes_out(
    open_centre: OpenCentre, gateway_to: Connect, send: Send, clock: Clock
) -> None:
    numbers = ("", "abc", "无", "154 0000-0001")
    told = [actions.MessageToSend(key=f"n{place}", address=number, text="平安") for place, number in enumerate(numbers)]
    done = actions.queue_messages(actor=Actor.system(), now=clock(), messages=told)
    assert len(done.failed_ids) == 3
    assert set(Message.objects.filter(pk__in=done.failed_ids).values_list("state", "fault")) == {
        (MessageState.FAILED, Fault.BAD_NUMBER)
    }
    centre = open_centre()
    gateway_to(centre).pump()
    assert [submit.destination for submit in centre.log] == [PHONE]


def test_a_number_the_centre_does_not_know_fails_for_ever(
    open_centre: OpenCentre, gateway_to: Connect, send: Send
) -> None:
    (message,) = send("平安否？")
    gateway_to(open_centre(lambda _submit: Fate(status=pdus.BAD_DESTINATION))).pump()
    assert state_of(message) == (MessageState.FAILED, Fault.BAD_NUMBER)


def test_a_phone_that_cannot_be_reached_fails_by_its_receipt(
    open_centre: OpenCentre, gateway_to: Connect, send: Send
) -> None:
    (message,) = send("平安否？")
    gateway_to(open_centre(lambda _submit: Fate(receipt="UNDELIV", error="027"))).pump()
    assert state_of(message) == (MessageState.FAILED, Fault.UNDELIVERABLE)


def test_what_the_centre_throttles_is_tried_again_later_and_arrives_once(
    open_centre: OpenCentre, gateway_to: Connect, send: Send, clock: Clock
) -> None:
    refusals = iter([True, True])
    centre = open_centre(lambda _submit: Fate(status=pdus.THROTTLED if next(refusals, False) else pdus.OK))
    gateway = gateway_to(centre)
    one, other = send("一", "二")
    gateway.pump()
    assert {state_of(one)[0], state_of(other)[0]} == {MessageState.ERRORED}
    assert LineState.objects.get(code="sms").throttled_at == clock()
    gateway.pump()
    assert centre.taken == 0, "nothing is tried before its time"
    clock.move(minutes=1)
    gateway.pump(most_seconds=10)
    assert [state_of(one)[0], state_of(other)[0]] == [MessageState.DELIVERED] * 2
    assert sorted(read(centre)) == ["一", "二"]


def test_a_line_that_is_down_keeps_the_messages_until_it_is_up(
    open_centre: OpenCentre, gateway_to: Connect, send: Send, clock: Clock
) -> None:
    centre = open_centre()
    centre.is_closed_to_binds = True
    gateway = gateway_to(centre)
    (message,) = send("平安否？")
    gateway.pump(most_seconds=0.5)
    assert state_of(message)[0] == MessageState.QUEUED
    assert LineState.objects.get(code="sms").down_at == clock()
    centre.is_closed_to_binds = False
    gateway.pump(most_seconds=8)
    gateway.pump(most_seconds=8)
    assert state_of(message)[0] == MessageState.DELIVERED
    assert LineState.objects.get(code="sms").down_at is None


def test_a_message_whose_time_is_over_is_not_sent_at_night(
    open_centre: OpenCentre, gateway_to: Connect, send: Send, clock: Clock
) -> None:
    (message,) = send("平安否？")
    clock.move(hours=25)
    centre = open_centre()
    gateway_to(centre).pump()
    assert state_of(message) == (MessageState.FAILED, Fault.EXPIRED)
    assert centre.taken == 0


def test_what_is_no_longer_needed_leaves_the_queue(
    open_centre: OpenCentre, gateway_to: Connect, send: Send, clock: Clock
) -> None:
    (message,) = send("平安否？", about="rounds.contact", about_id=7)
    actions.cancel_messages(actor=Actor.system(), now=clock(), about="rounds.contact", about_ids=[7])
    centre = open_centre()
    gateway_to(centre).pump()
    assert state_of(message) == (MessageState.FAILED, Fault.CANCELLED)
    assert centre.taken == 0


# --- never twice ----------------------------------------------------------------------------------------------------------------


def test_a_line_dropped_before_the_answer_leaves_the_message_to_its_receipt_and_never_sends_it_again(
    open_centre: OpenCentre, gateway_to: Connect, send: Send, clock: Clock
) -> None:
    centre = open_centre(lambda _submit: Fate(hangs_up=True))
    gateway = gateway_to(centre)
    (message,) = send("平安否？")
    gateway.pump(most_seconds=8)
    clock.move(minutes=5)
    gateway.pump(most_seconds=8)
    assert centre.taken == 1
    assert state_of(message)[0] == MessageState.DELIVERED, "the receipt brought back the message's reference"


def test_without_any_receipt_it_is_given_up_as_unsure_and_a_late_one_still_counts(
    open_centre: OpenCentre, gateway_to: Connect, send: Send, clock: Clock
) -> None:
    centre = open_centre(lambda _submit: Fate(hangs_up=True, receipt=""))
    gateway = gateway_to(centre)
    (message,) = send("平安否？")
    gateway.pump(most_seconds=8)
    assert state_of(message)[0] == MessageState.WIRED
    clock.move(hours=2)
    done = actions.give_up_messages(actor=Actor.system(), now=clock())
    assert done.failed_ids == (message.pk,)
    assert state_of(message) == (MessageState.FAILED, Fault.UNSURE)
    gateway.pump(most_seconds=8)
    assert centre.taken == 1
    receipt = actions.ReceiptTold(receipt_of("id:0000000001 stat:DELIVRD err:000"), message.pk % 65_536, PHONE)
    actions.note_receipts(actor=Actor.system(), now=clock(), receipts=[receipt])
    assert state_of(message) == (MessageState.DELIVERED, "")


def test_two_gateways_never_send_the_same_message(open_centre: OpenCentre, gateway_to: Connect, send: Send) -> None:
    send(*[f"第{n}条" for n in range(50)])
    centre = open_centre()
    one, other = gateway_to(centre), gateway_to(centre)
    for _turn in range(20):
        one.step(0.01)
        other.step(0.01)
    one.pump()
    other.pump()
    texts = read(centre)
    assert len(texts) == len(set(texts)) == 50


# --- receipts -------------------------------------------------------------------------------------------------------------------


def test_a_receipt_that_overtakes_the_answer_finds_its_message(
    open_centre: OpenCentre, gateway_to: Connect, send: Send
) -> None:
    (message,) = send("平安否？")
    gateway_to(open_centre(lambda _submit: Fate(receipt_first=True, answers_after=0.3))).pump()
    assert state_of(message)[0] == MessageState.DELIVERED
    assert not StrayReceipt.objects.exists()


def test_a_receipt_that_comes_twice_counts_once_and_an_unknown_one_is_kept_apart(
    open_centre: OpenCentre, gateway_to: Connect, send: Send
) -> None:
    centre = open_centre(lambda _submit: Fate(receipts=2))
    gateway = gateway_to(centre)
    (message,) = send("平安否？")
    gateway.pump()
    centre.bring(source=PHONE, payload=b"id:7777 stat:DELIVRD err:000", esm_class=4)
    centre.bring(source=PHONE, payload=b"nonsense", esm_class=4)
    gateway.pump()
    assert state_of(message)[0] == MessageState.DELIVERED
    assert sorted(StrayReceipt.objects.values_list("because", flat=True)) == ["again", "unknown", "unreadable"]
    assert centre.unacknowledged == 0


def test_segments_that_the_centre_does_not_understand_do_not_block_the_line(
    open_centre: OpenCentre, gateway_to: Connect, send: Send
) -> None:
    messages = send(*[f"平安否？{number}" for number in range(80)])  # more than the window holds
    fates = iter([Fate(status=3, is_nack=True), Fate(is_nack=True)] * 30)
    gateway_to(open_centre(lambda _submit: next(fates, Fate()))).pump(most_seconds=20)
    states = list(Message.objects.order_by("pk").values_list("state", "fault"))
    assert states == [(MessageState.FAILED, Fault.REFUSED)] * 60 + [(MessageState.DELIVERED, "")] * 20
    assert len(messages) == 80


def test_an_answer_that_cannot_be_read_is_an_answer_and_gives_no_number(
    open_centre: OpenCentre, gateway_to: Connect, send: Send
) -> None:
    first, second = send("平安否？", "好吗？")
    fates = iter([Fate(answers_with=b"4f", receipt=""), Fate(answers_with=b"", receipt="")])
    centre = open_centre(lambda _submit: next(fates))
    gateway = gateway_to(centre)
    gateway.pump(most_seconds=10)
    assert [state_of(one)[0] for one in (first, second)] == [MessageState.SENT] * 2
    centre.bring(source=PHONE, payload=b"stat:DELIVRD err:000", esm_class=4)  # of which of the two?
    gateway.pump(most_seconds=10)
    assert [state_of(one)[0] for one in (first, second)] == [MessageState.SENT] * 2
    assert StrayReceipt.objects.get().because == "unknown" and centre.unacknowledged == 0


def test_an_answer_that_comes_late_is_waited_for(open_centre: OpenCentre, gateway_to: Connect, send: Send) -> None:
    (message,) = send("平安否？")
    gateway_to(open_centre(lambda _submit: Fate(answers_after=0.6, receipt_after=0.7))).pump()
    message.refresh_from_db()
    assert message.state in (MessageState.SENT, MessageState.DELIVERED)
    assert message.tries == 1


# --- long, coloured, traditional ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        LONG,
        "平安👍🏽👨‍👩‍👧‍👦" * 20,
        "請回覆：一切平安。體溫三十八度，藥沒有了" * 6,
        "All well? Reply 1. [ok] {yes} €" * 9,
        "短",
    ],
)
def test_any_text_arrives_whole(open_centre: OpenCentre, gateway_to: Connect, send: Send, text: str) -> None:
    (message,) = send(text)
    centre = open_centre()
    gateway_to(centre).pump()
    assert state_of(message)[0] == MessageState.DELIVERED
    assert read(centre) == [text]
    assert Part.objects.filter(message=message).count() == message.segments == len(segments_of(text))


def test_the_ledger_names_messages_by_their_numbers_and_says_no_word(
    open_centre: OpenCentre, gateway_to: Connect, send: Send
) -> None:
    send("平安否？")
    gateway_to(open_centre()).pump()
    names = set(Entry.objects.values_list("name", flat=True))
    assert {
        "channels.queue_messages",
        "channels.wire_messages",
        "channels.note_submitted",
    } <= names
    assert PHONE not in str(list(Entry.objects.values_list("facts", flat=True)))


# --- what phones say ----------------------------------------------------------------------------------------------------------


def test_what_a_phone_says_is_kept_once_and_acknowledged_only_then(
    open_centre: OpenCentre, gateway_to: Connect, clock: Clock
) -> None:
    centre = open_centre()
    gateway = gateway_to(centre)
    gateway.pump()
    centre.say(PHONE, "发烧38度")
    centre.say("15400000002", "沒有米了😭" * 20, reference=9)
    gateway.pump()
    assert centre.unacknowledged == 0
    assert [row.text for row in Incoming.objects.order_by("pk")] == ["发烧38度", "沒有米了😭" * 20]
    assert set(Incoming.objects.values_list("state", flat=True)) == {IncomingState.NEW}


def test_what_the_centre_brings_again_is_a_repeat_and_the_same_words_later_are_not(
    open_centre: OpenCentre, gateway_to: Connect, clock: Clock
) -> None:
    centre = open_centre()
    gateway = gateway_to(centre)
    gateway.pump()
    for minutes in (0, 1, 60):
        clock.move(minutes=minutes)
        centre.say(PHONE, "1")
        gateway.pump()
    states = list(Incoming.objects.order_by("pk").values_list("state", "reason"))
    assert states == [("new", ""), ("set_aside", "repeat"), ("new", "")]


def test_segments_in_any_order_become_one_message_and_a_missing_one_is_waited_for(
    open_centre: OpenCentre, gateway_to: Connect, clock: Clock
) -> None:
    centre = open_centre()
    gateway = gateway_to(centre)
    gateway.pump()
    whole, torn = segments_of("米面油都没有了" * 30, 5), segments_of("煤快烧完了" * 30, 6)
    for segment in [*reversed(whole), torn[0]]:
        centre.bring(source=PHONE, payload=segment.payload, coding=segment.coding, esm_class=segment.esm_class)
    gateway.pump()
    assert [row.text for row in Incoming.objects.all()] == ["米面油都没有了" * 30]
    done = actions.join_late_parts(actor=Actor.system(), now=clock.move(minutes=11))
    late = Incoming.objects.get(pk=done.incoming_ids[0]).text or ""
    assert late.startswith("煤快烧完了")
    assert late.endswith("…")


def test_where_nothing_is_over_the_ledger_is_not_filled(send: Send, clock: Clock, db: None) -> None:
    (message,) = send("平安否？")
    entries = Entry.objects.count()
    handlers.give_up_what_is_over(clock())
    assert Entry.objects.count() == entries
    handlers.give_up_what_is_over(clock.move(hours=25))
    assert state_of(message) == (MessageState.FAILED, Fault.EXPIRED)
    assert Entry.objects.count() == entries + 1


def test_a_broken_message_does_not_end_the_line(open_centre: OpenCentre, gateway_to: Connect, send: Send) -> None:
    centre = open_centre()
    gateway = gateway_to(centre)
    gateway.pump()
    centre.bring(source=PHONE, payload=b"\x05\x00\x03\x01", coding=8, esm_class=0x40)
    centre.bring(source=PHONE, payload=b"\xff\xfe\xfd", coding=8)
    centre.bring(source="", payload=b"hello", coding=0)
    (message,) = send("平安否？")
    gateway.pump()
    assert state_of(message)[0] == MessageState.DELIVERED
    assert Incoming.objects.count() == 3
    assert centre.unacknowledged == 0
