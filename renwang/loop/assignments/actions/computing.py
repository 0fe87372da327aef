"""Compute a proposal: outside any transaction, since it may take a minute, then write it down in one."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.events import Event

from .. import queries
from ..models import Proposal
from ..queries import Task
from ..rules import ProposalStatus, metres_between
from .proposals import Drawn, Line, draft_proposal, fail_proposal

if TYPE_CHECKING:
    from ..engine import Plan


def compute_proposal(
    *, actor: Actor, now: datetime, proposal_id: int, report: Callable[[int], None] | None = None
) -> Event | None:
    """Compute a proposal and write it down; None where that was done already. Deterministic: same register, same plan."""
    from ..engine import balance  # numpy and the solver: only who computes carries them

    proposal = Proposal.objects.filter(pk=proposal_id, status=ProposalStatus.COMPUTING).first()
    if proposal is None:
        return None
    report = report or _say_nothing
    report(5)
    task = queries.task_of(proposal, viewer=actor, now=now)
    if not task.households:
        problem = _("Everybody here has got somebody meanwhile.")
        return fail_proposal(actor=actor, now=now, proposal_id=proposal_id, problem=problem)
    report(15)
    plan = balance(task.households, task.workers, task.policy)
    report(85)
    return draft_proposal(actor=actor, now=now, proposal_id=proposal_id, drawn=_drawn(task, plan))


def _say_nothing(percent: int) -> None:
    """Nobody watches."""


def _drawn(task: Task, plan: "Plan") -> Drawn:
    workers = {worker.id: worker for worker in task.workers}
    why = {line.household: line.reason.value for line in plan.unassigned}
    lines: list[Line] = []
    for household in task.households:
        user = plan.pairs.get(household.id)
        metres = None
        if user is not None:
            worker = workers[user]
            points = (household.lon, household.lat, worker.lon, worker.lat)
            if all(value is not None for value in points):
                metres = metres_between(*points)  # type: ignore[arg-type]  # just asked
        lines.append(
            Line(
                subject_id=int(str(household.id)),
                user_id=int(str(user)) if user is not None else None,
                metres=metres,
                why=why.get(household.id, ""),
                instead_of=task.instead_of.get(int(str(household.id))),
            )
        )
    mean = plan.stats.mean_distance
    return Drawn(
        lines=lines,
        is_proven=plan.proven,
        cost=plan.cost,
        same_village=plan.stats.same_village,
        largest_load=plan.stats.load_max,
        mean_metres=round(mean) if mean is not None else None,
        seconds=round(plan.seconds, 2),
    )
