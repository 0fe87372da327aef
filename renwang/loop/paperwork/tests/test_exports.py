"""What leaves as a file is scoped, masked unless opened with a reason, marked, and written down."""

import csv
import datetime as dt
import io
import json
import uuid
from decimal import Decimal
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import docx
import duckdb
import pytest

from conftest import Family
from renwang.foundation.access.models import Look
from renwang.foundation.access.rules import Actor, NotAllowed
from renwang.foundation.audit.models import Entry
from renwang.foundation.documents.engine import NoChineseFont, faces
from renwang.loop.cases import actions as cases
from renwang.loop.fulfilment import actions as fulfilment
from renwang.loop.paperwork import actions, handlers, queries
from renwang.loop.paperwork.models import Export
from renwang.loop.paperwork.rules import TABLES, CannotDo, ExportStatus, mark_of

MARK = mark_of(who="周扶贫", at=dt.datetime(2020, 2, 17, 10, tzinfo=dt.UTC), why="上报")


def has_fonts() -> bool:
    try:
        faces("")
    except NoChineseFont:
        return False
    return True


@pytest.fixture
def with_history(family: Family, helper: Actor, street_officer: Actor, now: dt.datetime) -> Family:
    """The helper's family, to whom three food parcels came."""
    opened = cases.open_case(
        actor=helper, now=now, subject_id=family.household.pk, kind="provisions.food", detail={"what": "米面油"}
    )
    cases.take_cases(actor=helper, now=now, case_ids=opened.case_ids)
    case_id = opened.case_ids[0]
    fulfilment.make_offer(
        actor=street_officer,
        now=now,
        resource="provisions.food_parcel",
        giver_name="九龙便民超市",
        area="370704006",
        quantity=Decimal(6),
    )
    line = fulfilment.request_line(
        actor=helper,
        now=now,
        case_id=case_id,
        resource="provisions.food_parcel",
        quantity=Decimal(3),
        submission_id=uuid.uuid4(),
    ).line_id
    from renwang.loop.fulfilment.models import Offer

    offer = Offer.objects.get()
    told: dict[str, Any] = {"now": now, "line_id": line, "quantity": Decimal(3)}
    fulfilment.commit_line(actor=street_officer, submission_id=uuid.uuid4(), offer_id=offer.pk, **told)
    fulfilment.send_line(actor=street_officer, submission_id=uuid.uuid4(), **told)
    fulfilment.receive_line(actor=helper, submission_id=uuid.uuid4(), **told)
    return family


def the_file(viewer: Actor, family: Family, now: dt.datetime, *, opens: bool = False) -> queries.HouseholdFile:
    return next(queries.household_files(viewer=viewer, ids=[family.household.pk], now=now, opens_sealed=opens))


def test_an_outsider_gets_no_file_of_a_household(family: Family, outsider: Actor, now: dt.datetime) -> None:
    assert list(queries.household_files(viewer=outsider, ids=[family.household.pk], now=now)) == []
    with pytest.raises(NotAllowed):
        actions.take_household_file(
            actor=outsider, now=now, household_id=family.household.pk, file_format="pdf", looks=(), reason=""
        )


def test_a_file_tells_household_members_helpers_needs_and_what_was_received(
    with_history: Family, helper: Actor, now: dt.datetime
) -> None:
    file = the_file(helper, with_history, now)
    assert file.data["name"] == "刘德顺" and file.data["place"] == "九龙街道 示范一村"
    assert [one["name"] for one in file.data["members"]] == ["刘德顺", "刘家人1", "刘家人2"]
    assert file.data["helpers"][0]["name"] == "王帮扶" and file.data["helpers"][0]["until"] == ""
    assert file.data["cases"][0]["holder"] == "王帮扶"
    assert file.data["received"][0]["quantity"].startswith("3")
    assert file.data["phone"] == "154****0001" and not file.looks


def test_opening_a_file_needs_a_reason_and_leaves_the_looks(family: Family, helper: Actor, now: dt.datetime) -> None:
    file = the_file(helper, family, now, opens=True)
    assert file.data["phone"] == "15400000001"
    told: dict[str, Any] = {"household_id": family.household.pk, "file_format": "pdf", "looks": file.looks}
    with pytest.raises(CannotDo):
        actions.take_household_file(actor=helper, now=now, reason=" ", **told)
    assert not Look.objects.exists()
    actions.take_household_file(actor=helper, now=now, reason="入户核对电话", **told)
    assert set(Look.objects.values_list("field", "reason")) == {("phone", "入户核对电话")}
    assert Entry.objects.get(name="paperwork.take_household_file").facts["opens_sealed"] is True


def test_a_word_file_can_be_opened_and_says_whose_copy_it_is(
    with_history: Family, helper: Actor, now: dt.datetime
) -> None:
    made = queries.household_document(the_file(helper, with_history, now), file_format="docx", mark=MARK, now=now)
    document = docx.Document(io.BytesIO(made.content))
    text = "\n".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)
    assert "刘家人1" in text and "王帮扶" in text and "154****0001" in text and "15400000001" not in text
    assert "周扶贫" in document.sections[0].footer.paragraphs[0].text and "周扶贫" in document.core_properties.comments


@pytest.mark.skipif(not has_fonts(), reason="no font with Chinese characters is installed")
def test_a_pdf_is_made_of_one_household_and_of_a_village(
    with_history: Family, make_family: Any, street_officer: Actor, now: dt.datetime
) -> None:
    make_family("陈大海", size=4)
    made = queries.household_document(
        the_file(street_officer, with_history, now), file_format="pdf", mark=MARK, now=now
    )
    assert made.content.startswith(b"%PDF") and made.name.endswith(".pdf")
    begun = actions.export_household_files(
        actor=street_officer,
        now=now,
        area="370704006201",
        programme="",
        file_format="pdf",
        opens_sealed=False,
        reason="入户走访用",
    )
    handlers.keep_export({"export_id": begun.export_id}, now=now)
    export = Export.objects.get()
    assert export.status == ExportStatus.READY and export.rows == 2 and bytes(export.file or b"").startswith(b"%PDF")


def test_a_whole_village_comes_as_one_zip_of_word_documents(
    family: Family, make_family: Any, street_officer: Actor, outsider: Actor, now: dt.datetime
) -> None:
    make_family("陈大海", size=4)
    told: dict[str, Any] = {
        "area": "370704006201",
        "programme": "",
        "file_format": "docx",
        "opens_sealed": True,
        "reason": "入户走访用",
    }
    with pytest.raises(NotAllowed):
        actions.export_household_files(actor=outsider, now=now, **told)
    begun = actions.export_household_files(actor=street_officer, now=now, **told)
    for _twice in range(2):
        handlers.keep_export({"export_id": begun.export_id}, now=now)
    export = Export.objects.get()
    names = ZipFile(io.BytesIO(bytes(export.file or b""))).namelist()
    assert names == ["0001-刘德顺.docx", "0002-陈大海.docx"]
    assert Look.objects.filter(field="phone", reason="入户走访用").count() == 4
    with pytest.raises(NotAllowed):
        actions.take_copy(actor=outsider, now=now, what="export", which=export.pk)
    actions.take_copy(actor=street_officer, now=now, what="export", which=export.pk)
    assert Entry.objects.get(name="paperwork.take_copy").facts["what"] == "export"


def test_files_are_deleted_after_their_days(street_officer: Actor, family: Family, now: dt.datetime) -> None:
    begun = actions.export_household_files(
        actor=street_officer,
        now=now,
        area="370704006201",
        programme="",
        file_format="docx",
        opens_sealed=False,
        reason="入户走访用",
    )
    handlers.keep_export({"export_id": begun.export_id}, now=now)
    handlers.drop_exports(now + dt.timedelta(days=6))
    assert Export.objects.get().file
    handlers.drop_exports(now + dt.timedelta(days=8))
    assert Export.objects.get().file is None and Export.objects.get().status == ExportStatus.GONE


def taking(viewer: Actor, now: dt.datetime, **told: Any) -> queries.Taking:
    return queries.Taking(viewer=viewer, area=told.pop("area", "370704006"), now=now, **told)


def test_a_csv_holds_only_the_viewers_own_and_phones_are_masked(
    three_families: list[Family], cadre: Actor, now: dt.datetime
) -> None:
    made = queries.open_table(
        table="households", taking=taking(cadre, now), file_format="csv", has_hxl=True, mark=MARK, alone=True
    )
    rows = list(csv.reader(io.StringIO(made.content.decode("utf-8-sig"))))
    assert rows[0][:3] == ["household_id", "household_number", "head_name"]
    assert rows[1][2] == "#affected+hh+name" and all(tag.startswith("#") for tag in rows[1])
    assert {row[2] for row in rows[2:]} == {"刘德顺", "陈大海"}
    assert "154****0001" in made.content.decode() and "15400000001" not in made.content.decode()


def test_a_formula_in_a_csv_comes_out_as_text(make_family: Any, street_officer: Actor, now: dt.datetime) -> None:
    make_family("=cmd|'/c calc'!A1", size=1)
    made = queries.open_table(
        table="persons", taking=taking(street_officer, now), file_format="csv", has_hxl=False, mark=MARK, alone=True
    )
    rows = list(csv.DictReader(io.StringIO(made.content.decode("utf-8-sig"))))
    assert rows[0]["name"] == "'=cmd|'/c calc'!A1"


def test_parquet_keeps_types_and_says_in_itself_whose_copy_it_is(
    three_families: list[Family], street_officer: Actor, now: dt.datetime, tmp_path: Path
) -> None:
    made = queries.open_table(
        table="persons", taking=taking(street_officer, now), file_format="parquet", has_hxl=True, mark=MARK, alone=True
    )
    path = tmp_path / "p.parquet"
    path.write_bytes(made.content)
    rows = duckdb.sql(f"SELECT name, born_on, age FROM '{path}' ORDER BY person_id LIMIT 1").fetchall()
    assert rows == [("刘德顺", dt.date(1950, 1, 1), 70)]
    told = {
        bytes(key).decode(): bytes(value).decode()
        for _file, key, value in duckdb.sql(f"FROM parquet_kv_metadata('{path}')").fetchall()
    }
    assert told["taken_by"] == "周扶贫" and told["taken_for"] == "上报"
    fields = json.loads(told["datapackage"])["resources"][0]["schema"]["fields"]
    assert {"name": "born_on", "type": "date"}.items() <= next(f for f in fields if f["name"] == "born_on").items()


@pytest.mark.parametrize("table", sorted(TABLES))
@pytest.mark.parametrize("file_format", ["csv", "parquet", "xlsx"])
def test_every_table_comes_out_in_every_format_with_its_dictionary(
    with_history: Family, street_officer: Actor, now: dt.datetime, table: str, file_format: str
) -> None:
    begun = actions.export_table(
        actor=street_officer,
        now=now,
        table=table,
        area="370704006",
        programme="",
        file_format=file_format,
        has_hxl=True,
        opens_sealed=False,
        reason="与市局交换",
    )
    handlers.keep_export({"export_id": begun.export_id}, now=now)
    export = Export.objects.get()
    assert export.status == ExportStatus.READY and (export.rows or table == "check_ins"), export.problem
    if file_format != "xlsx":
        archive = ZipFile(io.BytesIO(bytes(export.file or b"")))
        told = json.loads(archive.read("datapackage.json"))
        assert "李街道" in told["description"] and told["resources"][0]["path"] in archive.namelist()
        assert [one["name"] for one in told["resources"][0]["schema"]["fields"]] == [
            column.name for column in TABLES[table].columns
        ]


def test_columns_of_every_table_have_their_hashtag_and_their_words() -> None:
    for table in TABLES.values():
        assert len({column.name for column in table.columns}) == len(table.columns)
        assert all(column.hxl.startswith("#") and str(column.label) for column in table.columns)


def test_more_households_than_fit_into_one_file_are_refused_in_words(
    family: Family, make_family: Any, street_officer: Actor, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    import importlib

    monkeypatch.setattr(importlib.import_module("renwang.loop.paperwork.queries.making"), "MOST_FILES", 1)
    make_family("陈大海", size=4)
    begun = actions.export_household_files(
        actor=street_officer,
        now=now,
        area="370704006201",
        programme="",
        file_format="pdf",
        opens_sealed=False,
        reason="入户走访用",
    )
    handlers.keep_export({"export_id": begun.export_id}, now=now)
    export = Export.objects.get()
    assert export.status == ExportStatus.FAILED and "2" in export.problem and "1" in export.problem


def test_a_file_says_where_only_the_latest_stand_on_it_and_reads_no_others(
    family: Family, helper: Actor, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    import importlib

    from renwang.loop.rounds import actions as rounds
    from renwang.loop.rounds.models import Contact

    files = importlib.import_module("renwang.loop.paperwork.queries.household_files")
    monkeypatch.setattr(files, "MOST_TOLD", 2)
    monkeypatch.setattr(files, "MOST", 2)
    system = Actor.system()
    days = [dt.date(2020, 2, day) for day in (14, 15, 16, 17)]
    draft = rounds.RoundDraft(
        title="日常联系",
        office="relief",
        area="370704",
        opens_on=days[0],
        closes_on=days[-1],
        everybody=True,
        cadence="daily",
    )
    opened = rounds.draft_round(actor=system, now=now - dt.timedelta(days=3), draft=draft)
    rounds.open_round(actor=system, now=now - dt.timedelta(days=3), round_id=opened.round_id)
    for back, day in zip((3, 2, 1, 0), days, strict=True):
        at = now - dt.timedelta(days=back)
        rounds.plan_day(actor=system, now=at, day=day)
        contact = Contact.objects.get(household=family.household, day=day)
        told = rounds.CheckInTold(
            submission_id=uuid.uuid4(), contact_id=contact.pk, mode="call", answers={"all_well": True}, told_at=at
        )
        rounds.record_check_ins(actor=system, now=at, check_ins=[told])
        cases.open_case(
            actor=helper, now=at, subject_id=family.household.pk, kind="general.other", detail={"words": f"第{back}件"}
        )
    file = the_file(helper, family, now)
    assert [one["at"][:10] for one in file.data["told"]] == ["2020-02-17", "2020-02-16"]
    assert "4" in file.data["cut"]["told"] and "4" in file.data["cut"]["cases"] and not file.data["cut"]["received"]
    made = queries.household_document(file, file_format="docx", mark=MARK, now=now)
    text = "\n".join(one.text for one in docx.Document(io.BytesIO(made.content)).paragraphs)
    assert file.data["cut"]["told"] in text


def test_parquet_keeps_what_a_cell_may_hold(tmp_path: Path) -> None:
    from renwang.foundation.sheets.engine.open_formats import Column, parquet_bytes

    columns = [
        Column("a", "", ""),
        Column("b", "", "", "int"),
        Column("c", "", "", "bool"),
        Column("d", "", "", "datetime"),
    ]
    rows: list[list[Any]] = [
        ['a"b,\n=1', 1, True, dt.datetime(2020, 2, 3, 4, 5, 6)],
        ["", None, None, None],
        [None, -5, False, None],
        ["NULL", 2**62, True, None],
        ["  \\N ", 0, None, None],
    ]
    path = tmp_path / "a.parquet"
    path.write_bytes(parquet_bytes(columns, rows, name="t", mark=MARK))
    assert [list(row) for row in duckdb.sql(f"FROM '{path}'").fetchall()] == rows


@pytest.mark.parametrize("text", ["=1", "  =1", "＝1", "+1", "＋1", "-1", "@a", "＠a", "\t=1", "\n=1"])
def test_whatever_a_spreadsheet_program_runs_comes_out_as_text(text: str) -> None:
    from renwang.foundation.sheets.engine.open_formats import inert

    assert inert(text) == "'" + text and inert(-1) == -1 and inert("12-1") == "12-1"


@pytest.mark.skipif(not has_fonts(), reason="no font with Chinese characters is installed")
def test_many_households_come_as_several_pdfs_so_that_their_memory_is_given_back(
    family: Family, make_family: Any, street_officer: Actor, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    import importlib

    making = importlib.import_module("renwang.loop.paperwork.queries.making")
    monkeypatch.setattr(making, "FILES_IN_A_PDF", 2)
    forgotten: list[bool] = []
    monkeypatch.setattr(making, "forget", lambda faces: forgotten.append(True))
    for name in ("陈大海", "孙二妮"):
        make_family(name, size=1)
    made = queries.village_files(
        viewer=street_officer,
        area="370704006201",
        programme="",
        file_format="pdf",
        opens_sealed=True,
        mark=MARK,
        now=now,
    )
    archive = ZipFile(io.BytesIO(made.content))
    assert [name[-13:] for name in archive.namelist()] == ["0001-0002.pdf", "0003-0003.pdf"]
    assert all(archive.read(name).startswith(b"%PDF") for name in archive.namelist())
    assert made.rows == 3 and len(made.looks) == 6 and len(forgotten) == 2
