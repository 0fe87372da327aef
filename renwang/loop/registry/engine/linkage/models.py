"""The models that come with Renwang: what is compared (`levels`), and how much each level weighs (`data/*.json`)."""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import SettingsCreator, block_on
from splink.blocking_rule_library import CustomRule

from .candidates import Around, Candidate, Row, rows_latin, rows_zh
from .levels import LATIN, LATIN_BLOCKS, ZH, ZH_BLOCKS, Compared, in_spark

OTHER = "other"
FEW = 1_500  # so many records are compared each with each, whatever their keys


@dataclass(frozen=True, slots=True)
class Model:
    """One model: its comparisons, its rules of blocking, and where its automatic thresholds lie."""

    name: str
    compared: tuple[Compared, ...]
    blocks: tuple[tuple[str, ...], ...]
    rows: Callable[[Sequence[Candidate], Around, str, int], list[Row]]
    lists: frozenset[str] = frozenset({"phones", "kin"})


_MODELS = {
    "persons-zh": Model("persons-zh", ZH, ZH_BLOCKS, rows_zh),
    "persons-latin": Model("persons-latin", LATIN, LATIN_BLOCKS, rows_latin),
}
MODELS: tuple[str, ...] = tuple(_MODELS)


class UnknownModel(ValueError):
    """A model that does not come with Renwang."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What was learned: the chance that a pair that is looked at is one person, of each level m and u, and the thresholds."""

    prior: float
    levels: Mapping[str, Mapping[str, tuple[float, float]]]
    link: float
    adjudicate: float


def model(name: str) -> Model:
    """Return a model by its name; raises UnknownModel."""
    if name not in _MODELS:
        raise UnknownModel(name)
    return _MODELS[name]


@cache
def weights(name: str) -> Weights:
    """Return what a model has learned."""
    told = json.loads((resources.files(__package__) / "data" / f"{name}.json").read_text(encoding="utf-8"))
    levels = {
        comparison: {level: (float(pair["m"]), float(pair["u"])) for level, pair in named.items()}
        for comparison, named in told["levels"].items()
    }
    return Weights(told["prior"], levels, told["link"], told["adjudicate"])


def settings(
    which: Model,
    known: Weights | None,
    *,
    link_type: str,
    records: int,
    gammas: bool = False,
    engine: str = "duckdb",
) -> SettingsCreator:
    """Return the settings of splink for one run on an engine ("duckdb", "spark"); without weights: to be trained."""
    return SettingsCreator(
        link_type=link_type,  # type: ignore[arg-type]  # one of its words
        comparisons=[_comparison(one, known, engine) for one in which.compared],
        blocking_rules_to_generate_predictions=_blocking(which, records, engine),
        probability_two_random_records_match=known.prior if known else 0.0001,
        retain_matching_columns=gammas,  # with them come the levels
        retain_intermediate_calculation_columns=gammas,
    )


def _blocking(which: Model, records: int, engine: str) -> list[Any]:
    if records <= FEW:
        return [CustomRule("1 = 1", sql_dialect=engine)]
    return [
        block_on(*rule, arrays_to_explode=list(rule)) if set(rule) <= which.lists else block_on(*rule)
        for rule in which.blocks
    ]


def _comparison(one: Compared, known: Weights | None, engine: str) -> Any:
    told = in_spark if engine == "spark" else str
    learned = known.levels.get(one.name, {}) if known else {}
    levels: list[Any] = [
        cll.CustomLevel(told(one.unknown), "unknown", base_dialect_str=engine).configure(is_null_level=True)
    ]
    for name, sql in [*((level.name, level.sql) for level in one.levels), (OTHER, "ELSE")]:
        level: Any = cll.CustomLevel(told(sql), name, base_dialect_str=engine) if sql != "ELSE" else cll.ElseLevel()
        if name in learned:
            m, u = learned[name]
            level = level.configure(m_probability=m, u_probability=u)
        levels.append(level)
    return cl.CustomComparison(levels, output_column_name=one.name, comparison_description=one.name)


def gamma(one: Compared, level: str) -> int:
    """Return the number by which splink tells a level: the best has the highest, "other" 0, unknown -1."""
    if level == "unknown":
        return -1
    names = [each.name for each in one.levels]
    return 0 if level == OTHER else len(names) - names.index(level)


def weight(pair: tuple[float, float]) -> float:
    """Return how much a level weighs, in bits."""
    return math.log2(pair[0] / pair[1])
