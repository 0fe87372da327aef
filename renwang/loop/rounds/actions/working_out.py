"""Work out what follows from check-ins that were kept as told: findings, contacts reached, and by them cases."""

from collections.abc import Sequence
from datetime import datetime

from django.db import OperationalError, connection
from django.utils import timezone

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action, promise
from renwang.foundation.audit.queries import among

from .. import queries
from ..events import CheckInSetAside, CheckInsRecorded
from ..models import CheckIn, Contact, Finding, Waiting
from .check_ins import findings_in, staleness_in
from .reaching import reach

WORK_OUT = "rounds.work_out"
AT_ONCE = 400  # in one transaction: more would not be cheaper, and would hold others up


class NothingWaiting(Exception):
    """Somebody else has worked it out, or is at it."""


def work_out_waiting(*, actor: Actor, now: datetime, most: int = AT_ONCE) -> int:
    """Work out up to ``most`` of what waits, the earliest first; returns how many. What fails alone is set aside."""
    return _work_out(actor, now, queries.waiting_check_ins(most))


def _work_out(actor: Actor, now: datetime, ids: Sequence[int]) -> int:
    if not ids:
        return 0
    try:
        return len(work_out_check_ins(actor=actor, now=now, check_in_ids=ids).check_in_ids)
    except NothingWaiting:
        return 0
    except OperationalError:
        raise  # the database is away or busy: it is no check-in's fault
    except Exception:  # noqa: BLE001  # whatever it is, it must not keep the others waiting
        if len(ids) == 1:
            set_aside_check_in(actor=actor, now=now, check_in_id=ids[0])
            return 0
        half = len(ids) // 2
        return _work_out(actor, now, ids[:half]) + _work_out(actor, now, ids[half:])


@action
def work_out_check_ins(*, actor: Actor, now: datetime, check_in_ids: Sequence[int]) -> CheckInsRecorded:
    """Work out what follows from check-ins that wait for it; each once. Raises NothingWaiting where none does.

    What came too late meanwhile (somebody else reached the household, it moved) is marked, and its findings count all the same.
    """
    actor.check_may("rounds.work_out_check_ins", "")
    waiting = Waiting.objects.filter(among(Waiting, "check_in_id", check_in_ids)).order_by("pk")
    if connection.features.has_select_for_update_skip_locked:
        waiting = waiting.select_for_update(skip_locked=True)
    ids = list(waiting.values_list("pk", flat=True))
    if not ids:
        raise NothingWaiting
    new = list(CheckIn.objects.filter(among(CheckIn, "id", ids)).order_by("pk"))
    rows = {
        row.pk: row
        for row in Contact.objects.select_for_update(of=("self",), no_key=True)
        .filter(among(Contact, "id", {check_in.contact_id for check_in in new}))
        .select_related("household")
        .order_by("pk")
    }
    findings = Finding.objects.bulk_create(_findings(new, rows), batch_size=1000)
    stale = _mark_stale(new, rows)
    reach(new, rows, now=now)
    Waiting.objects.filter(among(Waiting, "check_in_id", ids)).delete()
    return CheckInsRecorded(
        check_in_ids=tuple(ids),
        finding_ids=tuple(row.pk for row in findings),
        user_ids=tuple(row.by_id for row in new),
        stale_ids=tuple(stale),
    )


def _findings(new: Sequence[CheckIn], rows: dict[int, Contact]) -> list[Finding]:
    answers = {row.pk: row.answers for row in new}
    asked = queries.asked_in_contacts({row.contact_id for row in new if answers[row.pk].get("own")})
    yardsticks = queries.yardsticks_on({timezone.localdate(row.told_at) for row in new})
    found: list[Finding] = []
    for check_in in new:
        told, contact = answers[check_in.pk], rows[check_in.contact_id]
        own = {q.code: q for q in asked[contact.pk].own} if contact.pk in asked else {}
        if told.get("own"):
            # A question that was taken back between the answer and now asks for nothing any more.
            told = {**told, "own": {code: value for code, value in told["own"].items() if code in own}}
        measured_by = yardsticks[timezone.localdate(check_in.told_at)]
        for finding in findings_in(check_in, told, contact, own=own, yardsticks=measured_by):
            finding.check_in_id = check_in.pk
            found.append(finding)
    return found


def _mark_stale(new: Sequence[CheckIn], rows: dict[int, Contact]) -> list[int]:
    """Mark what came too late, in the order it was kept; return which."""
    changed: dict[str, list[int]] = {}
    for check_in in new:
        staleness = staleness_in(rows[check_in.contact_id])
        if staleness != check_in.staleness:
            check_in.staleness = staleness
            changed.setdefault(staleness, []).append(check_in.pk)
    for staleness, ids in changed.items():
        CheckIn.objects.filter(pk__in=ids).update(staleness=staleness)
    return [check_in.pk for check_in in new if check_in.staleness]


@action
def set_aside_check_in(*, actor: Actor, now: datetime, check_in_id: int) -> CheckInSetAside:
    """Try a check-in whose working out failed alone and later, by a promise; what fails for good is a dead letter for a person."""
    actor.check_may("rounds.set_aside_check_in", "")
    Waiting.objects.filter(pk=check_in_id).update(is_set_aside=True)
    promise(kind=WORK_OUT, key=f"{WORK_OUT}:{check_in_id}", payload={"check_in_id": check_in_id}, now=now)
    return CheckInSetAside(check_in_id=check_in_id)
