"""The life of a case: first who is refused, then how it goes, then what the ledger says."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from conftest import District, Family, MakeFamily, MakeUser
from renwang.foundation.access.models import User
from renwang.foundation.access.rules import Actor, NotAllowed
from renwang.foundation.audit.models import Entry
from renwang.loop.cases import actions, handlers, kinds, queries, rules
from renwang.loop.cases.models import Attendance, Case, CaseStep, SavedFilter
from renwang.loop.cases.rules import CaseOpening, Status, VerifiedHow

pytestmark = pytest.mark.django_db


# --- opening by hand ----------------------------------------------------------------------------------------------------


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


# --- taking, releasing, giving up ---------------------------------------------------------------------------------------


def test_strangers_take_no_case(outsider: Actor, other_helper: Actor, food_case: Case, now: datetime) -> None:
    for actor in (outsider, other_helper):
        with pytest.raises(NotAllowed):
            actions.take_cases(actor=actor, now=now, case_ids=[food_case.pk])
    food_case.refresh_from_db()
    assert food_case.status == Status.OPEN


def test_of_two_who_take_a_case_the_second_is_told_who_was_first(
    helper: Actor, cadre: Actor, food_case: Case, now: datetime
) -> None:
    actions.take_cases(actor=helper, now=now, case_ids=[food_case.pk])
    with translation.override("en"), pytest.raises(rules.StaleCase, match=r"王帮扶 changed this case first.*10:00"):
        actions.take_cases(actor=cadre, now=now + timedelta(minutes=1), case_ids=[food_case.pk])
    assert Entry.objects.filter(name="cases.take_cases").count() == 1


def test_a_bulk_take_tells_apart_what_somebody_took_first(
    helper: Actor, cadre: Actor, family: Family, food_case: Case, now: datetime
) -> None:
    other = actions.open_case(
        actor=helper, now=now, subject_id=family.household.pk, kind="general.other", detail={"words": "灯不亮"}
    ).case_ids[0]
    actions.take_cases(actor=helper, now=now, case_ids=[food_case.pk])
    taken = actions.take_cases(actor=cadre, now=now, case_ids=[food_case.pk, other])
    assert (taken.case_ids, taken.stale_ids) == ((other,), (food_case.pk,))


def test_a_case_that_does_not_exist_says_so(district: Actor, now: datetime) -> None:
    with pytest.raises(rules.UnknownCase):
        actions.take_cases(actor=district, now=now, case_ids=[999])


def test_only_the_holder_or_their_officer_releases_or_meets_a_case(
    helper: Actor, other_helper: Actor, street_officer: Actor, food_case: Case, now: datetime
) -> None:
    actions.take_cases(actor=helper, now=now, case_ids=[food_case.pk])
    with pytest.raises(NotAllowed):
        actions.release_case(actor=other_helper, now=now, case_id=food_case.pk, reason="不去了")
    with pytest.raises(rules.ReasonMissing):
        actions.release_case(actor=helper, now=now, case_id=food_case.pk, reason=" ")
    actions.release_case(actor=street_officer, now=now, case_id=food_case.pk, reason="她病了")
    food_case.refresh_from_db()
    assert (food_case.status, food_case.holder_id) == (Status.OPEN, None)


def test_an_open_case_is_not_met_before_somebody_took_it(helper: Actor, food_case: Case, now: datetime) -> None:
    with pytest.raises(rules.StaleCase):
        actions.meet_case(actor=helper, now=now, case_id=food_case.pk)


def test_giving_up_needs_a_reason_and_what_was_seen(helper: Actor, food_case: Case, now: datetime) -> None:
    with pytest.raises(rules.ReasonMissing):
        actions.give_up_case(actor=helper, now=now, case_id=food_case.pk, seen=Status.OPEN, reason="")
    with pytest.raises(rules.StaleCase):
        actions.give_up_case(actor=helper, now=now, case_id=food_case.pk, seen=Status.IN_HAND, reason="搬走了")
    with pytest.raises(rules.ForbiddenMove):
        actions.give_up_case(actor=helper, now=now, case_id=food_case.pk, seen=Status.MET, reason="搬走了")
    actions.give_up_case(actor=helper, now=now, case_id=food_case.pk, seen=Status.OPEN, reason="全家搬到儿子家")
    food_case.refresh_from_db()
    assert (food_case.status, food_case.closed_at) == (Status.GIVEN_UP, now)


def test_a_case_given_up_is_opened_again_by_an_officer_and_its_clock_is_the_old_one(
    helper: Actor, street_officer: Actor, food_case: Case, now: datetime
) -> None:
    actions.give_up_case(actor=helper, now=now, case_id=food_case.pk, seen=Status.OPEN, reason="搬走了")
    with pytest.raises(NotAllowed):
        actions.reopen_case(actor=helper, now=now, case_id=food_case.pk, reason="又回来了")
    actions.reopen_case(actor=street_officer, now=now, case_id=food_case.pk, reason="又回来了")
    before = food_case.due_at
    food_case.refresh_from_db()
    assert (food_case.status, food_case.closed_at, food_case.due_at) == (Status.OPEN, None, before)


def test_two_people_closing_one_case_the_second_is_told(
    helper: Actor, cadre: Actor, street_officer: Actor, met_case: Case, now: datetime
) -> None:
    with pytest.raises(rules.StaleCase):
        actions.close_cases(actor=helper, now=now, case_ids=[met_case.pk])
    confirm(cadre, met_case, now)
    actions.close_cases(actor=helper, now=now, case_ids=[met_case.pk])
    with translation.override("en"), pytest.raises(rules.StaleCase, match="王帮扶"):
        actions.close_cases(actor=street_officer, now=now + timedelta(minutes=1), case_ids=[met_case.pk])
    assert Entry.objects.filter(name="cases.close_cases").count() == 1


def test_a_note_moves_nothing(helper: Actor, outsider: Actor, food_case: Case, now: datetime) -> None:
    with pytest.raises(NotAllowed):
        actions.note_case(actor=outsider, now=now, case_id=food_case.pk, note="我也看看")
    actions.note_case(actor=helper, now=now, case_id=food_case.pk, note="下午去")
    food_case.refresh_from_db()
    assert food_case.status == Status.OPEN


# --- confirming ---------------------------------------------------------------------------------------------------------


def confirm(actor: Actor, case: Case, now: datetime, **changes: Any) -> Any:
    given = {
        "case_id": case.pk,
        "how": VerifiedHow.HOUSEHOLD_CALL,
        "is_met": True,
        "submission_id": uuid4(),
        **changes,
    }
    return actions.confirm_case(actor=actor, now=now, **given)


@pytest.mark.parametrize("how", [VerifiedHow.HOUSEHOLD_CALL, VerifiedHow.HOUSEHOLD_VISIT, VerifiedHow.SECOND_PERSON])
def test_who_handled_a_case_may_not_record_its_confirmation(
    how: VerifiedHow, helper: Actor, met_case: Case, now: datetime
) -> None:
    with pytest.raises(rules.HandlerMayNotConfirm):
        confirm(helper, met_case, now, how=how)


def test_who_took_a_case_before_may_not_confirm_it_either(
    helper: Actor, cadre: Actor, food_case: Case, now: datetime
) -> None:
    actions.take_cases(actor=cadre, now=now, case_ids=[food_case.pk])
    actions.assign_cases(actor=cadre, now=now, case_ids=[food_case.pk], user_id=helper.user_id or 0)
    actions.meet_case(actor=helper, now=now, case_id=food_case.pk)
    with pytest.raises(rules.HandlerMayNotConfirm):
        confirm(cadre, food_case, now)


def test_nobody_confirms_in_the_households_place_by_its_link(cadre: Actor, met_case: Case, now: datetime) -> None:
    with pytest.raises(rules.ForbiddenMove):
        confirm(cadre, met_case, now, how=VerifiedHow.HOUSEHOLD_LINK)


def test_a_case_not_met_is_not_confirmed(cadre: Actor, food_case: Case, now: datetime) -> None:
    with pytest.raises(rules.StaleCase):
        confirm(cadre, food_case, now)


def test_a_second_person_verifies_once_however_often_it_is_sent(cadre: Actor, met_case: Case, now: datetime) -> None:
    submission = uuid4()
    first = confirm(cadre, met_case, now, submission_id=submission)
    second = confirm(cadre, met_case, now, submission_id=submission)
    met_case.refresh_from_db()
    assert (met_case.status, first.is_repeat, second.is_repeat) == (Status.VERIFIED, False, True)
    assert met_case.confirmations.count() == 1


def test_not_met_needs_a_word_and_brings_the_case_back_in_hand(cadre: Actor, met_case: Case, now: datetime) -> None:
    with pytest.raises(rules.ReasonMissing):
        confirm(cadre, met_case, now, is_met=False)
    due = met_case.due_at
    confirm(cadre, met_case, now, is_met=False, note="只收到一半")
    met_case.refresh_from_db()
    assert (met_case.status, met_case.met_by_id, met_case.due_at) == (Status.IN_HAND, None, due)


# --- handing on, attending, filters ---------------------------------------------------------------------------------------


def test_a_helper_assigns_nobody_and_nobody_is_given_a_case_of_elsewhere(
    helper: Actor, street_officer: Actor, outsider: Actor, food_case: Case, now: datetime
) -> None:
    with pytest.raises(NotAllowed):
        actions.assign_cases(actor=helper, now=now, case_ids=[food_case.pk], user_id=helper.user_id or 0)
    with pytest.raises(rules.UnknownReceiver):
        actions.assign_cases(actor=street_officer, now=now, case_ids=[food_case.pk], user_id=outsider.user_id or 0)


def test_who_is_assigned_holds_the_case_and_sees_what_is_needed(
    street_officer: Actor, other_helper: Actor, food_case: Case, now: datetime
) -> None:
    assert not queries.visible_cases(viewer=other_helper).exists()
    actions.assign_cases(
        actor=street_officer, now=now, case_ids=[food_case.pk], user_id=other_helper.user_id or 0, reason="顺路"
    )
    page = queries.case_page(viewer=other_helper, case_id=food_case.pk, now=now)
    assert page is not None
    assert page.words is not None
    actions.meet_case(actor=other_helper, now=now, case_id=food_case.pk)


def test_a_case_is_offered_to_one_at_a_time_and_only_the_receiver_answers(
    helper: Actor, cadre: Actor, street_officer: Actor, food_case: Case, now: datetime
) -> None:
    offered = actions.refer_case(
        actor=helper, now=now, case_id=food_case.pk, user_id=cadre.user_id or 0, reason="要一辆车"
    )
    with pytest.raises(rules.StaleCase):
        actions.refer_case(actor=helper, now=now, case_id=food_case.pk, user_id=cadre.user_id or 0, reason="再问")
    with pytest.raises(NotAllowed):
        actions.answer_referral(actor=street_officer, now=now, referral_id=offered.referral_id, is_accepted=True)
    with pytest.raises(rules.ReasonMissing):
        actions.answer_referral(actor=cadre, now=now, referral_id=offered.referral_id, is_accepted=False)
    actions.answer_referral(actor=cadre, now=now, referral_id=offered.referral_id, is_accepted=True)
    food_case.refresh_from_db()
    assert food_case.holder_id == helper.user_id  # the holder stays
    with pytest.raises(rules.StaleCase):
        actions.revoke_referral(actor=helper, now=now, referral_id=offered.referral_id)


def test_a_transfer_moves_a_case_only_when_the_other_area_accepts(
    street_officer: Actor, outsider: Actor, small_district: District, food_case: Case, now: datetime
) -> None:
    there = small_district.other_street.code
    offer = {"case_id": food_case.pk, "to_area": there, "reason": "人住在那边"}
    with pytest.raises(rules.UnknownReceiver):
        actions.transfer_case(actor=street_officer, now=now, **(offer | {"to_area": "999"}))
    with pytest.raises(rules.UnknownReceiver):
        actions.transfer_case(actor=street_officer, now=now, **(offer | {"to_area": food_case.division_id}))
    made = actions.transfer_case(actor=street_officer, now=now, **offer)
    food_case.refresh_from_db()
    assert food_case.division_id == small_district.village.code
    assert queries.visible_cases(viewer=outsider).filter(pk=food_case.pk).exists()
    actions.answer_referral(actor=outsider, now=now, referral_id=made.referral_id, is_accepted=True)
    food_case.refresh_from_db()
    assert (food_case.division_id, food_case.holder_id, food_case.status) == (there, outsider.user_id, Status.IN_HAND)


def test_a_rejected_or_revoked_transfer_leaves_the_case_where_it_was(
    street_officer: Actor, outsider: Actor, small_district: District, food_case: Case, now: datetime
) -> None:
    offer = {"case_id": food_case.pk, "to_area": small_district.other_street.code, "reason": "人住在那边"}
    first = actions.transfer_case(actor=street_officer, now=now, **offer)
    actions.answer_referral(actor=outsider, now=now, referral_id=first.referral_id, is_accepted=False, answer="不在")
    second = actions.transfer_case(actor=street_officer, now=now, **offer)
    with pytest.raises(NotAllowed):
        actions.revoke_referral(actor=outsider, now=now, referral_id=second.referral_id)
    actions.revoke_referral(actor=street_officer, now=now, referral_id=second.referral_id)
    food_case.refresh_from_db()
    assert food_case.division_id == small_district.village.code
    assert not queries.visible_cases(viewer=outsider).exists()


def test_others_see_who_is_on_it_for_a_few_minutes(
    helper: Actor, cadre: Actor, outsider: Actor, food_case: Case, now: datetime
) -> None:
    with pytest.raises(NotAllowed):
        actions.attend_case(actor=outsider, now=now, case_id=food_case.pk)
    actions.attend_case(actor=helper, now=now, case_id=food_case.pk)
    actions.attend_case(actor=helper, now=now + timedelta(minutes=1), case_id=food_case.pk)
    assert Attendance.objects.count() == 1
    assert queries.who_attends(case_ids=[food_case.pk], viewer=cadre, now=now) == {food_case.pk: ["王帮扶"]}
    assert queries.who_attends(case_ids=[food_case.pk], viewer=helper, now=now) == {}
    late = now + timedelta(minutes=10)
    assert queries.who_attends(case_ids=[food_case.pk], viewer=cadre, now=late) == {}


def test_an_account_keeps_its_own_filters(helper: Actor, cadre: Actor, now: datetime) -> None:
    with pytest.raises(rules.Refused):
        actions.save_filter(actor=helper, now=now, name=" ", query="scope=mine")
    kept = actions.save_filter(actor=helper, now=now, name="我的急件", query="scope=urgent")
    actions.save_filter(actor=helper, now=now, name="我的急件", query="scope=mine")
    actions.forget_filter(actor=cadre, now=now, filter_id=kept.filter_id)
    assert SavedFilter.objects.get().query == "scope=mine"
    actions.forget_filter(actor=helper, now=now, filter_id=kept.filter_id)
    assert not SavedFilter.objects.exists()


# --- what the system does by itself ---------------------------------------------------------------------------------------


def test_late_cases_climb_once_per_level_and_nothing_is_extended(
    food_case: Case, street_officer: Actor, now: datetime
) -> None:
    with pytest.raises(NotAllowed):
        actions.escalate_overdue(actor=street_officer, now=now, case_ids=[food_case.pk])
    handlers.escalate_late_cases(now)
    assert Entry.objects.filter(name="cases.escalate_overdue").count() == 0
    due = food_case.due_at
    for _twice in range(2):
        handlers.escalate_late_cases(due + timedelta(minutes=1))
    food_case.refresh_from_db()
    assert (food_case.level, food_case.due_at) == (1, due)
    for _twice in range(2):
        handlers.escalate_late_cases(due + timedelta(days=2))
    food_case.refresh_from_db()
    assert (food_case.level, food_case.due_at) == (2, due)
    assert Entry.objects.filter(name="cases.escalate_overdue").count() == 2


def test_a_case_verified_yesterday_is_written_off(cadre: Actor, met_case: Case, now: datetime) -> None:
    confirm(cadre, met_case, now)
    handlers.close_verified_cases(now + timedelta(hours=23))
    met_case.refresh_from_db()
    assert met_case.status == Status.VERIFIED
    handlers.close_verified_cases(now + timedelta(hours=25))
    met_case.refresh_from_db()
    assert met_case.status == Status.CLOSED


def test_who_may_not_see_what_is_needed_sees_that_there_is_something(
    district: Actor,
    helper: Actor,
    family: Family,
    make_user: MakeUser,
    as_actor: Callable[[User], Actor],
    now: datetime,
) -> None:
    case_id = actions.open_case(
        actor=helper, now=now, subject_id=family.head.pk, kind="health.fever", detail={"temperature": "38.4"}
    ).case_ids[0]
    command = queries.case_page(viewer=district, case_id=case_id, now=now)
    health = as_actor(make_user("health", health_officer="370704"))
    doctor = queries.case_page(viewer=health, case_id=case_id, now=now)
    assert command is not None
    assert doctor is not None
    assert command.words is None
    assert doctor.words is not None
    assert "38.4" in doctor.words
