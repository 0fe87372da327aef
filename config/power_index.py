"""``renwang power-index``: the power index from files of readings, without any database."""

import argparse
import csv
import json
import os
import sys
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from config import power_index_words as words
from renwang.programmes.enterprise.engine import (
    EXAMPLE_ZONES,
    PRESETS,
    FirmDay,
    Method,
    Question,
    Refused,
    Row,
    Run,
    Table,
    Zone,
    opened,
    preset,
    read_method,
)
from renwang.programmes.enterprise.engine.cube import FIGURES, columns_asked

LEVELS = {"province": 2, "city": 4, "county": 6, "township": 9, "village": 12}


def main(arguments: Sequence[str]) -> int:
    """Compute and print; return 0, or 1 where the files do not allow an answer (and it is said why)."""
    try:
        options = parser().parse_args(list(arguments))
    except SystemExit as left:
        return int(left.code or 0)
    try:
        return _answer(options)
    except Refused as refused:
        if os.environ.get("RENWANG_DEBUG"):
            raise
        sys.stderr.write(f"renwang power-index: {words.refusal(refused.code, refused.values)}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read us (head, less) has read enough. Python must not find out again at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except OSError as error:
        sys.stderr.write(f"renwang power-index: {error.strerror}: {error.filename}\n")
        return 1


def parser() -> argparse.ArgumentParser:
    """Return what the command understands."""
    made = argparse.ArgumentParser(
        prog="renwang power-index",
        description="The power index of resumption, from the readings of electricity meters. No database is needed.",
        epilog=words.EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    files = made.add_argument_group("the files")
    files.add_argument("--readings", nargs="+", required=True, metavar="PATH", action="extend", help=words.READINGS)
    files.add_argument(
        "--enterprises", nargs="+", required=True, metavar="PATH", action="extend", help=words.ENTERPRISES
    )
    files.add_argument("--column", action="append", default=[], type=_pair, metavar="OURS=THEIRS", help=words.COLUMN)
    files.add_argument("--unit", default="kwh", choices=["kwh", "mwh", "wan-kwh"], help=words.UNIT)
    files.add_argument("--unit-of", action="append", default=[], type=_pair, metavar="PATTERN=UNIT", help=words.UNIT_OF)
    files.add_argument("--unit-is-right", action="store_true", help=words.UNIT_IS_RIGHT)
    asked = made.add_argument_group("what is asked")
    asked.add_argument("--method", required=True, metavar="NAME|FILE", help=f"{', '.join(PRESETS)}, or a TOML file")
    asked.add_argument("--day", type=_day, metavar="DAY", help="one day, such as 2020-02-10")
    asked.add_argument("--from", dest="first", type=_day, metavar="DAY", help="the first of several days")
    asked.add_argument("--to", dest="last", type=_day, metavar="DAY", help="the last of several days")
    asked.add_argument("--by", type=_names, default=(), metavar="COLUMNS", help=words.BY)
    asked.add_argument("--level", type=_levels, default=(), metavar="LEVELS", help=words.LEVEL)
    asked.add_argument("--cube", action="store_true", help="every total above the groups too (their key is then empty)")
    asked.add_argument("--base", default="auto", choices=["auto", "readings", "column"], help=words.BASE)
    asked.add_argument("--base-from", type=_day, metavar="DAY", help="another base period than the method's")
    asked.add_argument("--base-to", type=_day, metavar="DAY")
    asked.add_argument("--changes", action="store_true", help="day_change and week_change of the index, in points")
    asked.add_argument("--zones", nargs="?", const="", metavar="NAME:FROM,…", help=words.ZONES)
    asked.add_argument("--ranks", action="store_true", help="rank of each group by its index, on each day")
    asked.add_argument("--top", type=int, metavar="N", help="instead of rows: the N firms of --day by --top-by")
    asked.add_argument("--top-by", default="kwh", choices=["kwh", "rate", "lack"])
    asked.add_argument("--portrait", metavar="ENTERPRISE", help="instead of rows: one firm, day by day")
    how = made.add_argument_group("how it is computed and told")
    how.add_argument("--format", default="table", choices=["table", "json", "csv", "parquet"])
    how.add_argument("--output", type=Path, metavar="PATH", help="write there instead of the terminal")
    how.add_argument("--quiet", action="store_true", help="say nothing of the report on the error output")
    how.add_argument("--engine", default="duckdb", choices=["duckdb", "spark"], help=words.ENGINE)
    how.add_argument("--memory", default="700MB", help="what DuckDB may take before it writes to disk (700MB)")
    how.add_argument("--threads", type=int)
    return made


def _answer(options: argparse.Namespace) -> int:
    question = _question(options)
    if options.format == "parquet" and not options.output:
        raise Refused("bad_question", field="--format", reason="parquet needs --output PATH")
    with opened(question, options.engine) as run:
        if options.top is not None or options.portrait:
            _firms(run, question, options)
        elif options.format in {"parquet", "csv"} and options.output:
            run.write(options.output, options.format)
        else:
            _rows(run, question, options)
        if not options.quiet and options.format != "json":
            sys.stderr.write(words.report(run.report))
    return 0


def _question(options: argparse.Namespace) -> Question:
    method = _method(options.method).with_base(options.base_from, options.base_to)
    if method.base_from > method.base_to:
        raise Refused("bad_question", field="--base-from", reason=f"{method.base_from} is after {method.base_to}")
    if bool(options.day) == bool(options.first or options.last):
        raise Refused("bad_question", field="--day", reason="say either --day, or --from and --to")
    if not options.day and not (options.first and options.last):
        raise Refused("bad_question", field="--from", reason="--from and --to go together")
    columns = {ours: theirs for ours, theirs in options.column if "." not in ours}
    apart: dict[str, dict[str, str]] = {"readings": dict(columns), "enterprises": dict(columns)}
    for ours, theirs in options.column:
        table, dot, name = ours.partition(".")
        if dot and table not in apart:
            raise Refused("bad_question", field="--column", reason=f"{table!r} is neither readings nor enterprises")
        if dot:
            apart[table][name] = theirs
    mine = ("meter_id", "day", "kwh", "at", "kw")
    readings: dict[str, str] = {str(name): apart["readings"][name] for name in mine if name in apart["readings"]}
    enterprises = {
        name: theirs for name, theirs in apart["enterprises"].items() if name not in {"day", "kwh", "at", "kw"}
    }
    return Question(
        readings=Table(paths=tuple(options.readings), columns=readings),
        enterprises=Table(paths=tuple(options.enterprises), columns=enterprises),
        method=method,
        first=options.day or options.first,
        last=options.day or options.last,
        by=options.by,
        levels=options.level,
        cube=options.cube,
        history=7 if options.changes else 0,
        zones=_zones(options.zones),
        ranks=options.ranks,
        unit=options.unit,
        unit_of=tuple(options.unit_of),
        is_unit_sure=options.unit_is_right,
        base_source=options.base,
        memory=options.memory,
        threads=options.threads,
    )


def _method(name: str) -> Method:
    if name in PRESETS:
        return preset(name)
    path = Path(name)
    if path.suffix == ".toml" or path.is_file():
        return read_method(path)
    return preset(name)


def _zones(told: str | None) -> tuple[Zone, ...]:
    if told is None:
        return ()
    if not told:
        return EXAMPLE_ZONES
    zones = []
    for part in told.split(","):
        name, colon, lowest = part.rpartition(":")
        try:
            zones.append(Zone(name.strip(), Decimal(lowest.strip())))
        except InvalidOperation:
            colon = ""
        if not colon or not name.strip():
            raise Refused("bad_question", field="--zones", reason="such as suppressed:0,recovering:50,steady:80")
    return tuple(zones)


def _rows(run: Run, question: Question, options: argparse.Namespace) -> None:
    more = [name for name, asked in columns_asked(question).items() if asked]
    rows = [_flat(row, more) for row in run.rows()]
    names = ["day", *question.by, *FIGURES, *more]
    with _out(options.output) as out:
        if options.format == "json":
            out.write(_json({"rows": rows, "report": words.plain_report(run.report, question)}))
        elif options.format == "csv":
            _csv(out, names, rows)
        else:
            out.write(_table(names, rows))


def _flat(row: Row, more: Iterable[str]) -> dict[str, Any]:
    figures = {name: getattr(row, name) for name in (*FIGURES, *more)}
    return {"day": row.day.isoformat(), **row.group, **figures}


def _firms(run: Run, question: Question, options: argparse.Namespace) -> None:
    head: dict[str, Any] = {}
    if options.portrait:
        portrait = run.portrait(options.portrait)
        days = portrait.days
        head = {
            "enterprise_id": portrait.enterprise_id,
            **portrait.attributes,
            "base_kwh": portrait.base_kwh,
            "meters": [{"meter_id": meter, "base_kwh": base} for meter, base in portrait.meters],
            "first_resumed": portrait.first_resumed,
            "resumed_since": portrait.resumed_since,
            "days_resumed": portrait.days_resumed,
            "days_missing": portrait.days_missing,
            "mean_rate": portrait.mean_rate,
        }
    else:
        if question.first != question.last:
            raise Refused("bad_question", field="--top", reason="it is of one --day")
        if options.top < 1:
            raise Refused("bad_question", field="--top", reason="at least one firm")
        days = tuple(run.top(question.first, options.top, by=options.top_by))
    rows = [_firm(one) for one in days]
    names = list(rows[0]) if rows else ["enterprise_id", "day"]
    with _out(options.output) as out:
        if options.format == "json":
            out.write(
                _json({**head, "days" if head else "rows": rows, "report": words.plain_report(run.report, question)})
            )
        elif options.format == "csv":
            _csv(out, names, rows)
        else:
            for name, value in head.items():
                told = (
                    ", ".join(f"{m['meter_id']} ({m['base_kwh']})" for m in value) if isinstance(value, list) else value
                )
                out.write(f"{name:16}{'' if told is None else told}\n")
            out.write(("\n" if head else "") + _table(names, rows))


def _firm(one: FirmDay) -> dict[str, Any]:
    return {
        "enterprise_id": one.enterprise_id,
        "day": one.day.isoformat(),
        **one.attributes,
        "kwh": one.kwh,
        "base_kwh": one.base_kwh,
        "rate": one.rate,
        "resumed": one.is_resumed,
        "state": one.state,
    }


class _out:  # noqa: N801
    """The terminal, or the file that was asked for."""

    def __init__(self, path: Path | None) -> None:
        self.path = path

    def __enter__(self) -> Any:
        self.file = self.path.open("w", encoding="utf-8", newline="") if self.path else sys.stdout
        return self.file

    def __exit__(self, *_error: object) -> None:
        if self.path:
            self.file.close()
        else:
            self.file.flush()


def _json(value: object, depth: int = 0) -> str:
    """Return JSON with every decimal as it is written: 25.40 stays 25.40."""
    pad = "  " * (depth + 1)
    if isinstance(value, dict):
        if depth > 1 or not value:
            return "{" + ", ".join(f"{json.dumps(str(k))}: {_json(v, depth + 1)}" for k, v in value.items()) + "}"
        inside = ",\n".join(f"{pad}{json.dumps(str(k))}: {_json(v, depth + 1)}" for k, v in value.items())
        return "{\n" + inside + "\n" + "  " * depth + "}" + ("\n" if depth == 0 else "")
    if isinstance(value, list | tuple):
        if not value or not isinstance(value[0], dict):
            return "[" + ", ".join(_json(one, depth + 1) for one in value) + "]"
        return "[\n" + ",\n".join(pad + _json(one, depth + 2) for one in value) + "\n" + "  " * depth + "]"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return json.dumps(value.isoformat())
    return json.dumps(value, ensure_ascii=False, default=str)


def _csv(out: Any, names: Sequence[str], rows: Iterable[dict[str, Any]]) -> None:
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([_cell(row[name]) for name in names] for row in rows)


def _table(names: Sequence[str], rows: Sequence[dict[str, Any]]) -> str:
    cells = [list(names), *([_cell(row[name]) for name in names] for row in rows)]
    widths = [max(_width(line[place]) for line in cells) for place in range(len(names))]
    is_number = [bool(rows) and all(isinstance(row[n], int | Decimal | None) for row in rows) for n in names]
    lines = []
    for line in cells:
        parts = []
        for text, width, right in zip(line, widths, is_number, strict=True):
            blank = " " * (width - _width(text))
            parts.append(blank + text if right else text + blank)
        lines.append("  ".join(parts).rstrip())
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]]) + "\n"


def _cell(value: object) -> str:
    if value is None:
        return ""
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _typed(read: Callable[[str], Any], told: str) -> Callable[[str], Any]:
    def parsed(text: str) -> Any:
        try:
            return read(text)
        except (ValueError, KeyError):
            raise argparse.ArgumentTypeError(f"{text!r} is not {told}") from None

    return parsed


def _as_pair(text: str) -> tuple[str, str]:
    ours, sign, theirs = text.partition("=")
    if not sign or not ours.strip() or not theirs.strip():
        raise ValueError(text)
    return ours.strip(), theirs.strip()


def _as_names(text: str) -> tuple[str, ...]:
    names = tuple(name.strip().lower() for name in text.split(","))
    if not all(names):
        raise ValueError(text)
    return names


def _as_levels(text: str) -> tuple[int, ...]:
    return tuple(LEVELS[part] if (part := one.strip().lower()) in LEVELS else _length(part) for one in text.split(","))


def _length(text: str) -> int:
    if not 1 <= int(text) <= 12:
        raise ValueError(text)
    return int(text)


_pair = _typed(_as_pair, "such as kwh=电量")
_names = _typed(_as_names, "a list of columns such as division,industry")
_levels = _typed(_as_levels, "a list of province, city, county, township, village or lengths of codes")
_day = _typed(date.fromisoformat, "a day such as 2020-02-10")
