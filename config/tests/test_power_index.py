"""``renwang power-index``: files in, figures out, no database, and a sentence where it cannot."""

import csv
import io
import json
import subprocess
import sys
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from config import cli, power_index_words
from renwang.programmes.enterprise.engine import NOTICES, REFUSALS

KEYS = [
    *("enterprises", "resumed", "resumption_rate", "kwh", "base_kwh", "production_rate", "production_rate_resumed"),
    *("index", "missing", "zero_base"),
]


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    rows = ["meter_id,day,kwh"]
    for n in range(5):
        rows += [f"{m},{date(2019, 10, 1) + timedelta(n)},{k}" for m, k in (("0012", 100), ("0013", 50), ("0014", 70))]
    for n in range(10):
        day = date(2020, 2, 1) + timedelta(n)
        rows += [f"0012,{day},{60 + n}", f"0013,{day},{20 + n}", f"0014,{day},{n}"]
    (tmp_path / "r.csv").write_text("\n".join(rows) + "\n")
    (tmp_path / "e.csv").write_text(
        "enterprise_id,meter_id,division,industry,size\nF1,0012,990701,C13,large\nF1,0013,990701,C13,large\n"
        "F2,0014,990702,C14,small\n"
    )
    return ["--readings", str(tmp_path / "r.csv"), "--enterprises", str(tmp_path / "e.csv")]


def run(*words: str) -> int:
    return cli.main(["power-index", *words])


def told(capsys: pytest.CaptureFixture[str], *words: str) -> dict:  # type: ignore[type-arg]
    assert run(*words, "--format", "json") == 0
    return json.loads(capsys.readouterr().out, parse_float=Decimal)  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--method", "mars", "--day", "2020-02-10"], "there is no method mars"),
        (["--method", "zhejiang"], "say either --day, or --from and --to"),
        (["--method", "zhejiang", "--day", "2020-02-10", "--from", "2020-02-01"], "say either --day"),
        (["--method", "zhejiang", "--from", "2020-02-01"], "go together"),
        (["--method", "zhejiang", "--day", "2021-01-01"], "they run from 2019-10-01 to 2020-02-10"),
        (["--method", "wuhan", "--day", "2020-02-10"], "nothing of the base period 2019-01-01 to 2019-06-30"),
        (["--method", "zhejiang", "--day", "2020-02-10", "--by", "colour"], "lack the columns colour"),
        (["--method", "zhejiang", "--day", "2020-02-10", "--column", "kwh=electricity"], "no column electricity"),
        (["--method", "zhejiang", "--day", "2020-02-10", "--format", "parquet"], "needs --output"),
        (["--method", "zhejiang", "--day", "2020-02-10", "--zones", "high"], "--zones"),
        (["--method", "zhejiang", "--day", "2020-02-10", "--portrait", "F9"], "no enterprise F9"),
        (["--method", "zhejiang", "--day", "2020-02-10", "--level", "county"], "group by division too"),
        (["--method", "zhejiang", "--day", "2020-02-10", "--top", "0"], "at least one firm"),
        (["--method", "zhejiang", "--day", "2020-02-10", "--memory", "3 apples"], "memory or threads"),
        (["--method", "zhejiang", "--day", "2020-02-10", "--threads", "-1"], "memory or threads"),
        (["--method", "zhejiang", "--day", "2020-02-10", "--by", "kwh"], "what a figure is called"),
        (
            ["--method", "zhejiang", "--day", "2020-02-10", "--column", "meters.kwh=a"],
            "neither readings nor enterprises",
        ),
    ],
)
def test_what_cannot_be_answered_gets_a_sentence_and_exit_code_1(
    files: list[str], capsys: pytest.CaptureFixture[str], more: list[str], says: str
) -> None:
    assert run(*files, *more) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert says in captured.err
    assert captured.err.startswith("renwang power-index: ")
    assert "Traceback" not in captured.err


@pytest.mark.parametrize(
    "more", [["--day", "tomorrow"], ["--by", "a,,b"], ["--level", "planet"], ["--unit", "gallon"], ["--column", "kwh"]]
)
def test_words_that_are_not_understood_end_with_2(
    files: list[str], capsys: pytest.CaptureFixture[str], more: list[str]
) -> None:
    assert run(*files, "--method", "zhejiang", *more) == 2
    assert "usage:" in capsys.readouterr().err


def test_an_unreadable_file_and_a_wrong_unit_are_told_in_words(
    files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "r.csv"
    text = path.read_text()
    ask = ("--method", "zhejiang", "--day", "2020-02-10")
    path.write_text(text.replace("2020-02-1", "20-02-1"))
    assert run(*files, *ask) == 1
    assert "have a day that cannot be read, such as 20-02-10" in capsys.readouterr().err
    path.write_text(
        "\n".join(line if "2020" not in line else line.rpartition(",")[0] + ",0.0061" for line in text.split("\n"))
    )
    assert run(*files, *ask) == 1
    assert "--unit wan-kwh" in capsys.readouterr().err
    assert run(*files, *ask, "--unit-is-right", "--quiet") == 0
    assert capsys.readouterr().err == ""
    path.write_text("")
    assert run(*files, *ask) == 1
    assert "0 bytes" in capsys.readouterr().err


def test_json_has_the_rows_and_the_report(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    found = told(capsys, *files, "--method", "zhejiang", "--day", "2020-02-10", "--by", "division,industry")
    assert [list(row) for row in found["rows"]] == [["day", "division", "industry", *KEYS]] * 2
    row = found["rows"][0]
    assert (row["day"], row["division"], row["industry"]) == ("2020-02-10", "990701", "C13")
    assert (row["kwh"], row["base_kwh"], row["index"]) == (98, 150, Decimal("82.67"))
    assert found["report"]["method"]["code"] == "zhejiang"
    assert found["report"]["rests_on"][0]["firms_read"] == 2
    assert found["report"]["notices"] == []


def test_percentages_keep_their_two_places(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*files, "--method", "zhejiang", "--day", "2020-02-10", "--format", "json") == 0
    out = capsys.readouterr().out
    assert '"resumption_rate": 50.00, "kwh": 98, "base_kwh": 220, "production_rate": 44.55' in out


def test_without_by_there_is_one_row_for_all_on_each_day(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    found = told(capsys, *files, "--method", "zhejiang", "--from", "2020-02-09", "--to", "2020-02-11")
    assert [(row["day"], row["enterprises"], row["index"]) for row in found["rows"]] == [
        ("2020-02-09", 2, Decimal("46.82")),
        ("2020-02-10", 2, Decimal("47.27")),
        ("2020-02-11", 2, None),
    ]
    assert [notice["code"] for notice in found["report"]["notices"]] == ["days_without_readings"]


def test_changes_zones_ranks_and_levels_come_as_columns_when_asked_for(
    files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    ask = ("--method", "zhejiang", "--day", "2020-02-10", "--by", "division", "--level", "city,county", "--cube")
    found = told(capsys, *files, *ask, "--changes", "--zones", "low:0,high:60", "--ranks")
    best = next(row for row in found["rows"] if row["division"] == "990701")
    assert list(best) == ["day", "division", *KEYS, "level", "day_change", "week_change", "zone", "rank"]
    assert (best["level"], best["zone"], best["rank"]) == (6, "high", 1)
    assert (best["day_change"], best["week_change"]) == (Decimal("0.67"), Decimal("4.67"))
    assert found["report"]["zones"]["is_example"] is False
    assert [row["division"] for row in found["rows"]] == ["990701", "990702", "9907", None]
    example = told(capsys, *files, *ask, "--zones")
    assert example["report"]["zones"]["is_example"] is True


def test_table_csv_and_parquet_say_the_same(
    files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ask = (*files, "--method", "zhejiang", "--day", "2020-02-10", "--by", "industry")
    assert run(*ask) == 0
    table = capsys.readouterr()
    assert "82.67" in table.out
    assert "method   zhejiang: Power index of resumption (Zhejiang) (assumed: " in table.err
    assert "rests on 2020-02-10: 2 of 2 firms (100.00 %)" in table.err
    assert run(*ask, "--format", "csv") == 0
    lines = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [line["index"] for line in lines] == ["82.67", "0.00"]
    assert list(lines[0]) == ["day", "industry", *KEYS]
    for kind in ("csv", "parquet", "json"):
        assert run(*ask, "--format", kind, "--output", str(tmp_path / f"out.{kind}"), "--quiet") == 0
    rows = duckdb.sql(f"select industry, index from '{tmp_path}/out.parquet'").fetchall()
    assert rows == [("C13", Decimal("82.67")), ("C14", Decimal("0.00"))]
    assert next(csv.DictReader((tmp_path / "out.csv").open()))["index"] == "82.67"
    assert json.loads((tmp_path / "out.json").read_text())["rows"][0]["index"] == 82.67
    assert capsys.readouterr().out == ""


def test_a_method_of_ones_own_is_a_file(files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text(
        '[resumed]\nthreshold = 10\n[production]\nnumerator = "all"\n[weights]\nresumption = 0\nproduction = 1\n'
    )
    found = told(capsys, *files, "--method", str(mine), "--day", "2020-02-10")
    assert (found["rows"][0]["resumed"], found["rows"][0]["index"]) == (2, Decimal("48.64"))
    mine.write_text("[resumed]\nthreshold = 'low'\n")
    assert run(*files, "--method", str(mine), "--day", "2020-02-10") == 1
    assert "resumed.threshold is not right" in capsys.readouterr().err


def test_top_lists_and_portraits(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    ask = (*files, "--method", "zhejiang")
    found = told(capsys, *ask, "--day", "2020-02-10", "--top", "1")
    assert [(row["enterprise_id"], row["rate"]) for row in found["rows"]] == [("F1", Decimal("65.33"))]
    one = told(capsys, *ask, "--from", "2020-02-01", "--to", "2020-02-10", "--portrait", "F1")
    assert (one["enterprise_id"], one["first_resumed"], len(one["days"])) == ("F1", "2020-02-01", 10)
    assert run(*ask, "--day", "2020-02-10", "--portrait", "F1") == 0
    assert "0012 (100), 0013 (50)" in capsys.readouterr().out
    assert run(*ask, "--from", "2020-02-01", "--to", "2020-02-10", "--top", "1") == 1


def test_columns_can_be_called_otherwise_in_each_file(
    files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, head in (("r.csv", "表号,日期,电量"), ("e.csv", "企业,电表,区划,行业,规模")):
        path = tmp_path / name
        path.write_text(head + "\n" + path.read_text().partition("\n")[2])
    names = [
        "readings.meter_id=表号",
        "day=日期",
        "kwh=电量",
        "enterprise_id=企业",
        "enterprises.meter_id=电表",
        "industry=行业",
    ]
    words = [word for name in names for word in ("--column", name)]
    found = told(capsys, *files, *words, "--method", "zhejiang", "--day", "2020-02-10", "--by", "industry")
    assert [row["industry"] for row in found["rows"]] == ["C13", "C14"]


def test_the_command_needs_neither_settings_nor_database_nor_django(files: list[str]) -> None:
    code = (
        "import sys; from config import cli; status = cli.main(sys.argv[1:]); "
        "assert 'django' not in sys.modules, 'django was loaded'; sys.exit(status)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "power-index", *files, "--method", "zhejiang", "--day", "2020-02-10"],
        capture_output=True,
        encoding="utf-8",
        env={"PATH": "/usr/bin:/bin", "DATABASE_URL": "nonsense://", "HOME": "/nonexistent"},
        check=False,
    )
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr


def test_every_refusal_and_notice_has_its_sentence() -> None:
    assert set(power_index_words.NOTICES) == set(NOTICES)
    for code, names in REFUSALS.items():
        values = dict.fromkeys(names, "x")
        assert power_index_words.refusal(code, values)
        if code == "unit":
            assert power_index_words.refusal(code, {**values, "where": "firms"})
