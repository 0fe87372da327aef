"""Who was responsible for whom, when: the record of a household, a person, a village."""

from dataclasses import dataclass
from datetime import datetime

from renwang.loop.registry.models import Membership

from ..models import Assignment, Duty


@dataclass(frozen=True)
class Period:
    """One account held one duty from when to when; ``through_household``: it is the household's, not the person's own."""

    assignment_id: int
    duty: Duty
    user_id: int
    user_name: str
    work_phone: str
    since: datetime
    until: datetime | None
    reason: str
    ended_because: str
    through_household: int | None

    @property
    def is_current(self) -> bool:
        return self.until is None


def history(subject_id: int) -> list[Period]:
    """Return every period for a subject, the latest first; for a person also those of the household it lives in."""
    home = Membership.objects.filter(person_id=subject_id, until__isnull=True).values_list("household_id", flat=True)
    homes = list(home)
    rows = Assignment.objects.filter(subject_id__in=[subject_id, *homes]).select_related("duty", "user")
    return [
        Period(
            assignment_id=row.pk,
            duty=row.duty,
            user_id=row.user_id,
            user_name=row.user.name,
            work_phone=row.user.work_phone,
            since=row.since,
            until=row.until,
            reason=row.reason,
            ended_because=row.ended_because,
            through_household=row.subject_id if row.subject_id != subject_id else None,
        )
        for row in rows.order_by("-since", "-pk")
    ]
