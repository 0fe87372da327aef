"""A first guess of the prices: whole divisions sent to workers as if everybody lived in the middle.

The guess decides only which pairs the solver sees first. It saves most of the rounds and proves nothing.
"""

import numpy as np

from renwang.loop.assignments.engine.costs import FORBIDDEN, Floats, Ints, Problem, Steps
from renwang.loop.assignments.engine.flow import Pairs, places_before, solved_groups

MOST_CELLS = 8_000_000


def guessed_prices(problem: Problem, steps: Steps, nobody: int) -> Ints:
    """A price per worker; all zero where the problem is too wide to be worth the guess."""
    m = len(problem.workers)
    zero = np.zeros(m, dtype=np.int64)
    if not 1 < len(problem.runs) * m <= MOST_CELLS or not len(steps.worker):
        return zero
    cost = np.vstack([_middle_cost(problem, code, start, stop) for code, start, stop in problem.runs])
    size = np.array([stop - start for _, start, stop in problem.runs], dtype=np.int64)
    cost[:, problem.free <= 0] = FORBIDDEN
    g, w = np.nonzero(cost < FORBIDDEN)
    used, load = solved_groups(size, Pairs(g, w, cost[g, w].astype(np.int64)), steps, m, nobody)
    price = np.full(m, float(nobody))
    room = load[steps.worker] < places_before(steps) + steps.width
    np.minimum.at(price, steps.worker[room], steps.cost[room])
    g, w = g[used], w[used]
    own = cost[g, w]
    for _ in range(m + 1):
        least = np.minimum((cost + price).min(axis=1), nobody)
        best = price.copy()
        np.minimum.at(best, w, least[g] - own)
        if (best >= price).all():
            break
        price = best
    result: Ints = np.maximum(0, price).astype(np.int64)
    return result


def _middle_cost(problem: Problem, code: str, start: int, stop: int) -> Floats:
    places = problem.xy_h[start:stop]
    known = places[~np.isnan(places).any(axis=1)]
    middle = known.mean(axis=0) if len(known) else np.full(2, np.nan)
    metres = np.rint(np.hypot(*(problem.xy_w - middle).T))
    metres[np.isnan(metres)] = problem.policy.unknown_distance
    if problem.policy.max_distance is not None:
        metres[metres > problem.policy.max_distance] = FORBIDDEN
    return np.asarray(np.minimum(metres + problem.base(code), FORBIDDEN))
