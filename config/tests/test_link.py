"""`renwang link`: any ledger against itself or another, without an installation; faults in plain words."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.utils import translation
from openpyxl import Workbook

from config import cli

ROOT = Path(__file__).resolve().parents[2]
LEDGER = "编号,姓名,身份证号,手机,出生日期,住址\nP1,张伟,,15400000001,1980-03-05,李家村12号\nP2,张玮,,15400000001,1980.3.5,李家村12号\nP3,李娜,,,1999-01-01,\n"


def written(folder: Path, name: str, text: str, encoding: str = "utf-8") -> str:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return str(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "nothing in"),
        ("姓名,电话\n", "no row below"),
        ("x,y\n1,2\n3,4\n", "no column tells who somebody is"),
    ],
)
def test_a_file_that_cannot_be_compared_is_refused_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    with translation.override("en"):
        assert cli.main(["link", written(tmp_path, "a.csv", text)]) == 1
    answer = capsys.readouterr()
    assert said in answer.err
    assert answer.out == ""


def test_half_a_workbook_and_a_missing_one_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = Workbook()
    for i in range(300):
        book.active.append([f"王{i}", f"{i}"])
    book.save(tmp_path / "whole.xlsx")
    (tmp_path / "half.xlsx").write_bytes((tmp_path / "whole.xlsx").read_bytes()[:3000])
    for name in ("half.xlsx", "missing.csv"):
        assert cli.main(["link", str(tmp_path / name)]) == 1
        assert name in capsys.readouterr().err


def test_a_threshold_that_is_no_probability_is_not_understood(tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(["link", written(tmp_path, "a.csv", LEDGER), "--threshold", "2"])
    assert stopped.value.code == 2


def test_memory_that_is_no_amount_or_far_too_little_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ledger = written(tmp_path, "a.csv", LEDGER)
    with pytest.raises(SystemExit) as stopped:
        cli.main(["link", ledger, "--memory", "viel"])
    assert stopped.value.code == 2 and "2GB" in capsys.readouterr().err
    assert cli.main(["link", ledger, "--memory", "1KB"]) == 1
    answer = capsys.readouterr()
    assert "--memory 1KB" in answer.err and answer.out == ""


def test_a_formula_in_a_ledgers_own_number_comes_out_as_text(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger = LEDGER.replace("P1,", "=cmd|'/c calc'!A1,")
    assert cli.main(["link", written(tmp_path, "a.csv", ledger)]) == 0
    answer = capsys.readouterr().out
    assert "\n'=cmd" in answer and "\n=cmd" not in answer


def test_whoever_reads_only_the_beginning_ends_it_without_a_traceback(tmp_path: Path) -> None:
    ledger = written(tmp_path, "a.csv", LEDGER)
    command = f"{sys.executable} -m config.cli link {ledger} --json | true"
    told = subprocess.run(["sh", "-c", command], cwd=ROOT, capture_output=True, check=False)
    assert b"Traceback" not in told.stderr


def test_one_file_tells_who_stands_twice_by_the_files_own_ids(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["link", written(tmp_path, "a.csv", LEDGER, "gb18030")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "left,right,probability,verdict"
    assert [line.split(",")[:2] + line.split(",")[3:] for line in lines[1:]] == [["P1", "P2", "link"]]


def test_two_files_are_linked_by_row_where_there_is_no_id(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    right = written(tmp_path, "b.csv", "姓名,出生日期,电话\n王五,,\n张玮,1980年3月5日,15400000001\n")
    assert cli.main(["link", written(tmp_path, "a.csv", LEDGER), right, "--json"]) == 0
    pairs = json.loads(capsys.readouterr().out)
    assert {(pair["left"], pair["right"]) for pair in pairs} >= {("P2", 3)}
    assert set(pairs[0]) == {"left", "right", "probability", "verdict"}


def test_english_columns_are_known_and_the_model_follows_the_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    head = "rec_id, given_name, surname, street_number, address_1, address_2, suburb, postcode, state, date_of_birth, soc_sec_id\n"
    left = (
        head + "rec-1-org, michaela, neumann, 8, stanley street, miami, winston hills, 4223, nsw, 19151111, 5304218\n"
    )
    right = (
        head + "rec-1-dup-0, michafla, jakimow, 8, stanleykstreet, miami, winstonbhills, 4223, , 19151111, 5304218\n"
    )
    assert cli.main(["link", written(tmp_path, "a.csv", left), written(tmp_path, "b.csv", right)]) == 0
    answer = capsys.readouterr()
    assert answer.out.splitlines()[1].startswith("rec-1-org,rec-1-dup-0,")
    assert "persons-latin" in answer.err


def test_it_runs_without_settings_keys_or_a_database(tmp_path: Path) -> None:
    plain = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "config.cli", "link", written(tmp_path, "a.csv", LEDGER)],
        cwd=tmp_path, env=plain, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "P1,P2," in done.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]  # nothing was made
