"""Open cases: one by hand, or all that a batch of check-ins found."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action
from renwang.loop.assignments import queries as assignments
from renwang.loop.registry.models import Subject

from .. import kinds, rules
from ..events import CasesOpened
from ..models import Case, CaseStep, Need
from ..rules import CaseOpening, Status, StepSays

TOLD = tuple[CaseOpening, Need]


@action
def open_cases(*, actor: Actor, now: datetime, openings: Sequence[CaseOpening]) -> CasesOpened:
    """Open a case for each opening, in a number of queries that does not grow with it.

    A subject that already has a live case of a kind gets no second one: the case is told of again. Its step says so, its
    typed detail is renewed, it becomes urgent when what is told now is urgent (its clock is then shortened, never
    extended), and a case that waited to be confirmed as met goes back in hand.
    """
    subjects = _locked_subjects({opening.subject_id for opening in openings})
    for opening in openings:
        code = opening.division or subjects[opening.subject_id]
        actor.check_may_for("cases.open_cases", code, opening.subject_id)
    told = [(opening, kinds.get(opening.kind).from_answers(opening.answers).made_to_fit()) for opening in openings]
    return _open(actor, now, told, subjects, merges=lambda _need: True)


@action
def open_case(
    *, actor: Actor, now: datetime, subject_id: int, kind: str, detail: Mapping[str, Any], division: str = ""
) -> CasesOpened:
    """Open one case by hand; raises ValidationError when the detail is not one of that kind, UnknownKind."""
    subjects = _locked_subjects({subject_id})
    actor.check_may_for("cases.open_case", division or subjects[subject_id], subject_id)
    need = kinds.get(kind).from_answers(detail)
    need.clean_fields(exclude=["case"])
    if (known := _same_need(subject_id, need)) is not None:
        return CasesOpened(case_ids=(), told_again_ids=(known,), urgent_ids=())
    opening = CaseOpening(subject_id=subject_id, kind=kind, answers=detail, division=division)
    return _open(actor, now, [(opening, need)], subjects, merges=lambda found: found.one_at_a_time)


def _same_need(subject_id: int, need: Need) -> int | None:
    """Return the live case of exactly this need, where a subject may have several of its kind: the form came twice."""
    if need.one_at_a_time:
        return None
    live = type(need)._default_manager.filter(
        case__subject_id=subject_id, case__status__in=rules.LIVE, **need.plain_detail()
    )
    return live.values_list("pk", flat=True).first()


def _locked_subjects(ids: set[int]) -> dict[int, str]:
    """Return the divisions of subjects, locked: of two batches that tell of one need, the second finds the first's case."""
    rows = Subject.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    found = dict(rows.values_list("pk", "division_id"))
    if len(found) != len(ids):
        raise rules.UnknownReceiver(_("This household or person is not in the register."))
    return found


def _open(actor: Actor, now: datetime, told: list[TOLD], subjects: Mapping[int, str], *, merges: Any) -> CasesOpened:
    live: dict[tuple[int, str], Case] = {
        (case.subject_id, case.kind): case
        for case in Case.objects.filter(
            subject__in=subjects, kind__in={opening.kind for opening, _need in told}, status__in=rules.LIVE
        ).order_by("-opened_at", "-pk")
    }
    fresh: list[tuple[Case, CaseOpening, Need]] = []
    again: list[tuple[Case, Need]] = []
    for opening, need in told:
        known = live.get((opening.subject_id, opening.kind))
        if known is not None and merges(need):
            again.append((known, need))
            continue
        case = Case(
            subject_id=opening.subject_id,
            division_id=opening.division or subjects[opening.subject_id],
            kind=opening.kind,
            office=need.office,
            finding_id=opening.finding_id,
            is_urgent=need.is_urgent(),
            opened_at=now,
            due_at=need.due_from(now),
        )
        live[opening.subject_id, opening.kind] = case
        fresh.append((case, opening, need))
    _write_fresh(actor, now, fresh)
    _write_again(actor, now, again)
    return CasesOpened(
        case_ids=tuple(case.pk for case, _opening, _need in fresh),
        told_again_ids=tuple(dict.fromkeys(case.pk for case, _need in again)),
        urgent_ids=tuple(case.pk for case, _opening, _need in fresh if case.is_urgent),
    )


def _write_fresh(actor: Actor, now: datetime, fresh: list[tuple[Case, CaseOpening, Need]]) -> None:
    if not fresh:
        return
    # Proposed, not in hand: the answerable person sees it first, anybody of the area may take it.
    holders = assignments.answerable_for({case.subject_id for case, _opening, _need in fresh}, now)
    for case, _opening, _need in fresh:
        case.holder_id = holders.get(case.subject_id)
    Case.objects.bulk_create([case for case, _opening, _need in fresh], batch_size=1000)
    by_kind: dict[type[Need], list[Need]] = defaultdict(list)
    for case, _opening, need in fresh:
        need.case = case
        by_kind[type(need)].append(need)
    for kind, needs in by_kind.items():
        kind._default_manager.bulk_create(needs, batch_size=1000)
    CaseStep.objects.bulk_create(
        [CaseStep(case=case, old="", new=Status.OPEN, by_id=actor.user_id, at=now) for case, _opening, _need in fresh],
        batch_size=1000,
    )


def _write_again(actor: Actor, now: datetime, again: list[tuple[Case, Need]]) -> None:
    if not again:
        return
    steps: list[CaseStep] = []
    changed: dict[int, Case] = {}
    renewed: dict[type[Need], dict[int, Need]] = defaultdict(dict)
    for case, need in again:
        old = Status(case.status)
        if old == Status.MET:
            # The household tells of the need again: so it is not met, whatever its holder says.
            case.status, case.met_by_id = Status.IN_HAND, None
        if need.is_urgent() and not case.is_urgent:
            case.is_urgent = True
            case.due_at = min(case.due_at, need.due_from(now))
        changed[case.pk] = case
        steps.append(
            CaseStep(
                case=case,
                old=old,
                new=case.status,
                by_id=actor.user_id,
                at=now,
                says=StepSays.TOLD_AGAIN,
                note=need.own_words()[:300],
            )
        )
        if need.one_at_a_time:
            need.case = case
            renewed[type(need)][case.pk] = need
    Case.objects.bulk_update(changed.values(), ["status", "met_by", "is_urgent", "due_at"], batch_size=500)
    CaseStep.objects.bulk_create(steps, batch_size=1000)
    for kind, needs in renewed.items():
        columns = kind.detail_fields()
        kind._default_manager.bulk_create(
            list(needs.values()),
            update_conflicts=bool(columns),
            ignore_conflicts=not columns,
            unique_fields=["case"] if columns else None,
            update_fields=columns or None,
            batch_size=500,
        )
