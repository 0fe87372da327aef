"""Make accounts known as workers: where they are at home, whom they serve, how many they can carry."""

from collections.abc import Sequence
from datetime import datetime

from renwang.foundation.access.models import User
from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action
from renwang.loop.registry.models import Division
from renwang.loop.registry.queries.among import chunks

from ..events import AvailabilityChanged, WorkersAdded
from ..models import ServedArea, Worker
from ..rules import WorkerIn
from .problems import UnknownDivision, UnknownWorker, UnusableCapacity

_TOLD = ("home_id", "lon", "lat", "capacity", "is_available")


@action
def add_workers(*, actor: Actor, now: datetime, workers: Sequence[WorkerIn]) -> WorkersAdded:
    """Make accounts known as workers, or bring what is known up to date; ``served`` replaces the served villages.

    The right is asked for every village named, and for those a known worker had. Raises UnknownWorker, UnknownDivision,
    UnusableCapacity.
    """
    told = {worker.user_id: worker for worker in workers}
    codes = {code for worker in told.values() for code in (worker.home, *worker.served)}
    ids = sorted(told)
    known = {row.user_id: row for part in chunks(ids) for row in Worker.objects.filter(user_id__in=part)}
    served: dict[int, dict[str, int]] = {user_id: {} for user_id in ids}
    for part in chunks(ids):
        for area in ServedArea.objects.filter(worker_id__in=part):
            served[area.worker_id][area.division_id] = area.pk
    before = {worker.home_id for worker in known.values()} | {code for areas in served.values() for code in areas}
    actor.check_may_all("assignments.add_workers", codes | before)
    check_accounts(ids)
    check_divisions(codes)
    fresh: list[Worker] = []
    changed: list[Worker] = []
    moved: set[int] = set()
    new_areas: list[ServedArea] = []
    lost_areas: list[int] = []
    for user_id, worker in told.items():
        if not 0 <= worker.capacity <= 1000:
            raise UnusableCapacity(worker.capacity)
        row = Worker(
            user_id=user_id,
            home_id=worker.home,
            lon=worker.lon,
            lat=worker.lat,
            capacity=worker.capacity,
            is_available=worker.is_available,
        )
        if user_id not in known:
            fresh.append(row)
        elif any(getattr(row, name) != getattr(known[user_id], name) for name in _TOLD):
            changed.append(row)
        wanted = set(worker.served) - {worker.home}
        new_areas += [
            ServedArea(worker_id=user_id, division_id=code) for code in sorted(wanted - served[user_id].keys())
        ]
        lost = [pk for code, pk in served[user_id].items() if code not in wanted]
        lost_areas += lost
        if user_id in known and (lost or wanted - served[user_id].keys()):
            moved.add(user_id)
    Worker.objects.bulk_create(fresh, batch_size=1000)
    Worker.objects.bulk_update(changed, ["home", "lon", "lat", "capacity", "is_available"], batch_size=200)
    for part in chunks(lost_areas):
        ServedArea.objects.filter(pk__in=part).delete()
    ServedArea.objects.bulk_create(new_areas, batch_size=1000)
    touched = len({row.user_id for row in changed} | moved)
    return WorkersAdded(user_ids=tuple(ids), new=len(fresh), changed=touched, unchanged=len(ids) - len(fresh) - touched)


@action
def set_availability(
    *, actor: Actor, now: datetime, user_ids: Sequence[int], is_available: bool
) -> AvailabilityChanged:
    """Say that workers can take people and be turned to, or cannot (ill, in quarantine, on leave). They keep whom they have."""
    ids = sorted(set(user_ids))
    homes = dict(Worker.objects.filter(user_id__in=ids).values_list("user_id", "home_id"))
    actor.check_may_all("assignments.set_availability", homes.values())
    if missing := set(ids) - homes.keys():
        raise UnknownWorker(missing)
    turned = list(
        Worker.objects.filter(user_id__in=ids).exclude(is_available=is_available).values_list("pk", flat=True)
    )
    Worker.objects.filter(user_id__in=turned).update(is_available=is_available)
    return AvailabilityChanged(user_ids=tuple(sorted(turned)), is_available=is_available)


def check_accounts(user_ids: Sequence[int]) -> None:
    """Raise UnknownWorker where an account does not exist or is closed."""
    wanted = set(user_ids)
    found = {
        pk
        for part in chunks(sorted(wanted))
        for pk in User.objects.filter(pk__in=part, is_active=True).values_list("pk", flat=True)
    }
    if missing := wanted - found:
        raise UnknownWorker(missing)


def check_divisions(codes: set[str]) -> None:
    """Raise UnknownDivision where a code is not in the register."""
    found = {
        code
        for part in chunks(sorted(codes))
        for code in Division.objects.filter(code__in=part).values_list("code", flat=True)
    }
    if missing := codes - found:
        raise UnknownDivision(missing)
