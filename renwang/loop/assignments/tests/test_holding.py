"""Giving duties and ending them: first the refusal, then the success, then the ledger."""

from datetime import timedelta

import pytest

from renwang.foundation.access.models import User
from renwang.foundation.access.rules import NotAllowed
from renwang.foundation.audit.models import Entry
from renwang.loop.assignments import actions, queries
from renwang.loop.assignments.models import Assignment
from renwang.loop.assignments.rules import STANDARD_DUTIES
from renwang.loop.registry.models import Subject

pytestmark = pytest.mark.django_db


@pytest.fixture
def second_helper(make_user, small_district) -> User:
    return make_user("second", name="赵帮扶", helper=small_district.village.code)


def holders(subject: Subject, duty: str = "helper") -> list[int]:
    return list(
        Assignment.objects.filter(subject=subject, duty_id=duty, until__isnull=True).values_list("user_id", flat=True)
    )


@pytest.mark.parametrize("who", ["outsider", "helper"])
def test_whoever_has_no_right_in_the_area_assigns_nobody(who, request, family, second_helper, now) -> None:
    actor = request.getfixturevalue(who)
    with pytest.raises(NotAllowed):
        actions.assign(actor=actor, now=now, duty="helper", pairs=[(second_helper.pk, family.household.pk)])
    assert holders(family.household) != [second_helper.pk]
    assert not Entry.objects.exists()


def test_one_household_of_another_area_refuses_the_whole_batch(
    street_officer, family, make_family, small_district, second_helper, now
) -> None:
    far = make_family("远方", division=small_district.far_village)
    pairs = [(second_helper.pk, family.household.pk), (second_helper.pk, far.household.pk)]
    with pytest.raises(NotAllowed):
        actions.assign(actor=street_officer, now=now, duty="helper", pairs=pairs)
    assert holders(far.household) == []


def test_a_new_helper_ends_the_former_and_the_history_keeps_both(
    street_officer, family, helper_user, second_helper, now
) -> None:
    event = actions.assign(
        actor=street_officer, now=now, duty="helper", pairs=[(second_helper.pk, family.household.pk)], reason="换人"
    )
    rows = list(Assignment.objects.filter(subject=family.household).order_by("since"))
    assert [(row.user_id, row.until) for row in rows] == [(helper_user.pk, now), (second_helper.pk, None)]
    assert rows[0].ended_because == rows[1].reason == "换人"
    assert (event.subject_ids, event.user_ids, event.replaced) == ((family.household.pk,), (second_helper.pk,), 1)
    entry = Entry.objects.get()
    assert entry.name == "assignments.assign" and "换人" not in str(entry.facts)
    assert list(queries.begun_in(event.batch_id)) == [rows[1]] and list(queries.ended_in(event.batch_id)) == [rows[0]]


def test_the_same_again_changes_nothing(street_officer, family, helper_user, now) -> None:
    pair = (helper_user.pk, family.household.pk)
    event = actions.assign(actor=street_officer, now=now, duty="helper", pairs=[pair, pair])
    assert (event.count, event.replaced, event.unchanged) == (0, 0, 1)
    assert Assignment.objects.count() == 1


def test_a_batch_that_names_two_holders_of_a_duty_for_one_is_refused(
    street_officer, family, helper_user, second_helper, now
) -> None:
    pairs = [(helper_user.pk, family.household.pk), (second_helper.pk, family.household.pk)]
    with pytest.raises(actions.TwoHolders, match=str(family.household.pk)):
        actions.assign(actor=street_officer, now=now, duty="helper", pairs=pairs)


def test_unknown_duties_accounts_and_households_are_named(street_officer, family, helper_user, now) -> None:
    pair = (helper_user.pk, family.household.pk)
    with pytest.raises(actions.UnknownDuty, match="nobody"):
        actions.assign(actor=street_officer, now=now, duty="nobody", pairs=[pair])
    with pytest.raises(actions.UnknownDuty):
        actions.assign(actor=street_officer, now=now, duty="cadre_in_charge", pairs=[pair])
    with pytest.raises(actions.UnknownSubject, match="987654"):
        actions.assign(actor=street_officer, now=now, duty="helper", pairs=[(helper_user.pk, 987654)])
    User.objects.filter(pk=helper_user.pk).update(is_active=False)
    with pytest.raises(actions.UnknownWorker):
        actions.assign(actor=street_officer, now=now, duty="helper", pairs=[pair])


def test_several_may_hold_a_duty_that_is_for_several(
    street_officer, small_district, helper_user, second_helper, now
) -> None:
    actions.define_duties(actor=type(street_officer).system(), now=now, duties=STANDARD_DUTIES)
    code = small_district.village.code
    for user in (helper_user, second_helper):
        actions.assign_to_divisions(actor=street_officer, now=now, duty="grid_worker", pairs=[(user.pk, code)])
        actions.assign_to_divisions(actor=street_officer, now=now, duty="cadre_in_charge", pairs=[(user.pk, code)])
    held = Assignment.objects.filter(until__isnull=True)
    assert held.filter(duty_id="grid_worker").count() == 2
    assert [row.user_id for row in held.filter(duty_id="cadre_in_charge")] == [second_helper.pk]


def test_ending_leaves_nobody_and_says_why_and_twice_is_once(
    street_officer, outsider, family, helper_user, now
) -> None:
    row = Assignment.objects.get(subject=family.household)
    with pytest.raises(NotAllowed):
        actions.end_assignments(actor=outsider, now=now, assignment_ids=[row.pk], reason="调走")
    event = actions.end_assignments(actor=street_officer, now=now, assignment_ids=[row.pk], reason="调走")
    again = actions.end_assignments(
        actor=street_officer, now=now + timedelta(hours=1), assignment_ids=[row.pk], reason="又一次"
    )
    row.refresh_from_db()
    assert (row.until, row.ended_because, event.count, again.count) == (now, "调走", 1, 0)
    assert queries.answerable_for([family.household.pk], now) == {}


def test_a_person_is_answered_for_by_the_household_s_helper_and_an_area_by_its_grid_worker(
    street_officer, family, make_family, small_district, helper_user, second_helper, now
) -> None:
    actions.define_duties(actor=type(street_officer).system(), now=now, duties=STANDARD_DUTIES)
    alone = make_family("孤老", division=small_district.next_village)
    ids = [family.household.pk, family.members[1].pk, alone.household.pk, alone.head.pk]
    assert queries.answerable_for(ids, now) == {ids[0]: helper_user.pk, ids[1]: helper_user.pk}
    street = small_district.street.code
    actions.assign_to_divisions(actor=street_officer, now=now, duty="grid_worker", pairs=[(second_helper.pk, street)])
    assert queries.answerable_for(ids[2:], now) == dict.fromkeys(ids[2:], second_helper.pk)
    assert queries.answerable_for(ids[:1], now) == {ids[0]: helper_user.pk}


def test_a_duty_held_by_two_cannot_become_one_for_one(
    district, street_officer, small_district, helper_user, second_helper, now
) -> None:
    system = district
    actions.define_duties(actor=system, now=now, duties=STANDARD_DUTIES)
    code = small_district.village.code
    pairs = [(helper_user.pk, code), (second_helper.pk, code)]
    actions.assign_to_divisions(actor=street_officer, now=now, duty="grid_worker", pairs=pairs)
    grid = next(duty for duty in STANDARD_DUTIES if duty.code == "grid_worker")
    sole = type(grid)(**{**{name: getattr(grid, name) for name in grid.__dataclass_fields__}, "one_holder": True})
    with pytest.raises(actions.DutyIsHeld):
        actions.define_duties(actor=system, now=now, duties=[sole])
    with pytest.raises(NotAllowed):
        actions.define_duties(actor=street_officer, now=now, duties=[grid])


@pytest.mark.parametrize("rows", [5, 50])
def test_assigning_asks_the_same_number_of_questions_for_five_and_fifty(
    rows, street_officer, make_family, helper_user, second_helper, now, django_assert_max_num_queries
) -> None:
    families = [make_family("户", size=1, helper=helper_user) for _ in range(rows)]
    pairs = [(second_helper.pk, one.household.pk) for one in families]
    with django_assert_max_num_queries(22):
        event = actions.assign(actor=street_officer, now=now, duty="helper", pairs=pairs)
    assert event.count == event.replaced == rows
    with django_assert_max_num_queries(5):
        assert len(queries.answerable_for([one.head.pk for one in families], now)) == rows
