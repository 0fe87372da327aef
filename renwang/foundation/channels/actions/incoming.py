"""Keep what phones say, exactly as it arrived, and settle what became of it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from renwang.foundation.access.fields import blind
from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action

from ..engine.segments import Piece, joined
from ..events import IncomingSettled, MessagesReceived
from ..models import Incoming, IncomingPart
from ..rules import INCOMING_MOVES, IncomingState

# A centre that was not answered brings the same message again; a person who writes the same words again later means it.
REPEATS_WITHIN = timedelta(minutes=15)
WAITS_FOR_PARTS = timedelta(minutes=10)
PARTS_ARE_KEPT = timedelta(hours=6)


class UnknownIncoming(Exception):
    """There is no such message, or it was settled before."""


@dataclass(frozen=True, kw_only=True)
class IncomingTold:
    """One message, or one segment of a longer one, as the line brings it."""

    address: str
    piece: Piece
    channel: str = "sms"


@dataclass(frozen=True, kw_only=True)
class Settled:
    """What became of one message: ``state`` handled, review or set_aside; ``about``, ``about_id``: what it was taken for."""

    incoming_id: int
    state: IncomingState
    reason: str = ""
    note: str = ""
    about: str = ""
    about_id: int | None = None
    area: str = ""


@action
def keep_incoming(*, actor: Actor, now: datetime, told: Sequence[IncomingTold]) -> MessagesReceived:
    """Keep what has arrived; longer messages when their last segment is there. Only after this commit is the centre told that we
    have them. What it brings twice within minutes is kept and marked as a repeat."""
    actor.check_may("channels.keep_incoming", "")
    rows = [_row(one.address, one.piece.text, one.channel, now) for one in told if one.piece.total == 1]
    parts = [one for one in told if one.piece.total > 1]
    part_ids: list[int] = []
    if parts:
        made, part_ids = _join(parts, now=now)
        rows += made
    repeats = _mark_repeats(rows, now=now)
    Incoming.objects.bulk_create(rows)
    return MessagesReceived(
        incoming_ids=tuple(row.pk for row in rows if row not in repeats),
        repeat_ids=tuple(row.pk for row in repeats),
        part_ids=tuple(part_ids),
    )


@action
def join_late_parts(*, actor: Actor, now: datetime) -> MessagesReceived:
    """Take up longer messages whose last segments have not come for ten minutes: what is there is kept, … for what is missing."""
    actor.check_may("channels.join_late_parts", "")
    late = list(
        IncomingPart.objects.select_for_update().filter(received_at__lt=now - WAITS_FOR_PARTS).order_by("pk")[:2000]
    )
    rows = []
    for same in _grouped(late):
        whole = joined([Piece(part.text or "", part.reference, part.total, part.number) for part in same])
        rows.append(_row(same[0].address or "", whole, "sms", now))
    Incoming.objects.bulk_create(rows)
    IncomingPart.objects.filter(pk__in=[part.pk for part in late]).delete()
    return MessagesReceived(incoming_ids=tuple(row.pk for row in rows), repeat_ids=(), part_ids=())


@action
def settle_incoming(*, actor: Actor, now: datetime, settled: Sequence[Settled]) -> IncomingSettled:
    """Note what became of messages; raises UnknownIncoming where somebody settled one first, and then notes nothing."""
    actor.check_may_all("channels.settle_incoming", {one.area for one in settled})
    rows = {
        row.pk: row
        for row in Incoming.objects.select_for_update()
        .filter(pk__in={one.incoming_id for one in settled})
        .defer("address", "text")
        .order_by("pk")
    }
    for one in settled:
        row = rows.get(one.incoming_id)
        if row is None or one.state not in INCOMING_MOVES[IncomingState(row.state)]:
            raise UnknownIncoming(_("Somebody else has taken up this reply. Load the list again."))
        row.state, row.reason, row.note = one.state, one.reason, one.note
        row.about, row.about_id, row.area = one.about, one.about_id, one.area
        row.settled_at, row.settled_by_id = now, actor.user_id
    Incoming.objects.bulk_update(
        list(rows.values()),
        ["state", "reason", "note", "about", "about_id", "area", "settled_at", "settled_by"],
        batch_size=500,
    )

    def ids(state: IncomingState) -> tuple[int, ...]:
        return tuple(one.incoming_id for one in settled if one.state == state)

    return IncomingSettled(
        handled_ids=ids(IncomingState.HANDLED),
        review_ids=ids(IncomingState.REVIEW),
        set_aside_ids=ids(IncomingState.SET_ASIDE),
    )


def _row(address: str, text: str, channel: str, now: datetime) -> Incoming:
    return Incoming(channel=channel, address=address, text=text, digest=_digest(address, text), received_at=now)


def _digest(address: str, text: str) -> bytes:
    """Return what is equal for the same words from the same phone; blind, for a bare hash of a short text can be guessed."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), key=blind(address, "text"), digest_size=16).digest()


def _mark_repeats(rows: Sequence[Incoming], *, now: datetime) -> list[Incoming]:
    """Point rows that were brought twice at the first of them."""
    since = now - REPEATS_WITHIN
    before = {
        bytes(digest): pk
        for digest, pk in Incoming.objects.filter(
            digest__in=[row.digest for row in rows], received_at__gte=since, repeat_of=None
        )
        .order_by("-pk")
        .values_list("digest", "pk")
    }
    repeats = []
    for row in rows:
        pk = before.get(bytes(row.digest))
        if pk is not None:
            row.repeat_of_id, row.state, row.reason, row.settled_at = pk, IncomingState.SET_ASIDE, "repeat", now
            repeats.append(row)
    return repeats


def _join(parts: Sequence[IncomingTold], *, now: datetime) -> tuple[list[Incoming], list[int]]:
    """Keep segments; return the messages that are whole now, and the segments that still wait."""
    IncomingPart.objects.bulk_create(
        [
            IncomingPart(
                address=one.address,
                text=one.piece.text,
                reference=one.piece.reference,
                total=one.piece.total,
                number=one.piece.number,
                received_at=now,
            )
            for one in parts
        ],
        ignore_conflicts=True,
    )
    touched = list(
        IncomingPart.objects.filter(
            address_idx__in={blind(one.address, "phone") for one in parts},
            reference__in={one.piece.reference for one in parts},
        ).order_by("pk")
    )
    made, done, waiting = [], [], []
    for same in _grouped(touched):
        if len(same) < same[0].total:
            waiting += [part.pk for part in same]
            continue
        whole = joined([Piece(part.text or "", part.reference, part.total, part.number) for part in same])
        made.append(_row(same[0].address or "", whole, "sms", now))
        done += [part.pk for part in same]
    IncomingPart.objects.filter(pk__in=done).delete()
    return made, waiting


def _grouped(parts: Sequence[IncomingPart]) -> list[list[IncomingPart]]:
    groups: dict[tuple[bytes, int, int], list[IncomingPart]] = {}
    for part in parts:
        groups.setdefault((bytes(part.address_idx or b""), part.reference, part.total), []).append(part)
    return list(groups.values())
