"""Keep what arrives in a crowd at once, and work out afterwards what follows from it. See docs/decisions/intake.md."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from renwang.foundation.access.fields import SealedTextField, sealer
from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action

from .. import kinds, queries
from ..events import CheckInsReceived
from ..models import CheckIn, Waiting
from ..queries import Place
from ..rules import OwnQuestion, check_answers, staleness_of, told_when
from .check_ins import PERMISSION, ByActor, UnknownContact, check_same


@action
def receive_check_ins(*, actor: Actor, now: datetime, gathered: Sequence[ByActor]) -> CheckInsReceived:
    """Keep what several people hand in at the same moment, each as told, once, and by their own rights.

    What follows (findings, contacts reached, cases) is worked out next by ``work_out_check_ins``; that it is still to be done is
    kept in the same transaction. The entry names who handed in which; ``actor`` is the system that gathers. Raises
    AnswersRefused, SubmissionReused, UnknownContact, UnknownMode, NotAllowed, and then keeps nothing.
    """
    actor.check_may("rounds.receive_check_ins", "")
    places = queries.places_of({one.told.contact_id for one in gathered})
    _check(gathered, places, now=now)
    first: dict[UUID, ByActor] = {}
    for one in gathered:
        known = first.setdefault(one.told.submission_id, one)
        if known is not one:
            check_same(one.told, known.told.contact_id, known.told.answers)
    # In one order, so that of two batches with the same submissions one waits for the other and not each for each.
    rows = [_row(first[number], places, now=now) for number in sorted(first)]
    new = _insert_at_once(rows) if connection.vendor == "postgresql" else _insert(rows)
    before = (
        {row.submission_id: row for row in CheckIn.objects.filter(submission_id__in=[n for n in first if n not in new])}
        if len(new) < len(first)
        else {}
    )
    for one in gathered:
        if (kept := before.get(one.told.submission_id)) is not None:
            check_same(one.told, kept.contact_id, kept.answers)
    ids = new | {number: row.pk for number, row in before.items()}
    stale = {number for number, row in before.items() if row.staleness}
    stale |= {row["submission_id"] for row in rows if row["staleness"] and row["submission_id"] in new}
    asked_for = {number: one.told.told_at for number, one in first.items()}
    return CheckInsReceived(
        check_in_ids=tuple(new.values()),
        user_ids=tuple(first[number].actor.user_id for number in new),
        answered_ids=tuple(ids[one.told.submission_id] for one in gathered),
        stale_ids=tuple(ids[number] for number in stale),
        redated_ids=tuple(
            new[row["submission_id"]]
            for row in rows
            if row["submission_id"] in new and row["told_at"] > asked_for[row["submission_id"]]
        ),
    )


def _check(gathered: Sequence[ByActor], places: Mapping[int, Place], *, now: datetime) -> None:
    """Raise what is wrong with a submission: everything that can be said before it is worked out."""
    own_asked = {one.told.contact_id for one in gathered if one.told.answers.get("own")}
    asked = queries.asked_in_contacts(own_asked) if own_asked else {}
    today = timezone.localdate(now)
    for one in gathered:
        told = one.told
        place = places.get(told.contact_id)
        if place is None:
            raise UnknownContact(told.contact_id)
        one.actor.check_may_for(PERMISSION, place.division, place.household_id)
        kinds.get(told.mode)
        own: dict[str, OwnQuestion] = (
            {q.code: q for q in asked[told.contact_id].own} if told.contact_id in asked else {}
        )
        check_answers(told.answers, members=place.members, own=own, today=today)


def _row(one: ByActor, places: Mapping[int, Place], *, now: datetime) -> dict[str, Any]:
    """Return the columns of a check-in, open: no model, because of many at once the making of rows costs the most."""
    told, place = one.told, places[one.told.contact_id]
    return {
        "submission_id": told.submission_id,
        "contact_id": told.contact_id,
        "household_id": place.household_id,
        "told_by_id": told.told_by,
        "mode": told.mode,
        "by_id": one.actor.user_id,
        "told": json.dumps(told.answers, ensure_ascii=False),
        "all_well": told.answers.get("all_well") is True,
        "is_partial": told.is_partial,
        # As it is seen now; somebody may still have been earlier, which working it out will show.
        "staleness": staleness_of(place.state, is_there=place.is_there).value,
        "told_at": told_when(told.told_at, day=place.day, now=now, zone=timezone.get_default_timezone()),
        "received_at": now,
    }


def _insert(rows: Sequence[dict[str, Any]]) -> dict[UUID, int]:
    """Keep the rows that are new, and that they wait; return their ids by submission. Where one writes at a time."""
    numbers = [row["submission_id"] for row in rows]
    known = set(CheckIn.objects.filter(submission_id__in=numbers).values_list("submission_id", flat=True))
    new = CheckIn.objects.bulk_create([CheckIn(**row) for row in rows if row["submission_id"] not in known])
    Waiting.objects.bulk_create([Waiting(check_in=row) for row in new])
    return {row.submission_id: row.pk for row in new}


def _insert_at_once(rows: Sequence[dict[str, Any]]) -> dict[UUID, int]:
    """Do the same in one statement on PostgreSQL, where many write at a time."""
    field = CheckIn._meta.get_field("told")
    assert isinstance(field, SealedTextField)
    seal, purpose = sealer().seal, field.sealed_for.encode()
    sealed = [{**row, "told": seal(row["told"].encode(), purpose).hex()} for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH new AS (
                INSERT INTO rounds_checkin (submission_id, contact_id, household_id, told_by_id, mode, by_id, told, all_well,
                                            is_partial, staleness, told_at, received_at)
                SELECT submission_id, contact_id, household_id, told_by_id, mode, by_id, decode(told, 'hex'), all_well,
                       is_partial, staleness, told_at, received_at
                FROM json_to_recordset(%s::json) AS row (
                    submission_id uuid, contact_id bigint, household_id bigint, told_by_id bigint, mode text, by_id bigint,
                    told text, all_well boolean, is_partial boolean, staleness text, told_at timestamptz,
                    received_at timestamptz)
                ON CONFLICT (submission_id) DO NOTHING
                RETURNING id, submission_id
            ), waiting AS (
                INSERT INTO rounds_waiting (check_in_id, is_set_aside) SELECT id, false FROM new
            )
            SELECT submission_id, id FROM new
            """,
            [json.dumps(sealed, default=str)],
        )
        return dict(cursor.fetchall())
