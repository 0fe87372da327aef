"""Who is who in one file, or in two: without a database, a key or a setting."""

import argparse
import csv
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from renwang.loop.registry.rules.linking import Records

MODELS = ("persons-zh", "persons-latin")
EXPLAINED = """
A file is an xlsx, an xls or a csv; its columns are recognised as in an import. With one file, records that stand twice in it are
looked for; with two, who of the first is who of the second. Pairs come out as left, right, probability, verdict: the files' own ids
(a column id, rec_id or 编号), else the number of the row; "link" where a machine may decide, "adjudicate" where a person should.
Nobody is linked on the name alone, nor against two different right ID numbers.
"""


class CannotLink(Exception):
    """A file cannot be compared; the message says why."""


def main(arguments: Sequence[str]) -> int:
    """Compare, print the pairs; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="renwang link", description=EXPLAINED, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("left", type=Path, metavar="A.csv")
    parser.add_argument("right", type=Path, nargs="?", metavar="B.csv")
    parser.add_argument("--model", choices=MODELS, help="default: the one that fits the names in the files")
    parser.add_argument("--threshold", type=_probability, metavar="P", help="link from this probability on, 0 to 1")
    parser.add_argument("--json", action="store_true", help="print the pairs as a JSON list")
    parser.add_argument(
        "--memory", type=_memory, default="2GB", metavar="M", help="what the comparison may take before it uses disk"
    )
    parser.add_argument("--spark", metavar="MASTER", help="run on Spark (local[*], spark://host:7077); needs pyspark")
    options = parser.parse_args(list(arguments))
    try:
        return _link(options)
    except CannotLink as problem:
        print(f"renwang link: {problem}", file=sys.stderr)
        return 1


def _link(options: argparse.Namespace) -> int:
    _words_without_settings()
    sides = [_read(path) for path in (options.left, options.right) if path is not None]
    from renwang.foundation.sheets.engine.open_formats import inert
    from renwang.loop.registry.engine.linkage.running import match
    from renwang.loop.registry.rules.linking import is_chinese

    everybody = [one for side in sides for one in side.candidates]
    name = options.model or ("persons-zh" if is_chinese(everybody) else "persons-latin")
    import duckdb

    try:
        pairs = match(
            sides[0].candidates,
            sides[1].candidates if len(sides) == 2 else None,
            name=name,
            threshold=options.threshold,
            memory=options.memory,
            spark=spark_session(options.spark) if options.spark else None,
        )
    except duckdb.OutOfMemoryException:
        raise CannotLink(f"--memory {options.memory} is too little for so many records: give it more.") from None
    for path, side in zip((options.left, options.right), sides, strict=False):
        known = ", ".join(f"{title} → {field}" for title, field in side.mapping.items())
        print(f"{path}: {len(side.candidates)} records; {known}", file=sys.stderr)
    links = sum(pair.verdict == "link" for pair in pairs)
    print(f"{name}: {links} to link, {len(pairs) - links} to adjudicate", file=sys.stderr)
    if options.json:
        told = [
            {"left": pair.left, "right": pair.right, "probability": pair.probability, "verdict": pair.verdict.value}
            for pair in pairs
        ]
        print(json.dumps(told, ensure_ascii=False))
        return 0
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(("left", "right", "probability", "verdict"))
    # A number that a file gives its rows may be anything, and the pairs are opened in a spreadsheet program.
    out.writerows((inert(pair.left), inert(pair.right), pair.probability, pair.verdict.value) for pair in pairs)
    return 0


def _read(path: Path) -> "Records":
    from renwang.foundation.sheets.engine.caps import DEFAULT_CAPS
    from renwang.foundation.sheets.engine.faults import SheetFault
    from renwang.foundation.sheets.engine.reading import read_workbook
    from renwang.foundation.sheets.engine.tables import find_table
    from renwang.foundation.sheets.errors import explain
    from renwang.loop.registry.rules.linking import NoKnownColumn, knows, records_of

    # A city's list is longer than what an officer may upload.
    caps = replace(DEFAULT_CAPS, rows=5_000_000, cells=200_000_000, zipped=2 * 1024**3)
    try:
        book = read_workbook(path, caps=caps)
        found = records_of(find_table(book.sheet(None), knows, filename=path.name))
    except OSError as error:
        raise CannotLink(f"{path}: {error.strerror or error}") from None
    except SheetFault as fault:
        raise CannotLink(f"{path}: {explain(fault)}") from None
    except NoKnownColumn as unknown:
        raise CannotLink(
            f"{path}: no column tells who somebody is; a name (姓名, name, given_name) or an ID number is needed. "
            f"The columns are: {', '.join(unknown.titles) or 'none'}."
        ) from None
    if not found.candidates:
        raise CannotLink(f"{path}: there is no row below the column titles.")
    return found


def _words_without_settings() -> None:
    """Let the explanations of faults be told in English where no installation is configured."""
    from django.conf import settings

    if not settings.configured:
        settings.configure(USE_I18N=False)


def spark_session(master: str) -> Any:
    """Return a session of Spark with what a comparison needs beside it; raises CannotLink where it is not here."""
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise CannotLink("--spark needs pyspark and Java: pip install pyspark.") from None
    from splink.backends.spark import similarity_jar_location

    builder = (
        SparkSession.builder.master(master)
        .appName("renwang link")
        .config("spark.jars", similarity_jar_location())
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
    )
    try:
        session = builder.getOrCreate()
        session.sparkContext.setLogLevel("ERROR")
    except Exception as error:  # noqa: BLE001  # Java, the network, the cluster: whatever it is, the lists are not at fault
        raise CannotLink(f"Spark does not begin at {master}: {str(error).strip().splitlines()[0][:200]}") from None
    return session


def _memory(text: str) -> str:
    if not re.fullmatch(r"\d+(\.\d+)?\s?([KMGT]i?B)", text, re.IGNORECASE):
        raise argparse.ArgumentTypeError(f"{text}: say how much, such as 2GB or 500MB")
    return text


def _probability(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1
    if not 0 < value <= 1:
        raise argparse.ArgumentTypeError(f"{text}: a probability lies above 0 and is at most 1")
    return value
