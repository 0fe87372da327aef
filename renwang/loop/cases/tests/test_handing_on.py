"""Handing on, attending, and what the system does by itself."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from conftest import District, Family, MakeUser
from renwang.foundation.access.models import User
from renwang.foundation.access.rules import Actor, NotAllowed
from renwang.foundation.audit.models import Entry
from renwang.loop.cases import actions, handlers, queries, rules
from renwang.loop.cases.models import Attendance, Case, SavedFilter
from renwang.loop.cases.rules import Status, VerifiedHow

pytestmark = pytest.mark.django_db


def confirm(actor: Actor, case: Case, now: datetime, **changes: Any) -> Any:
    given = {
        "case_id": case.pk,
        "how": VerifiedHow.HOUSEHOLD_CALL,
        "is_met": True,
        "submission_id": uuid4(),
        **changes,
    }
    return actions.confirm_case(actor=actor, now=now, **given)


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


def test_an_area_that_handed_a_case_on_still_sees_it_and_may_do_nothing_with_it(
    street_officer: Actor, outsider: Actor, small_district: District, food_case: Case, now: datetime
) -> None:
    actions.transfer_case(
        actor=street_officer, now=now, case_id=food_case.pk, to_area=small_district.other_street.code, reason="人在那边"
    )
    offered = food_case.referrals.get()
    actions.answer_referral(actor=outsider, now=now, referral_id=offered.pk, is_accepted=True)
    page = queries.case_page(viewer=street_officer, case_id=food_case.pk, now=now)
    assert page is not None
    assert page.words is None  # what is needed is seen where it is worked on
    with pytest.raises(NotAllowed):
        actions.note_case(actor=street_officer, now=now, case_id=food_case.pk, note="还在吗")


def test_a_submission_about_one_case_confirms_no_other(
    cadre: Actor, helper: Actor, met_case: Case, family: Family, now: datetime
) -> None:
    once = uuid4()
    confirm(cadre, met_case, now, submission_id=once)
    made = actions.open_case(
        actor=helper, now=now, subject_id=family.head.pk, kind="general.other", detail={"words": "轮椅"}
    )
    other = Case.objects.get(pk=made.case_ids[0])
    actions.take_cases(actor=helper, now=now, case_ids=[other.pk])
    actions.meet_case(actor=helper, now=now, case_id=other.pk)
    with pytest.raises(rules.StaleCase):
        confirm(cadre, other, now, submission_id=once)
    other.refresh_from_db()
    assert other.status == Status.MET
