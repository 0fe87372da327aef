"""Keep what households tell, exactly as told."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from renwang.foundation.access.fields import sealing
from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action
from renwang.foundation.audit.actions.bulk import insert_rows, take_ids
from renwang.foundation.audit.queries import among

from .. import kinds, queries
from ..events import CheckInsRecorded
from ..models import CheckIn, Contact, Finding
from ..rules import OwnQuestion, Yardsticks, check_answers, said_in, staleness_of, told_when
from .reaching import reach

PERMISSION = "rounds.record_check_ins"


# As _insert writes them.
COLUMNS = (
    *("id", "submission_id", "contact_id", "household_id", "told_by_id", "mode", "by_id", "told"),
    *("all_well", "is_partial", "staleness", "told_at", "received_at"),
)


class SubmissionReused(Exception):
    """The number of a submission comes again with another content."""

    def __init__(self, submission_id: UUID) -> None:
        super().__init__(
            _(
                "This form was already sent with other answers, and the first ones are kept. Open the household anew to tell more."
            )
        )
        self.submission_id = submission_id


class UnknownContact(Exception):
    """There is no such contact."""

    def __init__(self, contact_id: int) -> None:
        super().__init__(_("This household is not on the list of anybody's day. Load the list again."))
        self.contact_id = contact_id


@dataclass(frozen=True, kw_only=True)
class CheckInTold:
    """What one household said, as it arrives. ``answers``: see rules.answers; ``told_by``: the member who spoke."""

    submission_id: UUID
    contact_id: int
    mode: str
    answers: Mapping[str, Any]
    told_at: datetime
    told_by: int | None = None
    is_partial: bool = False


@dataclass(frozen=True)
class ByActor:
    """One submission and whoever hands it in."""

    actor: Actor
    told: CheckInTold


@action
def record_check_ins(*, actor: Actor, now: datetime, check_ins: Sequence[CheckInTold]) -> CheckInsRecorded:
    """Keep what households told; each submission once, however often it arrives.

    Raises AnswersRefused, SubmissionReused, UnknownContact, NotAllowed, and then keeps nothing. What comes too late (already
    reached, refused, closed, moved) is kept all the same and marked.
    """
    return keep_as_told(now=now, gathered=[ByActor(actor, told) for told in check_ins])


@action
def record_gathered(*, actor: Actor, now: datetime, gathered: Sequence[ByActor]) -> CheckInsRecorded:
    """Keep what several people hand in at the same moment in one transaction. Each has their own rights checked, and the
    entry names who recorded which; ``actor`` is the system that gathers."""
    actor.check_may("rounds.record_gathered", "")
    return keep_as_told(now=now, gathered=gathered)


def keep_as_told(*, now: datetime, gathered: Sequence[ByActor], may_check: bool = True) -> CheckInsRecorded:
    """Keep a batch inside the transaction of an action; see ``record_check_ins``."""
    contacts = {
        row.pk: row
        for row in Contact.objects.select_for_update(of=("self",))
        .filter(among(Contact, "id", {one.told.contact_id for one in gathered}))
        .select_related("household")
        .order_by("pk")
    }
    for one in gathered:
        row = contacts.get(one.told.contact_id)
        if row is None:
            raise UnknownContact(one.told.contact_id)
        if may_check:
            one.actor.check_may_for(PERMISSION, row.division_id, row.household_id)
    # After the lock: of two who send the same form at once, the second finds the first's row.
    first: dict[UUID, CheckInTold] = {}
    before = {
        row.submission_id: row
        for row in CheckIn.objects.filter(submission_id__among=[g.told.submission_id for g in gathered])
    }
    fresh: list[ByActor] = []
    for one in gathered:
        told = one.told
        kept = before.get(told.submission_id)
        if kept is not None:
            check_same(told, kept.contact_id, kept.answers)
        elif told.submission_id in first:
            check_same(told, first[told.submission_id].contact_id, first[told.submission_id].answers)
        else:
            first[told.submission_id] = told
            fresh.append(one)
    new, findings = _keep_fresh(fresh, contacts, now=now)
    by_submission = {row.submission_id: row.pk for row in (*before.values(), *new)}
    return CheckInsRecorded(
        check_in_ids=tuple(row.pk for row in new),
        finding_ids=tuple(row.pk for row in findings),
        user_ids=tuple(row.by_id for row in new),
        stale_ids=tuple(row.pk for row in new if row.staleness),
        answered_ids=tuple(by_submission[one.told.submission_id] for one in gathered),
    )


def check_same(told: CheckInTold, contact_id: int, answers: Mapping[str, Any]) -> None:
    """Raise SubmissionReused unless a form that arrives again says what it said the first time."""
    if told.contact_id != contact_id or _canonical(told.answers) != _canonical(answers):
        raise SubmissionReused(told.submission_id)


def _canonical(answers: Mapping[str, Any]) -> str:
    return json.dumps(answers, sort_keys=True, ensure_ascii=False)


def _keep_fresh(
    fresh: Sequence[ByActor], contacts: Mapping[int, Contact], *, now: datetime
) -> tuple[list[CheckIn], list[Finding]]:
    if not fresh:
        return [], []
    rows = {one.told.contact_id: contacts[one.told.contact_id] for one in fresh}
    members = queries.member_ids({row.household_id for row in rows.values()})
    asked = queries.asked_in_contacts(list(rows))
    today = timezone.localdate(now)
    zone = timezone.get_default_timezone()
    when = {
        one.told.submission_id: told_when(one.told.told_at, day=rows[one.told.contact_id].day, now=now, zone=zone)
        for one in fresh
    }
    yardsticks = queries.yardsticks_on({timezone.localdate(told_at) for told_at in when.values()})
    new: list[CheckIn] = []
    said: list[tuple[CheckIn, Finding]] = []
    for one in fresh:
        told, row = one.told, rows[one.told.contact_id]
        kinds.get(told.mode)
        own: dict[str, OwnQuestion] = {q.code: q for q in asked[row.pk].own} if row.pk in asked else {}
        check_answers(told.answers, members=members.get(row.household_id, ()), own=own, today=today)
        check_in = CheckIn(
            submission_id=told.submission_id,
            contact=row,
            household_id=row.household_id,
            told_by_id=told.told_by,
            mode=told.mode,
            by_id=one.actor.user_id,
            told=json.dumps(told.answers, ensure_ascii=False),
            all_well=told.answers.get("all_well") is True,
            is_partial=told.is_partial,
            staleness=staleness_in(row),
            told_at=when[told.submission_id],
            received_at=now,
        )
        new.append(check_in)
        measured_by = yardsticks[timezone.localdate(check_in.told_at)]
        said += [
            (check_in, found) for found in findings_in(check_in, told.answers, row, own=own, yardsticks=measured_by)
        ]
    try:
        _insert(new)
    except IntegrityError:
        raise SubmissionReused(new[0].submission_id) from None
    for check_in, finding in said:
        finding.check_in_id = check_in.pk
    findings = Finding.objects.bulk_create([finding for _, finding in said])
    reach(new, rows, now=now)
    return new, findings


def _insert(rows: Sequence[CheckIn]) -> None:
    """Insert check-ins and give them their ids. By COPY: a message to a whole district is answered by tens of thousands."""
    seal = sealing(CheckIn, "told")
    written: list[tuple[Any, ...]] = []
    for pk, row in zip(take_ids(CheckIn, len(rows)), rows, strict=True):
        row.pk = pk
        whose = (row.contact_id, row.household_id, row.told_by_id, row.mode, row.by_id, seal(row.told or "")[0])
        how = (row.all_well, row.is_partial, str(row.staleness), row.told_at, row.received_at)
        written.append((pk, row.submission_id, *whose, *how))
    insert_rows(CheckIn, COLUMNS, written)


def findings_in(
    check_in: CheckIn,
    answers: Mapping[str, Any],
    row: Contact,
    *,
    own: Mapping[str, OwnQuestion],
    yardsticks: Yardsticks,
) -> list[Finding]:
    """Return what checked answers say that somebody must know, as rows that are not yet kept."""
    return [
        Finding(
            subject_id=said.person_id or row.household_id,
            division_id=row.household.division_id,
            kind=said.kind,
            about=said.about,
            found_at=check_in.told_at,
        )
        for said in said_in(answers, own=own, yardsticks=yardsticks)
    ]


def staleness_in(row: Contact) -> str:
    """Return why a check-in comes too late for its contact, "" where it is in time."""
    is_there = row.household.is_current and row.household.division_id == row.division_id
    return staleness_of(row.state, is_there=is_there)
