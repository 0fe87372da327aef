"""Propose helpers for all who have none; show before it is applied; apply or discard."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action, promise
from renwang.loop.registry.models import Household, Subject
from renwang.loop.registry.queries.among import chunks

from .. import queries
from ..events import (
    HelpersProposed,
    LineChanged,
    ProposalApplied,
    ProposalDiscarded,
    ProposalDrafted,
    ProposalFailed,
)
from ..models import Assignment, Duty, Proposal, ProposalLine, Worker
from ..rules import DutyOf, ProposalStatus, Why, metres_between
from .holding import assign, lock_duties
from .problems import NothingToPropose, StaleProposal, UnknownDuty, UnknownLine
from .workers import check_accounts

COMPUTE = "assignments.compute_proposal"


@dataclass(frozen=True)
class Line:
    """One line as the engine drew it."""

    subject_id: int
    user_id: int | None
    metres: int | None
    why: str
    instead_of: int | None


@dataclass(frozen=True)
class Drawn:
    """What the engine answered: the lines and the figures beside them."""

    lines: Sequence[Line]
    is_proven: bool
    cost: int
    same_village: int
    largest_load: int
    mean_metres: int | None
    seconds: float


@action
def propose_helpers(
    *, actor: Actor, now: datetime, area: str, duty: str = "helper", with_away: bool = False
) -> HelpersProposed:
    """Ask for a balanced proposal for all in an area who have nobody; a worker computes it. Raises NothingToPropose, UnknownDuty."""
    actor.check_may("assignments.propose_helpers", area)
    if not Duty.objects.filter(code=duty, held_for=DutyOf.SUBJECT).exists():
        raise UnknownDuty(duty)
    wanted = queries.without(viewer=Actor.system(), now=now, area=area, duty=duty, with_away=with_away)
    if not any(found.exists() for found in wanted):
        raise NothingToPropose
    proposal = Proposal.objects.create(area=area, duty_id=duty, by_id=actor.user_id, made_at=now, with_away=with_away)
    promise(kind=COMPUTE, key=f"{COMPUTE}:{proposal.pk}", payload={"proposal_id": proposal.pk}, now=now)
    return HelpersProposed(proposal_id=proposal.pk, area=area, duty=duty)


@action
def draft_proposal(*, actor: Actor, now: datetime, proposal_id: int, drawn: Drawn) -> ProposalDrafted:
    """Write down what was computed, for the officer to look at. Raises StaleProposal when that was done already."""
    proposal = Proposal.objects.get(pk=proposal_id)
    actor.check_may("assignments.draft_proposal", proposal.area)
    placed = sum(line.user_id is not None for line in drawn.lines)
    _turn(
        proposal_id,
        ProposalStatus.COMPUTING,
        ProposalStatus.DRAFTED,
        is_proven=drawn.is_proven,
        cost=drawn.cost,
        households=len(drawn.lines),
        placed=placed,
        same_village=drawn.same_village,
        largest_load=drawn.largest_load,
        mean_metres=drawn.mean_metres,
        seconds=drawn.seconds,
    )
    ProposalLine.objects.bulk_create(
        [
            ProposalLine(
                proposal_id=proposal_id,
                subject_id=line.subject_id,
                user_id=line.user_id,
                metres=line.metres,
                why=line.why,
                instead_of_id=line.instead_of,
            )
            for line in drawn.lines
        ],
        batch_size=2000,
    )
    return ProposalDrafted(
        proposal_id=proposal_id, households=len(drawn.lines), placed=placed, is_proven=drawn.is_proven
    )


@action
def fail_proposal(*, actor: Actor, now: datetime, proposal_id: int, problem: str) -> ProposalFailed:
    """Say why a proposal could not be computed."""
    proposal = Proposal.objects.get(pk=proposal_id)
    actor.check_may("assignments.fail_proposal", proposal.area)
    _turn(proposal_id, ProposalStatus.COMPUTING, ProposalStatus.FAILED, problem=problem[:200])
    return ProposalFailed(proposal_id=proposal_id)


@action
def change_line(*, actor: Actor, now: datetime, proposal_id: int, subject_id: int, user_id: int | None) -> LineChanged:
    """Give one line to somebody else by hand, or to nobody. Raises StaleProposal, UnknownLine, UnknownWorker."""
    proposal = Proposal.objects.select_for_update().get(pk=proposal_id)
    actor.check_may("assignments.change_line", proposal.area)
    if proposal.status != ProposalStatus.DRAFTED:
        raise StaleProposal
    line = ProposalLine.objects.filter(proposal=proposal, subject_id=subject_id).first()
    if line is None:
        raise UnknownLine
    if user_id is not None:
        check_accounts([user_id])
    if line.user_id != user_id:
        ProposalLine.objects.filter(pk=line.pk).update(
            user_id=user_id,
            why="" if user_id is not None else Why.LEFT_OUT,
            metres=_metres(subject_id, user_id) if user_id is not None else None,
            is_by_hand=True,
        )
        Proposal.objects.filter(pk=proposal_id).update(
            placed=F("placed") + int(user_id is not None) - int(line.user_id is not None),
            changed=F("changed") + int(not line.is_by_hand),
            **queries.figures_of(proposal),
        )
    return LineChanged(proposal_id=proposal_id, subject_id=subject_id, user_id=user_id)


@action
def apply_proposal(*, actor: Actor, now: datetime, proposal_id: int) -> ProposalApplied:
    """Give all lines at once. Lines that are stale (somebody came first, the worker is away) are skipped and marked. Raises StaleProposal."""
    proposal = Proposal.objects.get(pk=proposal_id)
    actor.check_may("assignments.apply_proposal", proposal.area)
    _turn(proposal_id, ProposalStatus.DRAFTED, ProposalStatus.APPLIED, applied_at=now)
    lock_duties([proposal.duty_id])  # before looking at who has somebody, so that nobody comes between
    drafted = list(
        ProposalLine.objects.filter(proposal=proposal, user__isnull=False)
        .order_by("pk")
        .values_list("pk", "subject_id", "user_id", "instead_of_id")
    )
    skipped = _stale(proposal.duty_id, drafted)
    for why in (Why.GONE, Why.HAS_SOMEBODY, Why.WORKER_AWAY):
        for part in chunks(pk for pk, reason in skipped.items() if reason == why):
            ProposalLine.objects.filter(pk__in=part).update(why=why)
    pairs = [(user, subject) for pk, subject, user, _former in drafted if pk not in skipped and user is not None]
    given = assign(actor=actor, now=now, duty=proposal.duty_id, pairs=pairs, reason=f"#{proposal_id}")
    Proposal.objects.filter(pk=proposal_id).update(applied=given.count, stale=len(skipped), batch=given.batch_id)
    return ProposalApplied(proposal_id=proposal_id, batch_id=given.batch_id, count=given.count, stale=len(skipped))


@action
def discard_proposal(*, actor: Actor, now: datetime, proposal_id: int) -> ProposalDiscarded:
    """Throw a proposal away; nothing was given. Raises StaleProposal."""
    proposal = Proposal.objects.get(pk=proposal_id)
    actor.check_may("assignments.discard_proposal", proposal.area)
    _turn(proposal_id, ProposalStatus.DRAFTED, ProposalStatus.DISCARDED)
    return ProposalDiscarded(proposal_id=proposal_id)


def _turn(proposal_id: int, seen: ProposalStatus, to: ProposalStatus, **told: object) -> None:
    if not Proposal.objects.filter(pk=proposal_id, status=seen).update(status=to, **told):
        raise StaleProposal


def _stale(duty: str, drafted: Sequence[tuple[int, int, int | None, int | None]]) -> dict[int, Why]:
    """Return line → why it can no longer be given."""
    subjects = [subject for _pk, subject, _user, _former in drafted]
    current: set[int] = set()
    held: dict[int, int] = {}
    for part in chunks(subjects):
        current |= set(Subject.objects.filter(pk__in=part, is_current=True).values_list("pk", flat=True))
        rows = Assignment.objects.filter(subject_id__in=part, duty_id=duty, until__isnull=True)
        held |= {subject: user for subject, user in rows.values_list("subject_id", "user_id") if subject}
    users = {user for _pk, _subject, user, _former in drafted if user is not None}
    away = users & set(queries.away_users())
    found: dict[int, Why] = {}
    for pk, subject, user, former in drafted:
        if subject not in current:
            found[pk] = Why.GONE
        elif held.get(subject) != former:
            found[pk] = Why.HAS_SOMEBODY
        elif user in away:
            found[pk] = Why.WORKER_AWAY
    return found


def _metres(subject_id: int, user_id: int) -> int | None:
    """Return how far a worker lives from a household, where both have coordinates of their own or of their village."""
    home = Household.objects.filter(subject_id=subject_id).select_related("subject__division").first()
    worker = Worker.objects.filter(user_id=user_id).select_related("home").first()
    if home is None or worker is None:
        return None
    place = home.subject.division
    here = (home.lon, home.lat) if home.lon is not None and home.lat is not None else (place.lon, place.lat)
    there = (
        (worker.lon, worker.lat)
        if worker.lon is not None and worker.lat is not None
        else (worker.home.lon, worker.home.lat)
    )
    points = (*here, *there)
    return metres_between(*points) if all(value is not None for value in points) else None  # type: ignore[arg-type]  # just asked
