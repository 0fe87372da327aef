"""The plug, and the contract that every registered indicator is run through."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import translation

from renwang.loop.indicators import kinds, queries
from renwang.loop.indicators.indicators import Coverage
from renwang.loop.indicators.models import Figure, Reckoning
from renwang.loop.indicators.rules import Day, Tally, WrongTally

from .conftest import TODAY, Lived
from .contract import check_figures_add_up, check_figures_open

EVERY_INDICATOR = pytest.mark.parametrize("indicator", kinds.all_kinds(), ids=lambda one: one.code)
OF_THE_LOOP = [one for one in kinds.all_kinds() if "programmes" not in type(one).__module__]


def test_a_second_indicator_of_the_same_code_is_refused_at_import() -> None:
    class Twin(Coverage):
        pass

    with pytest.raises(ValueError, match="call themselves"):
        kinds.register(Twin)


@pytest.mark.parametrize(
    ("attribute", "value", "number"),
    [
        ("code", "Coverage", "E101"),
        ("label", "plain", "E103"),
        ("inputs", ("plain",), "E103"),
        ("inputs", (), "E104"),
        ("unit", "furlongs", "E105"),
        ("better", "louder", "E105"),
    ],
)
def test_the_check_says_what_is_wrong_with_an_indicator(
    attribute: str, value: Any, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Coverage, attribute, value)
    assert f"indicators.{number}" in {problem.id for problem in kinds.problems_of(kinds.get("outreach.coverage"))}


def test_the_check_finds_rows_that_nobody_may_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Coverage.rows, "permission", "moon.walk")
    assert "indicators.E106" in {problem.id for problem in kinds.problems_of(kinds.get("outreach.coverage"))}


def test_an_indicator_of_a_programme_bears_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Coverage, "__module__", "renwang.programmes.health.indicators")
    assert [problem.id for problem in kinds.problems_of(kinds.get("outreach.coverage"))] == ["indicators.E102"]


def test_no_registration_is_wrong() -> None:
    assert kinds.check_kinds() == []
    call_command("check")


@EVERY_INDICATOR
def test_every_indicator_says_in_chinese_what_it_is_and_how_it_is_counted(indicator: kinds.Indicator) -> None:
    with translation.override("zh-hans"):
        for word in (indicator.label, indicator.counts, indicator.method, *indicator.inputs, indicator.rows.label):
            assert not str(word).isascii(), word


@EVERY_INDICATOR
@pytest.mark.django_db
def test_every_figure_opens_to_exactly_its_rows(
    indicator: kinds.Indicator, kept: Reckoning, refuse_writes: Any
) -> None:
    with refuse_writes():
        found = check_figures_open(indicator, kept)
    # Of the loop's own there is something of each: the test would see a figure that opens nothing.
    assert found or indicator not in OF_THE_LOOP


@EVERY_INDICATOR
@pytest.mark.django_db
def test_every_indicator_adds_up(indicator: kinds.Indicator, kept: Reckoning) -> None:
    check_figures_add_up(indicator, kept)


@EVERY_INDICATOR
@pytest.mark.django_db
def test_every_indicator_is_one_statement_for_all_areas(
    indicator: kinds.Indicator, lived: Lived, django_assert_max_num_queries: Any
) -> None:
    now = lived.now
    with django_assert_max_num_queries(3):
        list(indicator.tallies(Day(TODAY, now - dt.timedelta(hours=12), now, is_over=False)))


@pytest.mark.django_db
def test_an_indicator_that_names_no_area_or_a_row_twice_is_refused(
    lived: Lived, monkeypatch: pytest.MonkeyPatch
) -> None:
    def telling(*tallies: Tally) -> None:
        def tell(self: Coverage, day: Day) -> Iterable[Tally]:
            return tallies

        monkeypatch.setattr(Coverage, "tallies", tell)

    for wrong in (
        (Tally("nowhere", [1]),),
        (Tally("370704", [1]), Tally("370704", [2])),
        (Tally("370704", [1, 1]),),
        (Tally("370704", [1], rest=[1]),),
    ):
        telling(*wrong)
        with pytest.raises(WrongTally):
            queries.counted_day(TODAY, now=lived.now)
    assert not Figure.objects.exists()
