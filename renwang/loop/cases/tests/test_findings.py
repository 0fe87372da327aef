"""From what a household told to the cases it calls for, in the transaction of the check-in."""

import json
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.utils import translation

from conftest import Family, MakeFamily
from renwang.foundation.access.models import User
from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.models import Entry
from renwang.loop.cases import handlers, kinds, queries
from renwang.loop.cases.models import Case, CaseStep
from renwang.loop.rounds.events import CheckInsRecorded
from renwang.loop.rounds.models import CheckIn, Contact, Finding, Round
from renwang.loop.rounds.rules import Yardsticks, said_in

pytestmark = pytest.mark.django_db


def told(family: Family, answers: dict[str, Any], now: datetime, slot: int = 0) -> list[int]:
    """Record a check-in and what it says; returns the ids of the findings."""
    household = family.household
    asked, _made = Round.objects.get_or_create(
        title="排查", area="370704", opens_on=now.date(), closes_on=now.date(), made_at=now
    )
    contact = Contact.objects.create(
        household=household,
        division=household.division,
        day=now.date(),
        slot=slot,
        led_by=asked,
        mode="call",
        next_try_at=now,
    )
    check_in = CheckIn.objects.create(
        submission_id=uuid4(),
        contact=contact,
        household=household,
        mode="call",
        told=json.dumps(answers),
        all_well=False,
        told_at=now,
        received_at=now,
    )
    said = said_in(answers, own={}, yardsticks=Yardsticks())
    return [
        Finding.objects.create(
            check_in=check_in,
            subject_id=one.person_id or household.pk,
            division=household.division,
            kind=one.kind,
            about=one.about,
            found_at=now,
        ).pk
        for one in said
    ]


def answers_of(family: Family) -> dict[str, Any]:
    return {
        "members": {
            str(family.head.pk): {"temperature": 38.7, "symptoms": ["cough"]},
            str(family.members[1].pk): {"travel": {"place": "武汉"}, "contact": {"with": "同车司机"}},
        },
        "needs": {"food": {"what": "面粉", "days_left": 0}, "medicine": {"what": "降压药", "days_left": 2}},
    }


def test_what_nobody_acts_on_opens_nothing(family: Family, now: datetime) -> None:
    finding = told(family, {"needs": {"food": {}}}, now)
    Finding.objects.filter(pk__in=finding).update(kind="own:garden")
    assert queries.openings_of(finding) == []


def test_one_check_in_opens_one_case_for_each_need_of_each_person(helper: Actor, family: Family, now: datetime) -> None:
    findings = told(family, answers_of(family), now)
    assert len(findings) == 6
    event = CheckInsRecorded(check_in_ids=(1,), finding_ids=tuple(findings))
    handlers.open_cases_for_findings(event, actor=helper, now=now)
    opened = {(case.kind, case.subject_id): case for case in Case.objects.all()}
    assert set(opened) == {
        ("health.fever", family.head.pk),
        ("health.risk_contact", family.members[1].pk),
        ("provisions.food", family.household.pk),
        ("provisions.medicine", family.household.pk),
    }
    assert all(case.is_urgent and case.holder_id == helper.user_id for case in opened.values())
    assert kinds.get("health.risk_contact")._default_manager.get().place == "武汉"
    entry = Entry.objects.get(name="cases.open_cases")
    assert entry.actor_id == helper.user_id
    assert "武汉" not in str(entry.facts)


def test_the_same_need_told_the_next_day_opens_no_second_case(helper: Actor, family: Family, now: datetime) -> None:
    for slot in (0, 1):
        findings = told(family, answers_of(family), now, slot=slot)
        event = CheckInsRecorded(check_in_ids=(1,), finding_ids=tuple(findings))
        handlers.open_cases_for_findings(event, actor=helper, now=now)
    assert Case.objects.count() == 4


def test_heating_and_repair_told_together_are_one_visit_and_lose_no_word(
    helper: Actor, family: Family, now: datetime
) -> None:
    findings = told(family, {"needs": {"heating": {"what": "炉子裂了"}, "repair": {"what": "屋顶漏雨"}}}, now)
    event = CheckInsRecorded(check_in_ids=(1,), finding_ids=tuple(findings))
    handlers.open_cases_for_findings(event, actor=helper, now=now)
    case = Case.objects.get()
    words = kinds.get(case.kind)._default_manager.get(case=case).in_words()
    notes = " ".join(case.steps.values_list("note", flat=True))
    assert "炉子裂了" in words
    assert "屋顶漏雨" in notes


@pytest.mark.parametrize("size", [5, 40])
def test_the_cases_of_many_check_ins_take_the_queries_of_few(
    size: int, helper: Actor, make_family: MakeFamily, now: datetime, django_assert_max_num_queries: Any
) -> None:
    findings = [
        finding
        for number in range(size)
        for family in [make_family(f"户{number}", helper=User.objects.get(username="helper"))]
        for finding in told(family, answers_of(family), now)
    ]
    event = CheckInsRecorded(check_in_ids=(1,), finding_ids=tuple(findings))
    with django_assert_max_num_queries(28):
        handlers.open_cases_for_findings(event, actor=helper, now=now)
    assert Case.objects.count() == 4 * size


def test_odd_answers_open_cases_all_the_same(helper: Actor, family: Family, now: datetime) -> None:
    needs = {
        "food": {"what": "面" * 2000, "days_left": "lots"},
        "medicine": {"what": "药", "days_left": 10**9},
        "caregiver": {"who": "奶奶", "until": "2020-02-30"},
    }
    event = CheckInsRecorded(check_in_ids=(1,), finding_ids=tuple(told(family, {"needs": needs}, now)))
    handlers.open_cases_for_findings(event, actor=helper, now=now)
    kinds_open = set(Case.objects.values_list("kind", flat=True))
    assert {"provisions.food", "provisions.medicine"} <= kinds_open
    food = kinds.get("provisions.food")._default_manager.get()
    food.clean_fields(exclude=["case"])


def test_what_the_house_says_of_a_step_is_told_in_the_readers_language(
    helper: Actor, family: Family, now: datetime
) -> None:
    with translation.override("zh-hans"):
        for what in ("面粉", "米"):
            findings = told(family, {"needs": {"food": {"what": what}}}, now, slot=len(what))
            event = CheckInsRecorded(check_in_ids=(1,), finding_ids=tuple(findings))
            handlers.open_cases_for_findings(event, actor=helper, now=now)
    step = CaseStep.objects.get(says="told_again")
    assert step.note == "米"
    with translation.override("en"):
        assert step.words == "Told of again. · 米"
    with translation.override("zh-hans"):
        assert "Told" not in step.words
