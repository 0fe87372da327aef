"""Who has nobody, whose helper is away, and the teams of the villages."""

import pytest

from renwang.foundation.access.models import User
from renwang.loop.assignments import actions, queries
from renwang.loop.assignments.models import Assignment, Duty, Worker
from renwang.loop.assignments.rules import STANDARD_DUTIES

pytestmark = pytest.mark.django_db


@pytest.fixture
def lonely(make_family, small_district):
    return [
        make_family("孤", division=place, size=2).household
        for place in (small_district.village, small_district.far_village)
    ]


def test_whoever_sees_only_their_own_people_sees_no_gap_and_an_officer_only_the_own_area(
    helper, street_officer, outsider, district, family, lonely, now
) -> None:
    near, far = lonely
    seen = {who: set(queries.gaps(viewer=who, now=now)) for who in (helper, street_officer, outsider, district)}
    assert seen == {helper: set(), street_officer: {near}, outsider: {far}, district: {near, far}}


def test_the_counts_say_how_many_and_where_with_the_worst_first(
    district, street_officer, family, make_family, lonely, helper_user, small_district, now
) -> None:
    make_family("孤二", division=small_district.village)
    actions.set_availability(actor=street_officer, now=now, user_ids=[helper_user.pk], is_available=False)
    counts = queries.gap_counts(viewer=district, now=now)
    assert (counts.alone, counts.away) == (3, 1)
    assert [(row.name, row.alone, row.away) for row in counts.streets] == [("九龙街道", 2, 1), ("凤凰街道", 1, 0)]
    assert [row.code for row in counts.villages] == [small_district.village.code, small_district.far_village.code]
    street = queries.gap_counts(viewer=district, now=now, area=small_district.other_street.code)
    assert (street.alone, street.away) == (1, 0)


def test_a_grid_worker_of_the_village_does_not_close_the_gap(
    street_officer, lonely, helper_user, small_district, now
) -> None:
    actions.define_duties(actor=type(street_officer).system(), now=now, duties=STANDARD_DUTIES)
    pairs = [(helper_user.pk, small_district.village.code)]
    actions.assign_to_divisions(actor=street_officer, now=now, duty="grid_worker", pairs=pairs)
    assert list(queries.gaps(viewer=street_officer, now=now)) == [lonely[0]]


def test_a_closed_account_counts_as_away(street_officer, family, helper_user, now) -> None:
    assert not queries.left_alone(viewer=street_officer, now=now).exists()
    User.objects.filter(pk=helper_user.pk).update(is_active=False)
    assert list(queries.left_alone(viewer=street_officer, now=now)) == [family.household]
    assert queries.answerable_for([family.household.pk], now) == {}


def test_a_team_is_complete_or_says_what_is_missing(street_officer, district, small_district, helper_user, now) -> None:
    actions.define_duties(actor=district, now=now, duties=STANDARD_DUTIES)
    village = small_district.village.code
    roles = list(Duty.objects.filter(in_screening_team=True))
    for duty in roles[1:]:
        actions.assign_to_divisions(actor=street_officer, now=now, duty=duty.code, pairs=[(helper_user.pk, village)])
    team = {team.division.code: team for team in queries.teams(viewer=street_officer, now=now)}
    assert set(team) == {village, small_district.next_village.code}
    assert team[village].missing == (roles[0],) and not team[village].is_complete
    actions.assign_to_divisions(actor=street_officer, now=now, duty=roles[0].code, pairs=[(helper_user.pk, village)])
    assert queries.team_counts(viewer=street_officer, now=now) == (1, 2)
    actions.set_availability(actor=street_officer, now=now, user_ids=[helper_user.pk], is_available=False)
    assert queries.team_counts(viewer=street_officer, now=now) == (0, 2)


def test_the_history_tells_who_was_responsible_when_also_through_the_household(
    street_officer, family, helper_user, make_user, small_district, now
) -> None:
    second = make_user("second", helper=small_district.village.code)
    actions.assign(
        actor=street_officer, now=now, duty="helper", pairs=[(second.pk, family.household.pk)], reason="换人"
    )
    periods = queries.history(family.household.pk)
    assert [(one.user_name, one.until) for one in periods] == [("second", None), ("王帮扶", now)]
    through = queries.history(family.members[1].pk)
    assert [one.through_household for one in through] == [family.household.pk] * 2


def test_load_and_workers_of_an_area_count_only_what_is_carried_now(
    street_officer, outsider, family, helper_user, small_district, now
) -> None:
    assert queries.load_of([helper_user.pk]) == {helper_user.pk: 1}
    (worker,) = queries.workers_of(small_district.village.code, viewer=street_officer)
    assert (worker.pk, worker.load) == (helper_user.pk, 1)
    assert not queries.workers_of(viewer=outsider).exists()
    ids = list(Assignment.objects.values_list("pk", flat=True))
    actions.end_assignments(actor=street_officer, now=now, assignment_ids=ids, reason="x")
    assert queries.load_of([helper_user.pk]) == {}


@pytest.mark.parametrize("rows", [5, 50])
def test_gaps_and_teams_ask_the_same_number_of_questions(
    rows, district, make_family, make_user, small_district, now, django_assert_max_num_queries
) -> None:
    for number in range(rows):
        make_family("孤", size=1)
        user = make_user(f"w{number}", helper=small_district.village.code)
        Worker.objects.create(user=user, home=small_district.village)
    with django_assert_max_num_queries(7):
        queries.gap_counts(viewer=district, now=now)
    with django_assert_max_num_queries(5):
        queries.teams(viewer=district, now=now)
    with django_assert_max_num_queries(1):
        list(queries.workers_of(viewer=district))
