"""The plug, and the contract that every registered section is run through."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import translation

from renwang.loop.bulletins import kinds
from renwang.loop.bulletins.kinds import Drafted, Figures, Section
from renwang.loop.bulletins.rules import FigureTold, Name, Place, typed_numbers
from renwang.loop.bulletins.sections import OutreachSection
from renwang.loop.indicators import kinds as indicators
from renwang.loop.indicators.rules import Unit

DAY = date(2020, 2, 17)
EVERY_SECTION = pytest.mark.parametrize("section", kinds.all_kinds(), ids=lambda one: one.code)


def figures_of(section: Section, *, amount: int) -> Figures:
    """Return figures for all a section may name: every one of them as great as is said, with two slices."""
    told = []
    for code in section.indicators:
        unit = indicators.get(code).unit.value
        value = Decimal(50) if unit != Unit.COUNT and amount else None
        for part in ("", "one", "other") if amount else ("",):
            told.append(FigureTold(Place("370704", Name(code, part)), unit, amount, 2 * amount, value))
    return Figures("370704", told)


def test_a_second_section_of_the_same_code_is_refused_at_import() -> None:
    class Twin(OutreachSection):
        pass

    with pytest.raises(ValueError, match="call themselves"):
        kinds.register(Twin)


@pytest.mark.parametrize(
    ("attribute", "value", "number"),
    [
        ("code", "Outreach", "E101"),
        ("code", "health.outreach", "E102"),
        ("title", "plain", "E103"),
        ("indicators", (), "E104"),
        ("columns", ("moon.walk",), "E105"),
    ],
)
def test_the_check_says_what_is_wrong_with_a_section(
    attribute: str, value: Any, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    section = kinds.get("general.outreach")
    assert section is not None
    monkeypatch.setattr(OutreachSection, attribute, value)
    assert f"bulletins.{number}" in {problem.id for problem in kinds.problems_of(section)}


def test_no_registration_is_wrong() -> None:
    assert kinds.check_kinds() == []
    call_command("check")


@EVERY_SECTION
def test_every_section_names_indicators_that_there_are(section: Section) -> None:
    known = {one.code for one in indicators.all_kinds()}
    assert set(section.indicators) <= known


@EVERY_SECTION
@pytest.mark.parametrize("amount", [0, 3, 120])
@pytest.mark.parametrize("language", kinds.LANGUAGES)
def test_every_section_drafts_words_whose_numbers_are_placeholders(
    section: Section, amount: int, language: str
) -> None:
    with translation.override(language):
        drafted = section.draft(figures_of(section, amount=amount), area="370704", day=DAY, language=language)
        title = str(section.title)
    assert kinds.faults_of(section, drafted) == []
    assert typed_numbers(drafted.text) == [], "a number that is written out follows nothing"
    if language == "zh-hans":
        assert not title.isascii()
        assert not re.sub(r"\{[^}]*\}", "", drafted.text).isascii() or not drafted.text
    else:
        assert re.sub(r"[、，。：；“”]", "", drafted.text) == drafted.text


@EVERY_SECTION
def test_every_section_copes_where_nothing_was_counted(section: Section) -> None:
    assert isinstance(section.draft(Figures("370704", []), area="370704", day=DAY, language="en"), Drafted)


@pytest.mark.parametrize(("language", "said"), [("zh-hans", "等"), ("en", "and others")])
def test_a_list_that_is_cut_says_that_there_are_others(language: str, said: str) -> None:
    told = [FigureTold(Place("370704", Name("a.b", f"s{n}")), "count", 9 - n) for n in range(9)]
    with translation.override(language):
        assert Figures("370704", told).listed("a.b").endswith(said)
        assert said not in Figures("370704", told[:8]).listed("a.b")
