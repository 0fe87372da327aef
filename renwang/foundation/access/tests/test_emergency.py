"""Emergency access: given to neighbours with a reason, for 24 hours, to see and to help, and never unseen."""

import datetime as dt
from collections.abc import Callable

import pytest

from conftest import District, MakeUser
from renwang.foundation.access import actions, queries
from renwang.foundation.access.models import BreakGlass, User
from renwang.foundation.access.rules import Actor, NotAllowed, is_neighbour
from renwang.foundation.audit.models import Entry

REASON = "邻村老人高烧，本村无人接电话"
DAY = dt.timedelta(hours=24)


@pytest.fixture
def cadre(small_district: District, make_user: MakeUser) -> User:
    """The cadre of the far village, in the other street."""
    return make_user("cadre", name="陈村干", village_cadre=small_district.far_village.code)


def test_neighbours_share_the_parent_of_the_parent_and_are_not_wider() -> None:
    village = ("370704", "370704006", "370704006201")
    assert is_neighbour(("370704", "370704003", "370704003201"), village)
    assert not is_neighbour(("370704", "370704003"), village)  # a whole street
    assert not is_neighbour(("370705", "370705001", "370705001201"), village)  # another district
    assert not is_neighbour(village, village)
    assert not is_neighbour((), village)


def test_who_sees_only_their_own_people_breaks_no_glass(
    helper: Actor, now: dt.datetime, small_district: District
) -> None:
    with pytest.raises(NotAllowed):
        actions.break_glass(actor=helper, now=now, area=small_district.far_village.code, reason=REASON)


@pytest.mark.parametrize(
    ("area", "reason"),
    [("370704006201", "急"), ("370704999", REASON), ("370704003201", REASON), ("370704006", REASON), ("", REASON)],
    ids=["short reason", "unknown area", "own area", "wider than own", "no area"],
)
def test_emergency_access_is_refused_with_words(
    cadre: User, as_actor: Callable[[User], Actor], now: dt.datetime, area: str, reason: str
) -> None:
    with pytest.raises(actions.EmergencyRefused) as refusal:
        actions.break_glass(actor=as_actor(cadre), now=now, area=area, reason=reason)
    assert len(str(refusal.value)) > 8
    assert not BreakGlass.objects.exists()


def test_emergency_access_lends_seeing_and_helping_for_a_day(
    cadre: User, now: dt.datetime, small_district: District
) -> None:
    there = small_district.village.code
    before = queries.actor_for(user=cadre, now=now, verified=True)
    assert not before.may("registry.view", there)
    actions.break_glass(actor=before, now=now, area=there, reason=REASON)
    during = queries.actor_for(user=cadre, now=now + dt.timedelta(hours=1), verified=True)
    assert during.may("registry.view", there) and during.may("cases.open_case", there)
    assert during.may("access.reveal", there)
    assert not during.may("registry.import_check", there)
    assert not during.may("assignments.propose_helpers", there)
    assert not during.may("access.break_glass", there)
    assert not during.may("registry.view", small_district.next_village.code)
    after = queries.actor_for(user=cadre, now=now + DAY, verified=True)
    assert not after.may("registry.view", there)
    entry = Entry.objects.get(name="access.break_glass")
    assert entry.actor_id == cadre.pk and REASON not in str(entry.facts)


def test_emergency_access_lends_no_role_that_sees_only_its_own_people(
    make_user: MakeUser, now: dt.datetime, small_district: District
) -> None:
    far = small_district.far_village.code
    user = make_user("both", village_cadre=far, helper=far, account_manager=far)
    actor = queries.actor_for(user=user, now=now, verified=True)
    actions.break_glass(actor=actor, now=now, area=small_district.village.code, reason=REASON)
    lent = queries.actor_for(user=user, now=now, verified=True).lent_grants()
    assert [(grant.role, grant.area) for grant in lent] == [("village_cadre", small_district.village.code)]


def test_the_same_emergency_access_is_taken_once(cadre: User, now: dt.datetime, small_district: District) -> None:
    actor = queries.actor_for(user=cadre, now=now, verified=True)
    actions.break_glass(actor=actor, now=now, area=small_district.village.code, reason=REASON)
    with pytest.raises(actions.EmergencyRefused):
        actions.break_glass(actor=actor, now=now, area=small_district.village.code, reason=REASON)
    assert BreakGlass.objects.count() == 1


def test_the_officer_of_the_area_takes_note_and_the_taker_does_not(
    cadre: User, street_officer: Actor, outsider: Actor, now: dt.datetime, small_district: District
) -> None:
    taker = queries.actor_for(user=cadre, now=now, verified=True)
    taken = actions.break_glass(actor=taker, now=now, area=small_district.village.code, reason=REASON)
    areas = street_officer.areas("access.acknowledge_break_glass")
    assert [row.pk for row in queries.unacknowledged(areas)] == [taken.break_glass_id]
    assert not queries.unacknowledged(outsider.areas("access.acknowledge_break_glass"))
    for nobody in (queries.actor_for(user=cadre, now=now, verified=True), outsider):
        with pytest.raises(NotAllowed):
            actions.acknowledge_break_glass(actor=nobody, now=now, break_glass_id=taken.break_glass_id)
    actions.acknowledge_break_glass(actor=street_officer, now=now, break_glass_id=taken.break_glass_id)
    assert not queries.unacknowledged(areas)
    assert Entry.objects.filter(name="access.acknowledge_break_glass", actor_id=street_officer.user_id).count() == 1
    with pytest.raises(actions.EmergencyRefused):
        actions.acknowledge_break_glass(actor=street_officer, now=now, break_glass_id=taken.break_glass_id)


def test_emergency_access_is_given_back_by_its_taker_only(
    cadre: User, street_officer: Actor, now: dt.datetime, small_district: District
) -> None:
    taker = queries.actor_for(user=cadre, now=now, verified=True)
    taken = actions.break_glass(actor=taker, now=now, area=small_district.village.code, reason=REASON)
    later = now + dt.timedelta(hours=2)
    with pytest.raises(NotAllowed):
        actions.mend_glass(actor=street_officer, now=later, break_glass_id=taken.break_glass_id)
    actions.mend_glass(actor=taker, now=later, break_glass_id=taken.break_glass_id)
    assert not queries.actor_for(user=cadre, now=later, verified=True).lent_grants()
    assert Entry.objects.filter(name="access.mend_glass").count() == 1


def test_a_district_area_has_no_neighbours_to_list(district: Actor, small_district: District) -> None:
    assert queries.neighbours(viewer=district, most=100) == []


def test_a_village_lists_the_other_villages_of_the_district(
    cadre: User, as_actor: Callable[[User], Actor], small_district: District
) -> None:
    found = [place.code for place in queries.neighbours(viewer=as_actor(cadre), most=100)]
    assert found == [small_district.village.code, small_district.next_village.code]
