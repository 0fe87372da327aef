"""The cases of households and their members, for the pages about people."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from renwang.foundation.access.rules import Actor
from renwang.loop.registry.models import Membership

from .. import kinds, rules
from ..models import Case, CaseStep
from ..rules import Status
from .rights import visible_cases


@dataclass(frozen=True)
class OpenCase:
    """One live case, as a card needs it."""

    case_id: int
    subject_id: int
    subject_name: str
    kind: str
    label: str
    icon: str
    status: str
    status_label: str
    is_urgent: bool
    is_late: bool
    due_at: datetime
    holder_id: int | None
    holder_name: str


@dataclass(frozen=True)
class CaseMoment:
    """One step of one case in a subject's time line."""

    at: datetime
    case_id: int
    subject_id: int
    kind: str
    label: str
    icon: str
    old: str
    new: str
    new_label: str
    who: str
    note: str


def open_by_household(*, viewer: Actor, household_ids: Iterable[int], now: datetime) -> dict[int, list[OpenCase]]:
    """Return the live cases of households and of those who live there, by household, by clock. Three queries at most."""
    homes = {home: home for home in household_ids}
    members = Membership.objects.filter(household_id__in=list(homes), until__isnull=True)
    homes |= dict(members.values_list("person_id", "household_id"))
    found: dict[int, list[OpenCase]] = defaultdict(list)
    rows = visible_cases(viewer=viewer).filter(subject_id__in=list(homes), status__in=rules.LIVE)
    for case in rows.order_by("due_at", "pk"):
        found[homes[case.subject_id]].append(
            OpenCase(
                case_id=case.pk,
                subject_id=case.subject_id,
                subject_name=case.subject.name,
                kind=case.kind,
                label=kinds.label_of(case.kind),
                icon=kinds.icon_of(case.kind),
                status=case.status,
                status_label=str(Status(case.status).label),
                is_urgent=case.is_urgent,
                is_late=case.status in rules.CLOCK_RUNS and case.due_at < now,
                due_at=case.due_at,
                holder_id=case.holder_id,
                holder_name=case.holder.name if case.holder else "",
            )
        )
    return dict(found)


def case_timeline(*, viewer: Actor, subject_ids: Iterable[int], most: int = 200) -> list[CaseMoment]:
    """Return the steps of all cases of some subjects that the viewer may see, newest first. Two queries at most."""
    cases = visible_cases(viewer=viewer).filter(subject_id__in=list(subject_ids))
    steps = CaseStep.objects.filter(case__in=cases.values("pk")).select_related("case", "by").order_by("-at", "-pk")
    return [
        CaseMoment(
            at=step.at,
            case_id=step.case_id,
            subject_id=step.case.subject_id,
            kind=step.case.kind,
            label=kinds.label_of(step.case.kind),
            icon=kinds.icon_of(step.case.kind),
            old=step.old,
            new=step.new,
            new_label=str(Status(step.new).label),
            who=step.by.name if step.by else "",
            note=step.words,
        )
        for step in steps[:most]
    ]


def live_of(subject_ids: Iterable[int]) -> QuerySet[Case]:
    """Return the live cases of subjects, whoever may see them: for what follows from a change of theirs."""
    return Case.objects.filter(subject_id__in=list(subject_ids), status__in=rules.LIVE)
