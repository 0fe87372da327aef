"""Give duties, and end them. A change ends one row and begins another: history is never overwritten."""

import secrets
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import DateTimeField, F, Value
from django.db.models.functions import Greatest

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action
from renwang.foundation.audit.actions.bulk import insert_rows
from renwang.loop.registry.models import Subject
from renwang.loop.registry.queries.matching import chunks

from ..events import AssignmentsEnded, DivisionsAssigned, PeopleAssigned
from ..models import Assignment, Duty
from ..rules import MOST_IDS, DutyOf
from .problems import TwoHolders, UnknownDuty, UnknownSubject
from .workers import check_accounts, check_divisions

Key = int | str  # a subject's id, or a division's code


@dataclass(slots=True)
class Given:
    """What one change of holders came to: (account, key) of what began, the rows that ended, what was so already."""

    begun: list[tuple[int, Any]] = field(default_factory=list)
    ended: list[Assignment] = field(default_factory=list)
    unchanged: int = 0


@action
def assign(
    *, actor: Actor, now: datetime, duty: str, pairs: Sequence[tuple[int, int]], reason: str = ""
) -> PeopleAssigned:
    """Give a duty for subjects to accounts: ``pairs`` of (account, subject); one or a hundred thousand, the same again is nothing.

    Where only one may hold the duty, the former holder's row ends and another begins. The right is asked for every
    subject's division. Raises UnknownDuty, UnknownWorker, UnknownSubject, TwoHolders.
    """
    actor.check_may_all("assignments.assign", codes_of({subject for _user, subject in pairs}).values())
    held = locked_duty(duty, DutyOf.SUBJECT)
    check_accounts([user for user, _subject in pairs])
    batch = new_batch()
    given = give(held, "subject_id", pairs, now=now, reason=reason, batch=batch)
    told = given.begun if len(given.begun) <= MOST_IDS else []
    return PeopleAssigned(
        batch_id=batch,
        duty=duty,
        subject_ids=tuple(subject for _user, subject in told),
        user_ids=tuple(user for user, _subject in told),
        count=len(given.begun),
        replaced=len(given.ended),
        unchanged=given.unchanged,
    )


@action
def assign_to_divisions(
    *, actor: Actor, now: datetime, duty: str, pairs: Sequence[tuple[int, str]], reason: str = ""
) -> DivisionsAssigned:
    """Give a duty for villages or areas to accounts: ``pairs`` of (account, division code); as ``assign``."""
    codes = {code for _user, code in pairs}
    actor.check_may_all("assignments.assign_to_divisions", codes)
    held = locked_duty(duty, DutyOf.DIVISION)
    check_accounts([user for user, _code in pairs])
    check_divisions(codes)
    batch = new_batch()
    given = give(held, "division_id", pairs, now=now, reason=reason, batch=batch)
    told = given.begun if len(given.begun) <= MOST_IDS else []
    return DivisionsAssigned(
        batch_id=batch,
        duty=duty,
        codes=tuple(code for _user, code in told),
        user_ids=tuple(user for user, _code in told),
        count=len(given.begun),
        replaced=len(given.ended),
        unchanged=given.unchanged,
    )


@action
def end_assignments(*, actor: Actor, now: datetime, assignment_ids: Sequence[int], reason: str) -> AssignmentsEnded:
    """End assignments without a successor, and say why; what has ended already stays as it is."""
    ids = sorted(set(assignment_ids))
    rows = [
        row
        for part in chunks(ids)
        for row in Assignment.objects.filter(pk__in=part, until__isnull=True).select_related("subject").order_by("pk")
    ]
    actor.check_may_all("assignments.end_assignments", {area_of(row) for row in rows})
    lock_duties({row.duty_id for row in rows})
    batch = new_batch()
    ended = end_rows(rows, now=now, reason=reason, batch=batch)
    told = ended if len(ended) <= MOST_IDS else []
    return AssignmentsEnded(
        batch_id=batch,
        subject_ids=tuple(row.subject_id for row in told if row.subject_id),
        codes=tuple(row.division_id for row in told if row.division_id),
        user_ids=tuple(row.user_id for row in told),
        count=len(ended),
    )


def new_batch() -> str:
    """Return a new name for what one action begins and ends."""
    return secrets.token_hex(8)


def area_of(row: Assignment) -> str:
    """Return the division code of what an assignment is for (its subject must be loaded)."""
    return row.division_id or (row.subject.division_id if row.subject else "")


def codes_of(subject_ids: Iterable[int]) -> dict[int, str]:
    """Return the division code of each subject. Raises UnknownSubject for who is not in the register, or no longer."""
    wanted = set(subject_ids)
    found: dict[int, str] = {}
    for part in chunks(sorted(wanted)):
        found |= dict(Subject.objects.filter(pk__in=part, is_current=True).values_list("pk", "division_id"))
    if missing := wanted - found.keys():
        raise UnknownSubject(missing)
    return found


def lock_duties(codes: Iterable[str]) -> dict[str, Duty]:
    """Let one change of holders after the other at each duty, so that two officers leave one holder. Readers do not wait."""
    rows = Duty.objects.filter(code__in=set(codes)).order_by("code").select_for_update(no_key=True)
    return {duty.code: duty for duty in rows}


def locked_duty(code: str, held_for: DutyOf) -> Duty:
    """Return a duty, locked until this transaction ends. Raises UnknownDuty."""
    duty = lock_duties([code]).get(code)
    if duty is None or duty.held_for != held_for:
        raise UnknownDuty(code)
    return duty


def give(
    duty: Duty,
    column: str,
    pairs: Iterable[tuple[int, Any]],
    *,
    now: datetime,
    reason: str,
    batch: str,
    leaving: Iterable[int] = (),
) -> Given:
    """Make every pair hold from now; ``column``: subject_id or division_id. The duty must be locked.

    ``leaving``: keys of rows that end even where several may hold the duty.
    """
    wanted = list(dict.fromkeys(pairs))
    keys = [key for _user, key in wanted]
    if duty.one_holder and len(set(keys)) != len(keys):
        raise TwoHolders(key for key, count in Counter(keys).items() if count > 1)
    holders: dict[Any, list[Assignment]] = defaultdict(list)
    for part in chunks(sorted(set(keys))):
        held = Assignment.objects.filter(duty=duty, until__isnull=True, **{f"{column}__in": part})
        for row in held.order_by("pk"):
            holders[getattr(row, column)].append(row)
    gone = frozenset(leaving)
    given = Given()
    fresh: list[tuple[Any, ...]] = []
    leave: dict[int, Assignment] = {}
    for user, key in wanted:
        others = [row for row in holders[key] if row.user_id != user and (duty.one_holder or row.pk in gone)]
        leave |= {row.pk: row for row in others}
        if any(row.user_id == user for row in holders[key]):
            given.unchanged += 1
            continue
        since = max([now, *(row.since for row in others)])
        fresh.append((duty.code, user, key, since, reason[:120], "", duty.one_holder, batch, ""))
        given.begun.append((user, key))
    given.ended = end_rows(list(leave.values()), now=now, reason=reason, batch=batch)
    columns = ("duty_id", "user_id", column, "since", "reason", "ended_because", "is_sole", "begun_in", "ended_in")
    insert_rows(Assignment, columns, fresh)
    return given


def end_rows(rows: Sequence[Assignment], *, now: datetime, reason: str, batch: str) -> list[Assignment]:
    """End those rows that still hold; never before they began."""
    if not rows:
        return []
    until = Greatest(F("since"), Value(now, output_field=DateTimeField()))
    ended: set[int] = set()
    for part in chunks([row.pk for row in rows]):
        open_rows = Assignment.objects.filter(pk__in=part, until__isnull=True)
        open_rows.update(until=until, ended_because=reason[:120], ended_in=batch)
    for part in chunks([row.pk for row in rows]):
        ended |= set(Assignment.objects.filter(pk__in=part, ended_in=batch).values_list("pk", flat=True))
    return [row for row in rows if row.pk in ended]
