"""PDFs: what is refused, what is text, and that a document reads itself aloud."""

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import translation

from renwang.foundation.documents import apps
from renwang.foundation.documents.engine import CannotTypeset, Faces, Mark, Missing, NoChineseFont, faces, pdf_of
from renwang.foundation.documents.errors import explain

NOW = dt.datetime(2020, 2, 17, 10, tzinfo=dt.UTC)
PROBE = "foundation/documents/tests/probe.typ"


@pytest.fixture
def fonts() -> Faces:
    try:
        return faces()
    except NoChineseFont:
        pytest.skip("no Chinese font is installed")


def made(fonts: Faces, text: str, *, mark: Mark | None = None, template: str = PROBE) -> bytes:
    return pdf_of(template, {"title": "通报", "text": text}, faces=fonts, language="zh-hans", now=NOW, mark=mark)


def test_a_character_that_no_font_has_is_refused_and_named(fonts: Faces) -> None:
    with pytest.raises(Missing) as refused:
        made(fonts, "李😀")
    assert "😀" in refused.value.text
    with translation.override("zh-hans"):
        assert "😀" in explain(refused.value) and "方框" in explain(refused.value)


def test_without_a_chinese_font_there_is_no_document_and_the_check_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(NoChineseFont):
        faces("", of_system=False)

    def none(*_told: Any) -> Faces:
        raise NoChineseFont

    monkeypatch.setattr(apps, "faces", none)
    (found,) = apps.check_fonts()
    assert found.id == "documents.W001" and "fonts-noto-cjk" in str(found.hint)


def test_a_template_reads_nothing_outside_the_house(fonts: Faces, tmp_path: Path) -> None:
    (tmp_path / "thief.typ").write_text('#read("/etc/hostname")')
    with pytest.raises(CannotTypeset):
        made(fonts, "", template=str(tmp_path / "thief.typ"))


def test_what_is_wrong_with_a_template_is_said_in_general_words(fonts: Faces) -> None:
    with pytest.raises(CannotTypeset) as refused:
        made(fonts, "", template="foundation/documents/tests/no_such.typ")
    assert "no_such" not in explain(refused.value)


@pytest.mark.parametrize(
    "text", ['#panic("x")', "$x$ *a* _b_ `c`", '"); #read("/etc/passwd")', "\\u{41} @ref <label>", "{{ 1 }}"]
)
def test_whatever_somebody_is_called_is_text_and_never_source(fonts: Faces, text: str) -> None:
    assert made(fonts, text).startswith(b"%PDF-")


def test_signs_nobody_sees_are_left_out(fonts: Faces) -> None:
    assert made(fonts, "刘\x00德\u202e顺\ufeff") == made(fonts, "刘德顺")


def test_a_document_is_tagged_told_its_language_and_always_the_same(fonts: Faces) -> None:
    once, again = made(fonts, "刘德顺"), made(fonts, "刘德顺")
    assert once == again
    assert b"/MarkInfo" in once and b"/StructTreeRoot" in once and re.search(rb"/Lang ?\(zh", once)


def test_a_copy_says_whose_it_is(fonts: Faces) -> None:
    mark = Mark(who="区指挥部", at="2020-02-17 18:00", why="存档")
    assert len(made(fonts, "刘德顺", mark=mark)) > len(made(fonts, "刘德顺"))


def test_the_check_runs_with_all_others() -> None:
    call_command("check")
