"""Note what the centre says of the messages it was given."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from renwang.foundation.access.fields import blind
from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action

from ..engine.receipts import NO_SUBSCRIBER, Receipt, spellings
from ..events import MessagesSubmitted, ReceiptsNoted
from ..models import Message, Part, StrayReceipt
from ..rules import Fault, MessageState, Stray, state_of
from .outgoing import put_off

# command_status of submit_sm_resp: for the moment, and for ever because of the number. All others: for ever.
FOR_THE_MOMENT = {0x58: Fault.THROTTLED, 0x14: Fault.THROTTLED, 0x08: Fault.LINE_DOWN, 0x64: Fault.LINE_DOWN}
BAD_NUMBER = frozenset({0x0B, 0x48, 0x50, 0x51})


@dataclass(frozen=True)
class Submitted:
    """The centre's answer to one segment. ``status``: 0 is taken, under ``external_id``."""

    message_id: int
    number: int
    status: int
    external_id: str


@dataclass(frozen=True)
class ReceiptTold:
    """One receipt. ``reference``: of the message, where the centre brings it back; ``address``: the phone's number."""

    receipt: Receipt
    reference: int | None
    address: str


@action
def note_submitted(*, actor: Actor, now: datetime, answers: Sequence[Submitted]) -> MessagesSubmitted:
    """Keep what the centre answered; the same answer twice is once. A message is sent when each of its segments is taken."""
    actor.check_may("channels.note_submitted", "")
    taken = [one for one in answers if one.status == 0]
    Part.objects.bulk_create(
        [Part(message_id=one.message_id, number=one.number, external_id=one.external_id) for one in taken],
        ignore_conflicts=True,
    )
    sent = _whole({one.message_id for one in taken})
    Message.objects.filter(pk__in=sent, state=MessageState.WIRED).update(state=MessageState.SENT, sent_at=now)
    refused: dict[Fault, set[int]] = {}
    for one in answers:
        if one.status != 0:
            fault = Fault.BAD_NUMBER if one.status in BAD_NUMBER else Fault.REFUSED
            refused.setdefault(FOR_THE_MOMENT.get(one.status, fault), set()).add(one.message_id)
    errored: list[int] = []
    failed: list[int] = []
    for fault, ids in refused.items():
        if fault in FOR_THE_MOMENT.values():
            again, over = put_off(sorted(ids), fault, now=now)
            errored += again
            failed += over
        else:
            gone = Message.objects.filter(pk__in=ids, state=MessageState.WIRED)
            failed += (pks := list(gone.order_by("pk").values_list("pk", flat=True)))
            Message.objects.filter(pk__in=pks).update(state=MessageState.FAILED, fault=fault, ended_at=now)
    return MessagesSubmitted(sent_ids=tuple(sent), errored_ids=tuple(errored), failed_ids=tuple(failed))


def _whole(ids: set[int]) -> list[int]:
    """Return the messages of which every segment was taken."""
    found: dict[int, int] = {}
    for message_id in Part.objects.filter(message_id__in=ids).values_list("message_id", flat=True):
        found[message_id] = found.get(message_id, 0) + 1
    wanted = dict(Message.objects.filter(pk__in=found).values_list("pk", "segments"))
    return sorted(pk for pk, count in found.items() if count >= wanted[pk])


@action
def note_receipts(*, actor: Actor, now: datetime, receipts: Sequence[ReceiptTold]) -> ReceiptsNoted:
    """Keep what became of segments; a receipt for an unknown message, or one that came before, is kept apart."""
    actor.check_may("channels.note_receipts", "")
    final = [one for one in receipts if one.receipt.is_delivered or one.receipt.is_failed]
    by_id = _parts_by_id(final)
    lost = [one for one in final if _find(by_id, one) is None]
    adopted = _adopt(lost, now=now)
    stray: list[StrayReceipt] = []
    ends: dict[int, tuple[Part, MessageState, bool]] = {}
    for one in final:
        part = _find(by_id, one) or adopted.get(one.receipt.external_id)
        said = MessageState.DELIVERED if one.receipt.is_delivered else MessageState.FAILED
        if part is None:
            stray.append(_stray(one, Stray.UNKNOWN, now))
        elif part.pk in ends or part.state != MessageState.SENT:
            stray.append(_stray(one, Stray.AGAIN, now))
        else:
            ends[part.pk] = (part, said, one.receipt.error in NO_SUBSCRIBER)
    # A receipt that says nothing final ("accepted", "on its way") needs no place; one that cannot be read does.
    stray += [_stray(one, Stray.UNREADABLE, now) for one in receipts if not one.receipt.state]
    for said in (MessageState.DELIVERED, MessageState.FAILED):
        ids = [pk for pk, (_part, state, _is_bad) in ends.items() if state == said]
        if ids:
            Part.objects.filter(pk__in=ids).update(state=said)
    bad = {part.message_id for part, _state, is_bad in ends.values() if is_bad}
    delivered, failed = _end({part.message_id for part, _state, _is_bad in ends.values()}, bad, now=now)
    StrayReceipt.objects.bulk_create(stray)
    return ReceiptsNoted(
        delivered_ids=tuple(delivered), failed_ids=tuple(failed), stray_ids=tuple(row.pk for row in stray)
    )


def _parts_by_id(receipts: Sequence[ReceiptTold]) -> dict[str, Part]:
    wanted = {name for one in receipts for name in spellings(one.receipt.external_id)}
    rows = Part.objects.filter(external_id__in=wanted).select_related("message").order_by("pk")
    return {row.external_id: row for row in rows.only("pk", "external_id", "state", "message_id", "message__reference")}


def _find(parts: dict[str, Part], one: ReceiptTold) -> Part | None:
    for name in spellings(one.receipt.external_id):
        part = parts.get(name)
        # Another spelling of the number may be another message's: the reference, where it came back, decides.
        if part is not None and (one.reference in (None, part.message.reference) or name == one.receipt.external_id):
            return part
    return None


def _adopt(lost: Sequence[ReceiptTold], *, now: datetime) -> dict[str, Part]:
    """Return segments for receipts of messages that were on the wire when their worker died: found by what came back with them."""
    asked = [one for one in lost if one.reference is not None]
    if not asked:
        return {}
    references = {one.reference for one in asked if one.reference is not None}
    wired = {
        (row.reference, bytes(row.address_idx or b"")): row
        for is_open in (Q(state=MessageState.FAILED, fault=Fault.UNSURE), Q(state=MessageState.WIRED))
        for row in Message.objects.filter(is_open, reference__in=references)
        .only("pk", "reference", "address_idx", "segments", "state")
        .order_by("pk")
    }
    taken: dict[int, set[int]] = {}
    for message_id, number in Part.objects.filter(message__in=wired.values()).values_list("message_id", "number"):
        taken.setdefault(message_id, set()).add(number)
    made: dict[str, Part] = {}
    for one in asked:
        row = wired.get((one.reference or 0, blind(one.address, "phone")))
        if row is None or one.receipt.external_id in made:
            continue
        free = [number for number in range(1, row.segments + 1) if number not in taken.setdefault(row.pk, set())]
        if free:
            taken[row.pk].add(free[0])
            made[one.receipt.external_id] = Part(
                message=row, number=free[0], external_id=one.receipt.external_id, state=MessageState.SENT
            )
    Part.objects.bulk_create(made.values())
    return made


def _end(ids: set[int], bad: set[int], *, now: datetime) -> tuple[list[int], list[int]]:
    """Move messages whose segments have all come to an end; return (delivered, failed)."""
    states: dict[int, list[str]] = {}
    for message_id, state in Part.objects.filter(message_id__in=ids).values_list("message_id", "state"):
        states.setdefault(message_id, []).append(state)
    rows = {
        row.pk: row
        for row in Message.objects.select_for_update().filter(pk__in=ids).only("pk", "segments", "state").order_by("pk")
    }
    delivered, failed = [], []
    for pk, row in rows.items():
        state = state_of(states.get(pk, []))
        if state == MessageState.DELIVERED and len(states[pk]) >= row.segments:
            delivered.append(pk)
        elif state == MessageState.FAILED and row.state != MessageState.FAILED:
            failed.append(pk)
    # One that was given up as unsure has arrived after all: the receipt knows better.
    Message.objects.filter(pk__in=delivered).exclude(state=MessageState.DELIVERED).update(
        state=MessageState.DELIVERED, fault="", ended_at=now
    )
    for fault, some in (
        (Fault.BAD_NUMBER, [pk for pk in failed if pk in bad]),
        (Fault.UNDELIVERABLE, [pk for pk in failed if pk not in bad]),
    ):
        if some:
            Message.objects.filter(pk__in=some).update(state=MessageState.FAILED, fault=fault, ended_at=now)
    return delivered, failed


def _stray(one: ReceiptTold, because: Stray, now: datetime) -> StrayReceipt:
    return StrayReceipt(
        external_id=one.receipt.external_id[:65], said=one.receipt.state[:12], because=because, received_at=now
    )
