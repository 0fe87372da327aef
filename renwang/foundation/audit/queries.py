"""Reads of the ledger and the outbox; among them the proof that nobody edited the ledger."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import Count, Q, QuerySet

from . import rules
from .models import DayChain, Entry, Promise, TickRun, WorkerBeat
from .rules import PromiseStatus


@dataclass(frozen=True)
class Flaw:
    """One place where the ledger is not what was written."""

    day: date
    seq: int
    what: str  # "edited", "missing", "cut", "day missing", "day reopened", "not the head that was noted"


@dataclass(frozen=True)
class Head:
    """The end of the ledger at one moment: to be noted elsewhere, so that even the loss of its end is seen."""

    day: date
    ordinal: int
    entries: int
    mac: str

    def in_words(self) -> str:
        """Return the head in one line that fits on paper."""
        return f"{self.day.isoformat()} {self.ordinal} {self.entries} {self.mac}"

    @classmethod
    def parse(cls, line: str) -> "Head":
        """Return the head that was noted; raises ValueError."""
        day, ordinal, entries, mac = line.split()
        return cls(date.fromisoformat(day), int(ordinal), int(entries), mac)


def heads() -> list[Head]:
    """Return the head of every day, in the order in which the days were opened."""
    return [Head(c.day, c.ordinal, c.entries, c.head) for c in DayChain.objects.order_by("ordinal")]


def verify(*, key: bytes, noted: list[Head] | None = None) -> Iterator[Flaw]:
    """Yield every flaw of the ledger, day by day; nothing when all is as written.

    ``noted``: heads kept elsewhere; each must still be on its day's chain, where it was.
    """
    chains = list(DayChain.objects.order_by("ordinal"))
    before = ""
    for place, chain in enumerate(chains, start=1):
        if chain.ordinal != place:
            yield Flaw(chain.day, 0, "day missing")
            return
        if chain.opening != rules.opening(chain.day, chain.ordinal, before):
            yield Flaw(chain.day, 0, "day reopened")
        before = chain.opening
    for chain in chains:
        yield from _verify_day(chain, key, [head for head in noted or [] if head.day == chain.day])
    known = {chain.day for chain in chains}
    strays = Entry.objects.exclude(day__in=known).values_list("day", "seq").order_by("day", "seq")
    yield from (Flaw(day, seq, "day missing") for day, seq in strays.iterator())
    yield from (Flaw(head.day, 0, "day missing") for head in noted or [] if head.day not in known)


def _verify_day(chain: DayChain, key: bytes, noted: list[Head]) -> Iterator[Flaw]:
    link, expected = chain.opening, 0
    at_number = {head.entries: head.mac for head in noted}
    for entry in Entry.objects.filter(day=chain.day).order_by("seq").iterator(chunk_size=5000):
        expected += 1
        if entry.seq != expected:
            yield Flaw(chain.day, expected, "missing")
            expected = entry.seq
        facts = rules.canonical(entry.facts)
        mac = rules.entry_mac(
            key,
            before=link,
            day=entry.day,
            seq=entry.seq,
            name=entry.name,
            actor_id=entry.actor_id,
            at=entry.at.astimezone(UTC),
            facts=facts,
        )
        if mac != entry.mac:
            yield Flaw(chain.day, entry.seq, "edited")
        if at_number.get(entry.seq, entry.mac) != entry.mac:
            yield Flaw(chain.day, entry.seq, "not the head that was noted")
        link = entry.mac  # so that one edit is told once, not for every entry after it
    if chain.entries != expected or chain.head != link:
        yield Flaw(chain.day, expected + 1, "cut")
    if any(number > expected for number in at_number):
        yield Flaw(chain.day, expected + 1, "not the head that was noted")


def entries(*, name: str = "", actor_id: int | None = None, day: date | None = None) -> QuerySet[Entry]:
    """Return ledger entries, the latest first."""
    found = Entry.objects.order_by("-id")
    if name:
        found = found.filter(name=name)
    if actor_id is not None:
        found = found.filter(actor_id=actor_id)
    if day is not None:
        found = found.filter(day=day)
    return found


def dead_letters() -> QuerySet[Promise]:
    """Return the promises that failed for good, the oldest first."""
    return Promise.objects.filter(status=PromiseStatus.DEAD).order_by("due_at", "id")


@dataclass(frozen=True)
class OutboxState:
    """How the outbox stands."""

    due: int
    running: int
    dead: int
    oldest_due_at: datetime | None
    workers: int


def outbox_state(*, now: datetime) -> OutboxState:
    """Return how many promises wait, run and lie dead, how old the oldest is, and how many workers are at it."""
    waiting = Q(status=PromiseStatus.DUE)
    counted = Promise.objects.aggregate(
        due=Count("id", filter=waiting),
        running=Count("id", filter=Q(status=PromiseStatus.RUNNING)),
        dead=Count("id", filter=Q(status=PromiseStatus.DEAD)),
    )
    oldest = Promise.objects.filter(waiting).order_by("due_at").values_list("due_at", flat=True).first()
    alive = WorkerBeat.objects.filter(at__gte=now - timedelta(minutes=2)).count()
    return OutboxState(**counted, oldest_due_at=oldest, workers=alive)


def failed_ticks() -> QuerySet[TickRun]:
    """Return what should happen every so often and failed the last time."""
    return TickRun.objects.exclude(last_error="").order_by("name")


def progress_of(key: str) -> Promise | None:
    """Return one promise by its key, to show how far it has come."""
    return Promise.objects.filter(key=key).first()
