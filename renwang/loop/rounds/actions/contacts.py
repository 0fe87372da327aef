"""What a person decides about one contact, and how contacts follow whoever is answerable."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action
from renwang.foundation.audit.actions.bulk import update_rows

from .. import queries
from ..events import ContactAskedAgain, ContactClosed, ContactPostponed, ContactsDropped, ContactsHandedOver
from ..models import Contact, ContactPart
from ..rules import OPEN_STATES, Because, ContactState, PartState, RoundStatus


class StaleContact(Exception):
    """The contact has moved meanwhile."""


class ReasonMissing(Exception):
    """This needs a reason in words."""


LONGEST_WAIT = timedelta(days=1)


def _locked(contact_id: int) -> Contact:
    return Contact.objects.select_for_update().get(pk=contact_id)


def _reason(reason: str) -> str:
    if len(reason.strip()) < 2:
        raise ReasonMissing(_("Say why: the next person must understand it."))
    return reason.strip()[:120]


@action
def postpone_contact(*, actor: Actor, now: datetime, contact_id: int, until: datetime) -> ContactPostponed:
    """Move the next try of an open contact to a later moment of its day. Raises StaleContact."""
    row = _locked(contact_id)
    actor.check_may_for("rounds.postpone_contact", row.division_id, row.household_id)
    if until <= now or timezone.localdate(until) != row.day:
        raise StaleContact(_("Choose a later hour of the same day; tomorrow's list is made in the morning."))
    if not Contact.objects.filter(pk=row.pk, state__in=OPEN_STATES).update(next_try_at=until):
        raise StaleContact(_("This contact is no longer open: %(state)s.") % {"state": row.get_state_display()})
    return ContactPostponed(contact_id=row.pk)


@action
def close_contact(*, actor: Actor, now: datetime, contact_id: int, reason: str) -> ContactClosed:
    """End a contact without an answer, with a reason; the only way off the list of the unreached but an answer."""
    row = _locked(contact_id)
    actor.check_may_for("rounds.close_contact", row.division_id, row.household_id)
    words = _reason(reason)
    moved = Contact.objects.filter(pk=row.pk, state__in=[*OPEN_STATES, ContactState.UNREACHED]).update(
        state=ContactState.CLOSED, because=Because.CLOSED, closed_because=words, ended_at=now
    )
    if not moved:
        raise StaleContact(_("This contact is no longer open: %(state)s.") % {"state": row.get_state_display()})
    ContactPart.objects.filter(contact=row, state=PartState.ASKED).update(
        state=PartState.MISSED, because=Because.CLOSED
    )
    return ContactClosed(contact_id=row.pk)


@action
def ask_again(*, actor: Actor, now: datetime, contact_id: int, reason: str) -> ContactAskedAgain:
    """Decide, with a reason, that a household which refused or was not reached is asked again: today, or when the next day
    is planned. Raises StaleContact, and where no round goes on that would ask it."""
    row = _locked(contact_id)
    actor.check_may_for("rounds.ask_again", row.division_id, row.household_id)
    words = _reason(reason)
    if row.state not in (ContactState.REFUSED, ContactState.UNREACHED, ContactState.CLOSED):
        raise StaleContact(_("This contact is no longer open: %(state)s.") % {"state": row.get_state_display()})
    today = timezone.localdate(now)
    asking = ContactPart.objects.filter(contact=row, round__status=RoundStatus.OPEN, round__closes_on__gte=today)
    missed = asking.filter(state=PartState.MISSED)
    if not asking.exclude(state=PartState.ANSWERED).exists():
        raise StaleContact(
            _(
                "No round that asks this household goes on, so nobody would be sent. Open a round that asks it, or close "
                "the contact with a reason."
            )
        )
    if row.day == today and missed.exists():
        # The same contact goes on: a second one in a day does not exist.
        missed.update(state=PartState.ASKED, because="")
        Contact.objects.filter(pk=row.pk).update(
            state=ContactState.TRYING, because="", asked_again_because=words, next_try_at=now, ended_at=None
        )
    else:
        missed.update(state=PartState.CARRIED, because=Because.ASKED_AGAIN)
        Contact.objects.filter(pk=row.pk).update(asked_again_because=words)
    return ContactAskedAgain(contact_id=row.pk)


@action
def follow_answerable(*, actor: Actor, now: datetime, subject_ids: Sequence[int]) -> ContactsHandedOver:
    """Give the open contacts of these households to whoever is answerable for them now. A consequence of an assignment,
    whose right was checked there."""
    rows = list(
        Contact.objects.select_for_update().filter(household_id__in=subject_ids, state__in=OPEN_STATES).order_by("pk")
    )
    answerable = queries.answerable_for([row.household_id for row in rows], now)
    changed = [row for row in rows if row.user_id != answerable.get(row.household_id)]
    update_rows(Contact, ["user_id"], [(row.pk, answerable.get(row.household_id)) for row in changed])
    return ContactsHandedOver(contact_ids=tuple(row.pk for row in changed))


@action
def drop_double(*, actor: Actor, now: datetime, household_id: int) -> ContactsDropped:
    """End the open contacts of a household that was merged into another: that one has a contact of the same day, and nobody is
    asked twice. Taken back, the household is asked again by every round that goes on."""
    actor.check_may("rounds.drop_double", "")
    return _drop([household_id], Because.ALREADY_ASKED, now)


@action
def drop_ended(*, actor: Actor, now: datetime, household_ids: Sequence[int]) -> ContactsDropped:
    """End the open contacts of households in which nobody lives any more."""
    actor.check_may("rounds.drop_ended", "")
    return _drop(household_ids, Because.HOUSEHOLD_ENDED, now)


def _drop(household_ids: Sequence[int], because: Because, now: datetime) -> ContactsDropped:
    rows = Contact.objects.select_for_update().filter(household_id__in=household_ids, state__in=OPEN_STATES)
    ids = tuple(rows.order_by("pk").values_list("pk", flat=True))
    Contact.objects.filter(pk__in=ids).update(state=ContactState.CLOSED, because=because, ended_at=now)
    ContactPart.objects.filter(contact_id__in=ids, state=PartState.ASKED).update(
        state=PartState.CARRIED, because=because
    )
    return ContactsDropped(contact_ids=ids)
