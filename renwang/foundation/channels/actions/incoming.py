"""Keep what phones say, exactly as it arrived, and settle what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from renwang.foundation.access.fields import seal_bytes, sealing
from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action
from renwang.foundation.audit.actions.bulk import insert_rows, take_ids, update_rows
from renwang.foundation.audit.queries import among

from ..events import IncomingSettled, MessagesReceived
from ..models import Incoming
from ..rules import INCOMING_MOVES, IncomingState
from .parts import IncomingTold, digest_of, forget_parts, gather, gather_late, keep_parts

# A centre that was not answered brings the same message again; a person who writes the same words again later means it.
REPEATS_WITHIN = timedelta(minutes=15)


# As _insert writes them.
COLUMNS = (
    *("id", "channel", "address", "address_idx", "text", "digest", "received_at"),
    *("state", "reason", "note", "about", "area", "repeat_of_id", "settled_at"),
)


class UnknownIncoming(Exception):
    """There is no such message, or it was settled before."""


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
    wholes, waiting = gather(parts, now=now) if parts else ([], [])
    rows += [whole.row for whole in wholes]
    firsts, repeats = _repeats_among(rows, now=now)
    _insert(firsts)
    for row, first in repeats:
        row.repeat_of = first
    _insert([row for row, _first in repeats])
    part_ids = keep_parts(wholes, waiting)
    return MessagesReceived(
        incoming_ids=tuple(row.pk for row in firsts),
        repeat_ids=tuple(row.pk for row, _first in repeats),
        part_ids=tuple(part_ids),
    )


@action
def join_late_parts(*, actor: Actor, now: datetime) -> MessagesReceived:
    """Take up longer messages whose last segments have not come for ten minutes: what is there is kept, … for what is missing."""
    actor.check_may("channels.join_late_parts", "")
    wholes = gather_late(now=now)
    _insert([whole.row for whole in wholes])
    keep_parts(wholes, [])
    forget_parts(now=now)
    return MessagesReceived(incoming_ids=tuple(whole.row.pk for whole in wholes), repeat_ids=(), part_ids=())


@action
def settle_incoming(*, actor: Actor, now: datetime, settled: Sequence[Settled]) -> IncomingSettled:
    """Note what became of messages; raises UnknownIncoming where somebody settled one first, and then notes nothing."""
    actor.check_may_all("channels.settle_incoming", {one.area for one in settled})
    asked = among(Incoming, "id", {one.incoming_id for one in settled})
    states = dict(Incoming.objects.select_for_update().filter(asked).order_by("pk").values_list("pk", "state"))
    for one in settled:
        if one.state not in INCOMING_MOVES.get(IncomingState(states.get(one.incoming_id, IncomingState.HANDLED)), ()):
            raise UnknownIncoming(_("Somebody else has taken up this reply. Load the list again."))
        states[one.incoming_id] = one.state
    update_rows(
        Incoming,
        ("state", "reason", "note", "about", "about_id", "area", "settled_at", "settled_by_id"),
        [
            (
                one.incoming_id,
                one.state,
                one.reason,
                one.note,
                one.about,
                one.about_id,
                one.area,
                now,
                actor.user_id,
            )
            for one in settled
        ],
    )

    def ids(state: IncomingState) -> tuple[int, ...]:
        return tuple(one.incoming_id for one in settled if one.state == state)

    return IncomingSettled(
        handled_ids=ids(IncomingState.HANDLED),
        review_ids=ids(IncomingState.REVIEW),
        set_aside_ids=ids(IncomingState.SET_ASIDE),
    )


def _row(address: str, text: str, channel: str, now: datetime) -> Incoming:
    return Incoming(channel=channel, address=address, text=text, digest=digest_of(address, text), received_at=now)


def _insert(rows: Sequence[Incoming]) -> None:
    """Insert what has arrived and give it its ids. By COPY: twenty thousand phones may answer in one minute."""
    if not rows:
        return
    seal_address, seal_text = sealing(Incoming, "address", "phone"), sealing(Incoming, "text")
    nothing = seal_bytes(b"", f"{Incoming._meta.label_lower}.text")  # somebody may send an empty message
    written: list[tuple[Any, ...]] = []
    for pk, row in zip(take_ids(Incoming, len(rows)), rows, strict=True):
        row.pk = pk
        address, address_idx = seal_address(row.address or "")
        told = (
            pk,
            row.channel,
            address,
            address_idx,
            seal_text(row.text or "")[0] or nothing,
            row.digest,
            row.received_at,
        )
        written.append((*told, str(row.state), row.reason, "", "", "", row.repeat_of_id, row.settled_at))
    insert_rows(Incoming, COLUMNS, written)


def _repeats_among(
    rows: Sequence[Incoming], *, now: datetime
) -> tuple[list[Incoming], list[tuple[Incoming, Incoming]]]:
    """Return (what is said for the first time, what was brought again with the first of it)."""
    known = Incoming.objects.filter(
        among(Incoming, "digest", [row.digest for row in rows]), received_at__gte=now - REPEATS_WITHIN, repeat_of=None
    )
    before = {bytes(row.digest): row for row in known.only("pk", "digest").order_by("-pk")}
    firsts: list[Incoming] = []
    repeats: list[tuple[Incoming, Incoming]] = []
    for row in rows:
        first = before.setdefault(bytes(row.digest), row)
        if first is row:
            firsts.append(row)
        else:
            row.state, row.reason, row.settled_at = IncomingState.SET_ASIDE, "repeat", now
            repeats.append((row, first))
    return firsts, repeats
