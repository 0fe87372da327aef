"""What the engine stands beside: the bare formula in DuckDB, and Polars and pandas with the same care for meters and doubles.

The bare formula gives the finest groups (day × division × industry × size) only. Polars and pandas give the engine's whole cube: every
total above the finest groups as well, summed from them; and, for who wants to know what that costs, the finest groups alone.
"""

from datetime import date
from itertools import combinations
from pathlib import Path

from .readings import BASE_DAYS, connect, days

MOST = 50_000_000
BY = ("division", "industry", "size")
SUMS = ("n", "resumed", "used", "base", "missing")


def totals() -> list[tuple[tuple[str, ...], int]]:
    """The groupings of the engine's cube: columns told apart, and how much of the division's code."""
    return [
        (kept, level)
        for size in range(len(BY), -1, -1)
        for kept in combinations(BY, size)
        for level in ((6, 4, 2) if "division" in kept else (0,))
    ]


def bare(folder: Path, asked: list[date]) -> int:
    """The formula as one writes it: no care for doubles, negative amounts or unknown meters. Return the number of groups."""
    con = connect(memory="8GB")
    last = days(BASE_DAYS)[-1]
    files = [f"{folder}/days/{day}.parquet" for day in asked]
    base = [f"{folder}/days/{day}.parquet" for day in days(BASE_DAYS)]
    rows = con.execute(
        f"""with e as (from '{folder}/enterprises.parquet'),
            b as (select meter_id, avg(kwh) as b from read_parquet({base}) where day <= date '{last}' group by 1),
            f as (select meter_id, division, industry, size, b from e join b using (meter_id))
            select day, division, industry, size, count(*) as n, count(*) filter (kwh > 0.3 * b) as resumed,
            sum(kwh) filter (kwh > 0.3 * b) as used, sum(b) as base, 50 * (resumed / n + used / base) as index
            from read_parquet({files}) join f using (meter_id) group by 1, 2, 3, 4"""
    ).fetchnumpy()
    return len(rows["day"])


def polars(folder: Path, asked: list[date], *, is_cube: bool = True) -> int:
    """The same care in Polars, a day at a time (all at once it needs more memory than the machine has)."""
    import polars as pl

    firms = pl.read_parquet(folder / "enterprises.parquet")

    def once(day: date) -> pl.DataFrame:
        kwh = pl.col("kwh").cast(pl.Float64)
        return (
            pl.scan_parquet(folder / f"days/{day}.parquet")
            .with_columns(u=pl.when((kwh >= 0) & (kwh <= MOST)).then(kwh))
            .group_by("meter_id")
            .agg(u=pl.col("u").min(), most=pl.col("u").max(), n=pl.len())
            .collect()
        )

    total = None
    for day in days(BASE_DAYS):
        one = once(day).select("meter_id", s=pl.col("u").fill_null(0.0), n=pl.col("u").is_not_null().cast(pl.Int64))
        total = (
            one
            if total is None
            else pl.concat([total, one]).group_by("meter_id").agg(pl.col("s").sum(), pl.col("n").sum())
        )
    assert total is not None
    based = firms.join(total.select("meter_id", b=pl.col("s") / pl.col("n")), on="meter_id", how="left")
    firm = based.group_by("enterprise_id").agg(
        pl.col("division", "industry", "size").first(), base=pl.col("b").sum(), meters=pl.len()
    )
    link = firms.select("meter_id", "enterprise_id")
    groups = 0
    for day in asked:
        used = (
            once(day)
            .join(link, on="meter_id")
            .group_by("enterprise_id")
            .agg(k=pl.col("u").sum(), got=pl.col("u").count())
        )
        whole = firm.join(used, on="enterprise_id", how="left").with_columns(
            on=(pl.col("k") > 0.3 * pl.col("base")) & (pl.col("got") > 0)
        )
        found = whole.group_by("division", "industry", "size").agg(
            n=pl.len(),
            resumed=pl.col("on").sum(),
            used=pl.col("k").filter(pl.col("on")).sum(),
            base=pl.col("base").sum(),
            missing=(pl.col("got").fill_null(0) == 0).sum(),
        )
        parts = [found]
        for columns, level in totals()[1:] if is_cube else []:
            finer = found.with_columns(division=pl.col("division").str.slice(0, level)) if level else found
            sums = [pl.col(name).sum() for name in SUMS]
            parts.append(finer.group_by(columns).agg(sums) if columns else finer.select(sums))
        groups += sum(
            part.with_columns(index=50 * (pl.col("resumed") / pl.col("n") + pl.col("used") / pl.col("base"))).height
            for part in parts
        )
    return groups


def pandas(folder: Path, asked: list[date], *, is_cube: bool = True) -> int:
    """The same care in pandas, a day at a time (all at once it needs more memory than the machine has)."""
    import pandas as pd

    firms = pd.read_parquet(folder / "enterprises.parquet")

    def once(day: date) -> "pd.DataFrame":
        read = pd.read_parquet(folder / f"days/{day}.parquet", columns=["meter_id", "kwh"])
        read["u"] = read.kwh.where((read.kwh >= 0) & (read.kwh <= MOST))
        return read.groupby("meter_id").u.agg(["min", "max", "size"])

    total = None
    for day in days(BASE_DAYS):
        u = once(day)["min"]
        one = pd.DataFrame({"s": u.fillna(0.0), "n": u.notna().astype("int64")})
        total = one if total is None else total.add(one, fill_value=0)
    assert total is not None
    based = firms.merge((total.s / total.n).rename("b"), left_on="meter_id", right_index=True, how="left")
    firm = based.groupby("enterprise_id").agg(
        division=("division", "first"), industry=("industry", "first"), size=("size", "first"), base=("b", "sum")
    )
    link = firms[["meter_id", "enterprise_id"]]
    groups = 0
    for day in asked:
        used = once(day).reset_index().merge(link, on="meter_id").groupby("enterprise_id")["min"].agg(["sum", "count"])
        whole = firm.join(used)
        whole["on"] = (whole["sum"] > 0.3 * whole.base) & (whole["count"] > 0)
        whole["k"] = whole["sum"].where(whole.on, 0.0)
        whole["missing"] = whole["count"].fillna(0) == 0
        found = whole.groupby(["division", "industry", "size"], as_index=False).agg(
            n=("k", "size"), resumed=("on", "sum"), used=("k", "sum"), base=("base", "sum"), missing=("missing", "sum")
        )
        parts = [found]
        for columns, level in totals()[1:] if is_cube else []:
            finer = found.assign(division=found.division.str[:level]) if level else found
            sums = list(SUMS)
            part = finer.groupby(list(columns))[sums].sum() if columns else finer[sums].sum().to_frame().T
            parts.append(part.reset_index())
        for part in parts:
            part["index"] = 50 * (part.resumed / part.n + part.used / part.base)
            groups += len(part)
    return groups
