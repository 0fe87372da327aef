"""What invented people write can be read by the system, or is put before a person; it is never taken for something else."""

import datetime as dt
from random import Random
from typing import Any

import pytest

from renwang.drill.behaviour import built_in
from renwang.drill.people import Temper
from renwang.drill.words import SYMPTOM_WORDS
from renwang.drill.world import Home, Member
from renwang.drill.writing import reply_of
from renwang.loop.registry.rules import EnrolmentIn, HouseholdIn, PersonIn, Relation, Sex
from renwang.loop.rounds.rules import SYMPTOMS, AnswerKind, Asked, OwnQuestion
from renwang.loop.rounds.rules.replies import Kin, Verdict, addressed, own_by_number, read

DAY = dt.date(2020, 2, 17)
ASKED = Asked(travel=True, contacts=True, health=True, needs=True)
PEOPLE = (
    PersonIn(name="王德福", relation=Relation.HEAD, sex=Sex.MALE, born_on=dt.date(1950, 1, 1)),
    PersonIn(name="李桂兰", relation=Relation.SPOUSE, sex=Sex.FEMALE, born_on=dt.date(1952, 1, 1)),
)


class Chance:
    """As much of a play as writing needs."""

    def __init__(self, seed: int, **shares: float) -> None:
        self.random, self.how, self.shares = Random(seed), built_in(), shares
        for name, share in shares.items():
            self.how = self.how.__class__(
                {**self.how.values, "messages": {**self.how.values["messages"], name: share}}, self.how.sources
            )

    def chance(self, share: float) -> bool:
        return self.random.random() < share


def home(*ledgers: str) -> Home:
    told = HouseholdIn(
        number="D1",
        name="王德福",
        division="370704006D01",
        members=PEOPLE,
        enrolments=tuple(EnrolmentIn(one) for one in ledgers),
    )
    members = tuple(
        Member(number, one, DAY.year - one.born_on.year) for number, one in enumerate(PEOPLE, start=1) if one.born_on
    )
    return Home(1, told, Temper(has_phone=True, wrong_number=False, gives_trouble=0), members)


def understood(text: str, asked: Asked = ASKED) -> Any:
    kin = [
        Kin(one.person_id, one.told.name, one.told.relation.value, (one.told.sex or Sex.MALE).value, one.age)
        for one in home().members
    ]
    return read(text, asked=asked, members=kin, today=DAY)


@pytest.mark.parametrize(
    "answers",
    [
        {"all_well": False, "members": {"2": {"temperature": 38.4}}},
        *({"all_well": False, "members": {"1": {"symptoms": [code]}}} for code in SYMPTOM_WORDS),
        {"all_well": False, "members": {"1": {"contact": {"with": "邻村的确诊病人", "on": "2020-02-15"}}}},
        {"all_well": False, "needs": {"food": {"what": "大米、面粉", "days_left": 2}}},
        {"all_well": False, "needs": {"food": {"what": "婴儿奶粉", "days_left": 1, "for_infant": True}}},
        {"all_well": False, "needs": {"medicine": {"what": "降压药", "days_left": 3}}},
        {"all_well": False, "needs": {"heating": {"what": "煤快烧完了", "days_left": 1}}},
        {"all_well": False, "needs": {"repair": {"what": "屋顶漏雨"}}},
        {"all_well": False, "needs": {"caregiver": {"who": "李桂兰（68岁）", "what": "一日三餐"}}},
        {"all_well": False, "needs": {"other": {"words": "大门锁坏了"}}},
    ],
    ids=lambda answers: str(answers)[20:60],
)
def test_trouble_in_words_is_understood_as_trouble(answers: dict[str, Any]) -> None:
    for seed in range(8):
        text = reply_of(Chance(seed, in_digits=0.0), home(), answers, own={}, letter="")  # type: ignore[arg-type]
        reply = understood(text)
        assert reply.verdict == Verdict.ANSWERED, text
        assert not reply.answers["all_well"], text
        for person, part in answers.get("members", {}).items():
            assert set(part) <= set(reply.answers["members"][person]), text
        assert set(answers.get("needs", ())) <= set(reply.answers.get("needs", ())), text


def test_that_all_is_well_is_understood_in_every_way_it_is_written() -> None:
    written = {reply_of(Chance(seed), home(), {"all_well": True}, own={}, letter="") for seed in range(60)}  # type: ignore[arg-type]
    assert "1" in written and len(written) > 6
    for text in written:
        assert understood(text).answers == {"all_well": True, "words": text}


def test_a_journey_is_told_with_whoever_came_and_from_where() -> None:
    answers = {
        "all_well": True,
        "members": {"1": {"travel": {"place": "武汉市（送蔬菜）", "returned_on": "2020-02-16"}}},
    }
    for seed in range(4):
        reply = understood(reply_of(Chance(seed, in_digits=0.0), home(), answers, own={}, letter=""))  # type: ignore[arg-type]
        assert reply.answers["members"]["1"]["travel"]["place"] == "武汉市"


def test_who_is_under_observation_writes_the_temperatures() -> None:
    answers = {"all_well": True, "members": {"1": {"temperature": 36.5}, "2": {"temperature": 36.8}}}
    text = reply_of(Chance(1), home("observation"), answers, own={}, letter="")  # type: ignore[arg-type]
    assert text == "王德福36.5度，李桂兰36.8度"
    assert understood(text).answers["members"] == answers["members"]


def test_an_offices_own_questions_are_answered_by_their_numbers() -> None:
    own = (
        OwnQuestion("alone", "有无人照护的老人吗？", "Alone?"),
        OwnQuestion("work_away", "打算外出务工吗？", "Away?", AnswerKind.CHOICE, ("已外出", "打算外出", "不打算")),
    )
    asked = Asked(travel=True, contacts=True, health=True, needs=True, own=own)
    answers = {"all_well": True, "own": {"alone": False, "work_away": "不打算"}}
    for seed in range(8):
        text = reply_of(Chance(seed, own_too=1.0), home(), answers, own=own_by_number(asked), letter="")  # type: ignore[arg-type]
        assert understood(text, asked).answers["own"] == answers["own"], text


def test_a_family_that_shares_its_phone_says_which_it_is() -> None:
    families = {11: ("甲", "王德福"), 12: ("乙", "李建国")}
    for seed in range(8):
        text = reply_of(Chance(seed, letter_forgotten=0.0), home(), {"all_well": True}, own={}, letter="乙")  # type: ignore[arg-type]
        assert set(addressed(text, families) or ()) == {12}, text


def test_every_mild_symptom_has_a_word_people_use() -> None:
    assert set(SYMPTOM_WORDS) <= set(SYMPTOMS)
