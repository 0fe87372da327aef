"""Whose an office's own question is: who may change it, and who may ask it."""

import datetime as dt

import pytest

from conftest import District
from renwang.foundation.access.rules import Actor
from renwang.loop.rounds import actions, queries
from renwang.loop.rounds.actions import RoundDraft
from renwang.loop.rounds.models import Question
from renwang.loop.rounds.rules import OwnQuestion

from .conftest import TODAY

pytestmark = pytest.mark.django_db


def test_an_office_does_not_change_the_words_of_anothers_question(system: Actor, now: dt.datetime) -> None:
    question = OwnQuestion("has_feed", "饲料够吗？")
    actions.define_questions(actor=system, now=now, office="relief", area="", questions=[question])
    other = OwnQuestion("has_feed", "发烧吗？")
    with pytest.raises(actions.RoundIncomplete):
        actions.define_questions(actor=system, now=now, office="health", area="", questions=[other])
    assert Question.objects.get().text == "饲料够吗？"


def test_a_subdistrict_does_not_change_the_districts_question_of_the_same_office(
    small_district: District, street_officer: Actor, system: Actor, now: dt.datetime
) -> None:
    root, street = small_district.root.code, small_district.street.code
    theirs = OwnQuestion("has_feed", "饲料够吗？")
    actions.define_questions(actor=system, now=now, office="command", area=root, questions=[theirs])
    with pytest.raises(actions.RoundIncomplete):
        actions.define_questions(
            actor=street_officer,
            now=now,
            office="command",
            area=street,
            questions=[OwnQuestion("has_feed", "发烧吗？")],
        )
    assert Question.objects.get().text == "饲料够吗？"


def test_a_round_asks_the_questions_of_its_area_and_of_those_above_and_no_other(
    small_district: District, street_officer: Actor, system: Actor, now: dt.datetime
) -> None:
    places = {
        "district": small_district.root.code,
        "own": small_district.street.code,
        "next": small_district.other_street.code,
    }
    for code, area in places.items():
        question = OwnQuestion(f"of_{code}", f"{code}？")
        actions.define_questions(actor=system, now=now, office="command", area=area, questions=[question])
    seen = {row.code for row in queries.questions(viewer=street_officer)}
    assert seen == {"of_district", "of_own"}

    def draft(*codes: str) -> int:
        told = RoundDraft(
            title="本街道",
            office="command",
            area=places["own"],
            opens_on=TODAY,
            closes_on=TODAY,
            everybody=True,
            questions=codes,
        )
        return actions.draft_round(actor=street_officer, now=now, draft=told).round_id

    for stranger in ("of_next", "nothing_of_this_name"):
        with pytest.raises(actions.RoundIncomplete):
            draft("of_own", stranger)
    row = draft("of_own", "of_district")
    with pytest.raises(actions.RoundIncomplete):
        actions.add_questions(actor=street_officer, now=now, round_id=row, codes=["of_next"])
    assert queries.asked_by_rounds([row])[row].own[0].code == "of_own"
