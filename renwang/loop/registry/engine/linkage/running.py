"""Run a model over records: splink on DuckDB inside this process, or on a Spark session where a city has one."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import Any

import pyarrow as pa
from splink import DuckDBAPI, Linker

from .candidates import Candidate, Row, around
from .models import Model, Weights, model, settings, weights

MEMORY = "2GB"  # what DuckDB may take before it goes to disk
_AT_ONCE = 200_000  # records of one side that are blocked in one go
_CHUNK = 20_000  # records whose columns are held as Python values
_LISTS = frozenset({"phones", "kin"})
# One of these must agree beside the name before a machine may link. A village holds many of one name; a postcode and a name, few.
_MORE_THAN_A_NAME = (
    ("id_number",), ("born_full",), ("household",), ("phones",), ("kin",), ("street", "numbers"), ("street", "house"), ("postcode",),
)  # fmt: skip
_MOST_BEARERS = 4  # a number on more records than this was made up


class Verdict(StrEnum):
    """What is to be done with a pair."""

    LINK = "link"
    ADJUDICATE = "adjudicate"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records that may be one human being."""

    left: str | int
    right: str | int
    probability: float
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class _Found:
    """A pair by the positions of its records."""

    left: int
    right: int
    probability: float
    verdict: Verdict


def match(
    candidates: Sequence[Candidate],
    register: Sequence[Candidate] | None = None,
    *,
    name: str = "persons-zh",
    threshold: float | None = None,
    memory: str = MEMORY,
    spark: Any = None,
) -> list[Pair]:
    """Return who of the candidates is who of the register; without a register: who stands twice among the candidates.

    The surest first. ``threshold``: from which probability on a pair is a link (default: the model's own); pairs less likely
    than the model's doubt are left out. Whatever the probability (`_judged`): nobody is linked on the name alone or against two
    right ID numbers, and two that bear one right number are never passed over. ``spark``: a SparkSession on which the same model
    runs; else DuckDB does, within ``memory``. Raises UnknownModel.
    """
    which, known = model(name), weights(name)
    sides = [candidates] if register is None else [candidates, register]
    if not all(sides) or sum(map(len, sides)) < 2:
        return []
    data = tables(which, sides)
    found = _predicted(which, known, data, threshold, memory, spark)
    judged = _judged(pa.concat_tables(data), found, known.link if threshold is None else threshold)
    judged += _same_number(data, judged, known.adjudicate)
    if register is not None:
        judged = _without_settled(judged)
    ids = [one.id for side in sides for one in side]
    judged.sort(key=lambda pair: (-pair.probability, pair.left, pair.right))
    return [Pair(ids[one.left], ids[one.right], round(one.probability, 6), one.verdict) for one in judged]


def tables(which: Model, sides: Sequence[Sequence[Candidate]]) -> list[pa.Table]:
    """Return the columns a model compares, one table a side; records are numbered through all of them."""
    made, first = [], 0
    for side, source in zip(sides, ("left", "right"), strict=False):
        others = around(side, sides)
        parts = [
            _as_table(which.rows(side[start : start + _CHUNK], others, source, first + start))
            for start in range(0, len(side), _CHUNK)
        ]
        made.append(pa.concat_tables(parts).combine_chunks() if parts else pa.table({}))
        first += len(side)
    return made


def _as_table(rows: Sequence[Row]) -> pa.Table:
    """Return rows as a typed table: a column in which nothing is known keeps its type."""
    kinds = {"unique_id": pa.int64(), "id_valid": pa.bool_()} | dict.fromkeys(_LISTS, pa.list_(pa.string()))
    return pa.table({name: pa.array([row[name] for row in rows], kinds.get(name, pa.string())) for name in rows[0]})


def _predicted(
    which: Model, known: Weights, data: Sequence[pa.Table], threshold: float | None, memory: str, spark: Any
) -> list[tuple[int, int, float]]:
    """Return every pair that is likely enough, as (left, right, probability) by number."""
    api: Any
    if spark is not None:
        from splink import SparkAPI

        # Kept in the executors' memory and on their disks: a folder that all of them share is not asked for.
        api = SparkAPI(spark_session=spark, break_lineage_method="persist")
    else:
        api = DuckDBAPI()
        api.duckdb_con.execute(f"SET memory_limit = '{memory}'")
    records = sum(table.num_rows for table in data)
    linker = Linker(
        [api.register(table if spark is None else spark.createDataFrame(table)) for table in data],
        settings(
            which,
            known,
            link_type="link_only" if len(data) == 2 else "dedupe_only",
            records=records,
            engine="duckdb" if spark is None else "spark",
        ),
        log_level=logging.ERROR,
    )
    least = known.adjudicate if threshold is None else min(known.adjudicate, threshold)
    parts = -(-data[-1].num_rows // _AT_ONCE)
    chunks: dict[str, int] = {"num_chunks_right": parts} if parts > 1 else {}
    table = linker.inference.predict(
        threshold_match_probability=least, warning_mode="never", **chunks
    ).as_pyarrow_table()
    columns = (table[name].to_pylist() for name in ("unique_id_l", "unique_id_r", "match_probability"))
    return [(min(one, other), max(one, other), probability) for one, other, probability in zip(*columns, strict=True)]


def _judged(data: pa.Table, found: Sequence[tuple[int, int, float]], link: float) -> list[_Found]:
    """Return the pairs with their verdicts: likely enough, and nothing of what a machine must not decide."""
    sure = [probability >= link for _left, _right, probability in found]
    left, right = (data.take(pa.array([one[side] for one in found], pa.int64())) for side in (0, 1))
    may = [True] * len(found)
    if "id_valid" in data.column_names:
        rows = zip(
            *(side[name].to_pylist() for name in ("id_valid", "id_number") for side in (left, right)), strict=True
        )
        may = [not (one and other and number != number_) for one, other, number, number_ in rows]
    if "folded" in data.column_names:
        words = ("name", "folded", "part", "stroke", "called")
        names = zip(
            *(zip(*(side[word].to_pylist() for word in words), strict=True) for side in (left, right)), strict=True
        )
        may = [so_far and not _is_another_name(one, other) for so_far, (one, other) in zip(may, names, strict=True)]
    more = [False] * len(found)
    for columns in _MORE_THAN_A_NAME:
        if set(columns) <= set(data.column_names):
            values = [(left[name].to_pylist(), right[name].to_pylist()) for name in columns]
            agree = [[_agree(*pair) for pair in zip(*one, strict=True)] for one in values]
            more = [so_far or all(now) for so_far, now in zip(more, zip(*agree, strict=True), strict=True)]
    born = zip(left["born_full"].to_pylist(), right["born_full"].to_pylist(), strict=True)
    other_day = [bool(a and b) and sum(x != y for x, y in zip(a, b, strict=True)) > 2 for a, b in born]
    return [
        _Found(one, other, probability, Verdict.LINK if s and m and x else Verdict.ADJUDICATE)
        for (one, other, probability), s, m, x, d in zip(found, sure, may, more, other_day, strict=True)
        if x or not d  # one name, another birth date, and nothing else in common: a village is full of them
    ]


def _is_another_name(one: Sequence[str | None], other: Sequence[str | None]) -> bool:
    """Answer whether two names have nothing in common beyond the surname: the number of one on the row of another."""
    name, folded, part, stroke, called = one
    name_, folded_, part_, stroke_, called_ = other
    if not (name and name_) or called or called_ or len(name) < 2 or len(name_) < 2:
        return False
    if set((folded or "").split()[1:]) & set((folded_ or "").split()[1:]) or name in name_ or name_ in name:
        return False
    pairs = ((name, name_), (part or "", part_ or ""), (stroke or "", stroke_ or ""))
    return not any(set(a[1:]) & set(b[1:]) for a, b in pairs)


def _agree(one: str | list[str] | None, other: str | list[str] | None) -> bool:
    if isinstance(one, list) and isinstance(other, list):
        return not set(one).isdisjoint(other)
    return one is not None and one == other


def _same_number(data: Sequence[pa.Table], judged: Sequence[_Found], doubt: float) -> list[_Found]:
    """Return the pairs that bear one right ID number, and yet look so unlike that the model would pass them over."""
    if "id_valid" not in data[0].column_names:
        return []
    bearers: dict[str, list[tuple[int, int]]] = defaultdict(list)
    first = 0
    for side, table in enumerate(data):
        values = zip(table["id_number"].to_pylist(), table["id_valid"].to_pylist(), strict=True)
        for place, (number, is_valid) in enumerate(values):
            if is_valid:
                bearers[number].append((side, first + place))
        first += table.num_rows
    seen = {(one.left, one.right) for one in judged}
    return [
        _Found(one, other, doubt, Verdict.ADJUDICATE)
        for held in bearers.values()
        if 1 < len(held) <= _MOST_BEARERS
        for (side, one), (side_, other) in combinations(held, 2)
        if (side != side_ or len(data) == 1) and (one, other) not in seen
    ]


def _without_settled(judged: Iterable[_Found]) -> list[_Found]:
    """Leave out doubts between two records that each have somebody of their own: brothers, twins, namesakes."""
    pairs = list(judged)
    left = {one.left for one in pairs if one.verdict is Verdict.LINK}
    right = {one.right for one in pairs if one.verdict is Verdict.LINK}
    return [one for one in pairs if one.verdict is Verdict.LINK or one.left not in left or one.right not in right]
