"""Note what the centre says of the messages it was given."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Count, Q

from renwang.foundation.access.fields import blind
from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action
from renwang.foundation.audit.queries import among

from ..engine.receipts import NO_SUBSCRIBER, Receipt, spellings
from ..events import MessagesSubmitted, ReceiptsNoted
from ..models import Message, Part, StrayReceipt
from ..rules import Fault, MessageState, Stray, state_of
from .outgoing import put_off

# command_status of submit_sm_resp: for the moment, and for ever because of the number. All others: for ever.
FOR_THE_MOMENT = {0x58: Fault.THROTTLED, 0x14: Fault.THROTTLED, 0x08: Fault.LINE_DOWN, 0x64: Fault.LINE_DOWN}
BAD_NUMBER = frozenset({0x0B, 0x48, 0x50, 0x51})


Place = tuple[int, int]  # message, number of the segment


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


@dataclass(frozen=True, slots=True)
class TakenPart:
    """A segment that the centre has taken, as a receipt needs it."""

    pk: int
    message_id: int
    reference: int
    state: str


@action
def note_submitted(
    *,
    actor: Actor,
    now: datetime,
    answers: Sequence[Submitted],
    receipts: Sequence[ReceiptTold] = (),
    unplaced: list[ReceiptTold] | None = None,
) -> MessagesSubmitted:
    """Keep what the centre answered; the same answer twice is once. A message is sent when each of its segments is taken.

    ``receipts``: what came right behind the answers. Those that say of just these segments that they are delivered are kept with
    them, in half the writing; the others are added to ``unplaced``, for ``note_receipts``.
    """
    actor.check_may("channels.note_submitted", "")
    taken = [one for one in answers if one.status == 0]
    at_once = _right_behind(taken, receipts)
    new = _keep_taken(taken, at_once)
    if unplaced is not None:
        # In their order. Of a segment that was known before, the receipt is placed by what is known.
        placed = {id(told) for place, told in at_once.items() if place in new}
        unplaced += [told for told in receipts if id(told) not in placed]
    sent, delivered = _whole({one.message_id for one in taken})
    on_wire = Message.objects.filter(state=MessageState.WIRED)
    if sent:
        on_wire.filter(among(Message, "id", sent)).update(state=MessageState.SENT, sent_at=now)
    if delivered:
        ended = on_wire.filter(among(Message, "id", delivered))
        if ended.update(state=MessageState.DELIVERED, sent_at=now, ended_at=now, fault="") < len(delivered):
            _deliver(delivered, now=now)
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
    return MessagesSubmitted(
        sent_ids=tuple(sorted([*sent, *delivered])),
        errored_ids=tuple(errored),
        failed_ids=tuple(failed),
        delivered_ids=tuple(delivered),
    )


def _right_behind(taken: Sequence[Submitted], receipts: Sequence[ReceiptTold]) -> dict[Place, ReceiptTold]:
    """Return the receipts that say of one of these segments alone, and as the first of it, that it is delivered."""
    by_id: dict[str, Place | None] = {}
    for one in taken if receipts else ():
        # A number that stands for two, or none at all, is told apart by what is kept, not here.
        is_one = one.external_id and one.external_id not in by_id
        by_id[one.external_id] = (one.message_id, one.number) if is_one else None
    found: dict[Place, ReceiptTold] = {}
    for told in receipts:
        place = by_id.get(told.receipt.external_id)
        if place is not None and told.receipt.is_delivered:
            found.setdefault(place, told)
        elif place is not None and told.receipt.is_failed and place not in found:
            by_id[told.receipt.external_id] = None  # what comes first counts, as ever
    return found


def _keep_taken(taken: Sequence[Submitted], delivered: Collection[Place]) -> set[Place]:
    """Keep the segments that the centre took, each once, some as delivered; return those that were not known before."""
    rows: dict[Place, Submitted] = {}
    for one in taken:
        rows.setdefault((one.message_id, one.number), one)
    states = [(MessageState.DELIVERED if place in delivered else MessageState.SENT).value for place in rows]
    if not rows:
        return set()
    if connection.vendor != "postgresql":
        ids = {message_id for message_id, _number in rows}
        known = set(Part.objects.filter(message_id__in=ids).values_list("message_id", "number"))
        Part.objects.bulk_create(
            [
                Part(message_id=one.message_id, number=one.number, external_id=one.external_id, state=state)
                for (place, one), state in zip(rows.items(), states, strict=True)
                if place not in known
            ]
        )
        return rows.keys() - known
    # Four arrays and not four parameters for each segment.
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO "{Part._meta.db_table}" (message_id, number, external_id, state)
            SELECT * FROM unnest(%s::bigint[], %s::smallint[], %s::text[], %s::text[])
            ON CONFLICT DO NOTHING RETURNING message_id, number
            """,  # noqa: S608  # the name of our own table
            [
                [one.message_id for one in rows.values()],
                [one.number for one in rows.values()],
                [one.external_id for one in rows.values()],
                states,
            ],
        )
        return set(cursor.fetchall())


def _whole(ids: set[int]) -> tuple[list[int], list[int]]:
    """Return the messages of which every segment was taken, without those that have arrived: (not all delivered, all delivered)."""
    if not ids:
        return [], []
    rows = Part.objects.filter(among(Part, "message_id", ids)).exclude(message__state=MessageState.DELIVERED)
    counted = (
        rows.values_list("message_id", "message__segments")
        .annotate(taken=Count("pk"), ended=Count("pk", filter=Q(state=MessageState.DELIVERED)))
        .order_by("message_id")
    )
    whole = [(pk, ended >= taken) for pk, segments, taken, ended in counted if taken >= segments]
    return [pk for pk, is_over in whole if not is_over], [pk for pk, is_over in whole if is_over]


@action
def note_receipts(*, actor: Actor, now: datetime, receipts: Sequence[ReceiptTold]) -> ReceiptsNoted:
    """Keep what became of segments; a receipt for an unknown message, or one that came before, is kept apart."""
    actor.check_may("channels.note_receipts", "")
    final = [one for one in receipts if one.receipt.is_delivered or one.receipt.is_failed]
    by_id = _parts_by_id(final)
    lost = [one for one in final if _find(by_id, one) is None]
    adopted = _adopt(lost, now=now)
    stray: list[StrayReceipt] = []
    ends: dict[int, tuple[TakenPart, MessageState, bool]] = {}
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
            Part.objects.filter(among(Part, "id", ids)).update(state=said)
    bad = {part.message_id for part, _state, is_bad in ends.values() if is_bad}
    delivered, failed = _end({part.message_id for part, _state, _is_bad in ends.values()}, bad, now=now)
    StrayReceipt.objects.bulk_create(stray)
    return ReceiptsNoted(
        delivered_ids=tuple(delivered), failed_ids=tuple(failed), stray_ids=tuple(row.pk for row in stray)
    )


def _parts_by_id(receipts: Sequence[ReceiptTold]) -> dict[str, TakenPart]:
    wanted = {name for one in receipts for name in spellings(one.receipt.external_id)}
    rows = Part.objects.filter(among(Part, "external_id", wanted)).order_by("pk")
    told = rows.values_list("external_id", "pk", "message_id", "message__reference", "state")
    return {external_id: TakenPart(pk, whose, reference, state) for external_id, pk, whose, reference, state in told}


def _find(parts: dict[str, TakenPart], one: ReceiptTold) -> TakenPart | None:
    if not one.receipt.external_id:
        return None  # a centre that gives no numbers: nobody knows which of them is meant
    for name in spellings(one.receipt.external_id):
        part = parts.get(name)
        # Another spelling of the number may be another message's: the reference, where it came back, decides.
        if part is not None and (one.reference in (None, part.reference) or name == one.receipt.external_id):
            return part
    return None


def _adopt(lost: Sequence[ReceiptTold], *, now: datetime) -> dict[str, TakenPart]:
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
    return {
        external_id: TakenPart(part.pk, part.message_id, part.message.reference, part.state)
        for external_id, part in made.items()
    }


def _end(ids: set[int], bad: set[int], *, now: datetime) -> tuple[list[int], list[int]]:
    """Move messages whose segments have all come to an end; return (delivered, failed)."""
    states: dict[int, list[str]] = {}
    for message_id, state in Part.objects.filter(among(Part, "message_id", ids)).values_list("message_id", "state"):
        states.setdefault(message_id, []).append(state)
    locked = Message.objects.select_for_update().filter(among(Message, "id", ids)).order_by("pk")
    delivered, failed = [], []
    for pk, segments, was in locked.values_list("pk", "segments", "state"):
        state = state_of(states.get(pk, []))
        if state == MessageState.DELIVERED and len(states[pk]) >= segments:
            delivered.append(pk)
        elif state == MessageState.FAILED and was != MessageState.FAILED:
            failed.append(pk)
    _deliver(delivered, now=now)
    for fault, some in (
        (Fault.BAD_NUMBER, [pk for pk in failed if pk in bad]),
        (Fault.UNDELIVERABLE, [pk for pk in failed if pk not in bad]),
    ):
        if some:
            Message.objects.filter(pk__in=some).update(state=MessageState.FAILED, fault=fault, ended_at=now)
    return delivered, failed


def _deliver(ids: Sequence[int], *, now: datetime) -> None:
    """Note that messages have arrived; one that was given up as unsure too: the receipt knows better."""
    Message.objects.filter(among(Message, "id", ids)).exclude(state=MessageState.DELIVERED).update(
        state=MessageState.DELIVERED, fault="", ended_at=now
    )


def _stray(one: ReceiptTold, because: Stray, now: datetime) -> StrayReceipt:
    return StrayReceipt(
        external_id=one.receipt.external_id[:65], said=one.receipt.state[:12], because=because, received_at=now
    )
