"""Opening cases, one or many: first who is refused, then how it goes, then what the ledger says."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from conftest import Family, MakeFamily
from renwang.foundation.access.rules import Actor, NotAllowed
from renwang.foundation.audit.models import Entry
from renwang.loop.cases import actions, kinds
from renwang.loop.cases.models import Case, CaseStep
from renwang.loop.cases.rules import CaseOpening, Status

pytestmark = pytest.mark.django_db


def test_an_outsider_opens_no_case_here(outsider: Actor, family: Family, now: datetime) -> None:
    with pytest.raises(NotAllowed):
        actions.open_case(
            actor=outsider, now=now, subject_id=family.household.pk, kind="provisions.food", detail={"what": "米"}
        )
    assert not Case.objects.exists()
    assert not Entry.objects.exists()


def test_the_helper_of_other_people_opens_no_case_for_these(other_helper: Actor, family: Family, now: datetime) -> None:
    with pytest.raises(NotAllowed):
        actions.open_case(
            actor=other_helper, now=now, subject_id=family.household.pk, kind="provisions.food", detail={"what": "米"}
        )


def test_a_case_of_an_unknown_kind_or_with_an_impossible_detail_writes_nothing(
    helper: Actor, family: Family, now: datetime
) -> None:
    with pytest.raises(kinds.UnknownKind):
        actions.open_case(actor=helper, now=now, subject_id=family.household.pk, kind="moon.cheese", detail={})
    with pytest.raises(ValidationError):
        actions.open_case(
            actor=helper, now=now, subject_id=family.head.pk, kind="health.fever", detail={"temperature": "hot"}
        )
    assert not Case.objects.exists()


def test_a_case_has_a_clock_an_office_and_the_answerable_person_from_the_start(
    food_case: Case, helper: Actor, now: datetime
) -> None:
    assert (food_case.status, food_case.office, food_case.holder_id) == (Status.OPEN, "provisions", helper.user_id)
    assert food_case.due_at == now + timedelta(days=2)
    assert [(step.old, step.new, step.by_id) for step in CaseStep.objects.all()] == [("", "open", helper.user_id)]
    assert [entry.name for entry in Entry.objects.all()] == ["cases.open_case"]


def test_the_ledger_holds_ids_and_no_word_of_what_is_needed(helper: Actor, family: Family, now: datetime) -> None:
    actions.open_case(
        actor=helper, now=now, subject_id=family.head.pk, kind="provisions.medicine", detail={"what": "降压药"}
    )
    assert "降压药" not in str(Entry.objects.get().facts)


def test_a_second_case_of_the_same_need_becomes_a_note_on_the_first(
    helper: Actor, family: Family, food_case: Case, now: datetime
) -> None:
    again = actions.open_case(
        actor=helper,
        now=now + timedelta(hours=5),
        subject_id=family.household.pk,
        kind="provisions.food",
        detail={"what": "奶粉", "days_left": 1, "for_infant": True},
    )
    assert (again.case_ids, again.told_again_ids) == ((), (food_case.pk,))
    food_case.refresh_from_db()
    assert food_case.is_urgent
    assert food_case.due_at == now + timedelta(hours=17)  # sooner, never later
    assert kinds.get("provisions.food")._default_manager.get(case=food_case).in_words().startswith("奶粉")
    assert "奶粉" in CaseStep.objects.order_by("-pk")[0].note


def test_two_other_needs_opened_by_hand_are_two_cases(helper: Actor, family: Family, now: datetime) -> None:
    for words in ("院门关不上", "收音机坏了"):
        actions.open_case(
            actor=helper, now=now, subject_id=family.household.pk, kind="general.other", detail={"words": words}
        )
    assert Case.objects.count() == 2


# --- opening in bulk ----------------------------------------------------------------------------------------------------


def test_a_bulk_of_openings_with_one_stranger_in_it_writes_nothing(
    helper: Actor, family: Family, make_family: MakeFamily, now: datetime
) -> None:
    stranger = make_family("生人")
    openings = [CaseOpening(subject_id=one.household.pk, kind="provisions.food") for one in (family, stranger)]
    with pytest.raises(NotAllowed):
        actions.open_cases(actor=helper, now=now, openings=openings)
    assert not Case.objects.exists()


@pytest.mark.parametrize("size", [5, 60])
def test_opening_many_takes_no_more_queries_than_opening_few(
    size: int, make_family: MakeFamily, now: datetime, django_assert_max_num_queries: Any
) -> None:
    households = [make_family(f"户{number}", size=1).household.pk for number in range(size)]
    openings = [
        CaseOpening(subject_id=home, kind=kind, answers=kinds.get(kind).example)
        for home in households
        for kind in ("provisions.food", "health.fever", "general.other")
    ]
    with django_assert_max_num_queries(24):
        made = actions.open_cases(actor=Actor.system(), now=now, openings=openings)
    assert len(made.case_ids) == 3 * size
    with django_assert_max_num_queries(24):
        told = actions.open_cases(actor=Actor.system(), now=now, openings=openings)
    assert (len(told.case_ids), len(told.told_again_ids)) == (0, 3 * size)


def test_fever_and_symptoms_of_one_person_are_one_case(family: Family, now: datetime) -> None:
    openings = [
        CaseOpening(
            subject_id=family.head.pk,
            kind="health.fever",
            answers={"temperature": 38.2, "symptoms": ["cough"], "told_as": told_as},
        )
        for told_as in ("fever", "symptoms")
    ]
    actions.open_cases(actor=Actor.system(), now=now, openings=openings[:1])
    actions.open_cases(actor=Actor.system(), now=now, openings=openings[1:])
    case = Case.objects.get()
    assert "38.2" not in " ".join(step.note for step in case.steps.all())  # a step is not sealed


def test_a_need_told_of_again_while_it_waits_for_confirmation_is_not_met(
    met_case: Case, family: Family, now: datetime
) -> None:
    opening = CaseOpening(subject_id=family.household.pk, kind="provisions.food", answers={"days_left": 3})
    actions.open_cases(actor=Actor.system(), now=now + timedelta(hours=2), openings=[opening])
    met_case.refresh_from_db()
    assert (met_case.status, met_case.met_by_id) == (Status.IN_HAND, None)


def test_a_form_sent_twice_opens_one_case_and_writes_one_note(helper: Actor, family: Family, now: datetime) -> None:
    made = [
        actions.open_case(
            actor=helper, now=now, subject_id=family.household.pk, kind="general.other", detail={"words": "大门坏了"}
        )
        for _time in range(2)
    ]
    (case_id,) = made[0].case_ids
    assert (made[1].case_ids, made[1].told_again_ids) == ((), (case_id,))
    for _time in range(2):
        actions.note_case(actor=helper, now=now, case_id=case_id, note="下午去")
    assert CaseStep.objects.filter(case_id=case_id, note="下午去").count() == 1
    other = actions.open_case(
        actor=helper, now=now, subject_id=family.household.pk, kind="general.other", detail={"words": "后门坏了"}
    )
    assert other.case_ids
