"""Every value stands in its own row and column, or the form is refused: sub-totals, merged rows, names already in it, titles of others."""

import datetime as dt
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.worksheet.pagebreak import Break

from conftest import District, Family
from renwang.foundation.access.rules import Actor
from renwang.foundation.sheets.engine.faults import SheetFault
from renwang.foundation.sheets.engine.filling import fill_sheet
from renwang.foundation.sheets.engine.grids import find_table
from renwang.foundation.sheets.engine.own_form import OwnForm
from renwang.foundation.sheets.engine.package import Mark
from renwang.loop.paperwork import actions
from renwang.loop.paperwork.models import Form, FormColumn
from renwang.loop.paperwork.rules import FormInParts, FormNotEmpty, RowsJoined, in_words
from renwang.loop.registry.models import Division

from .conftest import Fill, MakeForm
from .making import FRAME, list_form, read, saved, word_form


def sheet_form(rows: list[list[Any]], merges: tuple[str, ...] = (), *, framed: bool = True) -> bytes:
    """A workbook of just these rows."""
    book = Workbook()
    sheet: Any = book.active
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            cell = sheet.cell(number, column, value)
            if framed:
                cell.border = FRAME
    for area in merges:
        sheet.merge_cells(area)
    return saved(book)


@pytest.mark.parametrize("title", ["小计", "示范一村小计"])
def test_a_list_with_sub_totals_between_its_rows_is_refused_in_words(make_form: MakeForm, title: str) -> None:
    rows = [["序号", "村", "户主", "人口"], [1], [2], [title], [1], [2], [title], ["合计"]]
    with pytest.raises(FormInParts) as refused:
        make_form(sheet_form([[*row, *[None] * (4 - len(row))] for row in rows]))
    assert "小计" in in_words(refused.value)
    assert not Form.objects.exists()


def test_a_list_whose_rows_are_merged_two_by_two_is_refused_in_words(make_form: MakeForm) -> None:
    rows: list[list[Any]] = [["序号", "户主", "人口"], *[[None] * 3] * 4]
    merges = tuple(f"{column}{row}:{column}{row + 1}" for column in "ABC" for row in (2, 4))
    with pytest.raises(RowsJoined) as refused:
        make_form(sheet_form(rows, merges))
    assert "户主" in in_words(refused.value)


def test_a_list_with_the_names_in_it_is_not_filled_over_them(make_form: MakeForm) -> None:
    with pytest.raises(FormNotEmpty):
        make_form(
            sheet_form([["序号", "户主", "联系电话", "备注"], [1, "张三", None, "低保"], [2, "李四", None, None]])
        )


def test_what_the_form_prints_in_every_row_is_no_entry_and_goes_on_into_the_new_rows(
    make_form: MakeForm, fill: Fill, three_families: list[Family]
) -> None:
    boxes = ["是□ 否□", "有□ 无□", "好□ 坏□"]
    version = make_form(sheet_form([["编号", "户主", "签字", "有无", "好坏"], [1, None, *boxes], [2, None, *boxes]]))
    sheet = read(fill(version).file).active
    assert [[cell.value for cell in row] for row in sheet["A2:E4"]] == [
        [number, name, *boxes] for number, name in enumerate(("刘德顺", "陈大海", "孙二妮"), 1)
    ]


def test_a_word_form_keeps_its_boxes_in_the_new_rows(
    make_form: MakeForm, fill: Fill, three_families: list[Family]
) -> None:
    from io import BytesIO

    import docx

    document = docx.Document(BytesIO(word_form(("序号", "户主", "是否签字"), rows=1)))
    document.tables[0].cell(1, 2).text = "是□否□"
    filling = fill(make_form(saved(document), filename="表.docx"))
    rows = docx.Document(BytesIO(bytes(filling.file or b""))).tables[0].rows
    assert [row.cells[2].text for row in rows] == ["是否签字", *["是□否□"] * 3]


def test_totals_with_sub_totals_are_filled_row_by_row_and_each_sum_is_of_the_rows_over_it(
    make_form: MakeForm, fill: Fill, three_families: list[Family], small_district: District
) -> None:
    rows = [
        ["镇街", "村居", "总户数", "人数"],
        ["九龙街道", "示范一村", None, None],
        [None, "示范二村", None, None],
        ["九龙街道小计", None, "=SUM(C2:C3)", None],
        ["凤凰街道", "远村", None, None],
        ["凤凰街道小计", None, None, None],
        ["合计", None, None, None],
    ]
    far, street = small_district.far_village, small_district.street.name
    rows[1][0], rows[3][0] = street, f"{street}小计"
    rows[4][:2] = [far.parent.name if far.parent else "", far.name]
    version = make_form(sheet_form(rows, ("A2:A3",)))
    assert version.level == "village"
    sheet = read(fill(version, area="370704").file).active
    assert [[cell.value for cell in row[2:]] for row in sheet["A2:D7"]] == [
        [2, 7], [1, 1], ["=SUM(C2:C3)", 8], [1, 2], [1, 2], [4, 10],
    ]  # fmt: skip


def test_the_sum_counts_no_village_without_a_row(make_form: MakeForm, fill: Fill, three_families: list[Family]) -> None:
    rows = [["村居", "总户数", "人数"], ["示范二村", None, None], ["合计", None, None]]
    filling = fill(make_form(sheet_form(rows)))
    sheet = read(filling.file).active
    assert [cell.value for cell in sheet[3]] == ["合计", 1, 1] and "示范一村" in filling.problem


def test_names_that_are_no_village_of_this_area_get_no_other_villages_figures(
    make_form: MakeForm, fill: Fill, three_families: list[Family]
) -> None:
    filling = fill(make_form(sheet_form([["村居", "总户数"], ["天上村", None], ["云中村", None]])))
    sheet = read(filling.file).active
    assert [[cell.value for cell in row] for row in sheet["A2:B3"]] == [["天上村", None], ["云中村", None]]
    assert "天上村" in filling.problem


def test_of_two_villages_of_one_name_the_subdistrict_in_the_form_says_which(
    make_form: MakeForm, fill: Fill, three_families: list[Family], small_district: District
) -> None:
    far = small_district.far_village
    Division.objects.filter(pk=far.pk).update(name="示范一村")
    assert far.parent is not None
    rows = [
        ["镇街", "村居", "总户数"],
        [far.parent.name, "示范一村", None],
        [small_district.street.name, "示范一村", None],
        [None, "示范二村", None],
    ]
    sheet = read(fill(make_form(sheet_form(rows)), area="370704").file).active
    assert [sheet.cell(row, 3).value for row in (2, 3, 4)] == [1, 2, 1]


def test_the_spouses_and_the_guardians_columns_are_not_filled_with_the_heads_own(make_form: MakeForm) -> None:
    rows: list[list[Any]] = [
        ["户主", None, "配偶", None, "监护人", None, "村医", None],
        ["姓名", "电话", "姓名", "身份证号", "姓名", "电话", "姓名", "联系电话"],
        [None] * 8,
    ]
    version = make_form(sheet_form(rows, ("A1:B1", "C1:D1", "E1:F1", "G1:H1")), mapped=False)
    told = dict(FormColumn.objects.filter(version=version).values_list("title", "field"))
    assert (told.pop("户主 / 姓名"), told.pop("户主 / 电话")) == ("head_name", "household_phone")
    assert set(told.values()) == {""}, told


def test_a_title_that_an_import_knows_is_known_to_a_form(make_form: MakeForm) -> None:
    titles = (
        "序号",
        "户编码",
        "户主名",
        "人员姓名",
        "居民身份证号码",
        "联系方式手机",
        "户属性",
        "致贫主要原因",
        "现住址（详细）",
    )
    version = make_form(list_form(titles), mapped=False)
    told = dict(FormColumn.objects.filter(version=version).values_list("title", "field"))
    assert told == {
        "序号": "", "户编码": "number", "户主名": "head_name", "人员姓名": "name", "居民身份证号码": "id_number",
        "联系方式手机": "phone", "户属性": "ledgers", "致贫主要原因": "reason", "现住址(详细)": "address",
    }  # fmt: skip


def test_every_title_of_an_import_means_the_same_in_a_form(relief: Actor) -> None:
    from renwang.foundation.sheets.engine.grids import Title
    from renwang.loop.paperwork import queries
    from renwang.loop.registry.rules.columns import TITLES

    catalogue = queries.catalogue(relief)
    # What a form has no column for: where somebody lives above the subdistrict, since when, the point on the map.
    none = {"county", "province", "city", "since", "lon", "lat"}
    for field, titles in TITLES.items():
        for title in titles:
            if field not in none:
                assert catalogue.known(Title(1, title)), (field, title)


def test_of_two_equal_titles_each_keeps_what_was_decided_for_it_in_the_next_version(
    make_form: MakeForm, relief: Actor, now: dt.datetime
) -> None:
    titles = ("序号", "户主", "电话", "责任人", "电话")
    first = make_form(list_form(titles), fields={3: "household_phone", 5: "helper_phone"})
    taken = actions.take_in_form(
        actor=relief,
        now=now,
        area="370704",
        office="relief",
        name="",
        filename="表2.xlsx",
        content=list_form((*titles, "备注")),
        form_id=first.form_id,
    )
    rows = FormColumn.objects.filter(version_id=taken.version_id).order_by("position")
    assert [row.field for row in rows] == ["", "head_name", "household_phone", "helper_name", "helper_phone", ""]
    assert [row.title for row in rows if not row.is_decided] == ["备注"]


def test_a_new_column_is_proposed_for_what_a_row_was_said_to_stand_for(
    make_form: MakeForm, relief: Actor, now: dt.datetime
) -> None:
    first = make_form(list_form(("序号", "村", "户数")), level="street", fields={2: "township"})
    taken = actions.take_in_form(
        actor=relief,
        now=now,
        area="370704",
        office="relief",
        name="",
        filename="表2.xlsx",
        content=list_form(("序号", "村", "户数", "姓名", "与户主关系")),
        form_id=first.form_id,
    )
    rows = FormColumn.objects.filter(version_id=taken.version_id).order_by("position")
    assert [row.field for row in rows] == ["", "township", "n_households", "", ""]


def engine_filled(content: bytes, many: int) -> bytes:
    table = find_table(OwnForm(content).grids(), lambda title: title.text == "户主")
    assert table is not None
    mark = Mark("王帮扶", "2020-02-17 10:00", "上报", "导出人：王帮扶")
    return fill_sheet(content, table, [{1: f"户{n}"} for n in range(many)], mark=mark, mark_sheet="说明")


def test_charts_page_breaks_arrays_and_hidden_rows_follow_the_rows(tmp_path: Any) -> None:
    from io import BytesIO

    from openpyxl.worksheet.formula import ArrayFormula

    book = Workbook()
    sheet: Any = book.active
    sheet.title = "表"
    for column, title in enumerate(("户主", "人口", "合"), 1):
        for row in range(1, 5):
            sheet.cell(row, column, title if row == 1 else None).border = FRAME
    sheet["A4"] = "合计"
    sheet["C3"] = ArrayFormula("C3", "=SUM(B3:B3)")
    sheet.row_dimensions[3].hidden = True
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=2, max_row=3))
    sheet.add_chart(chart, "E1")
    sheet.row_breaks.append(Break(id=3))
    content = engine_filled(saved(book), 4)
    made = read(content)["表"]
    assert "'表'!$B$2:$B$5" in ZipFile(BytesIO(content)).read("xl/charts/chart1.xml").decode()
    assert [one.id for one in made.row_breaks.brk] == [5]
    assert made["C5"].value.ref == "C5" and made["C5"].value.text == "=SUM(B5:B5)"
    assert made.row_dimensions[3].hidden and not made.row_dimensions[5].hidden


def test_many_rows_in_a_form_without_frames_take_seconds_and_not_hours() -> None:
    import time

    content = sheet_form([["序号", "户主", "村", "人口", "电话", "住址"]], framed=False)
    table = find_table(OwnForm(content).grids(), lambda title: title.text == "户主")
    assert table is not None
    rows = [dict.fromkeys(range(2, 7), "文字") for _each in range(3_000)]
    started = time.process_time()
    fill_sheet(content, table, rows, mark=Mark("甲", "", "", ""), mark_sheet="说明")
    # Once each new cell looked through all others: 15,000 cells were 225,000,000 looks, half a minute.
    assert time.process_time() - started < 8


def test_a_form_of_ten_thousand_merged_cells_is_looked_through_in_seconds() -> None:
    import time

    book = Workbook()
    sheet: Any = book.active
    sheet["A1"], sheet["B1"] = "户主", "人口"
    for row in range(2, 5_000):
        sheet.cell(row, 1, "甲").border = FRAME
        sheet.merge_cells(start_row=row, end_row=row, start_column=2, end_column=3)
    content = saved(book)
    started = time.process_time()
    assert find_table(OwnForm(content).grids(), lambda title: title.text == "户主") is not None
    assert time.process_time() - started < 10


def test_half_a_form_is_refused() -> None:
    with pytest.raises(SheetFault):
        OwnForm(list_form()[:2000])
