"""Hand all of a worker's people to another, and take that back: illness, quarantine, leave."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from renwang.foundation.access.rules import Actor, is_within
from renwang.foundation.audit.actions import action

from ..events import PeopleHandedOver
from ..models import Assignment, Duty, HandOver, Worker
from ..rules import MOST_IDS
from .holding import area_of, give, lock_duties, new_batch
from .problems import NothingToHandOver, SameWorker, StaleHandOver
from .workers import check_accounts, set_availability

Keyed = dict[tuple[str, str], list[tuple[int, Any]]]  # (duty, column) → (account, key)


@action
def hand_over(
    *,
    actor: Actor,
    now: datetime,
    from_user: int,
    to_user: int,
    reason: str,
    duty: str = "",
    area: str = "",
    is_away: bool = False,
) -> PeopleHandedOver:
    """Give all that a worker holds (of one duty, in one area, where said) to another; ``is_away`` also marks the worker unavailable.

    The right is asked for every area touched. Raises SameWorker, UnknownWorker, NothingToHandOver.
    """
    if from_user == to_user:
        raise SameWorker
    held = Assignment.objects.filter(user_id=from_user, until__isnull=True)
    if duty:
        held = held.filter(duty_id=duty)
    duties = lock_duties([duty] if duty else set(held.values_list("duty_id", flat=True)))
    rows = [row for row in held.select_related("subject").order_by("pk") if is_within(area_of(row), area)]
    actor.check_may_all("assignments.hand_over", {area_of(row) for row in rows} | ({area} if area else set()))
    check_accounts([to_user])
    if not rows:
        raise NothingToHandOver
    batch = new_batch()
    _move(duties, rows, to_user, rows, now=now, reason=reason, batch=batch)
    kept = HandOver.objects.create(
        batch=batch,
        from_user_id=from_user,
        to_user_id=to_user,
        duty_id=duty or None,
        area=area,
        reason=reason[:120],
        count=len(rows),
        at=now,
    )
    if is_away and Worker.objects.filter(user_id=from_user, is_available=True).exists():
        set_availability(actor=actor, now=now, user_ids=[from_user], is_available=False)
    return _told(kept, rows, from_user=from_user, to_user=to_user, batch=batch, is_back=False)


@action
def hand_back(*, actor: Actor, now: datetime, hand_over_id: int, reason: str) -> PeopleHandedOver:
    """Take a handing over back: whom the other still has returns, whom a third got meanwhile stays. Raises StaleHandOver."""
    kept = HandOver.objects.get(pk=hand_over_id)
    duties = lock_duties(set(Assignment.objects.filter(ended_in=kept.batch).values_list("duty_id", flat=True)))
    former = list(
        Assignment.objects.filter(ended_in=kept.batch, user_id=kept.from_user_id)
        .select_related("subject")
        .order_by("pk")
    )
    actor.check_may_all("assignments.hand_back", {area_of(row) for row in former})
    check_accounts([kept.from_user_id])
    if not HandOver.objects.filter(pk=hand_over_id, back_at__isnull=True).update(back_at=now):
        raise StaleHandOver
    begun = list(Assignment.objects.filter(begun_in=kept.batch, until__isnull=True).order_by("pk"))
    still = {(row.duty_id, row.subject_id, row.division_id) for row in begun}
    rows = [
        row
        for row in former
        if not duties[row.duty_id].one_holder or (row.duty_id, row.subject_id, row.division_id) in still
    ]
    batch = new_batch()
    _move(duties, rows, kept.from_user_id, begun, now=now, reason=reason, batch=batch)
    if Worker.objects.filter(user_id=kept.from_user_id, is_available=False).exists():
        set_availability(actor=actor, now=now, user_ids=[kept.from_user_id], is_available=True)
    return _told(kept, rows, from_user=kept.to_user_id, to_user=kept.from_user_id, batch=batch, is_back=True)


def _move(
    duties: dict[str, Duty],
    rows: Sequence[Assignment],
    to_user: int,
    leaving: Sequence[Assignment],
    *,
    now: datetime,
    reason: str,
    batch: str,
) -> None:
    keyed: Keyed = defaultdict(list)
    for row in rows:
        column = "subject_id" if row.subject_id is not None else "division_id"
        keyed[row.duty_id, column].append((to_user, getattr(row, column)))
    gone = [row.pk for row in leaving]
    for (code, column), pairs in keyed.items():
        give(duties[code], column, pairs, now=now, reason=reason, batch=batch, leaving=gone)


def _told(
    kept: HandOver, rows: Sequence[Assignment], *, from_user: int, to_user: int, batch: str, is_back: bool
) -> PeopleHandedOver:
    told = rows if len(rows) <= MOST_IDS else []
    return PeopleHandedOver(
        batch_id=batch,
        hand_over_id=kept.pk,
        from_user_id=from_user,
        to_user_id=to_user,
        duties=tuple(sorted({row.duty_id for row in rows})),
        subject_ids=tuple(row.subject_id for row in told if row.subject_id),
        codes=tuple(row.division_id for row in told if row.division_id),
        count=len(rows),
        is_back=is_back,
    )
