"""The list the district cannot overlook: who was not reached, since when, tried how, and who is answerable."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Max, QuerySet

from renwang.loop.rounds import kinds
from renwang.loop.rounds import queries as rounds
from renwang.loop.rounds.models import Attempt, CheckIn, Contact
from renwang.loop.rounds.rules import Outcome

from .scope import Scope


def unreached_in(scope: Scope, *, until: date | None = None) -> QuerySet[Contact]:
    """Return the unreached of an area as they stand on a day, each household once."""
    return rounds.unreached(viewer=scope.viewer, until=until or scope.day).filter(scope.within())


def unreached_by_division(scope: Scope, *, until: date | None = None) -> Counter[str]:
    """Return how many households of each division are not reached. One query."""
    rows = unreached_in(scope, until=until).values_list("division_id").annotate(n=Count("*")).order_by()
    return Counter(dict(rows))


def unreached_the_day_before(scope: Scope) -> int:
    """Return how many were not reached as the day before ended. One query."""
    return unreached_in(scope, until=scope.day - timedelta(days=1)).count()


@dataclass(frozen=True, slots=True)
class Tried:
    """How one contact was tried: mode and how often; how the last try ended."""

    by_mode: tuple[tuple[str, str, int], ...] = ()  # icon, label, tries
    last_outcome: str = ""
    last_at: datetime | None = None

    @property
    def times(self) -> int:
        return sum(n for _icon, _label, n in self.by_mode)


def tried(contact_ids: Sequence[int]) -> dict[int, Tried]:
    """Return how contacts were tried. One query."""
    counted: dict[int, Counter[str]] = defaultdict(Counter)
    last: dict[int, tuple[str, datetime]] = {}
    for contact, mode, outcome, at in (
        Attempt.objects.filter(contact_id__in=contact_ids)
        .order_by("contact_id", "at")
        .values_list("contact_id", "mode", "outcome", "at")
    ):
        counted[contact][mode] += 1
        last[contact] = (str(Outcome(outcome).label), at)
    words = {mode.code: (mode.icon, str(mode.label)) for mode in kinds.all_modes()}
    return {
        contact: Tried(tuple((*words.get(mode, ("point", mode)), n) for mode, n in modes.most_common()), *last[contact])
        for contact, modes in counted.items()
    }


def last_heard(household_ids: Sequence[int]) -> dict[int, datetime]:
    """Return when each household last told something. One query."""
    rows = CheckIn.objects.filter(household_id__in=household_ids).values_list("household_id")
    return dict(rows.annotate(at=Max("told_at")).order_by())
