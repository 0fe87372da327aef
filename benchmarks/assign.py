"""Balanced assignment of 100,000 households to 2,000 helpers in 400 villages: proven optimum, beside its limit.

The limit is the bare flow solver, once, on the twelve cheapest pairs of each household: an answer without a proof.
For quality two peers: the nearest helper with a free place, and any officer of the district by chance (as SORMAS does).

    python benchmarks/assign.py [--quick] [--json] [--households N] [--workers N] [--villages N]
"""

import argparse
import json
import platform
import random
import resource
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from renwang.loop.assignments.engine import Household, Policy, Worker, balance, flow
from renwang.loop.assignments.engine.balance import cheapest_pairs
from renwang.loop.assignments.engine.costs import FORBIDDEN, Problem, load_steps

TARGET_SECONDS = 60.0
TARGET_MB = 2048.0


def district(n: int, m: int, v: int, seed: int = 1, fill: float = 0.85) -> tuple[list[Household], list[Worker]]:
    """Villages of very unequal size, so that many cannot serve themselves; 85 % of all places will be taken."""
    r = np.random.default_rng(seed)
    middle = r.random((v, 2)) * [0.5, 0.4] + [119.0, 36.5]
    codes = [f"990704{1 + i % 8:03d}{1 + i // 8:03d}" for i in range(v)]
    weight = r.lognormal(0, 0.6, v)
    hv, wv = r.choice(v, n, p=weight / weight.sum()), r.choice(v, m)
    hp, wp = middle[hv] + r.normal(0, 0.004, (n, 2)), middle[wv] + r.normal(0, 0.004, (m, 2))
    places = r.integers(40, 80, m)
    places = (places * (n / fill) / places.sum()).astype(int) + 1
    households = [Household(i, codes[hv[i]], float(hp[i, 0]), float(hp[i, 1])) for i in range(n)]
    workers = [Worker(i, (codes[wv[i]],), int(places[i]), 0, float(wp[i, 0]), float(wp[i, 1])) for i in range(m)]
    return households, workers


def nearest_with_room(problem: Problem) -> np.ndarray:
    """Household after household to the nearest helper who has a place, as one would do it by hand."""
    left = problem.free.copy()
    chosen = np.full(len(problem.households), -1)
    order = list(range(len(problem.households)))
    random.Random(1).shuffle(order)
    for h in order:
        near = (problem.xy_w - problem.xy_h[h]) ** 2
        distance = near.sum(axis=1)
        distance[left <= 0] = np.inf
        w = int(distance.argmin())
        if np.isfinite(distance[w]):
            chosen[h], left[w] = w, left[w] - 1
    return chosen


def anybody(problem: Problem) -> np.ndarray:
    """A random officer; capacity is not looked at."""
    return np.random.default_rng(1).integers(0, len(problem.workers), len(problem.households))


def quality(problem: Problem, chosen: np.ndarray) -> dict[str, float]:
    h = np.flatnonzero(chosen >= 0)
    w = chosen[h]
    metres = problem.distance(h, w)
    level = np.array([problem.base(problem.households[i].code)[j] for i, j in zip(h, w, strict=True)])
    load = np.bincount(w, minlength=len(problem.workers))
    share = load / np.array([x.capacity for x in problem.workers])
    return {
        "same_village": round(float((level == 0).mean()), 4),
        "mean_metres": round(float(metres.mean()), 1),
        "fullest": round(float(share.max()), 3),
        "load_share_deviation": round(float(share.std()), 3),
        "over_capacity": int((share > 1).sum()),
        "without_helper": int((chosen < 0).sum()),
    }


def run(n: int, m: int, v: int) -> dict[str, object]:
    households, workers = district(n, m, v)
    begun = time.perf_counter()
    plan = balance(households, workers)
    seconds = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

    problem = Problem(households, workers, Policy())
    steps = load_steps(problem)
    begun = time.perf_counter()
    pairs = cheapest_pairs(problem, 12, np.zeros(m, dtype=np.int64))
    build = time.perf_counter() - begun
    nobody = (m + 2) * problem.dearest()
    begun = time.perf_counter()
    flow.solved(problem, pairs, steps, nobody)
    limit = time.perf_counter() - begun

    place = {w.id: i for i, w in enumerate(problem.workers)}
    ours = np.array([place[plan.pairs[h.id]] if h.id in plan.pairs else -1 for h in problem.households])
    return {
        "households": n,
        "workers": m,
        "villages": v,
        "seconds": round(seconds, 2),
        "peak_mb": round(peak, 1),
        "proven": plan.proven,
        "cost": plan.cost,
        "lower_bound": plan.lower_bound,
        "rounds": plan.rounds,
        "pairs_shown_to_the_solver": plan.arcs,
        "pairs_permitted": sum(
            int((problem.base(code) < FORBIDDEN).sum()) * (stop - start) for code, start, stop in problem.runs
        ),
        "limit_bare_solve_seconds": round(limit, 2),
        "limit_arcs": len(pairs),
        "limit_build_seconds": round(build, 2),
        "share_of_limit": round(limit / seconds, 3),
        "quality": {
            "renwang": quality(problem, ours),
            "nearest with room": quality(problem, nearest_with_room(problem)),
            "random officer": quality(problem, anybody(problem)),
        },
        "within_target": plan.proven and seconds <= TARGET_SECONDS and peak <= TARGET_MB,
        "python": platform.python_version(),
        "machine": f"{platform.machine()}, {platform.system()}",
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="2,000 households and 60 helpers, for tests")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    parser.add_argument("--households", type=int)
    parser.add_argument("--workers", type=int)
    parser.add_argument("--villages", type=int)
    given = parser.parse_args()
    n, m, v = (2_000, 60, 20) if given.quick else (100_000, 2_000, 400)
    result = run(given.households or n, given.workers or m, given.villages or v)
    if given.json:
        sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n")
        return 0 if result["proven"] else 1
    for key, value in result.items():
        if isinstance(value, dict):
            for name, figures in value.items():
                sys.stdout.write(f"  {name:20}" + "  ".join(f"{k} {x}" for k, x in figures.items()) + "\n")
        else:
            sys.stdout.write(f"{key:28}{value}\n")
    return 0 if result["proven"] else 1


if __name__ == "__main__":
    sys.exit(main())
