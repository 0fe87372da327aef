"""Queue messages, give them to the line, take them back, give them up."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import F, Q
from django.utils.translation import gettext as _

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action

from ..engine.segments import segments_of
from ..events import MessagesCancelled, MessagesGivenUp, MessagesQueued, MessagesSubmitted, MessagesWired
from ..models import Message, Part
from ..rules import (
    LONGEST_TEXT,
    MOST_TRIES,
    RECEIPT_WAITS,
    TO_SEND,
    UNSURE_AFTER,
    Fault,
    MessageState,
    dialled,
    wait_after,
)

LASTS = timedelta(hours=24)
REFERENCES = 65_536  # what fits into user_message_reference


class MessageRefused(Exception):
    """A message that cannot be sent: no number, no words, or too many of them."""


@dataclass(frozen=True, kw_only=True)
class MessageToSend:
    """One message. ``key``: the same key twice is one message; ``about``, ``about_id``: whose it is, for its sender to find it again."""

    key: str
    address: str
    text: str
    about: str = ""
    about_id: int | None = None
    area: str = ""
    channel: str = "sms"
    not_before: datetime | None = None
    expires_at: datetime | None = None
    is_urgent: bool = False  # may go out in the quiet hours


@dataclass(frozen=True)
class ToWire:
    """One message as the line needs it. ``taken``: its segments that the centre has taken before; they are not written again."""

    message_id: int
    address: str
    text: str
    reference: int
    taken: frozenset[int] = frozenset()


@action
def queue_messages(*, actor: Actor, now: datetime, messages: Sequence[MessageToSend]) -> MessagesQueued:
    """Let messages wait for the line, each key once; raises MessageRefused for one without words, and then queues nothing.

    What is no telephone number fails at once, alone: one wrong entry in a register stops nobody else's message.
    """
    actor.check_may_all("channels.queue_messages", {one.area for one in messages})
    first = {one.key: one for one in messages}
    for one in first.values():
        _check_words(one)
    known = set(Message.objects.filter(key__in=first).values_list("key", flat=True))
    rows = [_row(one, now) for one in first.values() if one.key not in known]
    Message.objects.bulk_create(rows, batch_size=2000)
    return MessagesQueued(
        message_ids=tuple(row.pk for row in rows if row.state == MessageState.QUEUED),
        failed_ids=tuple(row.pk for row in rows if row.state == MessageState.FAILED),
    )


def _check_words(one: MessageToSend) -> None:
    if not one.text.strip():
        raise MessageRefused(_("A message needs words."))
    if len(one.text) > LONGEST_TEXT:
        raise MessageRefused(_("At most %(most)d characters fit into a message.") % {"most": LONGEST_TEXT})


def _row(one: MessageToSend, now: datetime) -> Message:
    number = dialled(one.address)
    row = Message(
        key=one.key,
        channel=one.channel,
        address=number or one.address,
        text=one.text,
        about=one.about,
        about_id=one.about_id,
        area=one.area,
        is_urgent=one.is_urgent,
        segments=len(segments_of(one.text)),
        made_at=now,
        not_before=one.not_before or now,
        expires_at=one.expires_at or max(now, one.not_before or now) + LASTS,
    )
    if not number:
        row.state, row.fault, row.ended_at = MessageState.FAILED, Fault.BAD_NUMBER, now
    return row


@action
def cancel_messages(*, actor: Actor, now: datetime, about: str, about_ids: Collection[int]) -> MessagesCancelled:
    """Take messages out of the queue that are no longer needed; what is on the wire goes on."""
    rows = list(
        Message.objects.select_for_update()
        .filter(about=about, about_id__in=about_ids, state__in=TO_SEND)
        .only("pk", "area")
        .order_by("pk")
    )
    actor.check_may_all("channels.cancel_messages", {row.area for row in rows})
    ids = [row.pk for row in rows]
    Message.objects.filter(pk__in=ids).update(state=MessageState.FAILED, fault=Fault.CANCELLED, ended_at=now)
    return MessagesCancelled(message_ids=tuple(ids))


@action
def wire_messages(
    *, actor: Actor, now: datetime, channel: str, most: int, wired: list[ToWire], only_urgent: bool = False
) -> MessagesWired:
    """Mark the next messages as given to the line, and add them to ``wired``. Committed before a byte of them is written: whatever
    happens then, none is written twice. What has expired fails instead. ``only_urgent``: these are quiet hours."""
    actor.check_may("channels.wire_messages", "")
    due = Message.objects.filter(channel=channel, state__in=TO_SEND, not_before__lte=now)
    if only_urgent:
        due = due.filter(is_urgent=True)
    rows = list(
        due.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
        .only("pk", "address", "text", "expires_at", "tries")
        .order_by("not_before", "pk")[:most]
    )
    expired = [row.pk for row in rows if row.expires_at <= now]
    going = [row for row in rows if row.expires_at > now]
    if expired:
        Message.objects.filter(pk__in=expired).update(state=MessageState.FAILED, fault=Fault.EXPIRED, ended_at=now)
    taken = _taken([row.pk for row in going if row.tries])
    if going:
        # The reference comes back with the receipt: it finds the message even where we died before the centre's answer.
        Message.objects.filter(pk__in=[row.pk for row in going]).update(
            state=MessageState.WIRED, wired_at=now, tries=F("tries") + 1, reference=F("pk") % REFERENCES, fault=""
        )
    wired += [
        ToWire(row.pk, row.address or "", row.text or "", row.pk % REFERENCES, frozenset(taken.get(row.pk, ())))
        for row in going
    ]
    return MessagesWired(message_ids=tuple(row.pk for row in going), expired_ids=tuple(expired))


def _taken(ids: Sequence[int]) -> dict[int, set[int]]:
    """Return {message: its segments that the centre has taken}."""
    found: dict[int, set[int]] = {}
    for message_id, number in (
        Part.objects.filter(message_id__in=ids).values_list("message_id", "number") if ids else ()
    ):
        found.setdefault(message_id, set()).add(number)
    return found


@action
def take_back_messages(*, actor: Actor, now: datetime, message_ids: Sequence[int]) -> MessagesSubmitted:
    """Let messages be tried again of which surely not one byte was written before the line went down."""
    actor.check_may("channels.take_back_messages", "")
    errored, failed = put_off(list(message_ids), Fault.LINE_DOWN, now=now)
    return MessagesSubmitted(sent_ids=(), errored_ids=tuple(errored), failed_ids=tuple(failed))


def put_off(ids: Sequence[int], fault: Fault, *, now: datetime) -> tuple[list[int], list[int]]:
    """Let messages wait for another try; return (those that will be tried, those tried often enough)."""
    rows = list(
        Message.objects.select_for_update()
        .filter(pk__in=ids, state=MessageState.WIRED)
        .only("pk", "tries", "state")
        .order_by("pk")
    )
    again: dict[int, list[int]] = {}
    for row in rows:
        if row.tries < MOST_TRIES:
            again.setdefault(row.tries, []).append(row.pk)
    for tries, some in again.items():
        Message.objects.filter(pk__in=some).update(
            state=MessageState.ERRORED, fault=fault, not_before=now + wait_after(tries)
        )
    errored = [pk for some in again.values() for pk in some]
    failed = [row.pk for row in rows if row.tries >= MOST_TRIES]
    if failed:
        Message.objects.filter(pk__in=failed).update(state=MessageState.FAILED, fault=fault, ended_at=now)
    return errored, failed


@action
def give_up_messages(*, actor: Actor, now: datetime, most: int = 2000) -> MessagesGivenUp:
    """Fail what has expired in the queue, what has been on the wire for an hour without a word (it may have been sent, so it is not
    sent again), and what was sent and never met a receipt. Whoever asked goes on by another way."""
    actor.check_may("channels.give_up_messages", "")
    over = {
        Fault.UNSURE: Q(state=MessageState.WIRED, wired_at__lt=now - UNSURE_AFTER),
        Fault.NO_RECEIPT: Q(state=MessageState.SENT, expires_at__lt=now - RECEIPT_WAITS),
        Fault.EXPIRED: Q(state__in=TO_SEND, expires_at__lte=now),
    }
    failed: list[int] = []
    for fault, is_over in over.items():
        rows = Message.objects.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
        ids = list(rows.filter(is_over).order_by("pk").values_list("pk", flat=True)[:most])
        if ids:
            Message.objects.filter(pk__in=ids).update(state=MessageState.FAILED, fault=fault, ended_at=now)
            failed += ids
    return MessagesGivenUp(failed_ids=tuple(failed))
