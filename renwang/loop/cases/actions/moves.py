"""The life of a case, one verb for each step."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action

from .. import queries, rules
from ..events import CaseGivenUp, CaseMet, CaseNoted, CaseReleased, CaseReopened, CasesClosed, CasesTaken
from ..models import Case
from ..rules import Status
from .steps import check_each, locked, move, stale_case, write_steps

SENT_TWICE = timedelta(minutes=2)


@action
def take_cases(*, actor: Actor, now: datetime, case_ids: Sequence[int]) -> CasesTaken:
    """Take open cases in hand: the actor becomes their holder. Bulk; cases somebody took first are told apart."""
    cases = locked(case_ids)
    check_each(actor, "cases.take_cases", cases)
    done, stale = move(actor=actor, now=now, cases=cases, seen=Status.OPEN, to=Status.IN_HAND, holder_id=actor.user_id)
    return CasesTaken(case_ids=done, stale_ids=stale)


@action
def release_case(*, actor: Actor, now: datetime, case_id: int, reason: str) -> CaseReleased:
    """Give a case in hand back, so that somebody else may take it. The clock runs on."""
    cases = locked([case_id])
    check_each(actor, "cases.release_case", cases)
    check_holds(actor, "cases.release_case", cases[0])
    said = rules.check_reason(reason)
    move(actor=actor, now=now, cases=cases, seen=Status.IN_HAND, to=Status.OPEN, note=said, holder=None)
    return CaseReleased(case_id=case_id)


@action
def meet_case(*, actor: Actor, now: datetime, case_id: int, note: str = "") -> CaseMet:
    """Say that the need is met. It counts only when the household, or a second person, has confirmed it."""
    cases = locked([case_id])
    check_each(actor, "cases.meet_case", cases)
    check_holds(actor, "cases.meet_case", cases[0])
    move(
        actor=actor,
        now=now,
        cases=cases,
        seen=Status.IN_HAND,
        to=Status.MET,
        note=note.strip(),
        met_by_id=actor.user_id,
    )
    return CaseMet(case_id=case_id)


@action
def close_cases(*, actor: Actor, now: datetime, case_ids: Sequence[int]) -> CasesClosed:
    """Write verified cases off. Bulk; cases somebody closed first are told apart."""
    cases = locked(case_ids)
    check_each(actor, "cases.close_cases", cases)
    done, stale = move(actor=actor, now=now, cases=cases, seen=Status.VERIFIED, to=Status.CLOSED, closed_at=now)
    return CasesClosed(case_ids=done, stale_ids=stale)


@action
def give_up_case(*, actor: Actor, now: datetime, case_id: int, seen: Status, reason: str) -> CaseGivenUp:
    """Give a case up that nobody can meet. The reason stands on it for the officer of the area."""
    cases = locked([case_id])
    check_each(actor, "cases.give_up_case", cases)
    check_holds(actor, "cases.give_up_case", cases[0])
    said = rules.check_reason(reason)
    move(actor=actor, now=now, cases=cases, seen=Status(seen), to=Status.GIVEN_UP, note=said, closed_at=now)
    return CaseGivenUp(case_id=case_id)


@action
def reopen_case(*, actor: Actor, now: datetime, case_id: int, reason: str) -> CaseReopened:
    """Open a case again that was given up. Its clock is the old one: nothing is extended."""
    cases = locked([case_id])
    check_each(actor, "cases.reopen_case", cases)
    said = rules.check_reason(reason)
    move(
        actor=actor,
        now=now,
        cases=cases,
        seen=Status.GIVEN_UP,
        to=Status.OPEN,
        note=said,
        closed_at=None,
        holder=None,
    )
    return CaseReopened(case_id=case_id)


@action
def note_case(*, actor: Actor, now: datetime, case_id: int, note: str) -> CaseNoted:
    """Write something beside a case; its status stays."""
    (case,) = locked([case_id])
    check_each(actor, "cases.note_case", [case])
    said = rules.check_reason(note)
    last = queries.last_step(case_id)
    if last and (last.by_id, last.note, last.old) == (actor.user_id, said, last.new) and now - last.at < SENT_TWICE:
        return CaseNoted(case_id=case_id)  # the same form came twice
    write_steps(case_ids=[case_id], old=case.status, new=case.status, by=actor.user_id, at=now, note=said)
    return CaseNoted(case_id=case_id)


def check_holds(actor: Actor, permission: str, case: Case) -> None:
    """Raise NotAllowed or StaleCase unless the actor holds the case or may hand out the cases of its area."""
    if actor.is_system or actor.user_id == case.holder_id or actor.may("cases.assign_cases", case.division_id):
        return
    if case.holder_id is not None:
        raise stale_case(case.pk)
    actor.check_may_for(permission, case.division_id, case.subject_id)
