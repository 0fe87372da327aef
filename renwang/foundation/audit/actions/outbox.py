"""Take what was promised, keep it, or lose it until the next try. Every move is a guarded update."""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, Q

from .. import rules
from ..events import PromiseDropped, PromiseReturned
from ..models import Promise, TickRun, WorkerBeat
from ..rules import PromiseStatus
from .door import Acting, action


class StalePromise(Exception):
    """Somebody else has taken, kept or dropped the promise meanwhile."""


def claim(*, worker: str, now: datetime, most: int = 1) -> list[Promise]:
    """Lease up to ``most`` promises that are due, or whose worker stopped beating, to one worker.

    A promise whose worker stopped at every attempt is a dead letter: it may be what stops them.
    """
    left = Q(lease_until__lt=now) | Q(lease_until__gt=now + rules.LONGEST_LEASE)
    left = left & Q(status=PromiseStatus.RUNNING)
    ready = Q(status=PromiseStatus.DUE, due_at__lte=now) | left
    if not Promise.objects.filter(ready).exists():
        return []  # on the embedded database, looking does not hold up those who write
    with transaction.atomic():
        Promise.objects.filter(left, attempts__gte=rules.MOST_ATTEMPTS).update(
            status=PromiseStatus.DEAD, lease_until=None, last_error="The worker stopped at every attempt."
        )
        found = Promise.objects.filter(ready).order_by("due_at", "id")
        if connection.features.has_select_for_update_skip_locked:
            found = found.select_for_update(skip_locked=True)
        ids = list(found.values_list("id", flat=True)[:most])
        # The filter is the lock where the database has no row locks.
        Promise.objects.filter(ready, id__in=ids).update(
            status=PromiseStatus.RUNNING, lease_by=worker, lease_until=now + rules.LEASE, attempts=F("attempts") + 1
        )
        return list(Promise.objects.filter(id__in=ids, lease_by=worker, status=PromiseStatus.RUNNING).order_by("id"))


def beat(*, worker: str, now: datetime) -> int:
    """Renew the leases of a worker that is still at it; returns how many it holds."""
    held = Promise.objects.filter(lease_by=worker, status=PromiseStatus.RUNNING)
    return held.update(lease_until=now + rules.LEASE)


def report_progress(*, promise_id: int, worker: str, percent: int) -> None:
    """Show how far a long effect has come."""
    Promise.objects.filter(id=promise_id, lease_by=worker).update(progress=min(max(percent, 0), 100))


def keep(*, promise_id: int, worker: str, now: datetime) -> None:
    """Mark a promise as kept. Raises StalePromise when the lease has gone to another worker."""
    mine = Promise.objects.filter(id=promise_id, lease_by=worker, status=PromiseStatus.RUNNING)
    if not mine.update(status=PromiseStatus.KEPT, kept_at=now, lease_until=None, progress=100, last_error=""):
        raise StalePromise


def lose(*, promise_id: int, worker: str, attempts: int, error: str, now: datetime) -> None:
    """Put a failed promise back with a longer wait, or, after the last attempt, among the dead letters."""
    dead = attempts >= rules.MOST_ATTEMPTS
    Promise.objects.filter(id=promise_id, lease_by=worker, status=PromiseStatus.RUNNING).update(
        status=PromiseStatus.DEAD if dead else PromiseStatus.DUE,
        due_at=now + rules.next_wait(attempts),
        lease_until=None,
        last_error=error[:500],
    )


def begin_tick(*, name: str, every: timedelta, now: datetime) -> bool:
    """Answer whether this worker is the one that begins a tick now."""
    begun = TickRun.objects.filter(name=name)
    if begun.filter(begun_at__gt=now - every, begun_at__lte=now).exists():
        return False
    # A moment that is yet to come was written by a clock that has been put right since.
    if begun.filter(begun_at__gt=now).update(begun_at=now):
        return True
    if TickRun.objects.filter(name=name, begun_at__lte=now - every).update(begun_at=now):
        return True
    _run, made = TickRun.objects.get_or_create(name=name, defaults={"begun_at": now})
    return made


def note_tick(*, name: str, error: str) -> None:
    """Keep why a tick failed, or that it did not."""
    TickRun.objects.filter(name=name).update(last_error=error[:500])


def beat_worker(*, worker: str, now: datetime) -> None:
    """Show that a worker is at it, and forget those that stopped a day ago."""
    WorkerBeat.objects.update_or_create(name=worker, defaults={"at": now})
    WorkerBeat.objects.filter(at__lt=now - timedelta(days=1)).delete()


@action
def return_dead_letter(*, actor: Acting, now: datetime, promise_id: int) -> PromiseReturned:
    """Put a dead letter back into the outbox, to be tried at once."""
    actor.check_may_anywhere("audit.return_dead_letter")
    dead = Promise.objects.filter(id=promise_id, status=PromiseStatus.DEAD)
    if not dead.update(status=PromiseStatus.DUE, due_at=now, attempts=0):
        raise StalePromise
    return PromiseReturned(promise_id=promise_id)


@action
def drop_dead_letter(*, actor: Acting, now: datetime, promise_id: int, reason: str) -> PromiseDropped:
    """Give up a dead letter, with the reason before its last error."""
    actor.check_may_anywhere("audit.drop_dead_letter")
    dead = Promise.objects.filter(id=promise_id, status=PromiseStatus.DEAD)
    told = "\n".join([reason, *dead.values_list("last_error", flat=True)])[:500]
    if not dead.update(status=PromiseStatus.DROPPED, kept_at=now, last_error=told):
        raise StalePromise
    return PromiseDropped(promise_id=promise_id, reason_given=bool(reason))
