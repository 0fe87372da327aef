"""Mark contacts as reached by what was told, and their shares as answered. Whoever calls this holds the contacts' locks."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Max, OuterRef, Subquery

from ..models import CheckIn, Contact, ContactPart
from ..rules import ANSWERABLE_LATE, OPEN_STATES, Because, Cadence, ContactState, Disposition, PartState


def reach(new: Sequence[CheckIn], rows: Mapping[int, Contact], *, now: datetime) -> None:
    """Mark the contacts as reached and their shares as answered; late answers reach what was carried or given up."""
    told = {row.contact_id: row for row in new}
    reaching = [pk for pk, row in rows.items() if row.state in OPEN_STATES or row.state in ANSWERABLE_LATE]
    for is_partial in (False, True):
        ids = [pk for pk in reaching if told[pk].is_partial is is_partial]
        if ids:
            Contact.objects.filter(pk__in=ids).update(
                state=ContactState.REACHED,
                disposition=Disposition.PARTIAL if is_partial else Disposition.COMPLETED,
                because="",
                ended_at=now,
            )
    # Grouped, not the first of an order: PostgreSQL would walk the whole table backwards by its key to find it.
    latest = CheckIn.objects.filter(contact_id=OuterRef("contact_id")).values("contact_id").annotate(last=Max("pk"))
    late = [pk for pk in reaching if rows[pk].state in ANSWERABLE_LATE]
    open_parts = ContactPart.objects.filter(contact_id__in=reaching).exclude(because=Because.REFUSED)
    if not late:
        open_parts = open_parts.filter(state=PartState.ASKED)
    else:
        open_parts = open_parts.exclude(state=PartState.ANSWERED)
    open_parts.update(state=PartState.ANSWERED, because="", check_in=Subquery(latest.values("last")))
    if late:
        _spare_later_contacts([rows[pk] for pk in late], told, now=now)


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
    Contact.objects.filter(pk__in=touched - still, state__in=OPEN_STATES).update(
        state=ContactState.REACHED, disposition=Disposition.COMPLETED, because="", ended_at=now
    )
