"""Note the tries that reached nobody, or were refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action

from .. import kinds, queries
from ..events import AttemptsRecorded
from ..models import Attempt, Contact, ContactPart
from ..rules import OPEN_STATES, Because, ContactState, Outcome, PartState, after_attempt
from .check_ins import SubmissionReused, UnknownContact
from .standing import put_down, standing_of, write_down

USELESS = frozenset({Outcome.WRONG_NUMBER, Outcome.NO_SUCH_NUMBER})


class OutcomeImpossible(Exception):
    """A try by this mode cannot end so."""


@dataclass(frozen=True, kw_only=True)
class AttemptMade:
    """One try, as it arrives."""

    submission_id: UUID
    contact_id: int
    mode: str
    outcome: str
    at: datetime
    note: str = ""


@action
def record_attempts(*, actor: Actor, now: datetime, attempts: Sequence[AttemptMade]) -> AttemptsRecorded:
    """Note how tries ended, each once however often it arrives, and move their contacts. A refusal ends the household's day.

    Raises OutcomeImpossible, SubmissionReused, UnknownContact, NotAllowed. A try at a contact that has ended is kept, and
    moves nothing.
    """
    rows = {
        row.pk: row
        for row in Contact.objects.select_for_update()
        .filter(pk__in={one.contact_id for one in attempts})
        .order_by("pk")
    }
    before = {
        row.submission_id: row for row in Attempt.objects.filter(submission_id__in=[a.submission_id for a in attempts])
    }
    fresh: dict[UUID, AttemptMade] = {}
    for one in attempts:
        row = rows.get(one.contact_id)
        if row is None:
            raise UnknownContact(one.contact_id)
        actor.check_may_for("rounds.record_attempts", row.division_id, row.household_id)
        if one.outcome not in kinds.get(one.mode).outcomes:
            raise OutcomeImpossible(
                _("A %(mode)s cannot end so. Choose one of the outcomes shown.") % {"mode": kinds.get(one.mode).label}
            )
        kept = before.get(one.submission_id) or fresh.get(one.submission_id)
        if kept is None:
            fresh[one.submission_id] = one
        elif (kept.contact_id, kept.mode, kept.outcome) != (one.contact_id, one.mode, one.outcome):
            raise SubmissionReused(one.submission_id)
    new = Attempt.objects.bulk_create(
        [
            Attempt(
                submission_id=one.submission_id,
                contact_id=one.contact_id,
                mode=one.mode,
                outcome=one.outcome,
                by_id=actor.user_id,
                at=min(one.at, now),
                note=one.note.replace("\x00", "")[:200],
            )
            for one in fresh.values()
        ]
    )
    _move(list(fresh.values()), rows, now=now)
    return AttemptsRecorded(
        attempt_ids=tuple(row.pk for row in new), contact_ids=tuple(sorted({row.contact_id for row in new}))
    )


def _move(attempts: Sequence[AttemptMade], rows: dict[int, Contact], *, now: datetime) -> None:
    steps = queries.steps_of_rounds({row.led_by_id for row in rows.values()})
    moved: dict[int, Contact] = {}
    for one in sorted(attempts, key=lambda one: one.at):
        row = rows[one.contact_id]
        if row.state not in OPEN_STATES:
            continue
        row.has_phone = row.has_phone and one.outcome not in USELESS
        after = after_attempt(
            standing_of(row), Outcome(one.outcome), steps[row.led_by_id], has_phone=row.has_phone, now=now
        )
        put_down(row, after, now=now)
        moved[row.pk] = row
    write_down(moved.values())
    refused = [row for row in moved.values() if row.state == ContactState.REFUSED]
    gone = [row for row in moved.values() if row.state == ContactState.UNREACHED]
    for because in {row.because for row in gone}:
        ContactPart.objects.filter(
            contact__in=[row for row in gone if row.because == because], state=PartState.ASKED
        ).update(state=PartState.MISSED, because=because)
    if refused:
        _respect(refused, now=now)


def _respect(refused: Sequence[Contact], *, now: datetime) -> None:
    """After a refusal the household is left alone: for the day, and by these rounds until somebody decides otherwise."""
    days = {(row.household_id, row.day) for row in refused}
    others = Contact.objects.filter(
        household_id__in={row.household_id for row in refused},
        day__in={row.day for row in refused},
        state__in=OPEN_STATES,
    )
    second = [
        pk for pk, household_id, day in others.values_list("pk", "household_id", "day") if (household_id, day) in days
    ]
    Contact.objects.filter(pk__in=second).update(state=ContactState.REFUSED, because=Because.REFUSED, ended_at=now)
    ids = [*(row.pk for row in refused), *second]
    ContactPart.objects.filter(contact_id__in=ids, state=PartState.ASKED).update(
        state=PartState.MISSED, because=Because.REFUSED
    )
