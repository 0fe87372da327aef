"""The plain fallback where no flow solver can be installed: quick, valid, and never called an optimum."""

import numpy as np

from renwang.loop.assignments.engine.costs import Ints, Problem, Steps
from renwang.loop.assignments.engine.flow import Pairs, merged


def greedy(problem: Problem, steps: Steps, pairs: Pairs) -> tuple[Pairs, Ints]:
    """Pairs from cheapest to dearest, each taken if both are free; a second look at all pairs for those left over."""
    left = problem.free.copy()
    chosen = np.full(len(problem.households), -1, dtype=np.int64)
    _take(pairs, left, chosen)
    alone = np.flatnonzero(chosen < 0)
    if not len(alone) or not left.any():
        return pairs, chosen
    is_alone = chosen < 0
    more: list[Pairs] = []
    for block in problem.blocks():
        rows = np.flatnonzero(is_alone[block.rows])
        open_cols = np.flatnonzero(left[block.cols] > 0)
        if not len(rows) or not len(open_cols):
            continue
        for row in rows:
            cost = block.cost[row, open_cols]
            for at in np.argsort(cost, kind="stable"):
                w = int(block.cols[open_cols[at]])
                if left[w] > 0 and cost[at] < 2**51:
                    left[w] -= 1
                    h = np.array([block.rows.start + row], dtype=np.int64)
                    more.append(Pairs(h, np.array([w]), np.array([cost[at]], dtype=np.int64)))
                    break
    if not more:
        return pairs, chosen
    every = merged([pairs, *more], len(problem.workers))
    return every, _placed(every, pairs, chosen, more, len(problem.workers))


def _take(pairs: Pairs, left: Ints, chosen: Ints) -> None:
    for i in np.argsort(pairs.cost, kind="stable"):
        h, w = pairs.h[i], pairs.w[i]
        if chosen[h] < 0 and left[w] > 0:
            chosen[h] = i
            left[w] -= 1


def _placed(every: Pairs, pairs: Pairs, chosen: Ints, more: list[Pairs], workers: int) -> Ints:
    """The same choice, counted in the wider list of pairs."""
    key = every.h * workers + every.w
    result = np.full(len(chosen), -1, dtype=np.int64)
    taken = np.flatnonzero(chosen >= 0)
    result[taken] = np.searchsorted(key, taken * workers + pairs.w[chosen[taken]])
    h = np.concatenate([p.h for p in more])
    w = np.concatenate([p.w for p in more])
    result[h] = np.searchsorted(key, h * workers + w)
    return result
