"""The ladder, quiet hours, segments, receipts and the address of a line: nothing of a database."""

from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from smpplib import consts, smpp
from smpplib.client import Client

from renwang.foundation.channels import kinds
from renwang.foundation.channels.engine import pdus
from renwang.foundation.channels.engine.address import line_address
from renwang.foundation.channels.engine.receipts import receipt_of, spellings
from renwang.foundation.channels.engine.segments import joined, piece_of, segments_of
from renwang.foundation.channels.engine.session import SmppChannel
from renwang.foundation.channels.rules import (
    MOVES,
    MessageState,
    MoveRefused,
    QuietHours,
    check_move,
    state_of,
    wait_after,
)

clocks = st.times().map(lambda at: at.replace(second=0, microsecond=0))
# What people type: no half of a character that is two in UTF-16.
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=700)


def test_no_message_leaves_the_wire_for_the_queue() -> None:
    assert MessageState.QUEUED not in MOVES[MessageState.WIRED]
    with pytest.raises(MoveRefused):
        check_move("wired", "queued")
    with pytest.raises(MoveRefused):
        check_move("delivered", "failed")
    check_move("wired", "sent")


@given(st.lists(st.sampled_from([MessageState.SENT, MessageState.DELIVERED, MessageState.FAILED]), min_size=1))
def test_a_message_is_delivered_only_when_all_of_it_is(parts: list[MessageState]) -> None:
    state = state_of(parts)
    assert (state == MessageState.DELIVERED) == all(part == MessageState.DELIVERED for part in parts)
    assert (state == MessageState.FAILED) == (MessageState.FAILED in parts)


@given(clocks, clocks, st.datetimes(datetime(2020, 1, 1), datetime(2021, 1, 1)))
def test_after_the_quiet_hours_nobody_is_in_them_and_nothing_waits_a_whole_day(
    since: time, until: time, moment: datetime
) -> None:
    hours = QuietHours(since, until)
    after = hours.after(moment)
    assert not hours.is_quiet(after)
    assert timedelta() <= after - moment <= timedelta(days=1)


def test_quiet_hours_are_read_and_refused_in_words() -> None:
    night = QuietHours.parse("21:00-08:00")
    assert night.is_quiet(datetime(2020, 2, 17, 23)) and night.is_quiet(datetime(2020, 2, 17, 7, 59))
    assert not night.is_quiet(datetime(2020, 2, 17, 8))
    assert not QuietHours.parse("").is_quiet(datetime(2020, 2, 17, 3))
    with pytest.raises(ValueError, match="21:00-08:00"):
        QuietHours.parse("nachts")


@given(st.integers(1, 100))
def test_the_waits_never_grow_shorter(tries: int) -> None:
    assert wait_after(tries) <= wait_after(tries + 1)


@given(texts, st.integers(0, 65_535))
def test_a_text_cut_into_segments_and_joined_is_the_same_text(text: str, reference: int) -> None:
    segments = segments_of(text, reference)
    pieces = [piece_of(one.payload, one.coding, one.esm_class) for one in segments]
    assert joined(pieces) == text
    assert all(len(one.payload) <= (160 if one.coding == 0 else 140) for one in segments)
    assert {piece.total for piece in pieces} == {len(segments)}
    assert "\ufffd" not in "".join(piece.text for piece in pieces) or "\ufffd" in text


@given(st.binary(max_size=200), st.integers(0, 255), st.integers(0, 255))
def test_whatever_arrives_is_read_somehow(payload: bytes, coding: int, esm_class: int) -> None:
    piece = piece_of(payload, coding, esm_class)
    assert 1 <= piece.number <= piece.total


def test_seventy_chinese_characters_are_one_segment_and_one_more_makes_two() -> None:
    assert len(segments_of("平" * 70)) == 1
    assert len(segments_of("平" * 71)) == 2
    assert len(segments_of("a" * 160)) == 1
    assert len(segments_of("a" * 161)) == 2


def test_a_receipt_is_read_from_its_text_or_its_parameters() -> None:
    told = receipt_of("id:0000000123 sub:001 dlvrd:001 submit date:2002170900 stat:DELIVRD err:000 text:")
    assert (told.external_id, told.is_delivered) == ("0000000123", True)
    told = receipt_of("", receipted_id="7f", message_state=5)
    assert (told.external_id, told.is_failed) == ("7f", True)
    assert receipt_of("nonsense").state == ""
    assert not receipt_of("id:1 stat:ACCEPTD err:000").is_failed


@given(st.integers(0, 2**63))
def test_a_number_is_found_in_decimal_and_in_hexadecimal(number: int) -> None:
    assert str(number) in spellings(f"{number:X}")
    assert f"{number:x}" in spellings(f"{number:010d}")


def test_the_address_of_a_line_is_read_or_refused_in_words() -> None:
    found = line_address("smpp://fangzi:p%40ss@10.1.2.3:3000?source=10690000&window=20&rate=50")
    assert (found.host, found.port, found.password, found.window, found.rate) == ("10.1.2.3", 3000, "p@ss", 20, 50)
    for wrong in (
        "http://a:b@c?source=1",
        "smpp://a:b@c",
        "smpp://a:b@c:x?source=1",
        "smpp://a:b@c?source=1&window=0",
        "smpp://a:b@c?source=1&colour=red",
    ):
        with pytest.raises(ValueError, match="RENWANG_SMPP"):
            line_address(wrong)


def test_two_channels_of_one_code_are_refused() -> None:
    one, other = (SmppChannel("127.0.0.1", port, "a", "b", "1", code="test") for port in (1, 2))
    try:
        assert kinds.register(one) is kinds.register(one)
        with pytest.raises(ValueError, match="test"):
            kinds.register(other)
        assert kinds.is_set_up("test")
    finally:
        kinds._channels.pop("test", None)


@given(text=texts, address=st.from_regex(r"\+?[0-9]{3,19}", fullmatch=True), reference=st.integers(0, 65_535))
def test_a_segment_is_written_octet_for_octet_as_the_library_writes_it(text: str, address: str, reference: int) -> None:
    for segment in segments_of(text, reference):
        theirs = smpp.make_pdu(
            "submit_sm",
            client=Client("127.0.0.1", 1, allow_unknown_opt_params=True),
            source_addr_ton=consts.SMPP_TON_UNK,
            source_addr_npi=consts.SMPP_NPI_ISDN,
            source_addr="10690000",
            dest_addr_ton=consts.SMPP_TON_UNK,
            dest_addr_npi=consts.SMPP_NPI_ISDN,
            destination_addr=address,
            short_message=segment.payload,
            data_coding=segment.coding,
            esm_class=segment.esm_class,
            registered_delivery=1,
            user_message_reference=reference,
        )
        ours = pdus.submit(
            theirs.sequence,
            source="10690000",
            destination=address,
            payload=segment.payload,
            coding=segment.coding,
            esm_class=segment.esm_class,
            reference=reference,
        )
        assert ours == theirs.generate()


ADDRESS = st.from_regex(r"[0-9]{0,19}", fullmatch=True)


def _as_the_library_reads_it(raw: bytes) -> pdus.Delivered | None:
    client = Client("127.0.0.1", 1, allow_unknown_opt_params=True)
    try:
        read = smpp.parse_pdu(raw, client=client, allow_unknown_opt_params=True)
    except Exception:  # noqa: BLE001  # it raises whatever
        return None
    words = [
        (getattr(read, name, None) or b"").decode().rstrip("\0") for name in ("source_addr", "receipted_message_id")
    ]
    return pdus.Delivered(
        source=words[0],
        esm_class=read.esm_class or 0,
        coding=read.data_coding or 0,
        payload=bytes(getattr(read, "message_payload", None) or read.short_message or b""),
        reference=getattr(read, "user_message_reference", None),
        receipted_id=words[1],
        message_state=getattr(read, "message_state", None),
    )


@given(
    address=ADDRESS,
    payload=st.binary(max_size=140),
    coding=st.sampled_from([0, 3, 8]),
    esm_class=st.sampled_from([0, 4, 0x40]),
    reference=st.none() | st.integers(0, 65_535),
    receipted_id=st.from_regex(r"[0-9a-f]{0,20}", fullmatch=True),
    state=st.none() | st.integers(1, 8),
    cut=st.none() | st.integers(16, 60),
)
def test_what_a_centre_brings_is_read_as_the_library_reads_it_and_a_torn_one_is_left_to_it(
    address: str,
    payload: bytes,
    coding: int,
    esm_class: int,
    reference: int | None,
    receipted_id: str,
    state: int | None,
    cut: int | None,
) -> None:
    raw = pdus.deliver(
        7,
        source=address,
        destination="10690000",
        payload=payload,
        coding=coding,
        esm_class=esm_class,
        reference=reference,
        receipted_id=receipted_id,
    )
    if state is not None:
        raw += b"\x04\x27\x00\x01" + bytes([state])
    if cut is not None:
        torn = raw[: min(cut, len(raw) - 1)]
        assert pdus.delivered_of(torn) in (None, _as_the_library_reads_it(torn))
        return
    theirs = _as_the_library_reads_it(len(raw).to_bytes(4, "big") + raw[4:])
    assert theirs is not None
    assert pdus.delivered_of(raw) == theirs


def test_an_answer_names_the_segment_or_nothing_and_one_without_an_end_is_left_to_the_library() -> None:
    assert pdus.answered_of(pdus.pdu(pdus.ANSWER, 3, b"4f\0")) == "4f"
    assert pdus.answered_of(pdus.pdu(pdus.ANSWER, 3, b"", pdus.THROTTLED)) == ""
    assert pdus.answered_of(pdus.pdu(pdus.ANSWER, 3, b"4f")) is None
