"""An office's own Word form is filled, and everything outside the filled cells is as it was."""

from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import docx
import pytest
from docx.shared import Pt, RGBColor

from renwang.foundation.documents.engine.word_form import WordForm, fill_word, is_word
from renwang.foundation.sheets.engine.faults import SheetFault
from renwang.foundation.sheets.engine.grids import Table, find_table
from renwang.foundation.sheets.engine.package import Mark

MARK = Mark("王帮扶", "2020-02-17 10:00", "上报", "导出人：王帮扶 · 上报")
KNOWN = {"户主", "今日", "电话"}


def form(*, rows: int = 2, footer: str = "") -> bytes:
    """A heading, a line, a small table that is none of ours, the table with titles over two rows and a sum, signatures."""
    document = docx.Document()
    document.add_heading("困难群众走访登记表", level=1)
    document.add_paragraph("填报单位：                填报日期：")
    other = document.add_table(rows=1, cols=2)
    other.cell(0, 0).text, other.cell(0, 1).text = "编制", "区扶贫办"
    table = document.add_table(rows=3 + rows, cols=5)
    table.style = "Table Grid"
    for place, text in enumerate(("序号", "户主", "电话", "联系情况", "")):
        table.cell(0, place).text = text
    table.cell(1, 3).text, table.cell(1, 4).text = "今日", "备注"
    for column in range(3):
        table.cell(0, column).merge(table.cell(1, column))
    table.cell(0, 3).merge(table.cell(0, 4))
    run = table.cell(2, 1).paragraphs[0].add_run("")
    run.font.size, run.font.color.rgb = Pt(14), RGBColor(0x80, 0, 0)
    table.cell(2 + rows, 0).text = "合计"
    document.add_paragraph("填表人：        审核人：")
    if footer:
        document.sections[0].footer.paragraphs[0].text = footer
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def table_of(data: bytes) -> Table:
    found = find_table(WordForm(data).grids(), lambda title: title.text in KNOWN)
    assert found is not None
    return found


def filled(data: bytes, many: int, **told: Any) -> Any:
    rows: list[Any] = [{2: f"户主{n}", 3: "15400000001", 4: "=1+1"} for n in range(1, many + 1)]
    return docx.Document(BytesIO(fill_word(data, table_of(data), rows, mark=MARK, **told)))


def texts(table: Any) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def test_the_table_is_found_by_its_titles_over_two_rows() -> None:
    table = table_of(form())
    assert table.place == "表2" and (table.top, table.bottom, table.first, table.last) == (1, 2, 3, 4)
    assert [title.path for title in table.titles] == ["序号", "户主", "电话", "联系情况 / 今日", "联系情况 / 备注"]
    assert table.sums == (5,)


@pytest.mark.parametrize("many", [1, 2, 7])
def test_rows_are_filled_or_added_and_the_rest_stays(many: int) -> None:
    data = form()
    before, after = docx.Document(BytesIO(data)), filled(data, many)
    old, new = texts(before.tables[1]), texts(after.tables[1])
    assert texts(before.tables[0]) == texts(after.tables[0])
    assert [one.text for one in before.paragraphs] == [one.text for one in after.paragraphs]
    assert new[:2] == old[:2] and new[-1] == old[-1], "titles and the sum"
    assert len(new) == len(old) + max(0, many - 2)
    assert [row[:4] for row in new[2 : 2 + many]] == [
        [str(n), f"户主{n}", "15400000001", "=1+1"] for n in range(1, many + 1)
    ]


def test_the_letter_of_the_empty_row_is_kept() -> None:
    run = filled(form(), 1).tables[1].cell(2, 1).paragraphs[0].runs[0]
    assert run.font.size == Pt(14) and run.font.color.rgb == RGBColor(0x80, 0, 0)


def test_sums_go_into_the_row_for_the_sum() -> None:
    assert texts(filled(form(), 3, sums={3: 3}).tables[1])[-1][2] == "3"


def test_whose_copy_it_is_stands_in_the_properties_and_at_the_foot_unless_the_form_has_one() -> None:
    bare = filled(form(), 1)
    assert bare.core_properties.comments == MARK.line
    assert bare.sections[0].footer.paragraphs[0].text == MARK.line
    own = filled(form(footer="区扶贫办制"), 1)
    assert own.sections[0].footer.paragraphs[0].text == "区扶贫办制" and own.core_properties.comments == MARK.line


def test_parts_that_nobody_had_to_touch_come_out_byte_for_byte() -> None:
    data = form()
    out = fill_word(data, table_of(data), [{2: "甲"}], mark=MARK)
    before, after = ZipFile(BytesIO(data)), ZipFile(BytesIO(out))
    same = {name for name in before.namelist() if before.read(name) == after.read(name)}
    assert {"word/styles.xml", "word/settings.xml", "word/numbering.xml"} <= same


def test_what_is_no_word_document_is_refused() -> None:
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", "<!DOCTYPE x [<!ENTITY e 'x'>]><w>&e;</w>")
    for data in (b"text", buffer.getvalue(), form()[:2000]):
        with pytest.raises(SheetFault):
            WordForm(data)
    assert is_word(form()) and not is_word(b"PK\x03\x04") and not is_word(b"text")
