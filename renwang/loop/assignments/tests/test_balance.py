"""Balanced assignment: what it promises, checked against every possible assignment of small problems."""

import itertools
import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renwang.loop.assignments.engine import Household, Plan, Policy, Reason, Worker, balance
from renwang.loop.assignments.engine.costs import FORBIDDEN, Problem, load_steps

VILLAGES = ["990704003001", "990704003002", "990704004001", "990705001001"]
places = st.one_of(
    st.just((None, None)),
    st.tuples(st.floats(119.0, 119.3, allow_nan=False), st.floats(36.4, 36.7, allow_nan=False)),
)


@st.composite
def problems(draw: st.DrawFn) -> tuple[list[Household], list[Worker], Policy]:
    workers = []
    for i in range(draw(st.integers(0, 3))):
        lon, lat = draw(places)
        codes = tuple(draw(st.lists(st.sampled_from([*VILLAGES, "990704003"]), min_size=1, max_size=2)))
        workers.append(Worker(i, codes, draw(st.integers(0, 3)), draw(st.integers(0, 2)), lon, lat))
    households = []
    for i in range(draw(st.integers(0, 5))):
        lon, lat = draw(places)
        tie = draw(st.one_of(st.none(), st.integers(0, 2)))
        households.append(Household(i, draw(st.sampled_from(VILLAGES)), lon, lat, tie))
    policy = Policy(
        balance=draw(st.sampled_from([0, 500, 20_000])),
        max_distance=draw(st.sampled_from([None, 8_000])),
    )
    return households, workers, policy


def best_by_trying_all(households: list[Household], workers: list[Worker], policy: Policy) -> tuple[int, int]:
    """(fewest without a helper, then least cost), by looking at every assignment there is."""
    problem = Problem(households, workers, policy)
    steps = load_steps(problem)
    marginal = {
        i: [int(c) for w, c in zip(steps.worker, steps.cost, strict=True) if w == i] for i in range(len(workers))
    }
    options = []
    for i, h in enumerate(problem.households):
        choice: list[tuple[int, int]] = [(-1, 0)]
        for j, base in enumerate(problem.base(h.code)):
            one = problem.tie[i : i + 1] * 0
            metres = int(problem.distance(one + i, one + j)[0])
            if problem.tie[i] == j:
                choice.append((j, metres + int(min(base, policy.level_costs[-1]))))
            elif base < FORBIDDEN and not (policy.max_distance is not None and metres > policy.max_distance):
                choice.append((j, metres + int(base) + (policy.move if problem.tie[i] >= 0 else 0)))
        options.append(choice)
    best = (len(households) + 1, 0)
    for way in itertools.product(*options):
        load = [sum(1 for j, _ in way if j == w) for w in range(len(workers))]
        if any(load[w] > problem.free[w] for w in range(len(workers))):
            continue
        cost = sum(c for _, c in way) + sum(sum(marginal[w][: load[w]]) for w in range(len(workers)))
        best = min(best, (sum(1 for j, _ in way if j < 0), cost))
    return best


@settings(max_examples=150, deadline=None)
@given(problems())
def test_no_assignment_is_better_than_the_proven_one(problem: tuple[list[Household], list[Worker], Policy]) -> None:
    plan = balance(*problem)
    assert plan.proven
    assert plan.lower_bound == plan.cost
    assert (len(plan.unassigned), plan.cost) == best_by_trying_all(*problem)


@settings(max_examples=60, deadline=None)
@given(problems(), st.booleans())
def test_every_household_is_either_assigned_or_explained(
    problem: tuple[list[Household], list[Worker], Policy], is_greedy: bool
) -> None:
    households, workers, policy = problem
    plan = balance(households, workers, policy, method="greedy" if is_greedy else "min-cost flow")
    alone = {u.household for u in plan.unassigned}
    assert alone | set(plan.pairs) == {h.id for h in households}
    assert not alone & set(plan.pairs)
    for w in workers:
        assert sum(1 for x in plan.pairs.values() if x == w.id) <= max(0, w.capacity - w.load)


def a_district(seed: int = 7, n: int = 600, m: int = 24) -> tuple[list[Household], list[Worker]]:
    r = random.Random(seed)
    middle = [(r.uniform(119.0, 119.3), r.uniform(36.4, 36.7)) for _ in range(12)]
    code = [f"990704{1 + i % 3:03d}{1 + i:03d}" for i in range(12)]

    def near(v: int) -> tuple[float, float]:
        return middle[v][0] + r.gauss(0, 0.004), middle[v][1] + r.gauss(0, 0.004)

    def one(i: int) -> Household:
        v = min(r.randrange(12), r.randrange(12))
        return Household(i, code[v], *near(v))

    households = [one(i) for i in range(n)]
    workers = [Worker(i, (code[i % 12],), 26 + r.randrange(6), r.randrange(3), *near(i % 12)) for i in range(m)]
    return households, workers


def pair_cost(plan: Plan, households: list[Household], workers: list[Worker]) -> dict[int, dict[int, float]]:
    problem = Problem(households, workers, Policy())
    table: dict[int, dict[int, float]] = {}
    for block in problem.blocks():
        for row in range(block.cost.shape[0]):
            h = problem.households[block.rows.start + row]
            table[int(str(h.id))] = {
                int(str(problem.workers[w].id)): float(block.cost[row, k]) for k, w in enumerate(block.cols)
            }
    return table


def test_the_optimum_of_a_district_needs_more_pairs_than_the_nearest_few_and_is_still_proven() -> None:
    households, workers = a_district()
    plan = balance(households, workers)
    assert plan.proven
    assert plan.method == "min-cost flow"
    assert not plan.unassigned
    assert plan.cost < balance(households, workers, method="greedy").cost


def test_no_swap_of_two_households_improves_the_plan() -> None:
    households, workers = a_district()
    plan = balance(households, workers)
    cost = pair_cost(plan, households, workers)
    who = {int(str(h)): int(str(w)) for h, w in plan.pairs.items()}
    for a, b in itertools.combinations(who, 2):
        assert cost[a][who[a]] + cost[b][who[b]] <= cost[a][who[b]] + cost[b][who[a]]


def test_the_same_input_in_any_order_gives_the_same_plan() -> None:
    households, workers = a_district()
    first = balance(households, workers)
    random.Random(1).shuffle(households)
    random.Random(2).shuffle(workers)
    second = balance(households, workers)
    assert (first.pairs, first.cost) == (second.pairs, second.cost)


def test_a_household_keeps_the_helper_it_has() -> None:
    households, workers = a_district()
    before = balance(households, workers)
    tied = [replace(h, tie=before.pairs[h.id]) for h in households]
    fewer = [replace(w, load=0) for w in workers]
    assert balance(tied, fewer).pairs == before.pairs


def test_a_tie_gives_way_only_where_the_helper_is_full() -> None:
    households = [Household(i, VILLAGES[0], tie="a") for i in range(3)]
    workers = [Worker("a", (VILLAGES[0],), 2), Worker("b", (VILLAGES[1],), 9)]
    plan = balance(households, workers)
    assert sorted(map(str, plan.pairs.values())) == ["a", "a", "b"]
    assert plan.stats.ties_kept == 2


def test_a_binding_tie_holds_beyond_capacity_and_the_helper_is_listed_as_overloaded() -> None:
    households = [Household(i, VILLAGES[0], tie="a") for i in range(3)]
    workers = [Worker("a", (VILLAGES[0],), 2), Worker("b", (VILLAGES[0],), 9)]
    plan = balance(households, workers, Policy(is_tie_hard=True))
    assert set(plan.pairs.values()) == {"a"}
    assert plan.overloaded == ("a",)


def test_the_village_comes_before_the_subdistrict_and_the_subdistrict_before_distance() -> None:
    home = Household(1, VILLAGES[0], 119.0, 36.5)
    village = Worker("village", (VILLAGES[0],), 1, 0, 119.1, 36.5)
    street = Worker("street", (VILLAGES[1],), 1, 0, 119.05, 36.5)
    next_door = Worker("next door", (VILLAGES[2],), 1, 0, 119.0, 36.5)
    assert balance([home], [village, street, next_door]).pairs == {1: "village"}
    assert balance([home], [street, next_door]).pairs == {1: "street"}
    assert balance([home], [next_door]).pairs == {1: "next door"}


def test_loads_are_even_and_not_only_within_capacity() -> None:
    households = [Household(i, VILLAGES[0], 119.0, 36.5) for i in range(30)]
    workers = [Worker(i, (VILLAGES[0],), 30, 0, 119.0 + i * 0.001, 36.5) for i in range(3)]
    assert balance(households, workers).stats.loads == {10: 3}


def test_what_a_helper_carries_already_counts() -> None:
    households = [Household(i, VILLAGES[0]) for i in range(10)]
    workers = [Worker("new", (VILLAGES[0],), 20), Worker("busy", (VILLAGES[0],), 20, load=10)]
    assert set(balance(households, workers).pairs.values()) == {"new"}


@pytest.mark.parametrize(
    ("workers", "policy", "reason"),
    [
        ([], Policy(), Reason.NO_WORKERS),
        ([Worker(1, (VILLAGES[3],), 5, 0, 119.0, 36.5)], Policy(), Reason.NOBODY_SERVES_AREA),
        ([Worker(1, (VILLAGES[0],), 5, 0, 119.3, 36.5)], Policy(max_distance=5_000), Reason.TOO_FAR),
        ([Worker(1, (VILLAGES[0],), 0, 0, 119.0, 36.5)], Policy(), Reason.ALL_FULL),
    ],
)
def test_a_household_without_a_helper_learns_the_reason(workers: list[Worker], policy: Policy, reason: Reason) -> None:
    plan = balance([Household(1, VILLAGES[0], 119.0, 36.5)], workers, policy)
    assert [u.reason for u in plan.unassigned] == [reason]
    assert plan.proven


def test_an_id_given_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="household 1 is given twice"):
        balance([Household(1, VILLAGES[0]), Household(1, VILLAGES[1])], [])


def test_without_the_solver_the_plan_says_that_it_is_not_proven() -> None:
    households, workers = a_district(n=80)
    plan = balance(households, workers, method="greedy")
    assert (plan.method, plan.proven) == ("greedy", False)
