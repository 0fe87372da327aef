"""An office's own form is taken in, its columns proposed, decided once, and asked again only where a title is new."""

import datetime as dt
from copy import copy
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from conftest import District, Family
from renwang.foundation.access.rules import Actor, NotAllowed
from renwang.foundation.audit.models import Entry
from renwang.foundation.sheets.engine.faults import SheetFault
from renwang.loop.paperwork import actions, queries
from renwang.loop.paperwork.models import Form, FormColumn, FormVersion
from renwang.loop.paperwork.rules import CannotDo, FormNotEmpty, NoKnownColumn, in_words
from renwang.loop.rounds.models import Question, Round, RoundQuestion

from .conftest import Fill, MakeForm
from .making import list_form, read, saved, totals_form, word_form


def fields(version: FormVersion) -> dict[str, str]:
    return dict(FormColumn.objects.filter(version=version).values_list("title", "field"))


def test_an_outsider_takes_no_form_into_this_area(
    make_form: MakeForm, outsider: Actor, small_district: District
) -> None:
    with pytest.raises(NotAllowed):
        make_form(actor=outsider, office="", area=small_district.street.code)
    assert not Form.objects.exists()


def test_nobody_takes_a_form_in_for_another_office(make_form: MakeForm) -> None:
    with pytest.raises(CannotDo):
        make_form(office="health")


def test_a_form_without_any_known_column_is_refused_in_clear_words(make_form: MakeForm) -> None:
    with pytest.raises(NoKnownColumn) as refused:
        make_form(list_form(("甲方", "乙方", "丙方")))
    assert "甲方" in in_words(refused.value) and "户主" in in_words(refused.value)
    assert not Form.objects.exists()


def test_a_form_that_is_filled_in_already_is_refused(make_form: MakeForm) -> None:
    book = read(list_form())
    for column, value in enumerate(("刘德顺", 3, "15400000001", "示范一村"), 2):
        book["登记表"].cell(4, column, value)
    with pytest.raises(FormNotEmpty) as refused:
        make_form(saved(book))
    assert "1" in in_words(refused.value)


def _zipped(**parts: bytes) -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"), content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.7", ".docx"),
        (b"", ".docx"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"), "密码"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + "Workbook".encode("utf-16-le"), ".xlsx"),
        (list_form()[:3000], "损坏"),
        (_zipped(xl__workbook_xml=b"<a/>", xl__vbaProject_bin=b"x"), "宏"),
        (_zipped(word__document_xml=b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"), "损坏"),
        (_zipped(xl__workbook_xml=b"0" * 60_000_000), "解压"),
    ],
    ids=["pdf", "empty", "encrypted", "xls", "half", "macros", "entities", "bomb"],
)
def test_what_is_no_form_is_refused_in_words_and_nothing_is_kept(
    make_form: MakeForm, content: bytes, said: str
) -> None:
    with pytest.raises(SheetFault) as refused:
        make_form(content)
    assert said in in_words(refused.value)
    assert not Form.objects.exists() and not FormVersion.objects.exists()


def test_a_form_whose_frames_go_down_to_the_last_row_is_still_read(make_form: MakeForm) -> None:
    book = read(list_form())
    book["登记表"].cell(1_048_576, 16_384).border = copy(book["登记表"]["A4"].border)
    assert make_form(saved(book)).level == "household"


def test_columns_are_proposed_by_their_titles_and_the_titles_over_them(make_form: MakeForm) -> None:
    book = read(list_form(("序号", "户主", "责任人", "", "体温", "备注")))
    sheet = book["登记表"]
    sheet.insert_rows(4)
    sheet.merge_cells("C3:D3")
    for column in (1, 2, 5, 6):
        sheet.merge_cells(start_row=3, end_row=4, start_column=column, end_column=column)
    sheet["C4"], sheet["D4"] = "姓名", "电话"
    version = make_form(saved(book), mapped=False)
    assert fields(version) == {
        "序号": "",
        "户主": "head_name",
        "责任人 / 姓名": "helper_name",
        "责任人 / 电话": "helper_phone",
        "体温": "temperature",
        "备注": "",
    }


def test_totals_and_lists_of_persons_are_told_apart(make_form: MakeForm) -> None:
    assert make_form(totals_form(("村居", "总户数", "已联系户数")), "一").level == "village"
    assert make_form(list_form(("序号", "姓名", "与户主关系", "身份证号")), "二").level == "person"
    assert make_form(word_form(), "三", filename="表.docx").level == "household"


def test_the_same_file_again_changes_nothing(make_form: MakeForm, relief: Actor, now: dt.datetime) -> None:
    version = make_form()
    again = actions.take_in_form(
        actor=relief,
        now=now,
        area="370704",
        office="relief",
        name="x",
        filename="表.xlsx",
        content=bytes(version.blob or b""),
        form_id=version.form_id,
    )
    assert again.seen_before and again.version_id == version.pk and FormVersion.objects.count() == 1


def test_when_the_office_adds_a_column_only_that_column_asks(
    make_form: MakeForm, relief: Actor, now: dt.datetime
) -> None:
    first = make_form(fields={6: "address"})
    more = list_form(("序号", "户主姓名", "家庭人口", "是否低保", "联系电话", "村", "备注"))
    taken = actions.take_in_form(
        actor=relief,
        now=now,
        area="370704",
        office="relief",
        name="",
        filename="表2.xlsx",
        content=more,
        form_id=first.form_id,
    )
    assert taken.number == 2 and taken.to_decide == 1
    asking = FormColumn.objects.filter(version_id=taken.version_id, is_decided=False)
    assert [column.title for column in asking] == ["是否低保"]
    assert FormColumn.objects.get(version_id=taken.version_id, title="备注").field == "address"


def test_a_column_is_not_filled_with_what_nobody_knows(make_form: MakeForm, relief: Actor, now: dt.datetime) -> None:
    version = make_form(mapped=False)
    with pytest.raises(CannotDo):
        actions.map_columns(actor=relief, now=now, version_id=version.pk, level="household", fields={2: "n_households"})
    actions.map_columns(actor=relief, now=now, version_id=version.pk, level="household", fields={2: "number"})
    assert fields(version)["户主姓名"] == "number"
    assert Entry.objects.get(name="paperwork.map_columns").facts["version_id"] == version.pk


def test_what_the_register_does_not_know_becomes_one_question_however_many_offices_want_it(
    make_form: MakeForm, relief: Actor, district: Actor, street_officer: Actor, now: dt.datetime
) -> None:
    titles = ("序号", "户主姓名", "口罩数量")
    first = make_form(list_form(titles), "口罩登记")
    second = make_form(list_form(titles), "物资登记", actor=district, office="command")
    column = FormColumn.objects.get(version=first, title="口罩数量")
    with pytest.raises(NotAllowed):
        actions.ask_column(actor=street_officer, now=now, column_id=column.pk, text="家里还有几只口罩？")
    asked = actions.ask_column(
        actor=relief, now=now, column_id=column.pk, text="家里还有几只口罩？", answer_kind="number"
    )
    other = FormColumn.objects.get(version=second, title="口罩数量")
    assert other.question_id == asked.question, "the other office's column is answered by the same question"
    again = actions.ask_column(actor=district, now=now, column_id=other.pk, text="家里还有几只口罩")
    assert again.question == asked.question and again.round_id == asked.round_id and not again.is_new_question
    assert Question.objects.count() == 1 and RoundQuestion.objects.count() == 1
    assert Round.objects.get().status == "draft"


def test_a_question_joins_the_draft_that_comes_next(make_form: MakeForm, relief: Actor, now: dt.datetime) -> None:
    from renwang.loop.rounds import actions as rounds

    draft = rounds.RoundDraft(
        title="下周走访",
        office="relief",
        area="370704",
        opens_on=dt.date(2020, 2, 18),
        closes_on=dt.date(2020, 2, 20),
        everybody=True,
    )
    waiting = rounds.draft_round(actor=relief, now=now, draft=draft).round_id
    version = make_form(list_form(("序号", "户主姓名", "有无口罩")))
    column = FormColumn.objects.get(version=version, title="有无口罩")
    asked = actions.ask_column(actor=relief, now=now, column_id=column.pk, text="有没有口罩", answer_kind="yes_no")
    assert asked.round_id == waiting and Round.objects.count() == 1


def test_examples_show_what_a_column_would_hold_masked(
    make_form: MakeForm, three_families: list[Family], relief: Actor, now: dt.datetime
) -> None:
    version = make_form()
    shown = queries.examples(
        viewer=relief,
        version=version,
        catalogue=queries.catalogue(relief),
        fields=["head_name", "phone"],
        area="370704",
        now=now,
    )
    assert "刘德顺" in shown["head_name"] and "154****0001" in shown["phone"]


def test_totals_count_what_the_day_brought(
    make_form: MakeForm, fill: Fill, three_families: list[Family], now: dt.datetime, relief: Actor
) -> None:
    import uuid

    from renwang.loop.rounds import actions as rounds
    from renwang.loop.rounds.models import Contact

    system = Actor.system()
    draft = rounds.RoundDraft(
        title="日常联系",
        office="relief",
        area="370704",
        opens_on=dt.date(2020, 2, 17),
        closes_on=dt.date(2020, 2, 20),
        everybody=True,
    )
    opened = rounds.draft_round(actor=system, now=now, draft=draft)
    rounds.open_round(actor=system, now=now, round_id=opened.round_id)
    rounds.plan_day(actor=system, now=now, day=dt.date(2020, 2, 17))
    home, head = three_families[0].household, three_families[0].head
    told = rounds.CheckInTold(
        submission_id=uuid.uuid4(),
        contact_id=Contact.objects.get(household=home).pk,
        mode="call",
        answers={"all_well": False, "members": {str(head.pk): {"temperature": 38.4}}},
        told_at=now,
    )
    rounds.record_check_ins(actor=system, now=now, check_ins=[told])
    version = make_form(totals_form(("村居", "应联系户数", "已联系户数", "未联系户数", "发热人数")))
    sheet = read(fill(version).file)["日报"]
    assert [cell.value for cell in sheet[3]] == ["示范一村", 2, 1, 1, 1]
    listed = make_form(list_form(("序号", "户主姓名", "体温", "排查情况", "今日是否联系")), "体温表")
    row = [cell.value for cell in read(fill(listed).file)["登记表"][4]]
    assert row == [1, "刘德顺", "***", "发热", "是"]


def test_an_indicator_fills_a_column_and_opens_to_its_rows(
    make_form: MakeForm, fill: Fill, three_families: list[Family], relief: Actor, helper: Actor, now: dt.datetime
) -> None:
    from renwang.loop.cases import actions as cases
    from renwang.loop.indicators import handlers as indicators
    from renwang.loop.paperwork.models import Figure

    version = make_form(totals_form(("村居", "本日新增")), mapped=False)
    position = version.columns.get(title="本日新增").position
    actions.map_columns(
        actor=relief, now=now, version_id=version.pk, level="village", fields={position: "indicator:cases.opened"}
    )
    uncounted = fill(version)
    assert read(uncounted.file)["日报"]["B3"].value is None and uncounted.problem, "nobody has counted the day yet"
    cases.open_case(
        actor=helper,
        now=now,
        subject_id=three_families[0].household.pk,
        kind="general.other",
        detail={"words": "缺口罩"},
    )
    indicators.count_days(now + dt.timedelta(hours=1))
    filling = fill(version)
    assert read(filling.file)["日报"]["B3"].value == 1
    figure = Figure.objects.get(filling=filling, row=1)
    rows, total = queries.rows_behind(viewer=relief, figure=figure, start=0, many=10)
    assert total == 1 and "刘德顺" in rows[0].title


def test_what_an_office_told_in_its_own_ledger_fills_its_form_masked(
    make_form: MakeForm, fill: Fill, three_families: list[Family], relief: Actor, now: dt.datetime
) -> None:
    from renwang.foundation.access.models import Look
    from renwang.loop.paperwork import handlers
    from renwang.loop.registry.models import Attribute, Particulars

    Attribute.objects.create(office="relief", code="other:口罩", title="口罩", holds="number")
    Particulars.objects.create(subject=three_families[0].household, office="relief", told="other:口罩\t5")
    version = make_form(list_form(("序号", "户主姓名", "口罩")))
    assert fields(version)["口罩"] == "particular:other:口罩"
    filling = fill(version)
    assert read(filling.file)["登记表"]["C4"].value == "***" and read(filling.file)["登记表"]["C5"].value is None
    actions.open_sealed_columns(actor=relief, now=now, filling_id=filling.pk, reason="发放口罩")
    handlers.keep_filling({"filling_id": filling.pk, "round_no": 2}, now=now)
    filling.refresh_from_db()
    assert read(filling.file)["登记表"]["C4"].value == "5" and Look.objects.get().field == "particulars"


def test_totals_show_the_figures_of_one_village_as_examples(
    make_form: MakeForm, three_families: list[Family], relief: Actor, now: dt.datetime
) -> None:
    version = make_form(totals_form())
    shown = queries.examples(
        viewer=relief,
        version=version,
        catalogue=queries.catalogue(relief),
        fields=["village", "n_households", "n_persons"],
        area="370704006",
        now=now,
    )
    assert shown == {"village": ["示范一村"], "n_households": ["示范一村 2"], "n_persons": ["示范一村 7"]}
