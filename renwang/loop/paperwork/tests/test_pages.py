"""The pages of the paperwork, as an office uses them."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from conftest import District, Family
from renwang.foundation.access.models import User
from renwang.foundation.access.rules import Actor
from renwang.loop.paperwork import actions, handlers
from renwang.loop.paperwork.models import Export, Figure, Filling, Form, FormVersion
from renwang.loop.rounds.models import Question

from .conftest import Fill, MakeForm
from .making import list_form, read, totals_form


@pytest.fixture(autouse=True)
def at_ten(now: dt.datetime) -> Any:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def browser(small_district: District, make_user: Callable[..., User]) -> Client:
    """The browser of a subdistrict's officer: no second factor stands between."""
    user = make_user("officer", name="李街道干部", street_officer=small_district.street.code)
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def sent(content: bytes, name: str = "日报.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def take_in(browser: Client, content: bytes, name: str = "走访登记表") -> Any:
    data = {"file": sent(content), "name": name, "area": "370704006", "office": ""}
    return browser.post("/forms/", data)


def test_a_form_without_a_known_column_is_told_on_the_page(browser: Client) -> None:
    answer = take_in(browser, list_form(("甲方", "乙方", "丙方")))
    assert answer.status_code == 200 and "甲方、乙方" in answer.content.decode()
    assert not Form.objects.exists()


def test_a_form_goes_from_upload_to_release(browser: Client, three_families: list[Family], now: dt.datetime) -> None:
    answer = take_in(browser, list_form())
    form = Form.objects.get()
    assert answer.status_code == 302 and answer.url == f"/forms/{form.pk}/columns/"
    page = browser.get(answer.url).content.decode()
    assert "户主姓名" in page and "154****0001" in page, "columns with examples"
    positions = {f"column-{column.position}": column.field for column in FormVersion.objects.get().columns.all()}
    assert browser.post(answer.url, {"level": "household", **positions}).status_code == 302
    begun = browser.post(f"/forms/{form.pk}/fill/", {"area": "370704006", "day": "2020-02-17", "reason": "上报街道"})
    filling = Filling.objects.get()
    assert begun.url == f"/forms/filled/{filling.pk}/" and browser.get(begun.url).status_code == 200
    handlers.keep_filling({"filling_id": filling.pk, "round_no": 1}, now=now)
    assert "HX-Refresh" in browser.get(f"{begun.url}progress/").headers
    assert "审核发出" in browser.get(begun.url).content.decode()
    file = browser.post(f"{begun.url}file/")
    assert "no-store" in file.headers["Cache-Control"] and read(file.content)["登记表"]["B4"].value == "刘德顺"
    browser.post(f"{begun.url}release/")
    assert Filling.objects.get().status == "released"
    assert Filling.objects.get().digest in browser.get(begun.url).content.decode()
    listed = browser.get("/forms/filled/?status=released").content.decode()
    assert "走访登记表" in listed
    figure = Figure.objects.get()
    assert "陈大海" in browser.get(f"/forms/figures/{figure.pk}/").content.decode()


def test_another_version_asks_only_for_its_new_column(browser: Client) -> None:
    take_in(browser, list_form())
    form, version = Form.objects.get(), FormVersion.objects.get()
    browser.post(f"/forms/{form.pk}/columns/", {"level": "household"})
    more = list_form(("序号", "户主姓名", "家庭人口", "联系电话", "村", "备注", "有无口罩"))
    answer = browser.post(f"/forms/{form.pk}/version/", {"file": sent(more)})
    assert answer.url == f"/forms/{form.pk}/columns/"
    page = browser.get(answer.url).content.decode()
    assert page.count("待确认") == 1
    same = browser.post(f"/forms/{form.pk}/version/", {"file": sent(more)}, follow=True)
    assert "没有变化" in same.content.decode() and version.form.versions.count() == 2
    assert browser.get(f"/forms/{form.pk}/empty/1/").content == bytes(version.blob or b"")


def test_a_column_nobody_knows_is_asked_from_the_page(browser: Client) -> None:
    take_in(browser, list_form(("序号", "户主姓名", "有无口罩")))
    column = FormVersion.objects.get().columns.get(title="有无口罩")
    assert browser.get(f"/forms/columns/{column.pk}/ask/").status_code == 200
    answer = browser.post(
        f"/forms/columns/{column.pk}/ask/", {"text": "家里有没有口罩？", "answer_kind": "yes_no"}, follow=True
    )
    assert Question.objects.get().text == "家里有没有口罩？" and answer.status_code == 200


def test_the_hour_of_a_form_is_kept_and_a_wrong_one_is_told(browser: Client) -> None:
    take_in(browser, totals_form())
    form = Form.objects.get()
    browser.post(f"/forms/{form.pk}/plan/", {"daily_at": "25:99", "programme": ""})
    assert Form.objects.get().daily_at is None
    browser.post(f"/forms/{form.pk}/plan/", {"daily_at": "17:30", "programme": "poor_household"})
    assert Form.objects.get().daily_at == dt.time(17, 30) and Form.objects.get().programme_id == "poor_household"


def test_the_file_of_a_household_is_handed_out_and_opened_only_with_a_reason(browser: Client, family: Family) -> None:
    path = f"/exports/household/{family.household.pk}/"
    assert browser.get(path).status_code == 200
    refused = browser.post(path, {"file_format": "docx", "opens_sealed": "1", "reason": ""})
    assert refused.status_code == 400
    file = browser.post(path, {"file_format": "docx"})
    assert file.headers["Content-Type"].endswith("wordprocessingml.document") and file.content.startswith(b"PK")
    desk = browser.get(f"/household/{family.household.pk}/")
    assert desk.status_code == 404 or path in desk.content.decode()


def test_tables_and_files_are_asked_for_and_taken(browser: Client, family: Family, now: dt.datetime) -> None:
    data = {"area": "370704006", "programme": "", "reason": "与市局交换", "file_format": "csv", "table": "households"}
    answer = browser.post("/exports/tables/", data)
    export = Export.objects.get()
    assert answer.url == f"/exports/{export.pk}/" and browser.get(answer.url).status_code == 200
    handlers.keep_export({"export_id": export.pk}, now=now)
    assert browser.post(f"{answer.url}file/").content.startswith(b"PK")
    assert browser.get("/exports/files/").status_code == 200
    files = browser.post("/exports/files/", {**data, "file_format": "docx"})
    assert files.status_code == 302 and Export.objects.count() == 2


def test_a_form_of_another_area_is_not_there(
    browser: Client, make_form: MakeForm, fill: Fill, three_families: list[Family], outsider: Actor, district: Actor
) -> None:
    version = make_form(actor=district, office="command", area="370704003")
    assert browser.get(f"/forms/{version.form_id}/").status_code == 404
    filling = fill(version, area="370704003", actor=district)
    assert browser.get(f"/forms/filled/{filling.pk}/").status_code == 404
    assert browser.post(f"/forms/filled/{filling.pk}/file/").status_code == 404


def test_nobody_takes_what_somebody_else_took_out(
    browser: Client, street_officer: Actor, family: Family, now: dt.datetime
) -> None:
    begun = actions.export_table(
        actor=street_officer,
        now=now,
        table="households",
        area="370704006",
        programme="",
        file_format="csv",
        has_hxl=False,
        opens_sealed=False,
        reason="与市局交换",
    )
    handlers.keep_export({"export_id": begun.export_id}, now=now)
    assert browser.post(f"/exports/{begun.export_id}/file/").status_code == 404
