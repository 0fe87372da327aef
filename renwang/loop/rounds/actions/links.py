"""Links by which a household answers on its own phone, each once."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action
from renwang.foundation.audit.queries import among

from .. import queries
from ..events import CheckInsRecorded, LinksMade
from ..models import CheckIn, Contact, Link
from ..rules import OPEN_STATES
from .check_ins import ByActor, CheckInTold, keep_as_told

VALID_FOR = timedelta(hours=48)


class LinkSpent(Exception):
    """A link was used before, is out of date, or was never ours."""


@action
def make_links(
    *, actor: Actor, now: datetime, contact_ids: Sequence[int], valid_for: timedelta = VALID_FOR
) -> LinksMade:
    """Make a link for each open contact, or return the one that can still be used. The address tells nobody's name."""
    rows = list(Contact.objects.filter(among(Contact, "id", contact_ids), state__in=OPEN_STATES).order_by("pk"))
    for row in rows:
        actor.check_may_for("rounds.make_links", row.division_id, row.household_id)
    there = queries.usable_links([row.pk for row in rows], now)
    fresh = [Link(contact=row, made_at=now, expires_at=now + valid_for) for row in rows if row.pk not in there]
    Link.objects.bulk_create(fresh, batch_size=2000)
    links = there | {link.contact_id: link for link in fresh}
    return LinksMade(link_ids=tuple(links[row.pk].pk for row in rows))


@action
def record_self_report(
    *,
    actor: Actor,
    now: datetime,
    link_id: int,
    submission_id: UUID,
    answers: Mapping[str, Any],
    is_partial: bool = False,
) -> CheckInsRecorded:
    """Keep what a household tells about itself through its link. The link is the right, and it is used up; the same form
    sent again is answered as the first time. Raises LinkSpent, AnswersRefused."""
    actor.check_may("rounds.record_self_report", "")
    used = Link.objects.filter(pk=link_id, used_at__isnull=True, expires_at__gt=now).update(used_at=now)
    link = Link.objects.get(pk=link_id)
    if not used and not CheckIn.objects.filter(submission_id=submission_id, contact_id=link.contact_id).exists():
        raise LinkSpent(_("This link was already used.") if link.used_at else _("This link is out of date."))
    told = CheckInTold(
        submission_id=submission_id,
        contact_id=link.contact_id,
        mode="self_report",
        answers=answers,
        told_at=now,
        is_partial=is_partial,
    )
    return keep_as_told(now=now, gathered=[ByActor(actor, told)], may_check=False)
