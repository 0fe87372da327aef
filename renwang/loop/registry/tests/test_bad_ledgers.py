"""Whatever is sent, nothing is half-written and the answer is in words."""

import datetime as dt
import io
import json
import struct
import zipfile
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation
from openpyxl import load_workbook

from conftest import District
from renwang.foundation.access.rules import Actor
from renwang.foundation.sheets.engine import caps, parts
from renwang.loop.registry.models import Household, ImportBatch, ImportRow, Particulars, Subject
from renwang.loop.registry.queries import ledgers, marking
from renwang.loop.registry.queries.imports import RowVerdict, problem_in_words
from renwang.loop.registry.rules import Verdict

from .ledgers import book, counts, enter, id_of, send, verdicts

pytestmark = pytest.mark.django_db

HEAD = ["姓名", "身份证号", "与户主关系", "电话", "村", "住址"]
GOOD = ["刘德顺", id_of(1), "户主", "15400000001", "示范一村", "西街1号"]


def patched(
    content: bytes, change: Callable[[str, bytes], bytes | None], more: dict[str, bytes] | None = None
) -> bytes:
    """Return an xlsx with its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if (data := change(name, old.read(name))) is not None:
                new.writestr(name, data)
        for name, data in (more or {}).items():
            new.writestr(name, data)
    return out.getvalue()


def as_is(_name: str, data: bytes) -> bytes:
    return data


def encrypted() -> bytes:
    """Return an OLE file that says of itself what an encrypted workbook says."""
    return bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 504 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 480


def bomb() -> bytes:
    content = book([HEAD, GOOD])
    return patched(content, as_is, {"xl/media/zero.xml": b" " * (60 * 1024 * 1024)})


def wide() -> bytes:
    return book([HEAD + [f"列{n}" for n in range(16_384 - len(HEAD))], GOOD])


def far_below() -> bytes:
    content = book([HEAD, GOOD])
    cell = b'<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    return patched(content, lambda name, data: data.replace(b"</sheetData>", cell) if "sheet1" in name else data)


BAD = {
    "encrypted": (encrypted, "台账.xlsx", "password|密码"),
    "macros": (lambda: patched(book([HEAD, GOOD]), as_is, {"xl/vbaProject.bin": b"x"}), "台账.xlsm", "macros|宏"),
    "a bomb": (bomb, "台账.xlsx", "unpacks|解压"),
    "16,384 columns": (wide, "台账.xlsx", "column 300|第 300 列|300"),
    "a cell in the last row": (far_below, "台账.xlsx", "600000|600,000"),
    "half a file": (lambda: book([HEAD, GOOD])[:2500], "台账.xlsx", "damaged|损坏"),
    "a picture called xlsx": (lambda: b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) * 99, "台账.xlsx", "not a workbook|不是电子表格"),
    "a page called xls": (lambda: b"<html><table><tr><td>x</td></tr></table></html>", "台账.xls", "not a workbook|不是电子表格"),
    "nothing": (lambda: b"", "台账.csv", "nothing|是空的"),
    "no names": (lambda: book([["商品", "价格", "数量"], ["白菜", 2, 3]]), "台账.xlsx", "names|姓名"),
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_file_that_cannot_be_used_is_refused_in_words(
    small_district: District, street_officer: Actor, now: dt.datetime, kind: str, language: str
) -> None:
    import re

    make, filename, said = BAD[kind]
    batch = send(street_officer, now, make(), filename=filename)
    with translation.override(language):
        told = problem_in_words(batch.problem)
    assert batch.status == "refused" and re.search(said, told), told
    assert not Subject.objects.exists()


def test_a_large_sheet_that_is_broken_far_down_is_refused_in_words_and_nothing_of_it_is_entered(
    small_district: District, street_officer: Actor, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, name in ((parts, "PART"), (parts, "MB"), (caps, "CHUNK")):
        monkeypatch.setattr(module, name, 2_000)
    monkeypatch.setattr(parts, "LARGE", 0)
    rows = [["姓名", "身份证号", "与户主关系", "村"]]
    rows += [[f"钱{number}", id_of(number + 1), "户主", "示范一村"] for number in range(60)]

    def astray(name: str, text: bytes) -> bytes:
        if name.startswith("xl/worksheets/"):
            for column in (b"A", b"B", b"C", b"D"):
                text = text.replace(column + b'50"', column + b'5"')
            text = text.replace(b'<row r="50"', b'<row r="5"')
        return text

    batch = send(street_officer, now, patched(book(rows), astray))
    assert (batch.status, batch.rows) == ("refused", 0)
    with translation.override("en"):
        assert "damaged" in problem_in_words(batch.problem)
    assert not ImportRow.objects.exists() and not Subject.objects.exists()


def test_a_million_empty_rows_and_thousands_of_empty_columns_weigh_nothing(
    small_district: District, street_officer: Actor, now: dt.datetime
) -> None:
    styled = b'<row r="1048575"><c r="XFD1048575" s="0"/></row>' + b'<row r="1048576" ht="20"/></sheetData>'
    content = patched(
        book([HEAD, GOOD]), lambda name, data: data.replace(b"</sheetData>", styled) if "sheet1" in name else data
    )
    assert counts(send(street_officer, now, content)) == {"new": 1}


def test_the_content_counts_and_not_what_the_name_ends_in(
    small_district: District, street_officer: Actor, now: dt.datetime
) -> None:
    assert send(street_officer, now, book([HEAD, GOOD]), filename="台账.csv").rows_new == 1


def test_a_formula_comes_out_as_text_everywhere(
    small_district: District, street_officer: Actor, now: dt.datetime, tmp_path: Path
) -> None:
    danger = "=cmd|'/C calc'!A0"
    row = ["刘德顺", id_of(1), "户主", "15400000001", "示范一村", danger]
    bad = ["坏", "123", "户主", "", "示范一村", "@SUM(1)"]
    lines = [",".join(f'"{cell}"' for cell in told) for told in (HEAD, row, bad)]
    path, out = tmp_path / "台账.csv", tmp_path / "标注.xlsx"
    path.write_bytes("\r\n".join(lines).encode("gb18030"))
    call_command("import_register", str(path), "--errors", str(out), stdout=StringIO())
    assert Household.objects.get().address == danger
    sheet = load_workbook(out).active
    assert sheet is not None
    told = {cell.value: cell.data_type for line in sheet.iter_rows() for cell in line if cell.value}
    assert told[danger] == "s" and told["@SUM(1)"] == "s" and "f" not in told.values()


def test_an_id_number_that_excel_cut_is_refused_and_explained_and_not_guessed(
    small_district: District, street_officer: Actor, now: dt.datetime
) -> None:
    rows = [
        HEAD,
        ["甲", 3.70704195001010e17, "户主", "", "示范一村", ""],
        ["乙", "3.70704E+17", "户主", "", "示范一村", ""],
    ]
    batch = send(street_officer, now, book(rows))
    assert verdicts(batch) == {2: "invalid", 3: "invalid"}
    assert all(row.message == "lost_digits" for row in ImportRow.objects.filter(batch=batch))


def test_the_workbook_comes_back_with_its_cells_marked_and_the_rest_as_it_was(
    small_district: District, now: dt.datetime, tmp_path: Path
) -> None:
    rows = [["台账"], HEAD, GOOD, ["坏", "123", "户主", "15400000002", "示范一村", ""]]
    path, out = tmp_path / "台账.xlsx", tmp_path / "标注.xlsx"
    path.write_bytes(book(rows, ("A1:F1",)))
    call_command("import_register", str(path), "--errors", str(out), "--dry-run", stdout=StringIO())
    sheet = load_workbook(out).active
    assert sheet is not None
    assert (
        sheet["C4"].value == "123"
        and sheet["C4"].comment is not None
        and sheet["C4"].fill.fgColor.rgb.endswith("FBD5D5")
    )
    assert sheet["C3"].value == id_of(1) and sheet["C3"].comment is None
    assert not ImportBatch.objects.exists() and not Subject.objects.exists()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_marked_workbook_that_is_mended_and_sent_again_asks_nothing(
    small_district: District, street_officer: Actor, now: dt.datetime, language: str
) -> None:
    content = book([HEAD, GOOD, ["坏", "123", "户主", None, "示范一村", None]])
    batch = send(street_officer, now, content)
    rows = [RowVerdict(one.row_no, Verdict(one.verdict), one.field, one.message) for one in batch.verdicts.all()]
    with translation.override(language):
        marked = marking.marked_workbook(content, "台账.xlsx", rows, ledgers.settled_for(batch))
    mended = load_workbook(io.BytesIO(marked))
    mended["Sheet"]["C3"] = id_of(2)
    out = io.BytesIO()
    mended.save(out)
    again = enter(street_officer, now, send(street_officer, now, out.getvalue()))
    assert counts(again) == {"new": 2} and not Particulars.objects.exists()


def test_of_a_ledger_too_large_to_come_back_whole_the_rows_that_are_not_in_order_come_back(
    small_district: District, street_officer: Actor, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = ["=1+1", "123", "户主", "154", "示范一村", "=cmd|x"]
    head = [["2020年台账"], HEAD]
    more = [["坏", "456", "户主", None, "示范一村", None], ["赵小六", id_of(3), "户主", None, "示范一村", None]]
    typed = book(
        [*head, GOOD, *[[]] * 3, [str(one).replace("=", "EQUALS") for one in bad]], sheets={"二村": [HEAD, *more]}
    )
    content = patched(typed, lambda _name, text: text.replace(b"EQUALS", b"="))
    batch = send(street_officer, now, content)
    rows = [
        RowVerdict(one.row_no, Verdict(one.verdict), one.field, one.message, one.detail or "", one.row_to)
        for one in ImportRow.objects.filter(batch=batch)
    ]
    settle = ledgers.settled_for(batch)
    whole = load_workbook(io.BytesIO(marking.marked_workbook(content, "台账.xlsx", rows, settle)))
    monkeypatch.setattr(marking, "MOST_CELLS", 10)
    with translation.override("en"):
        small = marking.marked_workbook(content, "台账.xlsx", rows, settle)
    found = load_workbook(io.BytesIO(small))
    assert found.sheetnames == ["Sheet", "二村"] and whole["Sheet"].max_row == 7
    first, second = ([[cell.value for cell in row] for row in found[name].iter_rows()] for name in found.sheetnames)
    assert first[0][1] == "2020年台账" and first[1] == ["Verdict", *HEAD]
    assert [row[1:] for row in first[2:]] == [bad] and first[2][0].startswith("Row 7 · Wrong: ")
    assert [row[1] for row in second] == ["姓名", "坏"] and second[1][0].startswith("Row 2 · Wrong: ")
    cell = found["Sheet"].cell(3, 3)
    assert cell.fill.fgColor.rgb == whole["Sheet"].cell(7, 3).fill.fgColor.rgb != "00000000"
    assert cell.comment is not None and "18 characters" in cell.comment.text
    assert found["Sheet"].cell(3, 2).data_type == "s", "what looks like a formula is text"
    # Mended and sent again, it is a ledger like any other; checked again, it has one column of verdicts.
    again = send(street_officer, now, small, filename="核对.xlsx")
    assert "other:" not in str(list(again.columns.values_list("field", flat=True))), (
        "the verdicts are nobody's attribute"
    )
    assert verdicts(again) == {3: "invalid", 10_000_002: "invalid"}
    rows = [RowVerdict(one.row_no, Verdict(one.verdict), one.field, one.message) for one in again.verdicts.all()]
    with translation.override("en"):
        twice = marking.marked_workbook(small, "核对.xlsx", rows, ledgers.settled_for(again))
    page = load_workbook(io.BytesIO(twice))["Sheet"]
    assert [cell.value for cell in page[2]] == ["Verdict", *HEAD]
    assert str(page.cell(3, 1).value).startswith("Row 3 · ") and page.cell(3, 3).comment is not None


def test_the_command_keeps_a_form_under_its_name_and_says_what_it_does_not_know(
    small_district: District, now: dt.datetime, tmp_path: Path
) -> None:
    path = tmp_path / "台账.xlsx"
    path.write_bytes(book([[*HEAD, "帮扶单位"], [*GOOD, "区扶贫办"]]))
    out = StringIO()
    call_command("import_register", str(path), "--office", "relief", "--mapping", "日报", "--json", stdout=out)
    told = json.loads(out.getvalue())
    assert told["new"] == 1 and told["mapping"]["帮扶单位"] == "other:帮扶单位"
    from renwang.loop.registry.models import SavedForm

    assert SavedForm.objects.get().name == "日报" and SavedForm.objects.get().office == "relief"
    for wrong in (["--office", "nobody"], ["--errors", str(tmp_path / "x.pdf")]):
        with pytest.raises(CommandError):
            call_command("import_register", str(path), *wrong, stdout=StringIO())
    with pytest.raises(CommandError):
        call_command("import_register", str(tmp_path / "nothing.xlsx"), stdout=StringIO())


def test_two_officers_who_send_the_same_ledger_enter_it_once(
    small_district: District, street_officer: Actor, now: dt.datetime
) -> None:
    first = send(street_officer, now, book([HEAD, GOOD]), office="relief")
    second = send(street_officer, now, book([HEAD, GOOD]), office="civil")
    assert first.pk != second.pk and counts(second) == {"new": 1}
    enter(street_officer, now, first)
    enter(street_officer, now, second)
    assert Household.objects.count() == 1 and Subject.objects.count() == 2
