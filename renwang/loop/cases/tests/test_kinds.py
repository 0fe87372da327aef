"""The plug, and the contract that every registered kind of need is run through."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import translation

from conftest import Family
from renwang.foundation.access.fields import SealedTextField
from renwang.foundation.access.rules import Actor
from renwang.loop.cases import actions, kinds
from renwang.loop.cases.models import Case, Need, OtherNeed
from renwang.loop.cases.rules import CaseOpening

EVERY_KIND = pytest.mark.parametrize("need", kinds.all_kinds(), ids=lambda need: need.code)


class _Stand:
    """Enough of a need to be refused."""

    def __init__(self, code: str, findings: frozenset[str]) -> None:
        self.code, self.findings = code, findings


def test_a_second_kind_of_the_same_code_is_refused_at_import() -> None:
    with pytest.raises(ValueError, match=r"call themselves 'general\.other'"):
        kinds.register(_Stand("general.other", frozenset()))  # type: ignore[type-var]


def test_a_second_kind_for_the_same_finding_is_refused_at_import() -> None:
    with pytest.raises(ValueError, match="answer the finding 'needs_other'"):
        kinds.register(_Stand("health.new", frozenset({"needs_other"})))  # type: ignore[type-var]


def test_an_unknown_kind_says_so() -> None:
    with pytest.raises(kinds.UnknownKind):
        kinds.get("health.nothing")


@pytest.mark.parametrize(
    ("attribute", "value", "number"),
    [
        ("code", "Other", "E101"),
        ("code", "health.other", "E102"),
        ("label", "plain text", "E103"),
        ("office", "nobody", "E104"),
        ("met_by", (), "E105"),
        ("seen_by", frozenset({"everybody"}), "E106"),
        ("example", {"words": "x" * 1000}, "E107"),
        ("time_to_meet", lambda self: timedelta(), "E108"),
    ],
)
def test_the_check_says_what_is_wrong_with_a_registration(
    attribute: str, value: Any, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(OtherNeed, attribute, value)
    assert number in {str(problem.id).removeprefix("cases.") for problem in kinds.problems_of(OtherNeed)}


def test_no_registration_is_wrong() -> None:
    assert kinds.check_kinds() == []
    call_command("check")


@EVERY_KIND
def test_every_kind_can_be_drawn_and_named(need: type[Need]) -> None:
    from django.contrib.staticfiles import finders

    sprite = finders.find("vendor/icons.svg")
    assert sprite is not None
    assert f'id="{need.icon}"' in Path(str(sprite)).read_text(encoding="utf-8")
    with translation.override("zh-hans"):
        chinese = str(need.label)
    with translation.override("en"):
        english = str(need.label)
    assert chinese
    assert chinese != english
    assert chinese.isascii() is False


@EVERY_KIND
def test_every_kind_runs_from_what_was_told_to_a_case_with_a_clock(
    need: type[Need], district: Actor, helper: Actor, family: Family, now: datetime, outsider: Actor
) -> None:
    opening = CaseOpening(subject_id=family.household.pk, kind=need.code, answers=need.example)
    made = actions.open_cases(actor=Actor.system(), now=now, openings=[opening])
    case = Case.objects.get(pk=made.case_ids[0])
    assert case.office == need.office
    assert case.due_at > now
    assert case.holder_id == helper.user_id
    kept = need._default_manager.get(case=case)
    assert kept.in_words()
    assert kept.is_urgent() == case.is_urgent


@EVERY_KIND
def test_a_kind_that_is_sensitive_seals_its_words(need: type[Need], family: Family, now: datetime) -> None:
    opening = CaseOpening(subject_id=family.household.pk, kind=need.code, answers=need.example)
    actions.open_cases(actor=Actor.system(), now=now, openings=[opening])
    sealed = [field for field in need._meta.concrete_fields if isinstance(field, SealedTextField)]
    assert bool(sealed) == need.is_sensitive
    for field in sealed:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {field.column} FROM {need._meta.db_table}")
            raw = bytes(cursor.fetchone()[0] or b"")
        told = str(getattr(need._default_manager.get(), field.name) or "")
        assert told.encode() not in raw or not told


@EVERY_KIND
def test_every_kind_opens_with_nothing_told_at_all(need: type[Need], family: Family, now: datetime) -> None:
    if need is OtherNeed:
        pytest.skip("a need in one's own words has words")
    opening = CaseOpening(subject_id=family.household.pk, kind=need.code, answers={})
    assert actions.open_cases(actor=Actor.system(), now=now, openings=[opening]).case_ids
