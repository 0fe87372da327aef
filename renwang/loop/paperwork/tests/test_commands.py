"""The same on the command line: what was filled, what stayed empty and why, in words or as JSON."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from conftest import Family
from renwang.foundation.access.models import Look
from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.models import Entry

from .making import list_form, read, totals_form, word_form


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "空表.xlsx"
    path.write_bytes(list_form())
    return path


def run(template: Path, *more: str, area: str = "370704006") -> str:
    out = StringIO()
    path = str(template.with_name("out").with_suffix(template.suffix))
    call_command(
        "fill_template", str(template), "--area", area, "--day", "2020-02-17", "--out", path, *more, stdout=out
    )
    return out.getvalue()


def test_a_template_without_any_known_column_is_refused_and_nothing_is_written(tmp_path: Path, family: Family) -> None:
    path = tmp_path / "t.xlsx"
    path.write_bytes(list_form(("甲方", "乙方", "丙方")))
    with pytest.raises(CommandError, match="甲方"):
        run(path)
    assert not path.with_name("out.xlsx").exists()
    assert not Entry.objects.filter(name="paperwork.take_out").exists()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--set", "身高=age"), "身高"),
        (("--set", "村=n_households"), "n_households"),
        (("--set", "村"), "HEADER=FIELD"),
        (("--as-user", "nobody"), "nobody"),
        (("--programme", "nothing"), "nothing"),
    ],
)
def test_what_nobody_understands_is_said(template: Path, family: Family, more: tuple[str, ...], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        run(template, *more)


@pytest.mark.parametrize("out", ["out.docx", "out", "nowhere/out.xlsx"])
def test_where_the_file_cannot_stand_is_said_before_the_ledger_says_that_it_left(
    template: Path, family: Family, out: str
) -> None:
    with pytest.raises(CommandError, match="--out"):
        call_command(
            "fill_template",
            str(template),
            "--area",
            "370704006",
            "--day",
            "2020-02-17",
            "--out",
            str(template.with_name("x") / out if "/" in out else template.with_name(out)),
        )
    with pytest.raises(CommandError, match="--out"):
        call_command("export_table", "households", "--out", str(template.with_name("nowhere") / "h.csv"))
    assert not Entry.objects.filter(name="paperwork.take_out").exists()


def test_a_template_that_is_not_there_is_said(tmp_path: Path, family: Family) -> None:
    with pytest.raises(CommandError, match="gone"):
        run(tmp_path / "gone.xlsx")


def test_a_ledger_that_is_none_gives_no_empty_table(tmp_path: Path, family: Family) -> None:
    with pytest.raises(CommandError, match="nothing"):
        call_command("export_table", "households", "--out", str(tmp_path / "h.csv"), "--programme", "nothing")
    assert not (tmp_path / "h.csv").exists()


def test_a_day_that_is_none_and_an_area_that_is_none_are_said(template: Path, family: Family) -> None:
    with pytest.raises(CommandError, match="999999"):
        run(template, area="999999")
    with pytest.raises(CommandError, match="2020-02-17"):
        call_command("fill_template", str(template), "--area", "370704", "--day", "昨天", "--out", "x.xlsx")


def test_a_form_is_filled_and_the_mapping_is_told(template: Path, three_families: list[Family]) -> None:
    told = json.loads(run(template, "--json", "--set", "备注=address", "--reason", "上报区里"))
    assert told["rows"] == 3 and told["level"] == "household" and told["revealed"] is False
    assert told["mapping"]["户主姓名"] == "head_name" and told["mapping"]["备注"] == "address"
    sheet = read(template.with_name("out.xlsx").read_bytes())["登记表"]
    assert sheet["B4"].value == "刘德顺" and sheet["D4"].value == "154****0001" and sheet["F4"].value == "1号"
    assert Entry.objects.get(name="paperwork.take_out").facts["rows"] == 3


def test_what_stays_empty_is_told_with_its_reason(template: Path, three_families: list[Family]) -> None:
    said = run(template)
    assert "备注" in said and "--set 备注=FIELD" in said and "head_name" in said


def test_protected_fields_are_opened_with_a_reason_and_logged(template: Path, three_families: list[Family]) -> None:
    run(template, "--reveal", "夜间应急联系")
    assert read(template.with_name("out.xlsx").read_bytes())["登记表"]["D4"].value == "15400000001"
    assert Look.objects.filter(reason="夜间应急联系").count() == 3


def test_an_account_fills_only_its_own_area(template: Path, three_families: list[Family], outsider: Actor) -> None:
    with pytest.raises(CommandError):
        run(template, "--as-user", "outsider")


def test_totals_and_word_forms_are_filled_too(tmp_path: Path, three_families: list[Family]) -> None:
    totals = tmp_path / "汇总.xlsx"
    totals.write_bytes(totals_form())
    assert json.loads(run(totals, "--json"))["level"] == "village"
    word = tmp_path / "登记.docx"
    word.write_bytes(word_form())
    assert json.loads(run(word, "--json"))["rows"] == 3


def test_a_table_is_taken_out_with_its_dictionary_beside_it(tmp_path: Path, three_families: list[Family]) -> None:
    out = StringIO()
    path = tmp_path / "households.csv"
    call_command("export_table", "households", "--out", str(path), "--area", "370704006", "--hxl", "--json", stdout=out)
    told = json.loads(out.getvalue())
    assert told["rows"] == 3 and len(told["files"]) == 2
    about = json.loads((tmp_path / "households.datapackage.json").read_text())
    assert about["resources"][0]["schema"]["fields"][2]["hxl"] == "#affected+hh+name"
    assert Entry.objects.get(name="paperwork.take_out").facts["what"] == "households"


def test_an_account_takes_out_only_its_own_area(tmp_path: Path, family: Family, outsider: Actor) -> None:
    with pytest.raises(CommandError):
        call_command(
            "export_table", "persons", "--out", str(tmp_path / "p.csv"), "--area", "370704006", "--as-user", "outsider"
        )
    assert not (tmp_path / "p.csv").exists()
