"""What is said of a workbook is kept as codes, and told in the language of whoever reads it."""

import datetime as dt
import re
from collections.abc import Callable
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import translation
from openpyxl import load_workbook

from conftest import District
from renwang.foundation.access.rules import Actor
from renwang.loop.registry.models import ImportBatch, ImportRow
from renwang.loop.registry.queries.marking import changes_of
from renwang.loop.registry.rules.verdicts import LONGEST, MESSAGES, in_words, joined, read, say

from .test_imports import GOOD, enter, row, send
from .workbooks import workbook

AsUser = Callable[[Actor], Client]
pytestmark = pytest.mark.django_db
ENGLISH, CHINESE = {"Accept-Language": "en"}, {"Accept-Language": "zh-hans"}


def test_a_code_that_nobody_knows_is_refused() -> None:
    with pytest.raises(KeyError):
        say("no_such_code")


def test_a_message_that_would_not_fit_whole_is_left_out_and_never_cut() -> None:
    told = ""
    for number in range(100):
        told = joined(told, say("same_id", row=number))
    assert len(told) <= LONGEST
    assert all(read(line)[0] == "same_id" and read(line)[1]["row"].isdecimal() for line in told.split("\n"))
    assert len(say("two_heads", rows=", ".join(map(str, range(1_000))))) < LONGEST


def test_what_lacks_its_value_is_told_by_its_code_and_does_not_fail() -> None:
    assert in_words("same_id") == "same_id"


@pytest.mark.parametrize("code", MESSAGES)
def test_every_message_is_told_in_both_languages(code: str) -> None:
    with translation.override("en"):
        values = dict.fromkeys(re.findall(r"%\((\w+)\)", str(MESSAGES[code])), "7")
        english = in_words(say(code, **values))
    with translation.override("zh-hans"):
        chinese = in_words(say(code, **values))
    assert english != chinese and "%(" not in english + chinese


def test_a_row_of_a_later_sheet_is_told_with_its_sheet() -> None:
    with translation.override("en"):
        assert "row 7 of sheet 3 already" in in_words(say("same_id", row=20_000_007))


def test_each_reads_the_verdicts_in_a_language_of_their_own_whoever_checked(
    small_district: District, street_officer: Actor, as_user: AsUser, now: dt.datetime
) -> None:
    with translation.override("zh-hans"):
        batch = send(street_officer, now, workbook([*GOOD, row("F9", "坏", "123", "户主", 行政村="没有村")]))
    kept = ImportRow.objects.get(batch=batch, verdict="invalid").message
    assert {read(line)[0] for line in kept.split("\n")} == {"id_length", "unknown_village"}
    client = as_user(street_officer)
    path = f"/register/imports/{batch.pk}/"
    english = client.get(path, headers=ENGLISH).content.decode()
    chinese = client.get(path, headers=CHINESE).content.decode()
    assert "An ID number has 18 characters." in english and "Unknown village" in english
    assert "18" in chinese and "Unknown village" not in chinese
    assert in_words_of("en", kept) in _first_cell(client.get(f"{path}marked.xlsx", headers=ENGLISH).content)
    assert in_words_of("zh-hans", kept) in _first_cell(client.get(f"{path}marked.xlsx", headers=CHINESE).content)


def test_a_file_that_was_refused_is_explained_in_the_readers_language(
    small_district: District, street_officer: Actor, as_user: AsUser, now: dt.datetime
) -> None:
    with translation.override("zh-hans"):
        batch = send(street_officer, now, b"%PDF-1.4", filename="台账.xlsx")
    page = as_user(street_officer).get(f"/register/imports/{batch.pk}/", headers=ENGLISH).content.decode()
    assert batch.problem.startswith("sheet.NotAWorkbook") and "This file is not a workbook" in page


def test_what_was_kept_as_a_sentence_before_is_told_as_it_stands(
    small_district: District, street_officer: Actor, as_user: AsUser, now: dt.datetime
) -> None:
    batch = send(street_officer, now, workbook([*GOOD, row("F9", "坏", "123", "户主")]))
    ImportRow.objects.filter(batch=batch, verdict="invalid").update(message="证件号码应为 18 位。")
    page = as_user(street_officer).get(f"/register/imports/{batch.pk}/", headers=ENGLISH).content.decode()
    assert "证件号码应为 18 位。" in page
    ImportBatch.objects.filter(pk=batch.pk).update(status="refused", problem="这个文件打不开。")
    page = as_user(street_officer).get(f"/register/imports/{batch.pk}/", headers=ENGLISH).content.decode()
    assert "这个文件打不开。" in page


def test_a_relation_that_changes_is_kept_by_its_code(
    small_district: District, street_officer: Actor, now: dt.datetime
) -> None:
    enter(
        street_officer,
        now,
        send(street_officer, now, workbook([row("F1", "甲", "", "户主", 性别="男", 出生日期="1950-03-08")])),
    )
    with translation.override("zh-hans"):
        batch = send(
            street_officer, now, workbook([row("F1", "甲", "", "户主", 性别="女", 出生日期="1950-03-08")], title="又")
        )
    detail = ImportRow.objects.get(batch=batch, verdict="changed").detail or ""
    assert detail == "sex\t1\t2"
    with translation.override("en"):
        assert changes_of(detail) == [("sex", "male", "female")]
    with translation.override("zh-hans"):
        assert changes_of(detail) == [("sex", "男", "女")]
    assert changes_of("sex\t男\t女") == [("sex", "男", "女")]  # as it was kept before


def test_the_command_tells_in_its_own_language_what_another_checked(small_district: District, tmp_path: Path) -> None:
    path, out = tmp_path / "台账.xlsx", StringIO()
    path.write_bytes(workbook([*GOOD, row("F3", "坏", "123", "户主")]))
    with translation.override("en"):
        call_command("import_register", str(path), "--dry-run", stdout=out, no_color=True)
    assert "An ID number has 18 characters." in out.getvalue()


def in_words_of(language: str, message: str) -> str:
    with translation.override(language):
        return in_words(message)


def _first_cell(content: bytes) -> str:
    sheet = load_workbook(BytesIO(content)).active
    assert sheet is not None
    return str(sheet.cell(6, 1).value)
