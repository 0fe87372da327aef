"""Who is who: precision, recall, F1 and time on Febrl and on invented villages, beside the rules of two peers; a million records.

    python benchmarks/linkage.py [--quick] [--json] [--people N] [--records N] [--no-million]

The models were trained on other seeds and another mix of errors (tools/train_linkage.py), persons-latin on Febrl's second and third set.
A pair counts as linked where the verdict is `link`; what a person would have to decide is told beside it.

Peers, restated as algorithms from what their sources say:
- trigram: names are alike from a trigram similarity of 0.65 on (as pg_trgm computes it), and sex and birth date do not differ (SORMAS);
- edit distance: names of fewer than three characters must be equal, up to five may differ by one, longer by two; likewise (HOPE).
Both get the pairs to look at for nothing: those with a birth date, or a village and a character of the given name, in common.
"""

import argparse
import csv
import json
import logging
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import febrl  # noqa: E402
from benchmarks.linkage_people import TESTING, Ledgers, ledgers  # noqa: E402
from renwang.loop.registry.engine.linkage import Candidate  # noqa: E402
from renwang.loop.registry.engine.linkage.running import match  # noqa: E402

TARGET_SECONDS, TARGET_MB = 600.0, 4096.0


@dataclass(frozen=True, slots=True)
class Figures:
    """How well one way of linking did on one set."""

    data: str
    way: str
    links: int
    false: int
    precision: float
    recall: float
    f1: float
    doubtful: int
    doubtful_true: int
    missed: int
    seconds: float


def figures(
    data: str,
    way: str,
    links: set[tuple[int, int]],
    doubts: set[tuple[int, int]],
    truth: set[tuple[int, int]],
    seconds: float,
) -> Figures:
    """Count."""
    right = len(links & truth)
    precision, recall = right / max(len(links), 1), right / len(truth)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    asked = len(doubts & truth)
    return Figures(
        data, way, len(links), len(links) - right, round(precision, 6), round(recall, 4), round(f1, 4), len(doubts), asked,
        len(truth) - right - asked, round(seconds, 1),
    )  # fmt: skip


def ours(
    data: str, left: Sequence[Candidate], right: Sequence[Candidate], truth: set[tuple[int, int]], model: str
) -> Figures:
    """Link by our model."""
    at = {one.id: place for side in (left, right) for place, one in enumerate(side)}
    begun = time.perf_counter()
    pairs = match(left, right or None, name=model)
    seconds = time.perf_counter() - begun
    found: dict[str, set[tuple[int, int]]] = {"link": set(), "adjudicate": set()}
    for pair in pairs:
        one, other = at[pair.left], at[pair.right]
        found[pair.verdict].add((one, other) if right or one < other else (other, one))
    return figures(data, model, found["link"], found["adjudicate"], truth, seconds)


# --- the peers ---------------------------------------------------------------------------------------------------------


def trigrams(text: str) -> frozenset[str]:
    """Return the trigrams of a text as pg_trgm makes them: two spaces before each word and one after it."""
    found: set[str] = set()
    for word in text.lower().split():
        padded = f"  {word} "
        found |= {padded[i : i + 3] for i in range(len(padded) - 2)}
    return frozenset(found)


def alike_by_trigrams(one: str, other: str) -> bool:
    """Answer whether two names are alike as SORMAS asks it."""
    first, second = trigrams(one), trigrams(other)
    return bool(first | second) and len(first & second) / len(first | second) >= 0.65


def alike_by_edits(one: str, other: str) -> bool:
    """Answer whether two names are alike as Elasticsearch's AUTO:3,6 asks it."""
    allowed = 0 if len(one) < 3 else 1 if len(one) < 6 else 2
    return one == other or (allowed > 0 and _edits(one, other, allowed) <= allowed)


def _edits(one: str, other: str, most: int) -> int:
    if abs(len(one) - len(other)) > most:
        return most + 1
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (a != b))
    return row[-1]


def peer(
    data: str,
    way: str,
    alike: Callable[[str, str], bool],
    left: Sequence[Candidate],
    right: Sequence[Candidate],
    truth: set[tuple[int, int]],
) -> Figures:
    """Link by a peer's rule."""
    begun = time.perf_counter()
    links = set()
    for one, other in _looked_at(left, right):
        a, b = left[one], right[other]
        if (a.sex and b.sex and a.sex != b.sex) or (a.born and b.born and a.born != b.born):
            continue
        if alike(_named(a), _named(b)):
            links.add((one, other))
    return figures(data, way, links, set(), truth, time.perf_counter() - begun)


def _named(one: Candidate) -> str:
    return one.name or f"{one.given} {one.surname}".strip()


def _looked_at(left: Sequence[Candidate], right: Sequence[Candidate]) -> Iterable[tuple[int, int]]:
    def keys(one: Candidate) -> set[str]:
        near = one.postcode or one.place
        words = one.name[1:] if one.name else (one.given, one.surname)
        return ({f"b{one.born}"} if one.born else set()) | {f"n{near}{word}" for word in words if word}

    index: dict[str, list[int]] = defaultdict(list)
    for place, one in enumerate(right):
        for key in keys(one):
            index[key].append(place)
    for place, one in enumerate(left):
        for other in {other for key in keys(one) for other in index[key]}:
            yield place, other


# --- the sets ----------------------------------------------------------------------------------------------------------


def on_febrl() -> list[Figures]:
    """All four sets; the first and the fourth were never trained on."""
    found = []
    for number in (4, 1, 2, 3):
        left, right, left_of, right_of = febrl.febrl(number)
        if right:
            at = {who: place for place, who in enumerate(right_of)}
            truth = {(place, at[who]) for place, who in enumerate(left_of) if who in at}
        else:
            places: dict[str, list[int]] = defaultdict(list)
            for place, who in enumerate(left_of):
                places[who].append(place)
            truth = {(a, b) for held in places.values() for i, a in enumerate(held) for b in held[i + 1 :]}
        seen = "" if number in (4, 1) else " (trained on)"
        found.append(ours(f"Febrl {number}{seen}", left, right, truth, "persons-latin"))
        if right:
            found += peers(f"Febrl {number}", left, right, truth)
    return found


def on_villages(people: int) -> list[Figures]:
    """Two test sets: the second office knows the households' numbers, or numbers them by itself."""
    found = []
    for seed, own in ((9001, False), (9002, True)):
        told: Ledgers = ledgers(people, seed, TESTING, own_numbers=own)
        truth = told.truth()
        name = f"villages, {'own' if own else 'common'} numbers"
        found.append(ours(name, told.left, told.right, truth, "persons-zh"))
        found += peers(name, told.left, told.right, truth)
    return found


def peers(
    data: str, left: Sequence[Candidate], right: Sequence[Candidate], truth: set[tuple[int, int]]
) -> list[Figures]:
    """Both peers on one set."""
    return [
        peer(data, "trigram ≥ 0.65 (SORMAS)", alike_by_trigrams, left, right, truth),
        peer(data, "edit distance (HOPE)", alike_by_edits, left, right, truth),
    ]


# --- a million ---------------------------------------------------------------------------------------------------------


def a_million(records: int) -> dict[str, float]:
    """Run the command itself on two csv files that hold so many records together; time and peak memory are the whole process's."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / name for name in ("left.csv", "right.csv")]
        truth = _written(records, paths)
        out = Path(folder) / "pairs.csv"
        begun = time.perf_counter()
        with out.open("w") as pairs:
            done = subprocess.run(
                [sys.executable, "-m", "config.cli", "link", *map(str, paths)], stdout=pairs, cwd=ROOT, check=False
            )
        seconds = time.perf_counter() - begun
        if done.returncode:
            raise SystemExit("renwang link failed")
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        links = right = 0
        with out.open() as pairs:
            for pair in csv.DictReader(pairs):
                if pair["verdict"] == "link":
                    links += 1
                    right += pair["left"][1:] == pair["right"][1:]
    return {
        "records": float(records), "seconds": round(seconds, 1), "peak_mb": round(peak), "links": float(links),
        "false": float(links - right), "recall": round(right / truth, 4),
    }  # fmt: skip


def _written(records: int, paths: Sequence[Path]) -> int:
    """Write both ledgers in a process of its own (its memory is not what is measured); return how many are in both."""
    script = (
        "import sys; sys.path.insert(0, '.'); from benchmarks.linkage import write_csv; "
        f"print(write_csv({records}, {str(paths[0])!r}, {str(paths[1])!r}))"
    )
    # RUSAGE_CHILDREN tells the largest child; this one holds 40,000 people at a time and stays far below the other.
    told = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True)
    return int(told.stdout)


def write_csv(records: int, left_path: str, right_path: str) -> int:
    """Write two ledgers of invented villages, in parts of their own so that memory stays small; return how many stand in both."""
    both, part, number = 0, 40_000, 0
    heads = ("编号", "姓名", "性别", "身份证号", "联系电话", "出生日期", "行政村代码", "家庭住址", "户编号")
    with (
        Path(left_path).open("w", encoding="utf-8", newline="") as one,
        Path(right_path).open("w", encoding="utf-8", newline="") as other,
    ):
        files = [csv.writer(one), csv.writer(other)]
        for file in files:
            file.writerow(heads)
        done = 0
        while done < records:
            told = ledgers(min(part, max((records - done) * 11 // 20, 200)), 20_000 + number, TESTING)
            counts = Counter(told.left_of)
            for file, side, of, mark in zip(
                files, (told.left, told.right), (told.left_of, told.right_of), "AB", strict=True
            ):
                for who, line in zip(of, side, strict=True):
                    place = f"{int(line.place) + number * 1_000_000}" if line.place else ""
                    home = f"{number}-{line.household}" if line.household else ""
                    sex = {"1": "男", "2": "女"}.get(line.sex, "")
                    file.writerow(
                        (
                            f"{mark}{number}-{who}",
                            line.name,
                            sex,
                            line.id_number,
                            "、".join(line.phones),
                            line.born,
                            place,
                            line.address,
                            home,
                        )
                    )
                    done += 1
                    both += mark == "B" and counts[who] > 0
            number += 1
    return both


def main() -> None:
    """Measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small sets, no million")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--people", type=int, default=90_000, help="in each of the two test sets of villages")
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--no-million", action="store_true")
    options = parser.parse_args()
    logging.getLogger("splink").setLevel(logging.ERROR)
    found = on_febrl() + on_villages(8_000 if options.quick else options.people)
    million = None if options.quick or options.no_million else a_million(options.records)
    if options.json:
        print(json.dumps({"sets": [asdict(one) for one in found], "million": million}, ensure_ascii=False))
        return
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.machine()}\n")
    print(
        "| set | way | links | false | precision | recall | F1 | for a person (of them true) | missed | seconds |\n|"
        + "---|" * 10
    )
    for one in found:
        print(
            f"| {one.data} | {one.way} | {one.links:,} | {one.false:,} | {one.precision} | {one.recall} | **{one.f1}** "
            f"| {one.doubtful:,} ({one.doubtful_true:,}) | {one.missed:,} | {one.seconds} |"
        )
    if million:
        is_reached = million["seconds"] <= TARGET_SECONDS and million["peak_mb"] <= TARGET_MB
        print(f"\n{million}\n{'reached' if is_reached else 'MISSED'}: {TARGET_SECONDS:.0f} s, {TARGET_MB:.0f} MB")


if __name__ == "__main__":
    main()
