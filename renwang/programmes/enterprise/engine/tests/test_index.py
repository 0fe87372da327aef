"""From readings to rows: thresholds, scopes, gaps, cubes, changes, zones; and the whole of it against a plain reckoning."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .. import EXAMPLE_ZONES, Refused, Table, opened, preset
from .district import BASE, DAY, FIRMS, NAMES, READING, base_days, method, on, question, rows, the_row

HALF = on(M1=50, M2=40, M2b=25, M3=10, M4=75)


def test_firms_resume_by_the_sum_of_all_their_meters() -> None:
    row = the_row(base_days() + on(M1=0, M2=31, M2b=30, M3=0, M4=0))
    # Neither meter of F2 tells it alone: 61 of 200 is above 30 %.
    assert (row.enterprises, row.resumed, row.kwh, row.base_kwh) == (4, 1, 61, 500)
    assert (row.resumption_rate, row.production_rate, row.index) == (
        Decimal("25.00"),
        Decimal("12.20"),
        Decimal("18.60"),
    )


def test_exactly_the_threshold_is_resumed_only_where_the_method_says_at_least() -> None:
    third = on(M1=30, M2=45, M2b=15, M3=15, M4=45)
    assert the_row(base_days() + third, method=method(comparison=">")).resumed == 0
    assert the_row(base_days() + third, method=method(comparison=">=")).resumed == 4


def test_a_base_that_is_no_round_number_does_not_move_the_threshold() -> None:
    # Three days of 1 kWh in all: the base is a third, three tenths of it are exactly 0.1.
    readings = [("M1", date(2019, 10, 1) + timedelta(n), kwh) for n, kwh in enumerate((0.5, 0.3, 0.2))]
    firms = [FIRMS[0]]
    at_it = readings + on(M1=0.1)
    assert the_row(at_it, firms=firms, method=method(comparison=">")).resumed == 0
    assert the_row(at_it, firms=firms, method=method(comparison=">=")).resumed == 1
    assert the_row(readings + on(M1=0.101), firms=firms, method=method(comparison=">")).resumed == 1
    assert the_row(readings + on(M1=0.099), firms=firms, method=method(comparison=">=")).resumed == 0


def test_the_numerator_is_of_the_resumed_or_of_all() -> None:
    readings = base_days() + on(M1=100, M2=10, M2b=10, M3=50, M4=20)
    assert the_row(readings, method=method(numerator="resumed")).kwh == 150
    of_all = the_row(readings, method=method(numerator="all"))
    assert (of_all.kwh, of_all.production_rate, of_all.production_rate_resumed) == (
        190,
        Decimal("38.00"),
        Decimal("100.00"),
    )


def test_a_missing_firm_has_not_resumed_or_is_left_out_as_the_method_says() -> None:
    readings = base_days() + on(M1=100, M3=50, M4=150)
    counted = the_row(readings)
    assert (counted.enterprises, counted.resumed, counted.missing, counted.base_kwh) == (4, 3, 1, 500)
    left_out = the_row(readings, method=method(missing="left_out"))
    assert (left_out.enterprises, left_out.resumed, left_out.missing, left_out.base_kwh) == (3, 3, 1, 300)
    assert left_out.index == 100


def test_a_firm_without_a_base_is_left_out_or_resumed_by_any_use_as_the_method_says() -> None:
    firms = [*FIRMS, ("F5", "M5", "990704001", "C13", "small")]
    readings = base_days() + HALF + on(M5=20)
    out = the_row(readings, firms=firms)
    assert (out.enterprises, out.zero_base, out.kwh) == (4, 1, 190)
    used = the_row(readings, firms=firms, method=method(zero_base="resumed_if_used"))
    assert (used.enterprises, used.zero_base, used.resumed, used.kwh) == (5, 1, 4, 210)


def test_the_mean_of_the_base_is_over_the_days_read_or_over_all_of_them() -> None:
    readings = [("M1", date(2019, 12, 30), 100), ("M1", date(2019, 12, 31), 100), *on(M1=50)]
    firms = [FIRMS[0]]
    narrow = {"base_from": date(2019, 12, 28), "base_to": date(2019, 12, 31)}
    assert the_row(readings, firms=firms, method=method(base_days="read", **narrow)).base_kwh == 100
    assert the_row(readings, firms=firms, method=method(base_days="calendar", **narrow)).base_kwh == 50


def test_the_base_may_stand_in_the_enterprises_table() -> None:
    firms = [(*firm, BASE[firm[1]]) for firm in FIRMS]
    row = the_row(HALF, firms=firms, names=(*NAMES, "base_kwh"))
    assert (row.base_kwh, row.kwh) == (500, 190)
    # Where one meter has none there, its readings are asked.
    firms[0] = (*FIRMS[0], None)
    assert the_row(base_days() + HALF, firms=firms, names=(*NAMES, "base_kwh")).base_kwh == 500
    with pytest.raises(Refused, match="missing_columns"):
        the_row(base_days() + HALF, base_source="column")


def test_hangzhou_compares_with_the_same_week_of_last_year_and_may_exceed_100() -> None:
    last_year = [("M1", date(2019, 2, 10) + timedelta(n), 100 + n) for n in range(-3, 4)]
    readings = [*last_year, ("M1", date(2019, 2, 20), 7), *on(M1=130)]
    row = the_row(readings, firms=[FIRMS[0]], method="hangzhou-2022")
    assert (row.base_kwh, row.index) == (100, Decimal("130.00"))


def test_the_base_of_last_year_moves_with_the_day() -> None:
    last_year = [("M1", date(2019, 2, 1) + timedelta(n), 100 + 10 * n) for n in range(28)]
    this = [("M1", date(2020, 2, 1) + timedelta(n), 200) for n in range(28)]
    found = rows(
        last_year + this, firms=[FIRMS[0]], method="hangzhou-2022", first=date(2020, 2, 10), last=date(2020, 2, 12)
    )
    assert [row.base_kwh for row in found] == [190, 200, 210]


def test_a_day_without_a_base_of_last_year_has_no_index_and_the_others_have() -> None:
    readings = [("M1", date(2021, 6, 10) + timedelta(n), 100) for n in range(7)]
    readings += [("M1", date(2022, 6, 1) + timedelta(n), 110) for n in range(20)]
    asked: dict[str, object] = {"firms": [FIRMS[0]], "method": "hangzhou-2022", "history": 7}
    found = rows(readings, first=date(2022, 6, 5), last=date(2022, 6, 13), **asked)
    assert [row.index for row in found] == [None, None, *[Decimal("110.00")] * 7]
    assert [row.zero_base for row in found][:3] == [1, 1, 0]
    with pytest.raises(Refused) as told:
        rows(readings, first=date(2022, 6, 2), last=date(2022, 6, 4), **asked)
    assert told.value.code == "no_base"


def test_only_the_population_of_the_method_is_counted() -> None:
    firms = [(*firm, "high" if firm[0] in {"F1", "F4"} else "low") for firm in FIRMS]
    readings = [(m, date(2019, 12, 1) + timedelta(n), k) for n in range(5) for m, k in BASE.items()] + HALF
    asked = question(readings, firms=firms, names=(*NAMES, "supply"), method="sichuan")
    with opened(asked) as run:
        assert [row.enterprises for row in run.rows()] == [2]
        assert {notice.code: notice.count for notice in run.report.notices} == {"outside_population": 2}
    with opened(question(readings, method="sichuan")) as run:
        assert [row.enterprises for row in run.rows()] == [4]
        assert [notice.code for notice in run.report.notices] == ["population_not_told"]


def test_the_cube_has_every_total_and_all_of_them_agree() -> None:
    found = rows(base_days() + HALF, by=("division", "industry", "size"), levels=(4, 6, 9), cube=True)
    keys = [(*row.group.values(), row.level) for row in found]
    assert len(keys) == len(set(keys))
    (total,) = [row for row in found if set(row.group.values()) == {None}]
    assert (total.enterprises, total.kwh, total.base_kwh) == (4, 190, 500)
    counties = [row for row in found if row.level == 6 and row.group["industry"] is None and row.group["size"] is None]
    assert {row.group["division"]: row.enterprises for row in counties} == {"990704": 3, "990705": 1}
    finest = [row for row in found if row.level == 9 and None not in row.group.values()]
    for name in ("enterprises", "resumed", "kwh", "base_kwh", "missing"):
        assert sum(getattr(row, name) for row in finest) == getattr(total, name)


def test_groups_are_named_by_any_column_and_only_by_those_that_are_there() -> None:
    firms = [(*firm, "A" if firm[0] == "F1" else "B") for firm in FIRMS]
    found = rows(base_days() + HALF, firms=firms, names=(*NAMES, "park"), by=("park",))
    assert [(row.group["park"], row.enterprises) for row in found] == [("A", 1), ("B", 3)]
    with pytest.raises(Refused) as refused:
        rows(base_days() + HALF, by=("park",))
    assert refused.value.values["columns"] == "park"


def test_changes_are_against_the_day_and_the_week_before() -> None:
    readings = base_days() + [r for n in range(8) for r in on(date(2020, 2, 3) + timedelta(n), M1=40 + n)]
    (row,) = rows(readings, firms=[FIRMS[0]], history=7)
    assert row.index == Decimal("73.50")
    assert (row.day_change, row.week_change) == (Decimal("0.50"), Decimal("3.50"))
    (first,) = rows(readings, firms=[FIRMS[0]], day=date(2020, 2, 3), history=7)
    assert (first.day_change, first.week_change) == (None, None)


def test_zones_and_ranks_are_of_each_day() -> None:
    found = rows(base_days() + HALF, by=("division",), zones=EXAMPLE_ZONES, ranks=True)
    told = {row.group["division"]: (row.index, row.zone, row.rank) for row in found}
    assert told["990704002"] == (Decimal("0.00"), "suppressed", 3)
    assert told["990704001"] == (Decimal("69.17"), "recovering", 2)
    assert told["990705001"] == (Decimal("75.00"), "recovering", 1)


def test_top_lists_and_portraits_show_the_firms_behind_the_figure() -> None:
    readings = base_days() + [
        r for n in range(3) for r in on(DAY + timedelta(n), M1=10 + 20 * n, M2=100, M2b=20, M4=75)
    ]
    with opened(question(readings, first=DAY, last=DAY + timedelta(3))) as run:
        assert [one.enterprise_id for one in run.top(DAY, 2)] == ["F2", "F4"]
        assert [one.enterprise_id for one in run.top(DAY, 2, by="rate")] == ["F2", "F4"]
        assert [one.enterprise_id for one in run.top(DAY, 1, by="lack")] == ["F1"]
        portrait = run.portrait("F1")
        assert [one.kwh for one in portrait.days] == [10, 30, 50, None]
        assert (portrait.first_resumed, portrait.resumed_since) == (DAY + timedelta(2), DAY + timedelta(2))
        assert (portrait.days_resumed, portrait.days_missing, portrait.mean_rate) == (1, 1, Decimal("30.00"))
        assert run.portrait("F2").meters == (("M2", Decimal(150)), ("M2b", Decimal(50)))
        with pytest.raises(Refused, match="no_such_enterprise"):
            run.portrait("F9")
        states = {one.enterprise_id: one.state for one in run.firm_days(DAY)}
        assert states == {"F1": "read", "F2": "read", "F3": "missing", "F4": "read"}
        # The firms make up the row.
        assert sum(one.is_resumed for one in run.firm_days(DAY)) == run.rows()[0].resumed


def test_load_at_96_points_is_the_day_it_adds_up_to() -> None:
    firms = [FIRMS[0], FIRMS[4]]

    def load(day: date, kw: float, meter: str = "M1", points: int = 96) -> list[tuple[object, ...]]:
        return [(meter, f"{day} {n // 4:02d}:{n % 4 * 15:02d}:00", kw) for n in range(points)]

    base = [row for n in range(3) for m, kw in (("M1", 4), ("M4", 6)) for row in load(date(2019, 10, 1 + n), kw, m)]
    whole = base + load(DAY, 2) + load(DAY, 3, "M4", points=80)
    asked = question(Table(rows=whole, names=("meter_id", "at", "kw")), firms=firms)
    with opened(asked) as run:
        (row,) = run.rows()
        assert (row.kwh, row.base_kwh, row.missing) == (48, 240, 1)
        assert {n.code: n.count for n in run.report.notices} == {"short_days": 1, "days_thin": 1}
    nearly = base + load(DAY, 2, points=90) + load(DAY, 3, "M4")
    with opened(question(Table(rows=nearly, names=("meter_id", "at", "kw")), firms=firms)) as run:
        assert [(row.kwh, row.missing) for row in run.rows()] == [(120, 0)]


def test_a_file_whose_every_part_holds_every_day_gives_the_same_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from .. import readings as module

    plain = base_days() + HALF
    path = tmp_path / "scattered.parquet"
    con = duckdb.connect()
    con.execute("create table r (meter_id varchar, day date, kwh double)")
    con.executemany("insert into r values (?, ?, ?)", plain)
    con.execute(f"copy (from r order by meter_id) to '{path}'")
    monkeypatch.setattr(module, "LARGE_ROWS", 1)
    assert rows(Table(paths=(str(path),))) == rows(plain)


def test_a_batch_of_days_changes_nothing() -> None:
    readings = base_days() + [r for n in range(20) for r in on(DAY + timedelta(n), M1=5 * n, M2=100, M2b=n, M4=7 * n)]
    span = {"first": DAY, "last": DAY + timedelta(19), "by": ("division",)}
    assert rows(readings, batch=1, **span) == rows(readings, batch=8, **span) == rows(readings, batch=50, **span)


AMOUNTS = st.one_of(st.integers(0, 200), st.sampled_from([-5, 30, 60, 45, 90_000_000, None]))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    day=st.lists(st.tuples(st.sampled_from([*BASE, "M9"]), AMOUNTS), max_size=14),
    comparison=st.sampled_from([">", ">="]),
    numerator=st.sampled_from(["resumed", "all"]),
    missing=st.sampled_from(["not_resumed", "left_out"]),
    conflicting=st.sampled_from(["smaller", "larger", "left_out"]),
)
def test_whatever_was_read_the_row_is_what_a_plain_reckoning_says(
    day: list[tuple[str, int | None]], comparison: str, numerator: str, missing: str, conflicting: str
) -> None:
    used = method(comparison=comparison, numerator=numerator, missing=missing, conflicting=conflicting)
    # A meter of nobody keeps the day from being one of which nothing is there.
    readings = base_days() + [("M8", DAY, 1)] + [(meter, DAY, kwh) for meter, kwh in day]
    row = the_row(readings, method=used, is_unit_sure=True)

    by_meter: dict[str, list[int]] = {}
    for meter, kwh in day:
        if kwh is not None and 0 <= kwh <= 50_000_000:
            by_meter.setdefault(meter, []).append(kwh)
    pick = {"smaller": min, "larger": max, "left_out": lambda told: told[0] if len(set(told)) == 1 else None}[
        conflicting
    ]
    once = {meter: value for meter, told in by_meter.items() if (value := pick(told)) is not None}
    firms: dict[str, list[str]] = {}
    for firm, meter, *_rest in FIRMS:
        firms.setdefault(firm, []).append(meter)
    base = {firm: sum(BASE[meter] for meter in meters) for firm, meters in firms.items()}
    use = {f: sum(once.get(m, 0) for m in ms) for f, ms in firms.items() if any(m in once for m in ms)}
    share = {firm: Fraction(kwh, base[firm]) for firm, kwh in use.items()}
    limit = Fraction(30, 100)
    resumed = {f for f, part in share.items() if (part > limit if comparison == ">" else part >= limit)}
    counted = set(use) if missing == "left_out" else set(firms)
    assert (row.enterprises, row.resumed, row.missing) == (len(counted), len(resumed), len(firms) - len(use))
    assert row.kwh == sum(use[f] for f in (resumed if numerator == "resumed" else use))
    assert row.base_kwh == sum(base[f] for f in counted)
    told = sum(base[f] for f in counted)
    if told:
        exact = (Fraction(len(resumed), len(counted)) + Fraction(int(row.kwh), told)) * 50
        assert row.index is not None
        assert abs(Fraction(row.index) - exact) <= Fraction(1, 200)


def test_the_methods_of_two_provinces_differ_on_the_same_readings() -> None:
    readings = (
        [(m, date(2019, 1, 5), k) for m, k in BASE.items()] + base_days() + on(M1=30, M2=10, M2b=0, M3=50, M4=100)
    )
    zhejiang, wuhan = the_row(readings), the_row(readings, method="wuhan")
    assert (zhejiang.resumed, zhejiang.kwh) == (2, 150)
    assert (wuhan.resumed, wuhan.kwh) == (3, 190)
    assert replace(preset("wuhan"), code="") != replace(preset("zhejiang"), code="")


def test_rows_in_memory_and_files_are_the_same_table(tmp_path: Path) -> None:
    table = Table(rows=base_days() + HALF, names=READING)
    assert rows(table)[0].index == the_row(base_days() + HALF).index


@pytest.mark.parametrize("history", [0, 7])
def test_a_written_cube_lies_in_the_same_order_as_the_rows_whether_it_is_sorted_at_once_or_by_parts(
    tmp_path: Path, history: int
) -> None:
    asked = {"by": ("division", "industry", "size"), "levels": (4, 6), "cube": True, "history": history}
    last = DAY + timedelta(days=20)
    with opened(question(base_days() + HALF, last=last, **asked)) as run:
        told = [(row.day, *row.group.values(), row.level) for row in run.rows()]
        run.write(tmp_path / "cube.csv", "csv")
    written = duckdb.sql(
        f"select day, division, industry, size, nullif(level, 0) from read_csv('{tmp_path}/cube.csv', all_varchar = false, "
        f"types = {{'division': 'VARCHAR', 'industry': 'VARCHAR', 'size': 'VARCHAR'}})"
    ).fetchall()
    assert len(told) > 400, "several parts were computed"
    assert written == told
