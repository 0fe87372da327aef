"""Messages and replies, as others read them."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from renwang.foundation.access.fields import blinds
from renwang.foundation.access.queries import in_scope
from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.queries import among

from .models import Incoming, IncomingPart, LineState, Message, StrayReceipt
from .rules import (
    PARTS_ARE_KEPT,
    RECEIPT_WAITS,
    TO_SEND,
    UNSURE_AFTER,
    WAITS_FOR_PARTS,
    Fault,
    IncomingState,
    MessageState,
)


def is_any_due(*, channel: str, now: datetime, only_urgent: bool = False) -> bool:
    """Answer whether a line has something to send."""
    due = Message.objects.filter(channel=channel, state__in=TO_SEND, not_before__lte=now)
    return (due.filter(is_urgent=True) if only_urgent else due).exists()


def over(now: datetime) -> dict[Fault, Q]:
    """Return which messages nobody need wait for any longer, by why."""
    return {
        Fault.UNSURE: Q(state=MessageState.WIRED, wired_at__lt=now - UNSURE_AFTER),
        Fault.NO_RECEIPT: Q(state=MessageState.SENT, expires_at__lt=now - RECEIPT_WAITS),
        Fault.EXPIRED: Q(state__in=TO_SEND, expires_at__lte=now),
    }


def is_any_over(now: datetime) -> bool:
    """Answer whether there is a message that nobody need wait for any longer. Three queries at most."""
    return any(Message.objects.filter(is_over).exists() for is_over in over(now).values())


def is_any_part_over(now: datetime) -> bool:
    """Answer whether a segment has waited long enough for the others of its message, or was joined long ago."""
    late = Q(incoming=None, received_at__lt=now - WAITS_FOR_PARTS)
    return IncomingPart.objects.filter(late | Q(incoming__isnull=False, received_at__lt=now - PARTS_ARE_KEPT)).exists()


def messages_about(about: str, ids: Collection[int]) -> list[Message]:
    """Return the messages about some things, oldest first."""
    return list(Message.objects.filter(about=about, about_id__in=ids).order_by("pk"))


def about_of(message_ids: Iterable[int], about: str) -> dict[int, list[str]]:
    """Return, of messages about one sort of thing, {about_id: [fault, …]}."""
    found: dict[int, list[str]] = {}
    rows = Message.objects.filter(among(Message, "id", list(message_ids)), about=about, about_id__isnull=False)
    for about_id, fault in rows.order_by("pk").values_list("about_id", "fault"):
        found.setdefault(int(about_id or 0), []).append(fault)
    return found


def new_incoming(most: int, after: int = 0) -> list[int]:
    """Return the ids of replies that nobody has taken up, oldest first. ``after``: the last of the batch before, so that nobody
    looks again through all that were taken up since."""
    new = Incoming.objects.filter(pk__gt=after, state=IncomingState.NEW).order_by("pk")
    return list(new.values_list("pk", flat=True)[:most])


def incoming(ids: Collection[int]) -> list[Incoming]:
    """Return replies by their ids, oldest first."""
    return list(Incoming.objects.filter(among(Incoming, "id", ids)).order_by("pk"))


def incoming_from(number: str) -> QuerySet[Incoming]:
    """Return what came from one number, however it is spelled."""
    return Incoming.objects.filter(address_idx__in=blinds(number, "phone"))


def to_review(*, viewer: Actor) -> QuerySet[Incoming]:
    """Return the replies a person must read, of the viewer's areas. Those of no area are the whole house's."""
    found = Incoming.objects.filter(state=IncomingState.REVIEW)
    return found.filter(in_scope("area", viewer.areas("channels.review"))).order_by("received_at", "pk")


def ladder(*, since: datetime, until: datetime, about: str = "") -> Counter[str]:
    """Return how many messages of a time stand on each rung."""
    rows = Message.objects.filter(made_at__gte=since, made_at__lt=until)
    if about:
        rows = rows.filter(about=about)
    return Counter(dict(rows.order_by().values_list("state").annotate(n=Count("pk"))))


def faults(*, since: datetime, until: datetime) -> list[tuple[str, str, int]]:
    """Return (state, fault, how many) of the messages of a time that met one, the most first."""
    rows = Message.objects.filter(made_at__gte=since, made_at__lt=until).exclude(fault="")
    found = rows.order_by().values_list("state", "fault").annotate(n=Count("pk"))
    return sorted(((str(state), str(fault), int(n)) for state, fault, n in found), key=lambda row: -row[2])


def troubled(*, since: datetime, most: int = 200) -> list[Message]:
    """Return the newest messages that failed or wait for another try, but for those nobody needs any more."""
    rows = Message.objects.filter(made_at__gte=since, state__in=[MessageState.FAILED, MessageState.ERRORED]).exclude(
        fault=Fault.CANCELLED
    )
    return list(rows.defer("text").order_by("-pk")[:most])


def strays(*, since: datetime, most: int = 100) -> list[StrayReceipt]:
    """Return the newest receipts without a place."""
    return list(StrayReceipt.objects.filter(received_at__gte=since).order_by("-pk")[:most])


def lines() -> list[LineState]:
    """Return every line that was ever held."""
    return list(LineState.objects.order_by("code"))


def holder_of(code: str) -> str:
    """Return the name of the worker that holds a line; "" where nobody does."""
    return LineState.objects.filter(code=code).values_list("held_by", flat=True).first() or ""
