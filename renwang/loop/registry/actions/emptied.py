"""A household ends with its last member, and is there again when somebody comes back to live in it."""

from collections.abc import Collection
from datetime import datetime

from ..models import Membership, Subject
from ..queries.among import chunks
from ..rules import SubjectKind


def end_emptied(household_ids: Collection[int], now: datetime) -> tuple[int, ...]:
    """Let those of the households end in which nobody lives any more; return which. Nothing of them is deleted."""
    ended: list[int] = []
    for some in chunks(sorted(household_ids)):
        living = Membership.objects.filter(household_id__in=some, until__isnull=True, person__is_current=True)
        left = set(some) - set(living.values_list("household_id", flat=True))
        homes = Subject.objects.filter(pk__in=left, kind=SubjectKind.HOUSEHOLD, is_current=True)
        empty = sorted(homes.values_list("pk", flat=True))
        Subject.objects.filter(pk__in=empty).update(is_current=False, changed_at=now)
        ended += empty
    return tuple(ended)


def bring_back(household_ids: Collection[int], now: datetime) -> tuple[int, ...]:
    """Let households that ended be current again; those that were merged away stay so. Return which came back."""
    gone = Subject.objects.filter(
        pk__in=household_ids, kind=SubjectKind.HOUSEHOLD, is_current=False, merged_into__isnull=True
    )
    back = tuple(sorted(gone.values_list("pk", flat=True)))
    Subject.objects.filter(pk__in=back).update(is_current=True, changed_at=now)
    return back
