"""The arithmetic of the index: the published example, the derived one, and one rounding at the end."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .. import Question, Table, figures, opened, preset
from ..figures import index_sql, rate_sql, rounded


def test_zhejiang_on_10_february_2020_is_25_42() -> None:
    found = figures(
        preset("zhejiang"),
        enterprises=333_427,
        resumed=64_590,
        kwh_resumed=Decimal(405416500),
        base_kwh=Decimal(1288070200),
    )
    assert (found.resumption_rate, found.production_rate, found.index) == (
        Decimal("19.37"),
        Decimal("31.47"),
        Decimal("25.42"),
    )


def test_fangzi_with_every_firm_resumed_and_86_8_of_the_electricity_is_93_4() -> None:
    found = figures(preset("zhejiang"), enterprises=120, resumed=120, kwh_resumed=Decimal(868), base_kwh=Decimal(1000))
    assert found.index == Decimal("93.40")
    assert found.resumption_rate == 100


def test_the_published_example_comes_out_of_readings_made_to_its_sums() -> None:
    """333,427 meters, of which 64,590 use 40,541.65 万kWh, on a base of 128,807.02 万kWh."""
    firms, resumed = 333_427, 64_590
    base_each, base_rest = divmod(1_288_070_200_000, firms)  # Wh
    used_each, used_rest = divmod(405_416_500_000, resumed)

    def wh(each: int, rest: int, n: int) -> str:
        whole = each + (n < rest)
        return f"{whole // 1000}.{whole % 1000:03d}"

    question = Question(
        enterprises=Table(
            rows=((f"E{n}", n, "33", wh(base_each, base_rest, n)) for n in range(firms)),
            names=("enterprise_id", "meter_id", "division", "base_kwh"),
        ),
        readings=Table(
            rows=((n, "2020-02-10", wh(used_each, used_rest, n) if n < resumed else 0) for n in range(firms)),
            names=("meter_id", "day", "kwh"),
        ),
        method=preset("zhejiang"),
        first=date(2020, 2, 10),
        last=date(2020, 2, 10),
    )
    with opened(question) as run:
        (row,) = run.rows()
    assert (row.enterprises, row.resumed) == (firms, resumed)
    assert (row.kwh, row.base_kwh) == (Decimal(405416500), Decimal(1288070200))
    assert (row.resumption_rate, row.production_rate, row.index) == (
        Decimal("19.37"),
        Decimal("31.47"),
        Decimal("25.42"),
    )


def test_rates_are_not_rounded_before_the_index_is_made_of_them() -> None:
    # 1/3 and 1/300: 33.333… and 0.333… make 16.8333…; from rounded rates it would be 16.83 too, with three places not.
    method = replace(preset("zhejiang"), places=0)
    found = figures(method, enterprises=8, resumed=1, kwh_resumed=Decimal(125), base_kwh=Decimal(1000))
    assert (found.resumption_rate, found.production_rate) == (13, 13)
    assert found.index == 13  # 12.5, half up
    lower = figures(method, enterprises=8, resumed=1, kwh_resumed=Decimal("124.9"), base_kwh=Decimal(1000))
    assert (lower.resumption_rate, lower.production_rate, lower.index) == (13, 12, 12)


def test_half_goes_up_and_down_cuts_off() -> None:
    method = preset("zhejiang")
    assert rounded(method, Fraction(12345, 1_000_000)) == Decimal("1.23")
    assert rounded(method, Fraction(12355, 1_000_000)) == Decimal("1.24")
    assert rounded(replace(method, rounding="down"), Fraction(12359, 1_000_000)) == Decimal("1.23")


def test_without_firms_or_without_a_base_there_is_no_rate() -> None:
    found = figures(preset("zhejiang"), enterprises=0, resumed=0, kwh_resumed=Decimal(0), base_kwh=Decimal(0))
    assert (found.resumption_rate, found.production_rate, found.index) == (None, None, None)


def test_an_index_may_exceed_100_unless_the_method_has_a_ceiling() -> None:
    hangzhou = preset("hangzhou-2022")
    sums = {
        "enterprises": 2,
        "resumed": 2,
        "kwh_resumed": Decimal(130),
        "kwh_all": Decimal(130),
        "base_kwh": Decimal(100),
    }
    assert figures(hangzhou, **sums).index == Decimal("130.00")  # type: ignore[arg-type]
    assert figures(replace(hangzhou, ceiling=Decimal(100)), **sums).index == Decimal("100.00")  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


@settings(max_examples=150, deadline=None)
@given(
    firms=st.integers(0, 3_000_000),
    share=st.fractions(0, 1),
    used=st.integers(0, 10**17),
    base=st.integers(0, 10**17),
    places=st.integers(0, 4),
    weight=st.sampled_from(["0", "0.5", "0.3333", "1"]),
    rounding=st.sampled_from(["half_up", "down"]),
)
def test_the_sql_of_whole_numbers_says_what_the_decimals_say(
    con: duckdb.DuckDBPyConnection,
    firms: int,
    share: Fraction,
    used: int,
    base: int,
    places: int,
    weight: str,
    rounding: str,
) -> None:
    method = replace(
        preset("zhejiang"),
        places=places,
        rounding=rounding,
        weight_resumption=Decimal(weight),
        weight_production=1 - Decimal(weight),
    )
    resumed = int(share * firms)
    said = con.execute(
        f"""select {rate_sql(method, "r", "n")}, {rate_sql(method, "k", "b")}, {index_sql(method, "r", "n", "k", "b")}
            from (select {resumed}::bigint r, {firms}::bigint n, {used}::hugeint k, {base}::hugeint b)"""
    ).fetchone()
    told = figures(
        method,
        enterprises=firms,
        resumed=resumed,
        kwh_resumed=Decimal(used).scaleb(-6),
        base_kwh=Decimal(base).scaleb(-6),
    )
    limit = Decimal(10) ** (18 - places)
    if told.production_rate is None or told.production_rate < limit:
        assert said == (told.resumption_rate, told.production_rate, told.index)
