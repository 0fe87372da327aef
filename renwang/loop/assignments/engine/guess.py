"""A first guess of the prices: neighbourhoods sent to workers as if everybody lived in the middle.

The guess decides only which pairs the solver sees first. It saves most of the rounds and proves nothing.
"""

import math
from collections.abc import Iterator

import numpy as np

from renwang.loop.assignments.engine.costs import FORBIDDEN, Floats, Ints, Problem, Steps
from renwang.loop.assignments.engine.flow import Pairs, places_before, solved_groups

MOST_CELLS = 4_000_000  # neighbourhoods × workers
NEIGHBOURHOOD = 120  # households of one division that live near each other


def guessed_prices(problem: Problem, steps: Steps, nobody: int) -> Ints:
    """A price per worker; all zero where the problem is too wide to be worth the guess."""
    m = len(problem.workers)
    zero = np.zeros(m, dtype=np.int64)
    if not len(problem.runs) or len(problem.runs) * m > MOST_CELLS or not len(steps.worker):
        return zero
    most = max(NEIGHBOURHOOD, len(problem.households) * m // (MOST_CELLS - len(problem.runs) * m + 1))
    parts = [
        (code, rows) for code, start, stop in problem.runs for rows in _neighbourhoods(problem.xy_h, start, stop, most)
    ]
    cost = np.vstack([_middle_cost(problem, code, rows) for code, rows in parts])
    size = np.array([len(rows) for _, rows in parts], dtype=np.int64)
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


def _neighbourhoods(places: Floats, start: int, stop: int, most: int) -> Iterator[Ints]:
    """A division in strips from west to east, each strip in pieces from south to north."""
    rows = np.arange(start, stop, dtype=np.int64)
    strips = math.ceil(math.sqrt(len(rows) / most))
    for strip in np.array_split(rows[np.argsort(places[rows, 0], kind="stable")], strips):
        pieces = math.ceil(len(strip) / most)
        yield from np.array_split(strip[np.argsort(places[strip, 1], kind="stable")], pieces)


def _middle_cost(problem: Problem, code: str, rows: Ints) -> Floats:
    places = problem.xy_h[rows]
    known = places[~np.isnan(places).any(axis=1)]
    middle = known.mean(axis=0) if len(known) else np.full(2, np.nan)
    metres = np.rint(np.hypot(*(problem.xy_w - middle).T))
    metres[np.isnan(metres)] = problem.policy.unknown_distance
    if problem.policy.max_distance is not None:
        metres[metres > problem.policy.max_distance] = FORBIDDEN
    return np.asarray(np.minimum(metres + problem.base(code), FORBIDDEN))
