"""What goes into a balanced assignment and what comes out. All costs are whole metres or metre-equivalents."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

Key = int | str | UUID


@dataclass(frozen=True, slots=True)
class Household:
    """One household that needs a helper. `tie` is the worker it already has, if any. Degrees WGS 84."""

    id: Key
    code: str
    lon: float | None = None
    lat: float | None = None
    tie: Key | None = None


@dataclass(frozen=True, slots=True)
class Worker:
    """One helper. `load` counts people carried already who are *not* among the households of this problem."""

    id: Key
    codes: tuple[str, ...]
    capacity: int
    load: int = 0
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """What is dear and what is cheap.

    `levels` are lengths of division codes, from the nearest common area to the widest in which anybody may be sent;
    `level_costs` are what a pair costs that shares no nearer area than this one. The defaults are a strict order:
    the village before the subdistrict, the subdistrict before the distance, and within an area even loads
    weighed against metres. `balance` is the marginal cost of the last household a full helper takes; the first costs
    next to nothing, those between rise evenly.
    """

    levels: tuple[int, ...] = (12, 9, 6)
    level_costs: tuple[int, ...] = (0, 30_000, 300_000)
    balance: int = 20_000
    move: int = 1_000_000  # what it costs to take a household from the helper it has
    is_tie_hard: bool = False  # a tie that binds holds even where the helper is full or far
    unknown_distance: int = 5_000  # where household or helper has no coordinates
    max_distance: int | None = None  # ties are exempt

    def __post_init__(self) -> None:
        if len(self.levels) != len(self.level_costs) or not self.levels:
            raise ValueError("levels and level_costs need the same length, at least one")
        if list(self.levels) != sorted(self.levels, reverse=True):
            raise ValueError("levels run from the longest code to the shortest")
        costs = (*self.level_costs, self.balance, self.move, self.unknown_distance, self.max_distance or 0)
        if list(self.level_costs) != sorted(self.level_costs) or min(costs) < 0:
            raise ValueError("costs are not negative and do not fall from near to far")
        if max(costs) > 1_000_000_000:
            raise ValueError("costs above a million kilometres leave no room for exact sums")


class Reason(StrEnum):
    """Why a household remains without a helper."""

    NO_WORKERS = "no_workers"  # the list of helpers is empty
    NOBODY_SERVES_AREA = "nobody_serves_area"  # no helper's area reaches this household
    TOO_FAR = "too_far"  # helpers of the area live beyond the permitted distance
    ALL_FULL = "all_full"  # all who may come are full, and so are all who could relieve them


@dataclass(frozen=True, slots=True)
class Unassigned:
    household: Key
    reason: Reason


@dataclass(frozen=True, slots=True)
class Stats:
    """Figures for people who decide whether to apply the plan. Distances in metres over pairs with coordinates."""

    assigned: int
    unassigned: int
    ties_given: int
    ties_kept: int
    same_village: int
    same_subdistrict: int  # of these, not the same village
    mean_distance: float | None
    max_distance: float | None
    load_min: int
    load_mean: float
    load_max: int
    loads: Mapping[int, int] = field(default_factory=dict)  # households per helper → number of helpers


@dataclass(frozen=True, slots=True)
class Plan:
    """A proposal. `proven` says that no other assignment of the same problem is better: `cost == lower_bound`.

    Better means first fewer households without a helper, then lower cost. `lower_bound` is the value of the dual
    prices, checked against every permitted pair and not only against those the solver was shown.
    """

    pairs: Mapping[Key, Key]
    unassigned: tuple[Unassigned, ...]
    overloaded: tuple[Key, ...]  # helpers whose binding ties and load exceed their capacity
    cost: int
    lower_bound: int
    proven: bool
    method: str  # "min-cost flow" | "greedy"
    rounds: int
    arcs: int
    seconds: float
    stats: Stats
