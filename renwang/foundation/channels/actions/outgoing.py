"""Queue messages, give them to the line, take them back, give them up."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import F
from django.utils.translation import gettext as _

from renwang.foundation.access.fields import sealing
from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action
from renwang.foundation.audit.actions.bulk import insert_rows, take_ids
from renwang.foundation.audit.queries import among

from .. import queries
from ..engine.segments import segments_of
from ..events import MessagesCancelled, MessagesGivenUp, MessagesQueued, MessagesSubmitted, MessagesWired
from ..models import Message, Part
from ..rules import (
    LONGEST_TEXT,
    MOST_TRIES,
    TO_SEND,
    Fault,
    MessageState,
    dialled,
    wait_after,
)

LASTS = timedelta(hours=24)
REFERENCES = 65_536  # what fits into user_message_reference
# As queue_messages writes them.
COLUMNS = (
    *("id", "key", "channel", "address", "address_idx", "text", "about", "about_id", "area", "state", "fault"),
    *("is_urgent", "segments", "made_at", "not_before", "expires_at", "ended_at", "tries", "reference"),
)


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
    known = set(Message.objects.filter(among(Message, "key", first)).values_list("key", flat=True))
    new = [one for one in first.values() if one.key not in known]
    ids = take_ids(Message, len(new))
    seal_address, seal_text = sealing(Message, "address", "phone"), sealing(Message, "text")
    queued: list[int] = []
    failed: list[int] = []
    rows: list[tuple[Any, ...]] = []
    for pk, one in zip(ids, new, strict=True):
        number = dialled(one.address)
        (queued if number else failed).append(pk)
        address, address_idx = seal_address(number or one.address.strip() or "?")
        rows.append(
            (
                pk,
                one.key,
                one.channel,
                address,
                address_idx,
                seal_text(one.text)[0],
                one.about,
                one.about_id,
                one.area,
                (MessageState.QUEUED if number else MessageState.FAILED).value,
                "" if number else Fault.BAD_NUMBER.value,
                one.is_urgent,
                len(segments_of(one.text)),
                now,
                one.not_before or now,
                one.expires_at or max(now, one.not_before or now) + LASTS,
                None if number else now,
                0,
                0,
            )
        )
    insert_rows(Message, COLUMNS, rows)
    return MessagesQueued(message_ids=tuple(queued), failed_ids=tuple(failed))


def _check_words(one: MessageToSend) -> None:
    if not one.text.strip():
        raise MessageRefused(_("A message needs words."))
    if len(one.text) > LONGEST_TEXT:
        raise MessageRefused(_("At most %(most)d characters fit into a message.") % {"most": LONGEST_TEXT})


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
        .order_by("not_before", "pk")
        .values_list("pk", "address", "text", "expires_at", "tries")[:most]
    )
    expired = [pk for pk, _address, _text, expires_at, _tries in rows if expires_at <= now]
    going = [(pk, address, text, tries) for pk, address, text, expires_at, tries in rows if expires_at > now]
    if expired:
        Message.objects.filter(pk__in=expired).update(state=MessageState.FAILED, fault=Fault.EXPIRED, ended_at=now)
    taken = _taken([pk for pk, _address, _text, tries in going if tries])
    ids = tuple(pk for pk, _address, _text, _tries in going)
    if ids:
        # The reference comes back with the receipt: it finds the message even where we died before the centre's answer.
        Message.objects.filter(among(Message, "id", ids)).update(
            state=MessageState.WIRED, wired_at=now, tries=F("tries") + 1, reference=F("pk") % REFERENCES, fault=""
        )
    wired += [
        ToWire(pk, address or "", text or "", pk % REFERENCES, frozenset(taken.get(pk, ())))
        for pk, address, text, _tries in going
    ]
    return MessagesWired(message_ids=ids, expired_ids=tuple(expired))


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
    failed: list[int] = []
    for fault, is_over in queries.over(now).items():
        rows = Message.objects.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
        ids = list(rows.filter(is_over).order_by("pk").values_list("pk", flat=True)[:most])
        if ids:
            Message.objects.filter(pk__in=ids).update(state=MessageState.FAILED, fault=fault, ended_at=now)
            failed += ids
    return MessagesGivenUp(failed_ids=tuple(failed))
