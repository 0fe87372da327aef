"""One min-cost flow on a few candidate pairs, and the dual prices that belong to its answer."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from renwang.loop.assignments.engine.costs import Ints, Problem, Steps

try:
    from ortools.graph.python import min_cost_flow
except ImportError:  # pragma: no cover - the wheel is a dependency; some processors have none
    min_cost_flow = None  # type: ignore[assignment]

HAS_SOLVER = min_cost_flow is not None


@dataclass(slots=True)
class Pairs:
    """Candidate pairs, sorted by household then worker, each once."""

    h: Ints
    w: Ints
    cost: Ints

    def __len__(self) -> int:
        return len(self.h)


def merged(parts: list[Pairs], workers: int) -> Pairs:
    """All pairs of `parts`; of pairs given twice the first stays (so a tie's own cost goes first)."""
    h = np.concatenate([p.h for p in parts])
    w = np.concatenate([p.w for p in parts])
    cost = np.concatenate([p.cost for p in parts])
    _, first = np.unique(h * workers + w, return_index=True)
    return Pairs(h[first], w[first], cost[first])


def solved(problem: Problem, pairs: Pairs, steps: Steps, nobody: int) -> Ints:
    """The index of the chosen pair per household, or -1: optimal for these pairs. `nobody` is the cost of no helper."""
    one = np.ones(len(problem.households), dtype=np.int64)
    used = np.flatnonzero(_sent(one, pairs, steps, len(problem.workers), nobody) > 0)
    chosen = np.full(len(one), -1, dtype=np.int64)
    chosen[pairs.h[used]] = used
    return chosen


def solved_groups(size: Ints, pairs: Pairs, steps: Steps, workers: int, nobody: int) -> tuple[Ints, Ints]:
    """Groups of `size` households instead of single ones: the indices of the pairs used, and each worker's load."""
    sent = _sent(size, pairs, steps, workers, nobody)
    load = np.zeros(workers, dtype=np.int64)
    np.add.at(load, pairs.w, sent)
    return np.flatnonzero(sent > 0), load


def _sent(size: Ints, pairs: Pairs, steps: Steps, workers: int, nobody: int) -> Ints:
    """How many households go over each pair: sources → pairs → workers → steps → sink, or straight to the sink."""
    n = len(size)
    sink = n + workers
    solver: Any = min_cost_flow.SimpleMinCostFlow()  # its stubs contradict its own examples
    every = np.arange(n, dtype=np.int64)
    arcs = solver.add_arcs_with_capacity_and_unit_cost(
        np.concatenate([pairs.h, n + steps.worker, every]).astype(np.int32),
        np.concatenate([n + pairs.w, np.full(len(steps.worker) + n, sink)]).astype(np.int32),
        np.concatenate([size[pairs.h], steps.width, size]),
        np.concatenate([pairs.cost, steps.cost, np.full(n, nobody, dtype=np.int64)]),
    )
    solver.set_nodes_supplies(np.append(every, sink).astype(np.int32), np.append(size, -size.sum()))
    if (status := solver.solve()) != solver.OPTIMAL:
        raise ArithmeticError(f"the flow solver gave up: {status}")
    return np.asarray(solver.flows(arcs[: len(pairs)]), dtype=np.int64)


def loads(problem: Problem, pairs: Pairs, chosen: Ints) -> Ints:
    return np.bincount(pairs.w[chosen[chosen >= 0]], minlength=len(problem.workers)).astype(np.int64)


def load_cost(steps: Steps, load: Ints) -> int:
    """Each worker fills his steps in order, so what is left after the steps before decides."""
    if not len(steps.worker):
        return 0
    return int((np.clip(load[steps.worker] - places_before(steps), 0, steps.width) * steps.cost).sum())


def prices(problem: Problem, pairs: Pairs, steps: Steps, chosen: Ints, nobody: int) -> Ints:
    """What one more household costs at each worker: shortest paths over exchanges between workers.

    An exchange (w → v) moves the household of w that minds least to v, so the price of w is at most the price of v
    plus that household's extra cost, and at most the cost of w's own next free place. The solver's answer is optimal for
    these pairs, so no exchange cycle is negative and Bellman-Ford ends.
    """
    m = len(problem.workers)
    load = loads(problem, pairs, chosen)
    price = np.full(m, nobody, dtype=np.int64)
    room = load[steps.worker] < places_before(steps) + steps.width
    np.minimum.at(price, steps.worker[room], steps.cost[room])
    taken = chosen[chosen >= 0]
    np.minimum.at(price, pairs.w[taken], nobody - pairs.cost[taken])

    own = chosen[pairs.h]
    live = own >= 0
    giver, taker = pairs.w[own[live]], pairs.w[live]
    extra = pairs.cost[live] - pairs.cost[own[live]]
    key = giver * m + taker
    order = np.lexsort((extra, key))
    key, extra = key[order], extra[order]
    first = np.flatnonzero(np.append(True, key[1:] != key[:-1])) if len(key) else np.zeros(0, dtype=np.int64)
    giver, taker, extra = key[first] // m, key[first] % m, extra[first]
    if not len(giver):
        return price
    starts = np.flatnonzero(np.append(True, giver[1:] != giver[:-1]))
    who = giver[starts]
    for _ in range(m + 1):
        best = np.minimum.reduceat(price[taker] + extra, starts)
        if (best >= price[who]).all():
            break
        price[who] = np.minimum(price[who], best)
    return price


def rent(steps: Steps, price: Ints) -> int:
    """What the workers' places earn at these prices: the part of the dual value that is taken off."""
    return int((np.maximum(0, price[steps.worker] - steps.cost) * steps.width).sum())


def places_before(steps: Steps) -> Ints:
    """How many places each step's worker has in cheaper steps."""
    if not len(steps.worker):
        return steps.width
    total = np.cumsum(steps.width) - steps.width
    first = np.flatnonzero(np.append(True, steps.worker[1:] != steps.worker[:-1]))
    count = np.diff(np.append(first, len(steps.worker)))
    result: Ints = total - np.repeat(total[first], count)
    return result
