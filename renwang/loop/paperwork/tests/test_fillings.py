"""A form is filled for an area and a day, waits for a person, is released and frozen."""

import datetime as dt
import hashlib
from collections.abc import Callable
from io import BytesIO

import docx
import pytest

from conftest import District, Family
from renwang.foundation.access.models import Look, User
from renwang.foundation.access.rules import Actor, NotAllowed
from renwang.foundation.audit.models import Entry
from renwang.loop.paperwork import actions, handlers, queries
from renwang.loop.paperwork.models import Figure, Filling, Form
from renwang.loop.paperwork.rules import CannotDo, Stale

from .conftest import TODAY, Fill, MakeForm
from .making import list_form, read, totals_form, word_form


def test_an_outsider_fills_nothing_here(make_form: MakeForm, outsider: Actor, now: dt.datetime) -> None:
    version = make_form()
    with pytest.raises(NotAllowed):
        actions.fill_form(
            actor=outsider, now=now, form_id=version.form_id, area="370704006", day=TODAY, reason="看一看别人的"
        )
    assert not Filling.objects.exists()


def test_a_form_is_not_filled_beyond_its_own_area(make_form: MakeForm, district: Actor, now: dt.datetime) -> None:
    version = make_form(actor=district, office="command", area="370704006")
    with pytest.raises(CannotDo):
        actions.fill_form(
            actor=district, now=now, form_id=version.form_id, area="370704003", day=TODAY, reason="上报区里"
        )


def test_a_list_has_one_row_for_each_household_of_the_area_and_phones_are_masked(
    make_form: MakeForm, fill: Fill, three_families: list[Family]
) -> None:
    filling = fill(make_form())
    sheet = read(filling.file)["登记表"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4, max_row=6)]
    assert [row[0] for row in rows] == [1, 2, 3]
    assert [row[1:3] for row in rows] == [["刘德顺", 3], ["陈大海", 4], ["孙二妮", 1]]
    assert rows[0][3] == "154****0001" and rows[0][4] == "示范一村"
    assert filling.status == "waiting" and filling.rows == 3
    assert filling.digest == hashlib.sha256(bytes(filling.file or b"")).hexdigest()
    assert not Look.objects.exists()


def test_more_households_than_rows_push_the_sum_and_the_signatures_down(
    make_form: MakeForm, fill: Fill, three_families: list[Family]
) -> None:
    sheet = read(fill(make_form(list_form(rows=1)), area="370704").file)["登记表"]
    assert sheet["A8"].value == "合计" and sheet["C8"].value == "=SUM(C4:C7)"
    assert sheet["A10"].value == "填表人：" and sheet["D10"].value == "审核人："
    assert {str(area) for area in sheet.merged_cells.ranges} == {"A1:F1", "D10:F10"}
    assert sheet.print_area == "'登记表'!$A$1:$F$10" and sheet.print_title_rows == "$3:$3"
    assert sheet.row_dimensions[10].height == 31 and sheet.page_setup.orientation == "landscape"
    assert sheet["C7"].border.left.style == "thin"


def test_a_village_cadre_fills_the_districts_form_for_the_own_village_only(
    make_form: MakeForm, fill: Fill, cadre: Actor, three_families: list[Family], now: dt.datetime
) -> None:
    version = make_form()
    assert [form.pk for form in queries.forms(viewer=cadre)] == [version.form_id]
    filling = fill(version, area="370704006201", actor=cadre)
    assert filling.rows == 2
    with pytest.raises(NotAllowed):
        fill(version, area="370704006202", actor=cadre)


def test_totals_have_a_row_for_each_village_and_every_figure_opens_to_its_rows(
    make_form: MakeForm, fill: Fill, three_families: list[Family], relief: Actor
) -> None:
    filling = fill(make_form(totals_form()))
    sheet = read(filling.file)["日报"]
    assert [[cell.value for cell in row] for row in sheet["A3:C4"]] == [["示范一村", 2, 7], ["示范二村", 1, 1]]
    assert sheet["A5"].value == "合计" and sheet["B5"].value == "=SUM(B3:B4)" and sheet["C5"].value == 8
    assert sheet["A7"].value == "负责人签字："
    figure = Figure.objects.get(filling=filling, row=1, position=2)
    rows, total = queries.rows_behind(viewer=relief, figure=figure, start=0, many=50)
    assert total == 2 and {row.title for row in rows} == {"刘德顺", "陈大海"}


def test_villages_that_the_form_names_itself_are_filled_in_their_own_rows(
    make_form: MakeForm, fill: Fill, three_families: list[Family]
) -> None:
    filling = fill(make_form(totals_form(villages=("示范二村", "没有这个村", "示范一村"))))
    sheet = read(filling.file)["日报"]
    assert [sheet.cell(row, 2).value for row in (3, 4, 5)] == [1, None, 2]
    assert "没有这个村" in filling.problem


def test_a_word_form_is_filled_and_its_signatures_stay_below(
    make_form: MakeForm, fill: Fill, three_families: list[Family]
) -> None:
    filling = fill(make_form(word_form(), filename="表.docx"))
    document = docx.Document(BytesIO(bytes(filling.file or b"")))
    rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert rows[0] == ["序号", "户主", "电话", "情况说明"] and len(rows) == 4
    assert rows[1][:2] == ["1", "刘德顺"] and rows[3][:2] == ["3", "孙二妮"]
    assert [paragraph.text for paragraph in document.paragraphs][-1] == "填表人：        审核人："
    assert "周扶贫" in document.sections[0].footer.paragraphs[0].text


def test_a_formula_that_somebody_put_into_a_name_comes_out_as_text(
    make_form: MakeForm, fill: Fill, make_family: Callable[..., Family]
) -> None:
    make_family("=cmd|'/c calc'!A1", size=1)
    cell = read(fill(make_form()).file)["登记表"]["B4"]
    assert cell.value == "=cmd|'/c calc'!A1" and cell.data_type != "f"


def test_the_file_says_who_when_and_why(make_form: MakeForm, fill: Fill, three_families: list[Family]) -> None:
    book = read(fill(make_form(), reason="上报市扶贫办").file)
    assert "周扶贫" in book.properties.description and "上报市扶贫办" in book.properties.description
    hidden = book[book.sheetnames[-1]]
    assert hidden.sheet_state == "hidden" and hidden["A2"].value == "周扶贫" and "2020-02-17" in hidden["A3"].value
    assert "周扶贫" in book["登记表"].oddFooter.left.text


def test_protected_columns_are_opened_with_a_reason_and_every_look_is_logged(
    make_form: MakeForm,
    fill: Fill,
    three_families: list[Family],
    relief: Actor,
    cadre: Actor,
    now: dt.datetime,
    make_user: Callable[..., User],
    as_actor: Callable[[User], Actor],
) -> None:
    filling = fill(make_form())
    with pytest.raises(CannotDo):
        actions.open_sealed_columns(actor=relief, now=now, filling_id=filling.pk, reason=" ")
    with pytest.raises(NotAllowed):
        actions.open_sealed_columns(actor=cadre, now=now, filling_id=filling.pk, reason="逐户电话联系")
    actions.open_sealed_columns(actor=relief, now=now, filling_id=filling.pk, reason="逐户电话联系")
    handlers.keep_filling({"filling_id": filling.pk, "round_no": 2}, now=now)
    filling.refresh_from_db()
    assert read(filling.file)["登记表"]["D4"].value == "15400000001"
    assert filling.status == "waiting" and filling.opens_sealed
    assert set(Look.objects.values_list("field", "reason")) == {("phone", "逐户电话联系")} and Look.objects.count() == 3
    assert not queries.fillings(viewer=cadre).filter(pk=filling.pk).exists()
    health = as_actor(make_user("health", health_officer="370704"))
    with pytest.raises(NotAllowed):
        actions.take_copy(actor=health, now=now, what="filling", which=filling.pk)


def test_what_was_released_is_frozen(
    make_form: MakeForm, fill: Fill, three_families: list[Family], relief: Actor, now: dt.datetime
) -> None:
    filling = fill(make_form())
    before = bytes(filling.file or b"")
    actions.release_filling(actor=relief, now=now, filling_id=filling.pk)
    for again in (
        lambda: actions.release_filling(actor=relief, now=now, filling_id=filling.pk),
        lambda: actions.put_away_filling(actor=relief, now=now, filling_id=filling.pk, reason="重复上报"),
        lambda: actions.open_sealed_columns(actor=relief, now=now, filling_id=filling.pk, reason="逐户电话联系"),
    ):
        with pytest.raises(Stale):
            again()
    handlers.keep_filling({"filling_id": filling.pk, "round_no": 1}, now=now)
    filling.refresh_from_db()
    assert bytes(filling.file or b"") == before and filling.released_by_id == relief.user_id
    assert Entry.objects.get(name="paperwork.release_filling").facts["digest"] == filling.digest


def test_taking_a_copy_is_written_down(
    make_form: MakeForm, fill: Fill, three_families: list[Family], relief: Actor, outsider: Actor, now: dt.datetime
) -> None:
    filling = fill(make_form())
    with pytest.raises(NotAllowed):
        actions.take_copy(actor=outsider, now=now, what="filling", which=filling.pk)
    actions.take_copy(actor=relief, now=now, what="filling", which=filling.pk)
    assert Entry.objects.get(name="paperwork.take_copy").facts["digest"] == filling.digest


def test_a_daily_form_fills_itself_at_its_hour_once_and_waits(
    make_form: MakeForm, relief: Actor, three_families: list[Family], now: dt.datetime
) -> None:
    version = make_form()
    actions.plan_form(actor=relief, now=now, form_id=version.form_id, daily_at=dt.time(17, 30), programme="")
    handlers.fill_daily(now)
    assert not Filling.objects.exists()
    evening = now.replace(hour=9, minute=31)
    for _again in range(2):
        handlers.fill_daily(evening)
    filling = Filling.objects.get()
    handlers.keep_filling({"filling_id": filling.pk, "round_no": 1}, now=evening)
    filling.refresh_from_db()
    assert filling.is_daily and filling.status == "waiting" and filling.day == TODAY and filling.rows == 4


def test_a_daily_form_whose_planner_left_fails_in_words_instead_of_showing_what_they_saw(
    make_form: MakeForm, relief: Actor, three_families: list[Family], now: dt.datetime
) -> None:
    version = make_form()
    actions.plan_form(actor=relief, now=now, form_id=version.form_id, daily_at=dt.time(8), programme="")
    User.objects.get(pk=relief.user_id).grants.all().delete()
    handlers.fill_daily(now)
    filling = Filling.objects.get()
    handlers.keep_filling({"filling_id": filling.pk, "round_no": 1}, now=now)
    filling.refresh_from_db()
    assert filling.status == "failed" and filling.problem and filling.file is None


def test_a_form_lists_only_the_households_of_its_ledger(
    make_form: MakeForm,
    fill: Fill,
    three_families: list[Family],
    relief: Actor,
    now: dt.datetime,
    small_district: District,
) -> None:
    from renwang.loop.registry.models import Enrolment

    Enrolment.objects.create(
        subject=three_families[1].household, programme_id="poor_household", since=dt.date(2019, 1, 1), reason="因病"
    )
    version = make_form()
    actions.plan_form(actor=relief, now=now, form_id=version.form_id, daily_at=None, programme="poor_household")
    assert fill(version).rows == 1
    assert Form.objects.get(pk=version.form_id).programme_id == "poor_household"
