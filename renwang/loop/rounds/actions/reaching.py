"""Mark contacts as reached by what was told, and their shares as answered. Whoever calls this holds the contacts' locks."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import connection
from django.db.models import Max, OuterRef, Subquery
from django.utils import timezone

from renwang.foundation.audit.queries import among

from ..models import CheckIn, Contact, ContactPart
from ..rules import (
    ANSWERABLE_LATE,
    OPEN_STATES,
    Because,
    Cadence,
    ContactState,
    Disposition,
    PartState,
    second_is_due,
)


def reach(new: Sequence[CheckIn], rows: Mapping[int, Contact], *, now: datetime) -> None:
    """Mark the contacts as reached and their shares as answered; late answers reach what was carried or given up."""
    told = {row.contact_id: row for row in new}
    reaching = [pk for pk, row in rows.items() if row.state in OPEN_STATES or row.state in ANSWERABLE_LATE]
    by_way: dict[tuple[bool, str], list[int]] = {}
    for pk in reaching:
        by_way.setdefault((told[pk].is_partial, told[pk].mode), []).append(pk)
    for (is_partial, mode), ids in sorted(by_way.items()):
        Contact.objects.filter(among(Contact, "id", ids)).update(
            state=ContactState.REACHED,
            disposition=Disposition.PARTIAL if is_partial else Disposition.COMPLETED,
            mode=mode,  # by which it was reached, whatever was planned
            because="",
            ended_at=now,
        )
    _let_the_second_wait([rows[pk] for pk in reaching if rows[pk].slot == 0], told, now=now)
    # Grouped, not the first of an order: PostgreSQL would walk the whole table backwards by its key to find it.
    latest = CheckIn.objects.filter(contact_id=OuterRef("contact_id")).values("contact_id").annotate(last=Max("pk"))
    late = [pk for pk in reaching if rows[pk].state in ANSWERABLE_LATE]
    open_parts = ContactPart.objects.filter(among(ContactPart, "contact_id", reaching)).exclude(because=Because.REFUSED)
    if not late:
        open_parts = open_parts.filter(state=PartState.ASKED)
    else:
        open_parts = open_parts.exclude(state=PartState.ANSWERED)
    open_parts.update(state=PartState.ANSWERED, because="", check_in=Subquery(latest.values("last")))
    if late:
        _spare_later_contacts([rows[pk] for pk in late], told, now=now)


def _let_the_second_wait(first: Sequence[Contact], told: Mapping[int, CheckIn], *, now: datetime) -> None:
    """Keep some hours between an answer and the second contact of the same day; after a late answer there is none."""
    answers = {(row.household_id, row.day): told[row.pk].told_at for row in first}
    seconds = Contact.objects.filter(
        among(Contact, "household_id", {row.household_id for row in first}),
        day__in={row.day for row in first},
        slot__gt=0,
        state__in=OPEN_STATES,
    )
    if connection.features.has_select_for_update_skip_locked:
        # Who is being answered at this moment need not wait for it, nor anybody for whoever answers.
        seconds = seconds.select_for_update(skip_locked=True)
    moved: list[Contact] = []
    spared: list[int] = []
    for row in seconds:
        told_at = answers.get((row.household_id, row.day))
        if told_at is None:
            continue
        due = second_is_due(row.next_try_at, told_at=told_at, day=row.day, zone=timezone.get_default_timezone())
        if due is None:
            spared.append(row.pk)
        elif due != row.next_try_at:
            row.next_try_at = due
            moved.append(row)
    if moved:
        Contact.objects.bulk_update(moved, ["next_try_at"], batch_size=500)
    if spared:
        Contact.objects.filter(pk__in=spared).update(
            state=ContactState.CLOSED, because=Because.ALREADY_ASKED, ended_at=now
        )
        ContactPart.objects.filter(contact_id__in=spared, state=PartState.ASKED).update(
            state=PartState.MISSED, because=Because.ALREADY_ASKED
        )


def _spare_later_contacts(late: Sequence[Contact], told: Mapping[int, CheckIn], *, now: datetime) -> None:
    """What was told on an earlier day answers the rounds that ask once: the later contact does not ask it again."""
    by_household = {row.household_id: row for row in late}
    later = [
        part
        for part in ContactPart.objects.filter(
            contact__household_id__in=by_household,
            contact__state__in=OPEN_STATES,
            state=PartState.ASKED,
            round__cadence=Cadence.ONCE,
        ).select_related("contact")
        if part.contact.day > by_household[part.contact.household_id].day
    ]
    answered = set(
        ContactPart.objects.filter(contact__in=late, state=PartState.ANSWERED).values_list(
            "contact__household_id", "round_id"
        )
    )
    spared = [part for part in later if (part.contact.household_id, part.round_id) in answered]
    for part in spared:
        part.state = PartState.ANSWERED
        part.check_in_id = told[by_household[part.contact.household_id].pk].pk
    ContactPart.objects.bulk_update(spared, ["state", "check_in"], batch_size=500)
    touched = {part.contact_id for part in spared}
    still = set(
        ContactPart.objects.filter(contact_id__in=touched, state=PartState.ASKED).values_list("contact_id", flat=True)
    )
    by_mode: dict[str, list[int]] = {}
    for part in spared:
        if part.contact_id not in still:
            by_mode.setdefault(told[by_household[part.contact.household_id].pk].mode, []).append(part.contact_id)
    for mode, ids in sorted(by_mode.items()):
        Contact.objects.filter(pk__in=ids, state__in=OPEN_STATES).update(
            state=ContactState.REACHED, disposition=Disposition.COMPLETED, mode=mode, because="", ended_at=now
        )
