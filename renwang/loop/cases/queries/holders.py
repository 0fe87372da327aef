"""Whom a new case is proposed to."""

from collections.abc import Iterable
from datetime import datetime

from renwang.loop.assignments.queries import current
from renwang.loop.registry.models import Membership


def proposed_holders(*, subject_ids: Iterable[int], now: datetime) -> dict[int, int]:
    """Return who is answerable for each subject, or for the household it lives in; who has nobody is left out. Two queries."""
    homes = {subject: subject for subject in subject_ids}
    members = Membership.objects.filter(person_id__in=list(homes), until__isnull=True)
    homes |= dict(members.values_list("person_id", "household_id"))
    asked = {*homes, *homes.values()}
    rows = current(now).filter(subject_id__in=asked, duty__is_answerable=True, user__is_active=True)
    # The first duty in order counts, the longest held first.
    found: dict[int, int] = {}
    for subject, user in rows.order_by("duty__order", "since", "pk").values_list("subject_id", "user_id"):
        if subject is not None:
            found.setdefault(subject, user)
    return {
        subject: found[at] for subject, home in homes.items() if (at := subject if subject in found else home) in found
    }
