"""Lists of divisions: national codes and any other system in which a child's code starts with its parent's."""

import csv
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

# Lengths of the national code (GB/T 2260, GB/T 10114): what each group of digits adds.
NATIONAL_LEVELS: dict[int, str] = {2: "province", 4: "city", 6: "district", 9: "street", 12: "village"}
LEVELS = ("country", "province", "city", "district", "street", "village", "grid")
DEMO_DISTRICT = Path(__file__).resolve().parent.parent / "data" / "fangzi.csv"

_CODE = re.compile(r"[0-9A-Z]{1,24}")
_GROUPS = ((9, 12), (6, 9), (4, 6), (2, 4))


class DivisionFault(StrEnum):
    """What is wrong with one line of a list."""

    NO_CODE = "no_code"
    BAD_CODE = "bad_code"
    NO_NAME = "no_name"
    TWICE = "twice"
    NO_PARENT = "no_parent"
    BAD_LEVEL = "bad_level"
    BAD_PLACE = "bad_place"


@dataclass(frozen=True, slots=True)
class DivisionRow:
    """One division as it will stand. `parent` is the nearest code above it, "" for the top of the list.

    `is_internal` says that the code is our own and stands in no official list; `is_demo` that the place is invented.
    """

    code: str
    name: str
    name_en: str
    level: str
    parent: str
    lon: float | None
    lat: float | None
    is_internal: bool = False
    is_demo: bool = False


@dataclass(frozen=True, slots=True)
class DivisionError:
    line: int  # as a spreadsheet counts: the heading is line 1
    code: str
    fault: DivisionFault
    expected: str = ""


@dataclass(frozen=True, slots=True)
class DivisionList:
    """Parents come before their children."""

    rows: tuple[DivisionRow, ...]
    errors: tuple[DivisionError, ...]


def trimmed(code: str) -> str:
    """A national code of twelve digits without its empty groups: 370704000000 → 370704. Others stay as they are."""
    plain = re.sub(r"[\s\-]", "", code).upper()
    plain = re.sub(r"\.0$", "", plain)  # Excel made it a number
    if not (plain.isascii() and plain.isdigit() and len(plain) in (6, 9, 12)):
        return plain
    for start, stop in _GROUPS:
        if len(plain) == stop and plain[start:] == "0" * (stop - start):
            plain = plain[:start]
    return plain


def parent_of(code: str, known: Collection[str]) -> str:
    """The longest known code that `code` starts with, or "". `known` should be a set or a dict."""
    return next((code[:n] for n in range(len(code) - 1, 0, -1) if code[:n] in known), "")


def level_of(code: str, depth: int) -> str:
    """By its length for a national code, otherwise by `depth` below the top of its own system (0 = country)."""
    if code[:2].isdigit():
        if len(code) > 12:
            return "grid"
        if len(code) in NATIONAL_LEVELS:
            return NATIONAL_LEVELS[len(code)]
    return LEVELS[min(depth, len(LEVELS) - 1)]


def read_divisions(lines: Iterable[Mapping[str, str]], *, known: Mapping[str, str] | None = None) -> DivisionList:
    """Check a list with the columns code, name and, if there are, name_en, level, lon, lat, mark.

    `known` are divisions already in the register, code → level. Exactly one line (or none, if `known`) may be without
    a parent: the top. A child of a line that is refused hangs below the next division above, so that one bad line does not
    refuse a county.
    """
    errors: list[DivisionError] = []
    good: dict[str, tuple[int, Mapping[str, str]]] = {}
    for number, line in enumerate(lines, start=2):
        code = trimmed(line.get("code") or "")
        fault, expected = _fault(code, line, good)
        if fault is not None:
            errors.append(DivisionError(number, code, fault, expected))
        else:
            good[code] = (number, line)
    levels = dict(known or {})
    rows: list[DivisionRow] = []
    depth: dict[str, int] = {code: LEVELS.index(level) for code, level in levels.items() if level in LEVELS}
    for code in sorted(good, key=lambda c: (len(c), c)):
        number, line = good[code]
        parent = parent_of(code, levels)
        if not parent and levels:
            errors.append(DivisionError(number, code, DivisionFault.NO_PARENT, code[: max(1, len(code) - 3)]))
            continue
        level = (line.get("level") or "").strip() or level_of(code, depth[parent] + 1 if parent else 0)
        if parent and LEVELS.index(level) <= LEVELS.index(levels[parent]):
            errors.append(DivisionError(number, code, DivisionFault.BAD_LEVEL, f"< {levels[parent]}"))
            continue
        levels[code], depth[code] = level, LEVELS.index(level)
        rows.append(_row(code, level, parent, line))
    return DivisionList(tuple(rows), tuple(sorted(errors, key=lambda e: e.line)))


def demo_district() -> DivisionList:
    """Fangzi: its subdistricts with their national codes, the industrial zone with our own, forty invented villages."""
    with DEMO_DISTRICT.open(encoding="utf-8-sig", newline="") as file:
        return read_divisions(csv.DictReader(file))


def _fault(code: str, line: Mapping[str, str], good: Collection[str]) -> tuple[DivisionFault | None, str]:
    if not code:
        return DivisionFault.NO_CODE, ""
    if not _CODE.fullmatch(code):
        return DivisionFault.BAD_CODE, "0-9 A-Z"
    if not (line.get("name") or "").strip():
        return DivisionFault.NO_NAME, ""
    if code in good:
        return DivisionFault.TWICE, ""
    if (level := (line.get("level") or "").strip()) and level not in LEVELS:
        return DivisionFault.BAD_LEVEL, ", ".join(LEVELS)
    if not _has_good_place(line):
        return DivisionFault.BAD_PLACE, "-180…180, -90…90"
    return None, ""


def _has_good_place(line: Mapping[str, str]) -> bool:
    """Both numbers in degrees, or neither."""
    lon, lat = (line.get("lon") or "").strip(), (line.get("lat") or "").strip()
    if not lon and not lat:
        return True
    try:
        return -180 <= float(lon) <= 180 and -90 <= float(lat) <= 90
    except ValueError:
        return False


def _row(code: str, level: str, parent: str, line: Mapping[str, str]) -> DivisionRow:
    lon, lat = (line.get("lon") or "").strip(), (line.get("lat") or "").strip()
    mark = (line.get("mark") or "").strip()
    return DivisionRow(
        code=code,
        name=(line.get("name") or "").strip(),
        name_en=(line.get("name_en") or "").strip(),
        level=level,
        parent=parent,
        lon=float(lon) if lon else None,
        lat=float(lat) if lat else None,
        is_internal=mark in ("internal", "demo"),
        is_demo=mark == "demo",
    )
