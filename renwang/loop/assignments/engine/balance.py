"""Balanced assignment as a proven optimum.

The flow solver sees a few candidate pairs only. Its answer gives every helper a price; with these prices every
permitted pair is looked at, block by block. Two things come of it: the pairs that would improve the answer, which
join the candidates for the next round, and a lower bound that no assignment whatever can go below (weak duality):

    sum over households of min(nobody, min over helpers of cost + price) - rent of the helpers' places

When the bound equals the cost, the answer is optimal for the whole problem and the proof needs nobody's trust in the
solver. Fewest households without a helper come first: `nobody` costs more than any chain of exchanges can save.
"""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from renwang.loop.assignments.engine import flow
from renwang.loop.assignments.engine.costs import FORBIDDEN, Ints, Problem, Steps, load_steps
from renwang.loop.assignments.engine.greedy import greedy
from renwang.loop.assignments.engine.guess import guessed_prices
from renwang.loop.assignments.engine.problem import (
    Household,
    Key,
    Plan,
    Policy,
    Reason,
    Stats,
    Unassigned,
    Worker,
)

NEAREST = 12  # candidates per household in the first round
JOINING = 8  # candidates that may join per household and round
SLACK = 1_000  # pairs that miss by less than this join too: prices are about to move
DROPPED = 4_000  # candidates dearer than the best by more than this leave again
DROPS = 12  # rounds after which nothing leaves any more, so that the rounds end


def balance(
    households: Sequence[Household],
    workers: Sequence[Worker],
    policy: Policy | None = None,
    *,
    seconds: float | None = None,
    method: str = "min-cost flow",
) -> Plan:
    """Give every household a helper, and say whether no better way exists.

    `seconds` stops after the round in which that time is over (the plan is then valid but maybe not proven); without
    it the same input gives the same plan. `method="greedy"` is the plain fallback. Raises ValueError for ids given twice.
    """
    begun = time.perf_counter()
    policy = policy or Policy()
    _check_ids("household", [h.id for h in households])
    _check_ids("worker", [w.id for w in workers])
    open_households, carrying, bound_ties = _bound(households, workers, policy)
    problem = Problem(open_households, carrying, policy)
    steps = load_steps(problem)
    nobody = (len(problem.workers) + 2) * problem.dearest()
    if not flow.HAS_SOLVER or method == "greedy":
        pairs, chosen = greedy(
            problem, steps, cheapest_pairs(problem, NEAREST, np.zeros(len(problem.workers), dtype=np.int64))
        )
        bound, rounds, name = 0, 1, "greedy"
    else:
        pairs, chosen, bound, rounds = _optimum(problem, steps, nobody, begun + seconds if seconds else None)
        name = "min-cost flow"
    cost = _cost(problem, pairs, steps, chosen, nobody)
    given = {problem.households[h].id: problem.workers[pairs.w[chosen[h]]].id for h in np.flatnonzero(chosen >= 0)}
    lost = _reasons(problem, np.flatnonzero(chosen < 0))
    given.update(bound_ties)
    return Plan(
        pairs=given,
        unassigned=lost,
        overloaded=tuple(w.id for w in problem.workers if w.load > w.capacity),
        cost=cost - nobody * len(lost),
        lower_bound=bound - nobody * len(lost) if name != "greedy" else 0,
        proven=name != "greedy" and bound == cost,
        method=name,
        rounds=rounds,
        arcs=len(pairs),
        seconds=time.perf_counter() - begun,
        stats=_stats(households, workers, policy, given, len(lost)),
    )


def _optimum(problem: Problem, steps: Steps, nobody: int, deadline: float | None) -> tuple[flow.Pairs, Ints, int, int]:
    pairs = cheapest_pairs(problem, NEAREST, guessed_prices(problem, steps, nobody))
    rounds, best = 0, 0
    while True:
        rounds += 1
        chosen = flow.solved(problem, pairs, steps, nobody)
        price = flow.prices(problem, pairs, steps, chosen, nobody)
        least, joining = _priced(problem, pairs, chosen, price, nobody)
        best = max(best, int(least.sum()) - flow.rent(steps, price))
        over = deadline is not None and time.perf_counter() > deadline
        if not len(joining) or over or best == _cost(problem, pairs, steps, chosen, nobody):
            return pairs, chosen, best, rounds
        kept = _promising(problem, pairs, chosen, price, least) if rounds <= DROPS else pairs
        pairs = flow.merged([kept, joining], len(problem.workers))


def cheapest_pairs(problem: Problem, nearest: int, price: Ints) -> flow.Pairs:
    """The cheapest few pairs of every household at these prices, and all ties."""
    parts = [_ties(problem)]
    for block in problem.blocks():
        cost = block.cost
        if cost.shape[1] > nearest:
            at = np.argpartition(cost + price[block.cols], nearest, axis=1)[:, :nearest]
            cost = np.take_along_axis(cost, at, axis=1)
        else:
            at = np.broadcast_to(np.arange(cost.shape[1]), cost.shape)
        ok = cost < FORBIDDEN
        h = np.broadcast_to(np.arange(block.rows.start, block.rows.stop)[:, None], cost.shape)
        parts.append(flow.Pairs(h[ok], block.cols[at[ok]], cost[ok].astype(np.int64)))
    return flow.merged(parts, len(problem.workers))


def _ties(problem: Problem) -> flow.Pairs:
    h = np.flatnonzero(problem.tie >= 0)
    h = h[problem.free[problem.tie[h]] > 0]
    return flow.Pairs(h, problem.tie[h], problem.tie_cost(h).astype(np.int64))


def _promising(problem: Problem, pairs: flow.Pairs, chosen: Ints, price: Ints, least: Ints) -> flow.Pairs:
    """The candidates that are near the best at these prices; what is chosen and what is a tie always stays."""
    stay = pairs.cost + price[pairs.w] <= least[pairs.h] + DROPPED
    stay[chosen[chosen >= 0]] = True
    stay |= problem.tie[pairs.h] == pairs.w
    return flow.Pairs(pairs.h[stay], pairs.w[stay], pairs.cost[stay])


def _priced(problem: Problem, pairs: flow.Pairs, chosen: Ints, price: Ints, nobody: int) -> tuple[Ints, flow.Pairs]:
    """Every household's least cost + price over all permitted pairs, and the pairs that beat what it has."""
    has = np.full(len(problem.households), nobody, dtype=np.float64)
    taken = np.flatnonzero(chosen >= 0)
    has[taken] = pairs.cost[chosen[taken]] + price[pairs.w[chosen[taken]]]
    least = np.full(len(problem.households), nobody, dtype=np.float64)
    ties = _ties(problem)
    least[ties.h] = np.minimum(least[ties.h], ties.cost + price[ties.w])
    parts: list[flow.Pairs] = []
    paid = price.astype(np.float64)
    for block in problem.blocks():
        block.cost += paid[block.cols]
        smallest = block.cost.min(axis=1)
        least[block.rows] = np.minimum(least[block.rows], smallest)
        rows = np.flatnonzero(smallest < has[block.rows])
        if not len(rows):
            continue
        cost = block.cost[rows]
        if cost.shape[1] > JOINING:
            at = np.argpartition(cost, JOINING, axis=1)[:, :JOINING]
            cost = np.take_along_axis(cost, at, axis=1)
        else:
            at = np.broadcast_to(np.arange(cost.shape[1]), cost.shape)
        h = np.broadcast_to((rows + block.rows.start)[:, None], cost.shape)
        better = cost < np.minimum(has[h] + SLACK, FORBIDDEN)
        w = block.cols[at[better]]
        parts.append(flow.Pairs(h[better], w, (cost[better] - paid[w]).astype(np.int64)))
    nothing = np.zeros(0, dtype=np.int64)
    joining = flow.merged(parts, len(problem.workers)) if parts else flow.Pairs(nothing, nothing, nothing)
    return least.astype(np.int64), joining


def _cost(problem: Problem, pairs: flow.Pairs, steps: Steps, chosen: Ints, nobody: int) -> int:
    taken = chosen[chosen >= 0]
    alone = len(chosen) - len(taken)
    load = flow.loads(problem, pairs, chosen)
    return int(pairs.cost[taken].sum()) + flow.load_cost(steps, load) + nobody * alone


def _bound(
    households: Sequence[Household], workers: Sequence[Worker], policy: Policy
) -> tuple[list[Household], list[Worker], dict[Key, Key]]:
    """Set ties that bind aside: they are kept, and count as load."""
    if not policy.is_tie_hard:
        return list(households), list(workers), {}
    known = {w.id for w in workers}
    kept = {h.id: h.tie for h in households if h.tie is not None and h.tie in known}
    count = Counter(kept.values())
    return (
        [h for h in households if h.id not in kept],
        [replace(w, load=w.load + count[w.id]) for w in workers],
        kept,
    )


def _reasons(problem: Problem, rows: Ints) -> tuple[Unassigned, ...]:
    found = []
    for h in rows:
        household = problem.households[h]
        near = np.flatnonzero(problem.base(household.code) < FORBIDDEN)
        reach = problem.policy.max_distance
        if not problem.workers:
            reason = Reason.NO_WORKERS
        elif problem.tie[h] >= 0:
            reason = Reason.ALL_FULL
        elif not len(near):
            reason = Reason.NOBODY_SERVES_AREA
        elif reach is not None and (problem.distance(np.full(len(near), h), near) > reach).all():
            reason = Reason.TOO_FAR
        else:
            reason = Reason.ALL_FULL
        found.append(Unassigned(household.id, reason))
    return tuple(found)


def _stats(
    households: Sequence[Household], workers: Sequence[Worker], policy: Policy, given: dict[Key, Key], alone: int
) -> Stats:
    problem = Problem(households, workers, policy)
    worker = {w.id: i for i, w in enumerate(problem.workers)}
    h = np.array([i for i, x in enumerate(problem.households) if x.id in given], dtype=np.int64)
    w = np.array([worker[given[problem.households[i].id]] for i in h], dtype=np.int64)
    level = np.array([problem.base(problem.households[i].code)[j] for i, j in zip(h, w, strict=True)])
    known = ~(np.isnan(problem.xy_h[h]).any(axis=1) | np.isnan(problem.xy_w[w]).any(axis=1))
    metres = problem.distance(h[known], w[known])
    total = [x.load + int(n) for x, n in zip(problem.workers, np.bincount(w, minlength=len(worker)), strict=True)]
    second = policy.level_costs[1] if len(policy.level_costs) > 1 else None
    return Stats(
        assigned=len(h),
        unassigned=alone,
        ties_given=int((problem.tie >= 0).sum()),
        ties_kept=int((problem.tie[h] == w).sum()),
        same_village=int((level == policy.level_costs[0]).sum()),
        same_subdistrict=int((level == second).sum()) if second is not None else 0,
        mean_distance=float(metres.mean()) if len(metres) else None,
        max_distance=float(metres.max()) if len(metres) else None,
        load_min=min(total, default=0),
        load_mean=sum(total) / len(total) if total else 0.0,
        load_max=max(total, default=0),
        loads=dict(sorted(Counter(total).items())),
    )


def _check_ids(what: str, ids: list[Key]) -> None:
    if len(set(ids)) != len(ids):
        twice = [key for key, count in Counter(ids).items() if count > 1]
        raise ValueError(f"{what} {twice[0]!r} is given twice")
