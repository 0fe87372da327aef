"""What comes in wrong is refused in clear words or counted, with a list; nothing falls silently."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from .. import NOTICES, REFUSALS, Refused, Table, opened
from .district import BASE, DAY, FIRMS, NAMES, READING, base_days, method, noticed, on, question, rows, the_row

FULL = on(M1=100, M2=150, M2b=50, M3=50, M4=150)


def refused(readings: object, **more: object) -> Refused:
    with pytest.raises(Refused) as told:
        rows(readings, **more)  # type: ignore[arg-type]
    return told.value


def written(path: Path, text: str, encoding: str = "utf-8") -> Table:
    path.write_bytes(text.encode(encoding))
    return Table(paths=(str(path),))


def as_csv(readings: list[tuple[object, ...]]) -> str:
    return "meter_id,day,kwh\n" + "".join(f"{m},{d},{'' if k is None else k}\n" for m, d, k in readings)


def test_clean_readings_give_no_notice() -> None:
    assert noticed(base_days() + FULL) == {}


@pytest.mark.parametrize(
    ("extra", "expected"),
    [
        (on(M9=40), {"unknown_meters": 1}),
        (on(M1=100), {"read_twice_equal": 1}),
        (on(M1=90), {"read_twice_different": 1}),
        (on(DAY + timedelta(1), M1=-3), {}),
        (on(M1=None), {"without_amount": 1}),
        (on(M1=-3), {"negative": 1}),
        (on(M1=99_000_000), {"absurd": 1}),
    ],
    ids=[
        "an unknown meter",
        "twice alike",
        "twice differently",
        "a day nobody asked for",
        "an empty cell beside a full one",
        "a negative one beside a good one",
        "an absurd one beside a good one",
    ],
)
def test_what_is_odd_is_counted(extra: list[tuple[object, ...]], expected: dict[str, int]) -> None:
    readings = base_days() + FULL + extra
    assert noticed(readings) == expected
    assert the_row(readings).kwh == (490 if "read_twice_different" in expected else 500)


def test_what_is_read_again_and_again_for_the_base_is_counted_once() -> None:
    days = [(date(year, 6, 1) + timedelta(n), year) for year in (2021, 2022) for n in range(20)]
    readings: list[tuple[object, ...]] = [("M1", day, 100) for day, _year in days]
    readings += [("M1", date(2021, 6, 8), 100), ("M1", date(2021, 6, 9), -3)]
    firms: list[tuple[object, ...]] = [FIRMS[0]]
    asked: dict[str, object] = {"firms": firms, "first": date(2022, 6, 5), "last": date(2022, 6, 12)}
    # Each of the eight days is compared with a week of its own of the year before.
    assert noticed(readings, method="hangzhou-2022", **asked) == {"read_twice_equal": 1, "negative": 1}
    overlapping = method(base_from=date(2022, 6, 1), base_to=date(2022, 6, 20))
    assert noticed([*readings, ("M1", date(2022, 6, 8), 90)], method=overlapping, **asked) == {
        "read_twice_different": 1
    }


@pytest.mark.parametrize(("kwh", "code"), [(-1, "negative"), (99_000_000, "absurd"), (None, "without_amount")], ids=str)
def test_what_no_meter_shows_counts_as_not_read(kwh: float | None, code: str) -> None:
    readings = base_days() + on(M1=kwh, M2=150, M2b=50, M3=50, M4=150)
    row = the_row(readings)
    assert (row.missing, row.resumed) == (1, 3)
    with opened(question(readings)) as run:
        found = {notice.code: notice for notice in run.report.notices}
        assert found[code].count == 1
        assert found[code].examples[0]["meter_id"] == "M1"


def test_of_two_different_readings_the_method_says_which_counts() -> None:
    readings = base_days() + FULL + on(M1=20)
    assert the_row(readings).kwh == 400  # 20 of 100 is not resumed
    assert the_row(readings, method=method(conflicting="larger")).kwh == 500
    left_out = the_row(readings, method=method(conflicting="left_out"))
    assert (left_out.kwh, left_out.missing) == (400, 1)


def test_a_firm_one_of_whose_meters_is_missing_is_counted_as_partly_read() -> None:
    row = the_row(base_days() + on(M1=100, M2=150, M3=50, M4=150))
    assert (row.missing, row.partial, row.kwh) == (0, 1, 450)


def test_a_day_without_a_file_has_no_index_and_is_named() -> None:
    readings = base_days() + FULL + on(DAY + timedelta(2), M1=100)
    with opened(question(readings, first=DAY, last=DAY + timedelta(2))) as run:
        found = run.rows()
        assert [row.index for row in found] == [Decimal("100.00"), None, Decimal("22.50")]
        assert found[1].missing == 4
        notices = {notice.code: notice for notice in run.report.notices}
        assert notices["days_without_readings"].examples == ({"day": "2020-02-11"},)
        assert notices["days_thin"].count == 1
        assert [(rest.firms_read, rest.firms) for rest in run.report.rests_on] == [(4, 4), (0, 4), (1, 4)]


def test_a_single_day_without_readings_is_refused_and_the_days_there_are_named() -> None:
    assert refused(base_days() + FULL, day=DAY + timedelta(1)).code == "no_readings"
    gap = base_days() + FULL + on(DAY + timedelta(2), M1=1)
    assert refused(gap, day=DAY + timedelta(1)).code == "no_readings"


def test_without_the_base_period_nothing_is_computed() -> None:
    told = refused(FULL)
    assert (told.code, told.values["first"]) == ("no_base", date(2019, 10, 1))
    assert refused([("M9", date(2019, 10, 1), 5), *FULL]).code == "no_base"


def test_a_meter_that_moved_counts_for_whom_it_serves_and_its_base_goes_with_it() -> None:
    names = (*NAMES, "from", "until")
    move = DAY + timedelta(1)
    firms = [(*firm, None, None) for firm in FIRMS if firm[1] != "M2b"]
    firms += [
        ("F2", "M2b", "990704001", "C14", "designated", None, DAY),
        ("F3", "M2b", "990704002", "C14", "small", move, None),
    ]
    readings = base_days() + FULL + on(move, M1=100, M2=150, M2b=50, M3=50, M4=150)
    with opened(question(readings, firms=firms, names=names, first=DAY, last=move)) as run:
        before = {one.enterprise_id: one for one in run.firm_days(DAY)}
        after = {one.enterprise_id: one for one in run.firm_days(move)}
        assert (before["F2"].kwh, before["F2"].base_kwh, before["F3"].kwh) == (200, 200, 50)
        assert (after["F2"].kwh, after["F2"].base_kwh, after["F3"].kwh) == (150, 150, 100)
        assert all(one.state == "read" for one in (*before.values(), *after.values()))
        assert [row.kwh for row in run.rows()] == [500, 500]
        assert [notice.code for notice in run.report.notices] == ["meters_moved"]


def test_a_meter_in_nobodys_hands_on_a_day_is_told_apart_from_an_unknown_one() -> None:
    names = (*NAMES, "until")
    firms = [(*firm, date(2020, 1, 31) if firm[1] == "M4" else None) for firm in FIRMS]
    assert noticed(base_days() + FULL, firms=firms, names=names) == {"meter_with_nobody": 1, "zero_base": 1}


def test_a_meter_told_of_two_firms_counts_for_neither() -> None:
    firms = [*FIRMS, ("F3", "M1", "990704002", "C14", "small")]
    with opened(question(base_days() + FULL, firms=firms)) as run:
        (row,) = run.rows()
        assert (row.enterprises, row.kwh, row.zero_base) == (3, 400, 1)
        notices = {notice.code: notice for notice in run.report.notices}
        assert notices["meters_of_two"].examples == ({"meter_id": "M1", "one": "F1", "other": "F3"},)


def test_firms_without_meters_and_rows_without_firms_are_named() -> None:
    firms = [*FIRMS, ("F5", None, "990704001", "C13", "small"), (None, "M7", "990704001", "C13", "small")]
    assert noticed(base_days() + FULL, firms=firms) == {"firms_without_meters": 1, "rows_without_enterprise": 1}


def test_a_firm_told_differently_and_credit_codes_told_twice_are_named() -> None:
    firms = [(*firm, f"CODE{firm[0]}") for firm in FIRMS]
    firms[3] = (*FIRMS[3], "codef1")
    firms[2] = ("F2", "M2b", "990705001", "C14", "designated", "CODEF2")
    with opened(question(base_days() + FULL, firms=firms, names=(*NAMES, "credit_code"))) as run:
        assert run.rows()[0].enterprises == 4
        notices = {notice.code: notice for notice in run.report.notices}
        assert notices["credit_codes_twice"].examples == ({"credit_code": "CODEF1", "enterprises": "F1, F3"},)
        assert notices["firms_told_differently"].examples[0]["division"] in {
            "990704001 / 990705001",
            "990705001 / 990704001",
        }


def test_a_day_in_the_wrong_unit_is_refused_until_somebody_says_what_it_is() -> None:
    wan = [(m, d, k / 10_000) for m, d, k in FULL]  # type: ignore[operator]
    told = refused(base_days() + wan)
    assert (told.code, told.values["where"]) == ("unit", "all")
    assert the_row(base_days() + wan, is_unit_sure=True).index == 0


def test_a_few_firms_in_the_wrong_unit_are_refused_too_and_a_single_one_among_many_is_named() -> None:
    firms = [(f"E{n}", f"N{n}", "9907", "C13", "small") for n in range(30)]
    base = base_days({f"N{n}": 100 for n in range(30)})
    some = [(f"N{n}", DAY, 0.0095 if n < 4 else 95) for n in range(30)]
    told = refused(base + some, firms=firms)
    assert (told.code, told.values["where"]) == ("unit", "firms")
    one = [(f"N{n}", DAY, 0.0095 if n < 1 else 95) for n in range(30)]
    assert noticed(base + one, firms=firms) == {"unit_suspects": 1}


def test_the_unit_can_be_told_for_all_files_or_for_some(tmp_path: Path) -> None:
    wan = [(m, d, k / 10_000) for m, d, k in FULL]  # type: ignore[operator]
    base, day = tmp_path / "base.csv", tmp_path / "day.csv"
    base.write_text(as_csv(base_days()))
    day.write_text(as_csv(wan))
    both = Table(paths=(str(base), str(day)))
    assert refused(both).code == "unit"
    row = the_row(both, unit_of=(("*day.csv", "wan-kwh"),))
    assert (row.kwh, row.index) == (500, 100)
    assert the_row(both, unit_of=((str(day), "wan-kwh"),)).kwh == 500
    assert refused(both, unit="gallons").code == "unknown_unit"
    base.write_text(as_csv([(m, d, k / 10_000) for m, d, k in base_days()]))  # type: ignore[operator]
    assert the_row(both, unit="wan-kwh").base_kwh == 500
    assert noticed(both) == {"unit_doubtful": 1}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "unreadable_file"),
        ("meter_id,day,kwh\n", "empty"),
        ("meter,day,kwh\nM1,2020-02-10,5\n", "missing_columns"),
        ("meter_id,day,kwh\nM1,gestern,5\n", "unreadable_days"),
        ("meter_id,day,kwh\nM1,2020-02-30,5\n", "unreadable_days"),
        ("meter_id,day,kwh\nM1,2020-02-10,many\n", "unreadable_numbers"),
        ("\x00\x01\x02", "unreadable_file"),
    ],
    ids=["no bytes", "only a head", "another head", "no day", "a day that never was", "no number", "no text"],
)
def test_a_file_that_cannot_be_used_is_refused_by_its_fault(tmp_path: Path, text: str, code: str) -> None:
    assert refused(written(tmp_path / "r.csv", text)).code == code


def test_files_of_other_kinds_and_broken_ones_are_refused(tmp_path: Path) -> None:
    assert refused(Table(paths=(str(tmp_path / "nowhere"),))).code == "no_file"
    assert refused(Table(paths=(str(tmp_path / "*.parquet"),))).code == "no_file"
    assert refused(Table(paths=(str(tmp_path),))).code == "no_file"
    assert refused(written(tmp_path / "r.pdf", "%PDF")).code == "unknown_format"
    assert refused(written(tmp_path / "r.parquet", "PAR1 not really")).code == "unreadable_file"
    assert refused(written(tmp_path / "r.xlsx", "PK not really")).code == "unreadable_file"
    assert (
        refused(base_days() + FULL, firms=written(tmp_path / "e.csv", "enterprise_id\nF1\n")).code == "missing_columns"
    )
    assert (
        refused(base_days() + FULL, firms=written(tmp_path / "e2.csv", "enterprise_id,meter_id\nF1,\n")).code
        == "no_enterprises"
    )


def test_a_few_unreadable_rows_among_many_are_counted(tmp_path: Path) -> None:
    many = [("M1", date(2019, 10, 1) + timedelta(n % 90), 100) for n in range(90)] * 3
    text = (
        as_csv(base_days() + FULL) + "".join(f"M1,{d},{k}\n" for _m, d, k in many) + "M1,soon,4\nM1,2020-02-10,much\n"
    )
    found = noticed(written(tmp_path / "r.csv", text))
    assert (found["unreadable_days"], found["unreadable_numbers"]) == (1, 1)


def test_days_are_read_as_offices_write_them(tmp_path: Path) -> None:
    for told in ("2020/2/10", "20200210", "2020年2月10日", "2020.2.10", "2020-02-10 00:00:00"):
        text = as_csv(base_days()) + "".join(f"{m},{told},{k}\n" for m, _d, k in FULL)
        assert the_row(written(tmp_path / "r.csv", text)).kwh == 500, told


def test_csv_parquet_and_workbooks_mixed_in_a_folder_are_one_table(tmp_path: Path) -> None:
    import xlsxwriter

    plain = the_row(base_days() + FULL)
    (tmp_path / "in").mkdir()
    (tmp_path / "in/base.csv").write_text(as_csv(base_days()[:20]), encoding="utf-8-sig")
    con = duckdb.connect()
    con.execute("create table r (meter_id varchar, day date, kwh double)")
    con.executemany("insert into r values (?, ?, ?)", base_days()[20:])
    con.execute(f"copy r to '{tmp_path}/in/base.parquet'")
    with xlsxwriter.Workbook(str(tmp_path / "in/day.xlsx")) as book:
        sheet, form = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, READING)
        for n, (m, d, k) in enumerate(FULL, 1):
            sheet.write(n, 0, m)
            sheet.write_datetime(n, 1, d, form)
            sheet.write(n, 2, k)
    assert the_row(Table(paths=(str(tmp_path / "in"),))) == plain


def test_columns_of_other_names_and_gb_18030_are_read(tmp_path: Path) -> None:
    text = as_csv(base_days() + FULL).replace("meter_id,day,kwh", "表号,日期,电量")
    table = written(tmp_path / "r.csv", text, "gb18030")
    named = Table(paths=table.paths, columns={"meter_id": "表号", "day": "日期", "kwh": "电量"})
    assert the_row(named).kwh == 500
    wrong = Table(paths=table.paths, columns={"meter_id": "表", "day": "日期", "kwh": "电量"})
    assert refused(wrong).code == "unknown_column"


def test_meters_named_by_numbers_meet_however_they_are_kept(tmp_path: Path) -> None:
    con = duckdb.connect()
    numbers = {"M1": 33001, "M2": 33002, "M2b": 33003, "M3": 33004, "M4": 33005}
    con.execute("create table r (meter_id bigint, day date, kwh decimal(12, 3))")
    con.executemany("insert into r values (?, ?, ?)", [(numbers[str(m)], d, k) for m, d, k in base_days() + FULL])
    con.execute(f"copy r to '{tmp_path}/r.parquet'")
    firms = [(f, float(numbers[m]), *rest) for f, m, *rest in FIRMS]
    assert the_row(Table(paths=(f"{tmp_path}/r.parquet",)), firms=firms).kwh == 500
    # Where nobody counts with them, leading noughts are part of a number.
    text = as_csv([(f"00{m}", d, k) for m, d, k in base_days() + FULL])
    assert the_row(written(tmp_path / "r.csv", text), firms=[(f, f"00{m}", *rest) for f, m, *rest in FIRMS]).kwh == 500


def test_a_question_that_contradicts_itself_is_refused() -> None:
    readings = base_days() + FULL
    assert refused(readings, first=DAY, last=DAY - timedelta(1)).code == "bad_question"
    assert refused(readings, by=("division", "division")).code == "bad_question"
    assert refused(readings, by=("industry",), levels=(4,)).code == "bad_question"
    with pytest.raises(KeyError):
        Refused("never heard of")


def test_every_code_is_declared_once() -> None:
    assert len(set(NOTICES)) == len(NOTICES)
    assert not set(REFUSALS) & {""}
    assert set(BASE) == {firm[1] for firm in FIRMS}
