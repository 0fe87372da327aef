"""What goes into a balanced proposal, and what its page shows."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Avg, Count, Exists, OuterRef, Q, QuerySet

from renwang.foundation.access.models import Grant
from renwang.foundation.access.queries import grants_at, in_scope
from renwang.foundation.access.rules import ROLES, Actor, GrantSeen
from renwang.foundation.audit.models import Promise
from renwang.loop.registry.models import Division, Household, Subject
from renwang.loop.registry.queries.among import chunks
from renwang.loop.registry.rules import DivisionLevel

from ..models import Assignment, Proposal, ProposalLine, ServedArea, Worker
from ..rules import ProposalStatus
from .gaps import gaps, left_alone
from .workers import load_of

if TYPE_CHECKING:
    from .. import engine

Point = tuple[float | None, float | None]


@dataclass(frozen=True)
class Task:
    """One proposal as a problem for the engine, and what the lines need beside it."""

    households: tuple["engine.Household", ...]
    workers: tuple["engine.Worker", ...]
    policy: "engine.Policy"
    instead_of: dict[int, int]  # subject → the one who holds the duty but is away


def proposals(*, viewer: Actor) -> QuerySet[Proposal]:
    """Return the proposals of the viewer's areas, the latest first."""
    found = Proposal.objects.filter(in_scope("area", viewer.areas("assignments.propose_helpers")))
    return found.select_related("duty", "by").order_by("-made_at", "-pk")


def who_applies(*, area: str, now: datetime) -> list[Grant]:
    """Return the roles of those who may apply a proposal for an area, with their accounts: of the nearest area that has any."""
    above = [area[:end] for end in range(len(area) + 1)]
    roles = [role for role in ROLES if GrantSeen(role, area).allows("assignments.apply_proposal")]
    found = grants_at(now).filter(area__in=above, role__in=roles, user__is_active=True)
    nearest = max((grant.area for grant in found), key=len, default="")
    return list(found.filter(area=nearest).select_related("user").order_by("user__name", "user_id", "role"))


def without(*, viewer: Actor, now: datetime, area: str, duty: str, with_away: bool) -> list[QuerySet[Subject]]:
    """Return whom a proposal would be about: who has nobody, and where wished who has only somebody away."""
    found = [gaps(viewer=viewer, now=now, area=area, duty=duty)]
    if with_away:
        found.append(left_alone(viewer=viewer, now=now, area=area, duty=duty))
    return found


def task_of(proposal: Proposal, *, viewer: Actor, now: datetime) -> Task:
    """Return a proposal as a problem. Ordered by id, so that the same register gives the same plan."""
    from .. import engine  # numpy and the solver: only who computes carries them

    places: dict[int, str] = {}
    for found in without(
        viewer=viewer, now=now, area=proposal.area, duty=proposal.duty_id, with_away=proposal.with_away
    ):
        places |= dict(found.order_by().values_list("pk", "division_id"))
    ids = sorted(places)
    points: dict[int, Point] = {}
    held: dict[int, int] = {}
    for part in chunks(ids):
        for pk, lon, lat in Household.objects.filter(subject_id__in=part).values_list("subject_id", "lon", "lat"):
            points[pk] = (lon, lat)
        rows = Assignment.objects.filter(subject_id__in=part, duty=proposal.duty_id, until__isnull=True)
        held |= {subject: user for subject, user in rows.values_list("subject_id", "user_id") if subject}
    workers = available_workers(proposal.area)
    loads = load_of([worker.user_id for worker in workers])
    centres = _centres({*places.values(), *(worker.home_id for worker in workers)})
    return Task(
        households=tuple(
            engine.Household(pk, places[pk], *_point(points.get(pk, (None, None)), centres, places[pk])) for pk in ids
        ),
        workers=tuple(
            engine.Worker(
                worker.user_id,
                (worker.home_id, *sorted(area.division_id for area in worker.served.all())),
                worker.capacity,
                loads.get(worker.user_id, 0),
                *_point((worker.lon, worker.lat), centres, worker.home_id),
            )
            for worker in workers
        ),
        policy=_policy(places[ids[0]]) if ids else engine.Policy(),
        instead_of=held,
    )


def available_workers(area: str) -> list[Worker]:
    """Return the workers an area may give people to: at home in it or serving it, available, account open."""
    near = in_scope("home_id", (area,)) | in_scope("served__division_id", (area,))
    found = Worker.objects.filter(near, is_available=True, user__is_active=True).distinct()
    return list(found.prefetch_related("served").select_related("home").order_by("user_id"))


def progress_of(proposal: Proposal) -> int:
    """Return how far the computing is, in percent."""
    key = f"assignments.compute_proposal:{proposal.pk}"
    return Promise.objects.filter(key=key).values_list("progress", flat=True).first() or 0


def lines(proposal: Proposal, *, show: str = "", user_id: int | None = None) -> QuerySet[ProposalLine]:
    """Return a proposal's lines: all, those nobody can take ("unplaced"), those changed by hand, or one worker's."""
    found = proposal.lines.select_related("subject__division", "user", "instead_of")
    if show == "unplaced":
        found = found.filter(user__isnull=True)
    elif show == "by_hand":
        found = found.filter(is_by_hand=True)
    elif show == "skipped":
        found = found.filter(user__isnull=False).exclude(why="")
    if user_id is not None:
        found = found.filter(user_id=user_id)
    return found.order_by("subject__division_id", "subject__name", "pk")


def loads_after(proposal: Proposal) -> list[tuple[int, int]]:
    """Return (households carried, number of workers), as it would be once the proposal is applied."""
    workers = [worker.user_id for worker in available_workers(proposal.area)]
    now_carried = load_of(workers)
    new = dict(
        proposal.lines.filter(user__isnull=False, why="").order_by().values_list("user_id").annotate(count=Count("pk"))
    )
    added = new if proposal.status == ProposalStatus.DRAFTED else {}
    return sorted(Counter(now_carried.get(user, 0) + added.get(user, 0) for user in workers).items())


def reasons(proposal: Proposal) -> dict[str, int]:
    """Return why lines have nobody or were skipped, with how many."""
    rows = proposal.lines.exclude(why="").order_by().values_list("why").annotate(count=Count("pk"))
    return dict(rows.order_by("-count"))


def figures_of(proposal: Proposal) -> dict[str, int | None]:
    """Return how many lines stay in a village of their worker, and the mean distance, as the lines are now."""
    at_home = Worker.objects.filter(user_id=OuterRef("user_id"), home_id=OuterRef("subject__division_id"))
    served = ServedArea.objects.filter(worker_id=OuterRef("user_id"), division_id=OuterRef("subject__division_id"))
    placed = proposal.lines.filter(user__isnull=False)
    mean = placed.aggregate(mean=Avg("metres"))["mean"]
    near = placed.filter(Exists(at_home) | Exists(served)).count()
    return {"same_village": near, "mean_metres": round(mean) if mean is not None else None}


def by_village(proposal: Proposal) -> list[tuple[Division, int, int]]:
    """Return (village, lines, of them placed), the least placed first."""
    rows = (
        proposal.lines.order_by()
        .values_list("subject__division_id")
        .annotate(many=Count("pk"), placed=Count("pk", filter=Q(user__isnull=False)))
    )
    counted = {code: (many, placed) for code, many, placed in rows}
    divisions = Division.objects.filter(code__in=counted)
    found = [(division, *counted[division.code]) for division in divisions]
    return sorted(found, key=lambda row: (row[2] - row[1], row[0].code))


def _centres(codes: set[str]) -> dict[str, Point]:
    centres: dict[str, Point] = {}
    for part in chunks(sorted(codes)):
        for code, lon, lat in Division.objects.filter(code__in=part).values_list("code", "lon", "lat"):
            centres[code] = (lon, lat)
    return centres


def _point(own: Point, centres: dict[str, Point], code: str) -> Point:
    return own if own[0] is not None and own[1] is not None else centres.get(code, (None, None))


def _policy(code: str) -> "engine.Policy":
    """Return the policy for the tree the households stand in: how long its village, subdistrict and district codes are."""
    from .. import engine

    line = [code[:end] for end in range(1, len(code) + 1)]
    wanted = (DivisionLevel.VILLAGE, DivisionLevel.STREET, DivisionLevel.DISTRICT)
    lengths = {
        level: len(found) for level, found in Division.objects.filter(code__in=line).values_list("level", "code")
    }
    levels = tuple(lengths[level] for level in wanted if level in lengths)
    return engine.Policy(levels=levels) if len(levels) == len(wanted) else engine.Policy()
