"""The power index of a province in a year, and the signs of faked use, each beside its limit.

100,000,000 daily readings (300,000 firms × 333 days): one day's cube and the whole year's, beside (a) the bare formula in
hand-written DuckDB without any care (the limit), (b) Polars and (c) pandas with the same care; then many more readings, to see that
time grows with them and memory does not. 96-point load: what the signs of faked use cost. Simulated plants: what they are worth.

    python benchmarks/power.py [--quick] [--json] [--firms N] [--days N] [--long-days N] [--load-firms N] [--load-days N]
                               [--folder PATH] [--only PART …]

Every part runs in a process of its own, so that its peak memory is its own. The files are taken away at the end.
"""

import argparse
import json
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.powered import others, plants, readings

PARTS = ("day", "year", "bare", "polars", "pandas", "pandas_finest", "long", "load", "fakes")


def question(folder: Path, first: date, last: date, enterprises: str = "enterprises.parquet") -> Any:
    from renwang.programmes.enterprise.engine import Question, Table, preset

    return Question(
        readings=Table(paths=(str(folder / "days"),)),
        enterprises=Table(paths=(str(folder / enterprises),)),
        method=preset("zhejiang"),
        first=first,
        last=last,
        by=("division", "industry", "size"),
        levels=(2, 4, 6),
        cube=True,
    )


def day(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """One day's cube with the bases at hand, from opening the files to the written rows; and again in an opened question."""
    from renwang.programmes.enterprise.engine import opened

    asked = readings.days(options.days)[-1]
    begun = time.perf_counter()
    with opened(question(folder, asked, asked, "with_base.parquet")) as run:
        opened_in = time.perf_counter() - begun
        rows = run.write(folder / "day.parquet", "parquet")
        seconds = time.perf_counter() - begun
    return {"seconds": seconds, "of_it_opening": opened_in, "rows": rows}


def year(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """The cube of every day there is, with the base made of its 92 days; and the report."""
    from renwang.programmes.enterprise.engine import opened

    asked = readings.days(options.days)
    begun = time.perf_counter()
    with opened(question(folder, asked[0], asked[-1])) as run:
        rows = run.write(folder / "year.parquet", "parquet")
        seconds = time.perf_counter() - begun
        notices = {notice.code: notice.count for notice in run.report.notices}
    return {"seconds": seconds, "rows": rows, "notices": notices}


def long(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Many more days than a year: their first days are the year's files, each linked under further dates."""
    from renwang.programmes.enterprise.engine import opened

    asked = readings.days(options.long_days)
    begun = time.perf_counter()
    with opened(question(folder, asked[0], asked[-1])) as run:
        run.compute()
        seconds = time.perf_counter() - begun
        read = run.desk.one("select sum(n_rows) from told_day")[0]
    return {"seconds": seconds, "readings_read": int(read)}


def other(name: str, **chosen: bool) -> Callable[[Path, argparse.Namespace], dict[str, Any]]:
    def part(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
        begun = time.perf_counter()
        groups = getattr(others, name)(folder, readings.days(options.days), **chosen)
        return {"seconds": time.perf_counter() - begun, "rows": groups}

    return part


def load(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """The features of every firm from 96 points a day, half of the days as base, half looked at; and the scores."""
    from renwang.programmes.enterprise.engine import Table
    from renwang.programmes.enterprise.engine.suspicion import Look, judged, load_features

    asked = readings.days(options.load_days)
    half = len(asked) // 2
    begun = time.perf_counter()
    found = load_features(
        loads=Table(paths=(str(folder / "load"),)),
        enterprises=Table(paths=(str(folder / "load_firms.parquet"),)),
        look=Look((asked[0], asked[half - 1]), (asked[half], asked[-1]), asked[half + 2]),
    )
    features = time.perf_counter() - begun
    above = sum(judged(one).is_above for one in found)
    return {"seconds": features, "with_scores": time.perf_counter() - begun, "firms": len(found), "above": above}


def fakes(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """ROC-AUC of the score, from the curve alone, on plants that know nothing of the features."""
    import numpy as np

    from renwang.programmes.enterprise.engine import Table
    from renwang.programmes.enterprise.engine.suspicion import Look, judged, load_features

    told: dict[str, Any] = {}
    for name, is_hard in (("plain", False), ("hard", True)):
        world = plants.world(options.plants, seed=20200210, is_hard=is_hard)
        firms, count, points = world.kw.shape
        meter = np.repeat(np.arange(firms), count * points)
        starts = np.array(world.days, dtype="datetime64[D]").astype("datetime64[us]")
        quarters = (np.arange(points) * 15).astype("timedelta64[m]")
        moment = np.tile((starts[:, None] + quarters[None, :]).reshape(-1), firms)
        rows = {"meter_id": meter, "at": moment, "kw": world.kw.reshape(-1)}  # noqa: F841  # DuckDB finds it by its name
        path = folder / f"plants_{name}.parquet"
        readings.connect().execute(f"copy (from rows order by 2) to '{path}'")
        found = load_features(
            loads=Table(paths=(str(path),)),
            enterprises=Table(rows=[(f"F{n:06d}", n) for n in range(firms)], names=("enterprise_id", "meter_id")),
            look=Look(world.base, world.window, world.notice),
        )
        judgements = [judged(one, line=Decimal(60)) for one in found]
        scores = np.array([float(one.score) for one in judgements])
        fake = np.array([kind in plants.FAKES for kind in world.kinds])
        kinds = np.array(world.kinds)
        told[name] = {
            "auc": round(auc(scores, fake), 4),
            "above_the_line": {
                str(kind): round(
                    float(np.mean([one.is_above for one, k in zip(judgements, kinds, strict=True) if k == kind])), 3
                )
                for kind in (*plants.FAKES, *plants.HONEST)
            },
            "plants": firms,
        }
    return told


def auc(scores: Any, is_fake: Any) -> float:
    import numpy as np

    _values, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranks = (ends - (counts - 1) / 2)[inverse]
    fakes_, honest = int(is_fake.sum()), int((~is_fake).sum())
    return float((ranks[is_fake].sum() - fakes_ * (fakes_ + 1) / 2) / (fakes_ * honest))


RUN: dict[str, Callable[[Path, argparse.Namespace], dict[str, Any]]] = {
    "day": day,
    "year": year,
    "bare": other("bare"),
    "polars": other("polars"),
    "pandas": other("pandas"),
    "pandas_finest": other("pandas", is_cube=False),
    "long": long,
    "load": load,
    "fakes": fakes,
}


def apart(name: str, folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Run one part in a process of its own."""
    given = [
        *("--part", name, "--folder", str(folder), "--days", str(options.days), "--long-days", str(options.long_days)),
        *("--load-days", str(options.load_days), "--plants", str(options.plants)),
    ]
    done = subprocess.run([sys.executable, __file__, *given], capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        return {"failed": done.stderr.strip().split("\n")[-1]}
    return dict(json.loads(done.stdout.strip().split("\n")[-1]))


def lengthen(folder: Path, options: argparse.Namespace) -> None:
    """Give the readings further dates until there are `--long-days` of them."""
    known = readings.days(options.days)
    con = readings.connect()
    for number, later in enumerate(readings.days(options.long_days)[options.days :]):
        source = known[number % len(known)]
        con.execute(
            f"copy (select meter_id, date '{later}' as day, kwh from '{folder}/days/{source}.parquet') "
            f"to '{folder}/days/{later}.parquet' (compression zstd)"
        )


def run(options: argparse.Namespace) -> dict[str, Any]:
    folder = Path(options.folder or tempfile.mkdtemp(prefix="renwang-power-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    result: dict[str, Any] = {"firms": options.firms, "days": options.days}
    asked = options.only or list(PARTS)
    try:
        begun = time.perf_counter()
        result["meters"] = readings.write_firms(folder, options.firms)
        if set(asked) - {"load", "fakes"}:
            result["bytes"] = readings.write_days(folder, readings.days(options.days))
        result["made_in"] = round(time.perf_counter() - begun, 1)
        for name in asked:
            if name == "long":
                lengthen(folder, options)
            if name == "load":
                shutil.rmtree(folder / "days", ignore_errors=True)
                begun = time.perf_counter()
                con = readings.connect()
                con.execute(
                    f"copy (select 'F' || i as enterprise_id, 3300000000 + (i * 4 * 7919) % 6700000000 as meter_id "
                    f"from range({options.load_firms}) t(i)) to '{folder}/load_firms.parquet'"
                )
                size = readings.write_load(folder, options.load_firms, readings.days(options.load_days))
                points = options.load_firms * options.load_days * 96
                result["load_made"] = {
                    "points": points,
                    "bytes": size,
                    "seconds": round(time.perf_counter() - begun, 1),
                }
            result[name] = apart(name, folder, options)
            sys.stderr.write(f"{name}: {json.dumps(result[name])}\n")
            if name == "load":
                shutil.rmtree(folder / "load", ignore_errors=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    result["python"] = platform.python_version()
    return result


def told(result: dict[str, Any]) -> str:
    lines = [f"{name:12}{value}" for name, value in result.items() if not isinstance(value, dict)]
    for name, value in result.items():
        if isinstance(value, dict):
            lines.append(
                f"{name:12}"
                + "  ".join(f"{k} {v:.2f}" if isinstance(v, float) else f"{k} {v}" for k, v in value.items())
            )
    year_, bare_, pandas_ = (result.get(name, {}).get("seconds") for name in ("year", "bare", "pandas"))
    if year_ and bare_:
        lines.append(f"{'year/bare':12}{year_ / bare_:.2f} (target: at most 3)")
    if year_ and pandas_:
        lines.append(f"{'pandas/year':12}{pandas_ / year_:.2f} (target: at least 6)")
    if "seconds" in result.get("day", {}):
        lines.append(f"{'day':12}{result['day']['seconds']:.2f} s (target: below 1 s)")
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="2,000 firms and 100 days, for tests")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--firms", type=int)
    parser.add_argument("--days", type=int)
    parser.add_argument("--long-days", type=int)
    parser.add_argument("--load-firms", type=int)
    parser.add_argument("--load-days", type=int)
    parser.add_argument("--plants", type=int)
    parser.add_argument("--folder")
    parser.add_argument("--only", nargs="+", choices=PARTS)
    parser.add_argument("--part", choices=PARTS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    sizes = {"firms": (300_000, 2_000), "days": (333, 100), "long_days": (1_000, 150), "load_firms": (300_000, 2_000)}
    for name, (full, quick) in {**sizes, "load_days": (30, 10), "plants": (3_000, 200)}.items():
        if getattr(options, name) is None:
            setattr(options, name, quick if options.quick else full)
    if options.part:
        figures = RUN[options.part](Path(options.folder), options)
        figures["peak_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
        figures["cpu_seconds"] = round(time.process_time(), 2)
        sys.stdout.write(json.dumps(figures) + "\n")
        return 0
    result = run(options)
    sys.stdout.write(json.dumps(result) + "\n" if options.json else told(result))
    return 1 if any("failed" in value for value in result.values() if isinstance(value, dict)) else 0


if __name__ == "__main__":
    sys.exit(main())
