"""Segments of longer messages: in any order, twice, too late, or never."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from renwang.foundation.access.fields import blind

from ..engine.segments import Piece, joined
from ..models import Incoming, IncomingPart
from ..rules import PARTS_ARE_KEPT, WAITS_FOR_PARTS

AT_ONCE = 2000
Whose = tuple[bytes, int, int]  # whose, which message, of how many segments


@dataclass(frozen=True, kw_only=True)
class IncomingTold:
    """One message, or one segment of a longer one, as the line brings it."""

    address: str
    piece: Piece
    channel: str = "sms"


@dataclass(frozen=True)
class Whole:
    """A longer message, and the segments it was joined from."""

    row: Incoming
    parts: list[IncomingPart]


def digest_of(address: str, text: str) -> bytes:
    """Return what is equal for the same words from the same phone; blind, for a bare hash of a short text can be guessed."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), key=blind(address, "text"), digest_size=16).digest()


def gather(told: Sequence[IncomingTold], *, now: datetime) -> tuple[list[Whole], list[IncomingPart]]:
    """Return (the messages that are whole now, the new segments whose others are still to come); writes nothing."""
    known: dict[Whose, set[tuple[int, bytes]]] = {}
    waiting: dict[Whose, dict[int, IncomingPart]] = {}
    asked = IncomingPart.objects.filter(
        address_idx__in={blind(one.address, "text") for one in told},
        reference__in={one.piece.reference for one in told},
        received_at__gte=now - PARTS_ARE_KEPT,
    )
    for part in asked.order_by("pk"):
        known.setdefault(_whose(part), set()).add((part.number, bytes(part.digest)))
        if part.incoming_id is None:
            waiting.setdefault(_whose(part), {})[part.number] = part
    wholes: list[Whole] = []
    for one in told:
        part = _part(one, now)
        whose = (blind(one.address, "text"), part.reference, part.total)
        words = (part.number, bytes(part.digest))
        if words in known.setdefault(whose, set()):
            continue  # the centre brings it again: we have it
        known[whose].add(words)
        others = waiting.setdefault(whose, {})
        if part.number in others:
            # The phone counts from the beginning again: the rest of the older message never came.
            wholes.append(_whole(list(others.values()), now))
            others.clear()
        others[part.number] = part
        if len(others) == part.total:
            wholes.append(_whole(list(others.values()), now))
            others.clear()
    return wholes, [part for others in waiting.values() for part in others.values() if not part.pk]


def gather_late(*, now: datetime) -> list[Whole]:
    """Return the messages whose last segments have not come in time; writes nothing."""
    late = list(
        IncomingPart.objects.filter(incoming=None, received_at__lt=now - WAITS_FOR_PARTS).order_by("pk")[:AT_ONCE]
    )
    groups: dict[Whose, list[IncomingPart]] = {_whose(part): [] for part in late}
    several = IncomingPart.objects.select_for_update().filter(
        incoming=None,
        address_idx__in={part.address_idx for part in late},
        reference__in={part.reference for part in late},
    )
    for part in several.order_by("pk"):
        if (whose := _whose(part)) in groups:
            groups[whose].append(part)
    return [_whole(parts, now) for parts in groups.values() if parts]


def keep_parts(wholes: Sequence[Whole], waiting: Sequence[IncomingPart]) -> list[int]:
    """Keep segments with the messages they were joined into, whose rows are kept before; return those that wait."""
    known: list[IncomingPart] = []
    new = list(waiting)
    for whole in wholes:
        for part in whole.parts:
            part.incoming = whole.row
            (known if part.pk else new).append(part)
    IncomingPart.objects.bulk_update(known, ["incoming"], batch_size=500)
    IncomingPart.objects.bulk_create(new)
    return [part.pk for part in waiting]


def forget_parts(*, now: datetime) -> None:
    """Forget segments that were joined hours ago."""
    IncomingPart.objects.filter(incoming__isnull=False, received_at__lt=now - PARTS_ARE_KEPT).delete()


def _part(one: IncomingTold, now: datetime) -> IncomingPart:
    return IncomingPart(
        address=one.address,
        text=one.piece.text,
        digest=digest_of(one.address, one.piece.text),
        reference=one.piece.reference,
        total=one.piece.total,
        number=one.piece.number,
        received_at=now,
    )


def _whole(parts: list[IncomingPart], now: datetime) -> Whole:
    text = joined([Piece(part.text or "", part.reference, part.total, part.number) for part in parts])
    address = parts[0].address or ""
    row = Incoming(channel="sms", address=address, text=text, digest=digest_of(address, text), received_at=now)
    return Whole(row, parts)


def _whose(part: IncomingPart) -> Whose:
    return bytes(part.address_idx or b""), part.reference, part.total
