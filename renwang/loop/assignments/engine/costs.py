"""The cost of every pair, computed when asked for: a full matrix of a big district would not fit in memory."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from renwang.loop.assignments.engine.problem import Household, Key, Policy, Worker

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

# Costs are whole numbers held in float64, exact below 2**53. A forbidden pair must exceed every price and every cost.
FORBIDDEN = float(2**51)
EARTH = 6_371_000.0
MAX_STEPS = 64


@dataclass(slots=True)
class Block:
    """Households `rows` (a run of one division) against the workers `cols` who may serve them."""

    rows: slice
    cols: Ints
    cost: Floats


class Problem:
    """Households sorted by division, workers with a free place only, positions in metres."""

    def __init__(self, households: Sequence[Household], workers: Sequence[Worker], policy: Policy) -> None:
        self.policy = policy
        self.households = sorted(households, key=lambda h: (h.code, _order(h.id)))
        self.workers = sorted(workers, key=lambda w: _order(w.id))
        self.free: Ints = np.array([max(0, w.capacity - w.load) for w in self.workers], dtype=np.int64)
        place = {w.id: i for i, w in enumerate(self.workers)}
        self.tie: Ints = np.array(
            [-1 if h.tie is None else place.get(h.tie, -1) for h in self.households], dtype=np.int64
        )
        self.xy_h, self.xy_w, self.has_gaps = _positions(self.households, self.workers)
        self.runs = list(_runs(self.households))
        self._base: dict[str, Floats] = {}
        self._index = _by_prefix(self.workers, policy)

    def base(self, code: str) -> Floats:
        """The level cost of every worker for a household in `code`; `FORBIDDEN` where no level is shared."""
        if (known := self._base.get(code)) is not None:
            return known
        row = np.full(len(self.workers), FORBIDDEN)
        for length, cost in reversed(list(zip(self.policy.levels, self.policy.level_costs, strict=True))):
            if len(code) >= length:
                row[self._index.get(code[:length], [])] = cost
        row[self._index.get("=" + code, [])] = self.policy.level_costs[0]
        self._base[code] = row
        return row

    def distance(self, h: Ints | slice, w: Ints) -> Floats:
        """Whole metres for pairs given as arrays of equal shape, or a block for a slice of households."""
        a = self.xy_h[h]
        b = self.xy_w[w]
        if isinstance(h, slice):
            d = a[:, None, 0] - b[None, :, 0]
            e = a[:, None, 1] - b[None, :, 1]
        else:
            d = a[:, 0] - b[:, 0]
            e = a[:, 1] - b[:, 1]
        d *= d
        e *= e
        d += e
        np.sqrt(d, out=d)
        np.rint(d, out=d)
        if self.has_gaps:
            d[np.isnan(d)] = self.policy.unknown_distance
        return d

    def blocks(self, *, elements: int = 1_500_000) -> Iterator[Block]:
        """Every permitted pair once, in blocks that stay in the processor's cache. Ties are dearer here than they are."""
        move = float(self.policy.move)
        for code, start, stop in self.runs:
            base = self.base(code)
            cols = np.flatnonzero((base < FORBIDDEN) & (self.free > 0))
            if not len(cols):
                continue
            step = max(1, elements // len(cols))
            for low in range(start, stop, step):
                rows = slice(low, min(stop, low + step))
                cost = self.distance(rows, cols)
                if self.policy.max_distance is not None:
                    cost[cost > self.policy.max_distance] = FORBIDDEN
                cost += base[cols]
                tied = self.tie[rows] >= 0
                if tied.any():
                    cost[tied] += move
                yield Block(rows, cols, cost)

    def tie_cost(self, h: Ints) -> Floats:
        """What it costs to leave households with the worker they have, wherever he lives."""
        w = self.tie[h]
        level = np.array([self.base(self.households[i].code)[j] for i, j in zip(h, w, strict=True)], dtype=np.float64)
        level[level >= FORBIDDEN] = self.policy.level_costs[-1]
        result: Floats = self.distance(h, w) + level
        return result

    def dearest(self) -> int:
        """An upper bound of any permitted pair's cost plus the step of load it causes."""
        both = np.concatenate([self.xy_h, self.xy_w]) if len(self.workers) else self.xy_h
        finite = both[~np.isnan(both).any(axis=1)]
        reach = float(np.hypot(*(finite.max(axis=0) - finite.min(axis=0)))) if len(finite) else 0.0
        p = self.policy
        return math.ceil(max(reach, p.unknown_distance)) + p.level_costs[-1] + p.move + p.balance + 1


@dataclass(frozen=True, slots=True)
class Steps:
    """The convex cost of load: `width` places of `worker` at `cost` each, rising within a worker."""

    worker: Ints
    width: Ints
    cost: Ints


def load_steps(problem: Problem) -> Steps:
    """At most 64 steps for each worker; the last place of a full worker costs `policy.balance`."""
    worker, width, cost = [], [], []
    limit = len(problem.households)
    for i, w in enumerate(problem.workers):
        places = min(int(problem.free[i]), limit)
        if places <= 0:
            continue
        count = min(places, MAX_STEPS)
        edges = np.arange(count + 1, dtype=np.int64) * places // count
        middle = w.load + (edges[:-1] + edges[1:]) / 2
        worker.append(np.full(count, i, dtype=np.int64))
        width.append(np.diff(edges))
        cost.append(np.rint(problem.policy.balance * middle / w.capacity).astype(np.int64))
    empty = np.zeros(0, dtype=np.int64)
    return Steps(*(np.concatenate(part) if part else empty for part in (worker, width, cost)))


def _order(key: Key) -> tuple[int, str]:
    """Numbers by value, everything else by text, so that the order of the input never matters."""
    return (key, "") if isinstance(key, int) else (-1, str(key))


def _runs(households: Sequence[Household]) -> Iterator[tuple[str, int, int]]:
    start = 0
    for i in range(1, len(households) + 1):
        if i == len(households) or households[i].code != households[start].code:
            yield households[start].code, start, i
            start = i


def _by_prefix(workers: Sequence[Worker], policy: Policy) -> dict[str, list[int]]:
    index: dict[str, list[int]] = {}
    for i, worker in enumerate(workers):
        names = {code[:length] for code in worker.codes for length in policy.levels if len(code) >= length}
        for name in names | {"=" + code for code in worker.codes}:
            index.setdefault(name, []).append(i)
    return index


def _positions(households: Sequence[Household], workers: Sequence[Worker]) -> tuple[Floats, Floats, bool]:
    """Degrees to metres on a plane that touches the middle of the area: below 0.1 % wrong for a city."""
    nan = math.nan
    everybody: list[Household | Worker] = [*households, *workers]
    places = [(nan, nan) if p.lon is None or p.lat is None else (p.lon, p.lat) for p in everybody]
    degrees = np.array(places, dtype=np.float64).reshape(-1, 2)
    known = ~np.isnan(degrees).any(axis=1)
    if known.any():
        degrees -= degrees[known].mean(axis=0).round(6) * np.array([1.0, 0.0])
        middle = round(float(degrees[known, 1].mean()), 6)
        degrees[:, 1] -= middle
        degrees = np.radians(degrees) * EARTH
        degrees[:, 0] *= math.cos(math.radians(middle))
    n = len(households)
    return degrees[:n], degrees[n:], not bool(known.all())
