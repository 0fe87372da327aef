"""The file of a household as a Word document that an office may go on writing in."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any, Final

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from renwang.foundation.sheets.engine.package import Mark, legal

PARTS: Final = ("members", "ledgers", "helpers", "told", "cases", "received")
SOFT: Final = RGBColor(0x5F, 0x6A, 0x66)
Words = Mapping[str, str]
File = Mapping[str, Any]


def word_of(file: File, words: Words, *, mark: Mark, made_at: datetime) -> bytes:
    """Return one household's file (as `queries.household_files` gathers it) as a Word document, marked at its foot."""
    document: Document = docx.Document()
    _set_page(document, mark)
    properties = document.core_properties
    properties.title = legal(f"{words['title']} {file['name']}")
    properties.author = legal(mark.who)
    properties.last_modified_by = legal(mark.who)
    properties.comments = legal(mark.line)
    properties.created = properties.modified = made_at.replace(tzinfo=None)
    title = document.add_heading(words["title"], level=1)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _table(
        document,
        [],
        [
            [words["head"], file["name"], words["number"], file["number"]],
            [words["place"], file["place"], words["phone"], file["phone"]],
            [words["address"], file["address"], "", ""],
        ],
        words,
    )
    if file["masked"]:
        run = document.add_paragraph().add_run(words["masked"])
        run.font.size, run.font.color.rgb = Pt(8), SOFT
    for part, (title_of, heads, rows) in zip(PARTS, _parts(file, words), strict=True):
        document.add_heading(title_of, level=2)
        _table(document, heads, rows, words)
        if cut := file["cut"].get(part):
            run = document.add_paragraph().add_run(cut)
            run.font.size, run.font.color.rgb = Pt(8), SOFT
    document.add_paragraph()
    signing = document.add_table(rows=1, cols=3)
    for cell, label in zip(
        signing.rows[0].cells, (words["signed_head"], words["signed_helper"], words["signed_on"]), strict=True
    ):
        cell.text = f"{label}：\n\n____________________"
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _parts(file: File, words: Words) -> list[tuple[str, list[str], list[list[str]]]]:
    itself, to_day = words["household_itself"], words["to_day"]

    def heads(*codes: str) -> list[str]:
        return [words[code] for code in codes]

    return [
        (
            words["members"],
            heads("name", "relation", "sex", "born_on", "id_number", "phone"),
            [
                [one[key] for key in ("name", "relation", "sex", "born_on", "id_number", "phone")]
                for one in file["members"]
            ],
        ),
        (
            words["ledgers"],
            heads("who", "ledger", "since", "until", "reason"),
            [
                [one["who"] or itself, one["label"], one["since"], one["until"] or to_day, one["reason"]]
                for one in file["ledgers"]
            ],
        ),
        (
            words["helpers"],
            heads("name", "duty", "unit", "phone", "since", "until"),
            [
                [one["name"], one["duty"], one["unit"], one["phone"], one["since"], one["until"] or to_day]
                for one in file["helpers"]
            ],
        ),
        (
            words["told"],
            heads("at", "mode", "by", "words"),
            [
                [one["at"], one["mode"], one["by"], one["words"] + (f"（{one['details']}）" if one["details"] else "")]
                for one in file["told"]
            ],
        ),
        (
            words["cases"],
            heads("who", "need", "status", "opened", "closed", "holder"),
            [
                [one["who"] or itself, *(one[key] for key in ("label", "status", "opened", "closed", "holder"))]
                for one in file["cases"]
            ],
        ),
        (
            words["received"],
            heads("at", "what", "quantity", "step", "by"),
            [[one[key] for key in ("at", "what", "quantity", "step", "by")] for one in file["received"]],
        ),
    ]


def _table(document: Document, heads: Sequence[str], rows: Sequence[Sequence[str]], words: Words) -> None:
    if not rows:
        run = document.add_paragraph().add_run(words["nothing"])
        run.font.size, run.font.color.rgb = Pt(9), SOFT
        return
    table = document.add_table(rows=0, cols=len(rows[0]))
    table.style = "Table Grid"
    for number, row in enumerate([heads, *rows] if heads else rows):
        cells = table.add_row().cells
        for place, (cell, text) in enumerate(zip(cells, row, strict=True)):
            run = cell.paragraphs[0].add_run(legal(text))
            run.font.size = Pt(9)
            run.bold = (bool(heads) and number == 0) or (not heads and place % 2 == 0)
    if not heads:
        last = table.rows[-1].cells
        last[1].merge(last[3])
    elif heads:
        properties = table.rows[0]._tr.get_or_add_trPr()  # noqa: SLF001  # the title row repeats on each page
        properties.append(properties.makeelement(qn("w:tblHeader"), {}))


def _set_page(document: Document, mark: Mark) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(18)
    section.top_margin = section.bottom_margin = Mm(20)
    run = section.footer.paragraphs[0].add_run(legal(mark.line))
    run.font.size, run.font.color.rgb = Pt(8), SOFT
    for name in ("Normal", "Heading 1", "Heading 2"):
        style: Any = document.styles[name]
        style.font.name = "Noto Serif CJK SC" if name == "Normal" else "Noto Sans CJK SC"
        style.font.color.rgb = RGBColor(0x1C, 0x24, 0x22)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        # Windows and WPS carry these; where there is another, the reader's own program chooses.
        fonts.set(qn("w:eastAsia"), "宋体" if name == "Normal" else "黑体")
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
    document.styles["Normal"].font.size = Pt(10)
