"""Decisions about contacts and answers, without a database."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from renwang.loop.rounds.rules import (
    AnswerKind,
    AnswersRefused,
    Asked,
    Because,
    ContactState,
    Disposition,
    Outcome,
    OwnQuestion,
    PartState,
    Standing,
    Step,
    Yardsticks,
    after_attempt,
    after_day,
    after_silence,
    beginning,
    check_answers,
    said_in,
    share_of_late_round,
    union,
)

NOW = dt.datetime(2020, 2, 17, 2, tzinfo=dt.UTC)
TODAY = NOW.date()
LINK = Step("self_report", tries=1, wait_minutes=240, needs_phone=True, asked_by_worker=False)
CALL = Step("call", tries=2, wait_minutes=120, needs_phone=True)
VISIT = Step("visit", tries=1, wait_minutes=60)
ALL = (LINK, CALL, VISIT)
FEED = OwnQuestion("has_feed", "饲料够吗？", yes_opens="needs_feed")


def begun(steps: tuple[Step, ...] = (CALL, VISIT), *, has_phone: bool = True) -> Standing:
    return beginning(steps, has_phone=has_phone, starts_at=NOW)


def tried(standing: Standing, *outcomes: Outcome, steps: tuple[Step, ...] = (CALL, VISIT)) -> Standing:
    for outcome in outcomes:
        standing = after_attempt(standing, outcome, steps, has_phone=True, now=NOW)
    return standing


def test_a_household_without_a_phone_is_visited_at_once() -> None:
    assert begun(ALL, has_phone=False).mode == "visit"


def test_a_household_that_no_mode_fits_waits_for_the_visit_of_its_helper() -> None:
    standing = begun((CALL,), has_phone=False)
    assert (standing.state, standing.mode) == (ContactState.LAST_VISIT, "visit")


def test_a_call_without_answer_is_tried_again_after_the_wait() -> None:
    standing = tried(begun(), Outcome.NO_ANSWER)
    assert (standing.state, standing.tries) == (ContactState.TRYING, 1)
    assert standing.next_try_at == NOW + dt.timedelta(minutes=120)
    assert standing.disposition == Disposition.UNRESPONSIVE


def test_after_the_last_try_of_a_mode_the_next_mode_begins() -> None:
    assert tried(begun(), Outcome.NO_ANSWER, Outcome.BUSY).mode == "visit"


def test_a_wrong_number_is_not_called_again() -> None:
    standing = tried(begun(), Outcome.WRONG_NUMBER)
    assert (standing.mode, standing.tries) == ("visit", 0)


def test_after_the_last_mode_the_answerable_person_goes_there_and_then_the_district_must_look() -> None:
    standing = tried(begun(), Outcome.NO_ANSWER, Outcome.NO_ANSWER, Outcome.NOT_HOME)
    assert standing.state == ContactState.LAST_VISIT
    standing = tried(standing, Outcome.NOT_HOME)
    assert (standing.state, standing.because) == (ContactState.UNREACHED, Because.NO_RESPONSE)


def test_a_refusal_ends_the_asking() -> None:
    assert tried(begun(), Outcome.REFUSED).state == ContactState.REFUSED


def test_being_asked_to_call_later_costs_no_try() -> None:
    assert tried(begun(), *[Outcome.LATER] * 5).tries == 0


@pytest.mark.parametrize("outcome", list(Outcome))
def test_nothing_moves_a_contact_that_has_ended(outcome: Outcome) -> None:
    ended = tried(begun(), Outcome.REFUSED)
    assert tried(ended, outcome) == ended


def test_silence_moves_only_those_who_were_to_answer_alone() -> None:
    later = NOW + dt.timedelta(hours=5)
    assert after_silence(begun(ALL), ALL, has_phone=True, now=NOW).mode == "self_report"
    assert after_silence(begun(ALL), ALL, has_phone=True, now=later).mode == "call"
    assert after_silence(begun(), (CALL, VISIT), has_phone=True, now=later) == begun()


def test_the_end_of_the_day_says_why_nobody_was_reached() -> None:
    def ended(standing: Standing, **given: Any) -> Standing:
        return after_day(standing, **({"goes_on": False, "was_tried": True, "has_worker": True} | given))

    assert ended(begun(), goes_on=True).state == ContactState.CARRIED
    assert ended(begun(), was_tried=False).because == Because.NOT_TRIED
    assert ended(begun(), has_worker=False).because == Because.NOBODY_ANSWERABLE
    assert ended(tried(begun(), Outcome.NO_ANSWER)).because == Because.NO_RESPONSE
    due_visit = tried(begun(), Outcome.NO_ANSWER, Outcome.NO_ANSWER, Outcome.NOT_HOME)
    assert ended(due_visit, goes_on=True).state == ContactState.UNREACHED


def test_questions_of_several_rounds_are_each_asked_once() -> None:
    both = union([Asked(health=True, own=(FEED,)), Asked(needs=True, own=(FEED, OwnQuestion("b", "二")))])
    assert both.health
    assert both.needs
    assert not both.travel
    assert [question.code for question in both.own] == ["has_feed", "b"]


def test_a_late_round_is_answered_from_what_was_told_or_waits_but_is_never_asked_a_second_time() -> None:
    def share(state: ContactState | None, *, is_covered: bool, may_wait: bool) -> str:
        return share_of_late_round(state, is_covered=is_covered, may_wait=may_wait).state

    assert share(ContactState.TRYING, is_covered=False, may_wait=False) == PartState.ASKED
    assert share(ContactState.REACHED, is_covered=True, may_wait=False) == PartState.ANSWERED
    assert share(ContactState.REACHED, is_covered=False, may_wait=True) == PartState.CARRIED
    assert share(ContactState.REACHED, is_covered=False, may_wait=False) == PartState.MISSED
    assert share(ContactState.REFUSED, is_covered=True, may_wait=True) == PartState.CARRIED


def refused(answers: Any) -> dict[str, str]:
    with translation.override("en"), pytest.raises(AnswersRefused) as caught:
        check_answers(answers, members={17, 18}, own={"has_feed": FEED}, today=TODAY)
    return caught.value.errors


@pytest.mark.parametrize(
    ("answers", "place"),
    [
        ({"members": {"17": {"temperature": 52}}}, "members/17/temperature"),
        ({"members": {"17": {"temperature": float("nan")}}}, "members/17/temperature"),
        ({"members": {"17": {"temperature": True}}}, "members/17/temperature"),
        ({"members": {"17": {"temperature": "38"}}}, "members/17/temperature"),
        ({"members": {"99": {"temperature": 38}}}, "members/99"),
        ({"members": {"17": {"mood": "bad"}}}, "members/17/mood"),
        ({"members": {"17": {"symptoms": ["love"]}}}, "members/17/symptoms"),
        ({"members": {"17": {"symptoms": [["cough"]]}}}, "members/17/symptoms"),
        (
            {"members": {"17": {"travel": {"place": "青岛", "returned_on": "2020-02-31"}}}},
            "members/17/travel/returned_on",
        ),
        (
            {"members": {"17": {"travel": {"place": "青岛", "returned_on": "2021-01-01"}}}},
            "members/17/travel/returned_on",
        ),
        ({"members": {"17": {"travel": {}}}}, "members/17/travel/place"),
        ({"members": []}, "members"),
        ({"needs": {"gold": {}}}, "needs/gold"),
        ({"needs": {"food": {"days_left": -1}}}, "needs/food/days_left"),
        ({"needs": {"food": "rice"}}, "needs/food"),
        ({"own": {"nobody_asks": True}}, "own/nobody_asks"),
        ({"own": {"has_feed": "yes"}}, "own/has_feed"),
        ({"all_well": "yes"}, "all_well"),
        ({"all_well": True, "needs": {"food": {}}}, "all_well"),
        ({"surprise": 1}, "surprise"),
        ([], ""),
    ],
)
def test_wrong_answers_are_refused_at_their_place(answers: Any, place: str) -> None:
    assert place in refused(answers)


def test_the_error_says_which_member_is_unknown_and_which_temperatures_can_be() -> None:
    assert "99" in refused({"members": {"99": {}}})["members/99"]
    assert "between 34 and 43" in refused({"members": {"17": {"temperature": 52}}})["members/17/temperature"]


def test_all_errors_are_told_at_once() -> None:
    assert len(refused({"members": {"17": {"temperature": 1, "symptoms": ["x"]}}, "needs": {"gold": {}}})) == 3


@pytest.mark.parametrize("temperature", [34, 36.5, 43.0])
def test_temperatures_of_the_living_are_taken(temperature: float) -> None:
    check_answers({"members": {"17": {"temperature": temperature}}}, members={17}, own={}, today=TODAY)


def kinds_said(answers: dict[str, Any], **yardsticks: Any) -> list[str]:
    return [said.kind for said in said_in(answers, own={"has_feed": FEED}, yardsticks=Yardsticks(**yardsticks))]


def test_fever_begins_at_the_yardstick_of_the_day() -> None:
    warm = {"members": {"17": {"temperature": 37.3}}}
    assert kinds_said(warm) == ["fever"]
    assert kinds_said({"members": {"17": {"temperature": 37.2}}}) == []
    assert kinds_said(warm, fever_from=Decimal("37.5")) == []


def test_everything_that_somebody_must_know_is_found() -> None:
    answers = {
        "members": {
            "17": {
                "temperature": 38.2,
                "symptoms": ["cough"],
                "travel": {"place": "湖北武汉"},
                "contact": {"with": "老乡"},
            },
            "18": {"travel": {"place": "青岛"}, "symptoms": []},
        },
        "needs": {"food": {"days_left": 1}, "caregiver": {}},
        "own": {"has_feed": True},
    }
    assert kinds_said(answers) == [
        "fever",
        "symptoms",
        "risk_travel",
        "exposure",
        "needs_food",
        "caregiver_absent",
        "needs_feed",
    ]


def test_an_own_question_of_each_member_is_found_for_the_member() -> None:
    each = OwnQuestion("device", "有设备吗？", kind=AnswerKind.YES_NO, of_each_member=True, yes_opens="needs_device")
    found = said_in({"own": {"device": {"17": True, "18": False}}}, own={"device": each}, yardsticks=Yardsticks())
    assert [(said.kind, said.person_id, said.about) for said in found] == [("needs_device", 17, "own/device/17")]
