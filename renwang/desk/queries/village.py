"""One village: its households as they stand today, its people, its figures."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from renwang.foundation.access.queries import names_of
from renwang.foundation.access.rules import Actor
from renwang.loop.assignments import queries as assignments
from renwang.loop.assignments.models import Assignment
from renwang.loop.assignments.queries import answerable_for, current
from renwang.loop.cases import queries as cases
from renwang.loop.cases.models import Case
from renwang.loop.cases.queries import OpenCase
from renwang.loop.cases.rules import CLOCK_RUNS, LIVE
from renwang.loop.registry import queries as registry
from renwang.loop.registry.models import Household, Membership, Subject
from renwang.loop.registry.rules import SubjectKind
from renwang.loop.rounds import queries as rounds
from renwang.loop.rounds.models import Contact
from renwang.loop.rounds.rules import ContactState

from .my_work import LastTold, household_sizes, last_told

SHOWN = ("all", "unasked", "cases", "nobody")


@dataclass(frozen=True, slots=True)
class Row:
    """One household in the list of its village."""

    subject: Subject
    members: int
    address: str
    answerable: str
    contact: Contact | None
    last: LastTold | None
    cases: tuple[OpenCase, ...]

    @property
    def is_late(self) -> bool:
        return any(one.is_late for one in self.cases)


@dataclass(frozen=True)
class Figures:
    """What stands on top of the page. Each is the count of one of its lists."""

    households: int
    asked: int
    by_state: Counter[str]
    with_cases: int
    live: int
    overdue: int
    nobody: int

    @property
    def reached(self) -> int:
        return self.by_state[ContactState.REACHED]

    @property
    def not_reached(self) -> int:
        return self.asked - self.reached


def households_of(*, viewer: Actor, code: str, day: date, now: datetime, shown: str = "all") -> QuerySet[Subject]:
    """Return the households of a village the viewer may see, by address; ``shown``: one of SHOWN."""
    found = registry.visible_subjects(viewer=viewer, kind=SubjectKind.HOUSEHOLD).filter(division_id=code)
    if shown == "unasked":
        waiting = rounds.visible_contacts(viewer=viewer).filter(day=day).exclude(state=ContactState.REACHED)
        found = found.filter(pk__in=waiting.filter(division_id=code).values("household_id"))
    elif shown == "cases":
        found = found.filter(_has_live_case(viewer))
    elif shown == "nobody":
        found = found.filter(pk__in=assignments.gaps(viewer=viewer, now=now, area=code).values("pk"))
    return found.order_by("household__number", "name", "pk")


def _has_live_case(viewer: Actor) -> Q:
    seen = Case.objects.filter(cases.visible(viewer), status__in=LIVE)
    living = Membership.objects.filter(household_id=OuterRef("pk"), until__isnull=True)
    return Q(Exists(seen.filter(subject_id=OuterRef("pk")))) | Q(
        Exists(living.filter(person_id__in=seen.values("subject_id")))
    )


def figures_of(*, viewer: Actor, code: str, day: date, now: datetime) -> Figures:
    """Return the figures of a village, each the count of its list. Seven queries."""
    states = Counter(
        rounds.visible_contacts(viewer=viewer)
        .filter(day=day, division_id=code)
        .values_list("state", flat=True)
        .order_by()
    )
    live = list(
        Case.objects.filter(cases.visible(viewer), division_id=code, status__in=LIVE).values_list("status", "due_at")
    )
    given = {"viewer": viewer, "code": code, "day": day, "now": now}
    return Figures(
        households=households_of(**given).count(),  # type: ignore[arg-type]
        asked=states.total(),
        by_state=states,
        with_cases=households_of(**given, shown="cases").count(),  # type: ignore[arg-type]
        live=len(live),
        overdue=sum(status in CLOCK_RUNS and due_at < now for status, due_at in live),
        nobody=households_of(**given, shown="nobody").count(),  # type: ignore[arg-type]
    )


def rows_of(subjects: list[Subject], *, viewer: Actor, day: date, now: datetime) -> list[Row]:
    """Return what the list says of each household. A constant number of queries."""
    ids = [subject.pk for subject in subjects]
    sizes = household_sizes(ids)
    addresses = dict(Household.objects.filter(pk__in=ids).values_list("pk", "address"))
    holders = answerable_for(ids, now)
    names = names_of(set(holders.values()))
    contacts = {
        row.household_id: row
        for row in rounds.visible_contacts(viewer=viewer).filter(household_id__in=ids, day=day).order_by("slot")
    }
    last = last_told(ids)
    live = cases.open_by_household(viewer=viewer, household_ids=ids, now=now)
    return [
        Row(
            subject=subject,
            members=sizes[subject.pk],
            address=addresses.get(subject.pk, ""),
            answerable=names.get(holders.get(subject.pk, 0), ""),
            contact=contacts.get(subject.pk),
            last=last.get(subject.pk),
            cases=tuple(live.get(subject.pk, ())),
        )
        for subject in subjects
    ]


def team_of(code: str, *, now: datetime) -> list[Assignment]:
    """Return who holds a duty for the village itself, in the duties' order. One query."""
    found = current(now).filter(division_id=code).select_related("user", "duty")
    return list(found.order_by("duty__order", "since"))
