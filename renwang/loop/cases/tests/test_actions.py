"""The life of a case: first who is refused, then how it goes, then what the ledger says."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import translation

from conftest import Family
from renwang.foundation.access.rules import Actor, NotAllowed
from renwang.foundation.audit.models import Entry
from renwang.loop.cases import actions, rules
from renwang.loop.cases.models import Case
from renwang.loop.cases.rules import Status, VerifiedHow

pytestmark = pytest.mark.django_db


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


def test_who_only_wrote_a_note_is_not_said_to_have_been_first(
    helper: Actor, cadre: Actor, street_officer: Actor, food_case: Case, now: datetime
) -> None:
    actions.take_cases(actor=helper, now=now, case_ids=[food_case.pk])
    actions.note_case(actor=street_officer, now=now + timedelta(minutes=5), case_id=food_case.pk, note="催一下")
    with translation.override("en"), pytest.raises(rules.StaleCase, match=r"王帮扶 changed this case.*02-17 10:00"):
        actions.take_cases(actor=cadre, now=now + timedelta(minutes=6), case_ids=[food_case.pk])


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


def test_who_helped_with_a_case_may_not_confirm_it(
    helper: Actor, cadre: Actor, other_helper: Actor, food_case: Case, now: datetime
) -> None:
    actions.take_cases(actor=helper, now=now, case_ids=[food_case.pk])
    asked = actions.refer_case(
        actor=helper, now=now, case_id=food_case.pk, user_id=other_helper.user_id or 0, reason="一起送粮"
    )
    actions.answer_referral(actor=other_helper, now=now, referral_id=asked.referral_id, is_accepted=True)
    actions.meet_case(actor=helper, now=now, case_id=food_case.pk)
    with pytest.raises(rules.HandlerMayNotConfirm):
        confirm(other_helper, food_case, now, how=VerifiedHow.SECOND_PERSON)
    confirm(cadre, food_case, now)


def test_who_was_given_a_case_and_lost_it_again_may_not_confirm_it(
    helper: Actor, cadre: Actor, street_officer: Actor, food_case: Case, now: datetime
) -> None:
    for given_to in (cadre, helper):
        actions.assign_cases(
            actor=street_officer, now=now, case_ids=[food_case.pk], user_id=given_to.user_id or 0, reason="换人"
        )
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
