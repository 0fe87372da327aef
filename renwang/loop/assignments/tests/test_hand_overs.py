"""Handing over all of a worker's people, and back."""

import itertools
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from renwang.foundation.access.rules import Actor, NotAllowed
from renwang.foundation.audit.models import Entry
from renwang.loop.assignments import actions, queries
from renwang.loop.assignments.models import Assignment, HandOver, Worker
from renwang.loop.assignments.rules import STANDARD_DUTIES

pytestmark = pytest.mark.django_db


@pytest.fixture
def second(make_user, small_district):
    user = make_user("second", name="赵帮扶", helper=small_district.village.code)
    Worker.objects.create(user=user, home=small_district.village)
    return user


def test_one_household_in_another_area_refuses_the_whole_handing_over(
    street_officer, district, family, make_family, small_district, helper_user, second, now
) -> None:
    make_family("远方", division=small_district.far_village, helper=helper_user)
    told = {"now": now, "from_user": helper_user.pk, "to_user": second.pk, "reason": "隔离"}
    with pytest.raises(NotAllowed):
        actions.hand_over(actor=street_officer, **told)
    with pytest.raises(NotAllowed):
        actions.hand_over(actor=street_officer, **told, area=small_district.root.code)
    assert not HandOver.objects.exists()
    event = actions.hand_over(actor=street_officer, **told, area=small_district.street.code)
    assert event.subject_ids == (family.household.pk,)
    assert actions.hand_over(actor=district, **told).count == 1


def test_all_people_go_over_and_come_back_except_whom_a_third_got(
    street_officer, small_district, make_family, make_user, helper_user, second, now
) -> None:
    actions.define_duties(actor=Actor.system(), now=now, duties=STANDARD_DUTIES)
    ids = [make_family(f"户{number}", size=1, helper=helper_user).household.pk for number in range(3)]
    code = small_district.village.code
    for duty in ("grid_worker", "cadre_in_charge"):
        actions.assign_to_divisions(actor=street_officer, now=now, duty=duty, pairs=[(helper_user.pk, code)])
    actions.assign_to_divisions(actor=street_officer, now=now, duty="grid_worker", pairs=[(second.pk, code)])
    later = now + timedelta(days=1)
    event = actions.hand_over(
        actor=street_officer, now=later, from_user=helper_user.pk, to_user=second.pk, reason="隔离", is_away=True
    )
    assert event.count == 5 and event.duties == ("cadre_in_charge", "grid_worker", "helper")
    assert queries.answerable_for(ids, later) == dict.fromkeys(ids, second.pk)
    assert not Worker.objects.get(user=helper_user).is_available
    assert not Assignment.objects.filter(user=helper_user, until__isnull=True).exists()

    third = make_user("third", helper=code)
    actions.assign(actor=street_officer, now=later, duty="helper", pairs=[(third.pk, ids[0])])
    last = later + timedelta(days=14)
    back = actions.hand_back(actor=street_officer, now=last, hand_over_id=event.hand_over_id, reason="解除隔离")
    assert queries.answerable_for(ids, last) == {ids[0]: third.pk, ids[1]: helper_user.pk, ids[2]: helper_user.pk}
    assert back.is_back and back.count == 4 and Worker.objects.get(user=helper_user).is_available
    grid = Assignment.objects.filter(duty_id="grid_worker", until__isnull=True)
    assert set(grid.values_list("user_id", flat=True)) == {helper_user.pk, second.pk}
    with pytest.raises(actions.StaleHandOver):
        actions.hand_back(actor=street_officer, now=last, hand_over_id=event.hand_over_id, reason="")
    assert Entry.objects.filter(name="assignments.hand_over").count() == 1


def test_nothing_or_oneself_is_not_handed_over(street_officer, helper_user, second, now) -> None:
    with pytest.raises(actions.SameWorker):
        actions.hand_over(actor=street_officer, now=now, from_user=second.pk, to_user=second.pk, reason="x")
    with pytest.raises(actions.NothingToHandOver):
        actions.hand_over(actor=street_officer, now=now, from_user=second.pk, to_user=helper_user.pk, reason="x")


step = st.one_of(
    st.tuples(st.just("assign"), st.integers(0, 2), st.integers(0, 2)),
    st.tuples(st.just("end"), st.integers(0, 2), st.just(0)),
    st.tuples(st.just("hand_over"), st.integers(0, 2), st.integers(0, 2)),
    st.tuples(st.just("hand_back"), st.just(0), st.just(0)),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(step, st.integers(0, 2)), max_size=12))
def test_after_any_sequence_one_holder_and_no_gap_inside_a_period(
    steps, street_officer, make_family, make_user, small_district, now, request
) -> None:
    if not hasattr(request.node, "cast"):
        users = [make_user(f"u{number}", helper=small_district.village.code) for number in range(3)]
        subjects = [make_family(f"户{number}", size=1).household for number in range(3)]
        request.node.cast = users, subjects
    users, subjects = request.node.cast
    Assignment.objects.all().delete()
    HandOver.objects.all().delete()
    at, ended_by_hand = now, set()
    for (verb, one, other), minutes in steps:
        at += timedelta(minutes=minutes)
        if verb == "assign":
            pairs = [(users[one].pk, subjects[other].pk)]
            actions.assign(actor=street_officer, now=at, duty="helper", pairs=pairs)
        elif verb == "end":
            held = Assignment.objects.filter(subject=subjects[one], until__isnull=True)
            ids = list(held.values_list("pk", flat=True))
            ended_by_hand |= set(ids)
            actions.end_assignments(actor=street_officer, now=at, assignment_ids=ids, reason="x")
        elif verb == "hand_over" and one != other:
            try:
                actions.hand_over(
                    actor=street_officer, now=at, from_user=users[one].pk, to_user=users[other].pk, reason="x"
                )
            except actions.NothingToHandOver:
                pass
        elif verb == "hand_back" and (kept := HandOver.objects.filter(back_at__isnull=True).first()):
            actions.hand_back(actor=street_officer, now=at, hand_over_id=kept.pk, reason="x")
    for subject in subjects:
        rows = list(Assignment.objects.filter(subject=subject).order_by("pk"))
        assert sum(row.until is None for row in rows) <= 1
        for row, after in itertools.pairwise(rows):
            assert row.until is not None and row.since <= row.until
            # Only where somebody ended it by hand may there be a time without anybody.
            assert row.until == after.since or (row.pk in ended_by_hand and row.until <= after.since)
