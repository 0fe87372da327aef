"""Reads of the ledger and the outbox; among them the proof that nobody edited the ledger."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from django.db import connection
from django.db.models import BooleanField, Count, Exists, Model, OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast

from . import rules
from .models import DayChain, Entry, Promise, TickRun, WorkerBeat
from .rules import PromiseStatus

VERIFIED_AT_ONCE = 5000


@dataclass(frozen=True)
class Flaw:
    """One place where the ledger is not what was written."""

    day: date
    seq: int
    what: str  # "edited", "missing", "added", "cut", "day missing", "day reopened", "not the head that was noted"


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
    """Yield every flaw of the ledger, day by day; nothing when all is as written. Others may write meanwhile.

    ``noted``: heads kept elsewhere; each must still be on its day's chain, where it was.
    """
    before, place = "", 0
    for chain in DayChain.objects.order_by("ordinal"):
        place += 1
        if chain.ordinal != place:
            yield Flaw(chain.day, 0, "day missing")
            place = chain.ordinal
        elif chain.opening != rules.opening(key, day=chain.day, ordinal=chain.ordinal, before=before):
            yield Flaw(chain.day, 0, "day reopened")
        before = chain.opening
        yield from _verify_day(chain, key, [head for head in noted or [] if head.day == chain.day])
    kept = DayChain.objects.filter(day=OuterRef("day"))
    # Each asked in one question, so that what is written while we read is no stray.
    strays = Entry.objects.filter(~Exists(kept)).values_list("day", "seq").order_by("day", "seq")
    yield from (Flaw(day, seq, "day missing") for day, seq in strays.iterator())
    beyond = Entry.objects.filter(seq__gt=Subquery(kept.values("entries"))).values_list("day", "seq")
    yield from (Flaw(day, seq, "added") for day, seq in beyond.order_by("day", "seq").iterator())
    known = set(DayChain.objects.values_list("day", flat=True))
    yield from (Flaw(head.day, 0, "day missing") for head in noted or [] if head.day not in known)


def _verify_day(chain: DayChain, key: bytes, noted: list[Head]) -> Iterator[Flaw]:
    link, expected = chain.opening, 0
    at_number = {head.entries: head.mac for head in noted}
    for row in _raw_entries(chain):
        expected += 1
        if row.seq != expected:
            yield Flaw(chain.day, expected, "missing")
            expected = row.seq
        if _mac_of(row, key=key, before=link, day=chain.day) != row.mac:
            yield Flaw(chain.day, row.seq, "edited")
        link = rules.seal(key, row.mac)  # so that one edit is told once, not for every entry after it
        if at_number.get(row.seq, link) != link:
            yield Flaw(chain.day, row.seq, "not the head that was noted")
    if chain.entries != expected or chain.head != link:
        yield Flaw(chain.day, expected + 1, "cut")
    if any(number > expected for number in at_number):
        yield Flaw(chain.day, expected + 1, "not the head that was noted")


class _Raw(NamedTuple):
    """An entry as the database keeps it: what somebody wrote past us may be no moment and no JSON."""

    seq: int
    name: str
    actor_id: int | None
    at: datetime | None
    told: str
    mac: str


# The facts as text: a text may say more than what a database reads in it.
RAW = ("seq", "name", "actor_id", "at", Cast("facts", TextField()), "mac")


def _raw_entries(chain: DayChain) -> Iterator[_Raw]:
    found = Entry.objects.filter(day=chain.day, seq__lte=chain.entries).order_by("seq")
    last = 0
    while True:
        part = found.filter(seq__gt=last)[:VERIFIED_AT_ONCE]
        try:
            rows = [_Raw(*row) for row in part.values_list(*RAW)]
        except (ValueError, TypeError):
            rows = [_readable(found, seq) for seq in part.values_list("seq", flat=True)]
        if not rows:
            return
        yield from rows
        last = rows[-1].seq


def _readable(found: QuerySet[Entry], seq: int) -> _Raw:
    try:
        return _Raw(*found.values_list(*RAW).get(seq=seq))
    except (ValueError, TypeError):
        name, mac = found.values_list("name", "mac").get(seq=seq)
        return _Raw(seq, name, None, None, "", mac)


def _mac_of(row: _Raw, *, key: bytes, before: str, day: date) -> str:
    """Return the hash the entry should have; "" where it cannot have been written by us."""
    try:
        facts = rules.canonical(rules.facts_of(row.told))
    except (ValueError, RecursionError):
        return ""
    if row.at is None:
        return ""
    at = row.at.astimezone(UTC)
    return rules.entry_mac(
        key, before=before, day=day, seq=row.seq, name=row.name, actor_id=row.actor_id, at=at, facts=facts
    )


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


def among(model: type[Model], column: str, ids: Collection[int | str | bytes | memoryview]) -> Q | RawSQL:
    """Return the condition that a column is one of many values: on PostgreSQL one array, and not thousands of parameters."""
    if connection.vendor == "postgresql":
        where = f'"{model._meta.db_table}"."{column}" = ANY(%s)'  # names of our own models, never anything typed
        return RawSQL(where, [list(ids)], output_field=BooleanField())  # noqa: S611
    return Q((f"{column}__in", ids))
