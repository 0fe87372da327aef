"""A balanced proposal: asked for, computed, looked at, changed by hand, applied or discarded."""

import pytest

from renwang.foundation.access.rules import Actor, NotAllowed
from renwang.foundation.audit.management.keeper import Keeper
from renwang.foundation.audit.models import Entry
from renwang.loop.assignments import actions, queries
from renwang.loop.assignments.models import Assignment, Proposal, ProposalLine, Worker
from renwang.loop.assignments.rules import ProposalStatus, Why

pytestmark = pytest.mark.django_db


@pytest.fixture
def workers(make_user, small_district, helper_user):
    """Two workers in the first village beside the helper, one in the second who also serves the first."""
    made = []
    for number, home in enumerate([small_district.village, small_district.village, small_district.next_village]):
        user = make_user(f"w{number}", helper=home.code)
        Worker.objects.create(user=user, home=home, capacity=3)
        made.append(user)
    return made


@pytest.fixture
def lonely(make_family, small_district):
    """Four families of the first village and two of the second, without anybody."""
    places = [small_district.village] * 4 + [small_district.next_village] * 2
    return [make_family(f"孤{number}", division=place, size=1).household for number, place in enumerate(places)]


@pytest.fixture
def drafted(street_officer, small_district, lonely, workers, now) -> Proposal:
    event = actions.propose_helpers(actor=street_officer, now=now, area=small_district.street.code)
    Keeper(name="test").drain()
    return Proposal.objects.get(pk=event.proposal_id)


def test_whoever_has_no_right_in_the_area_proposes_nothing(outsider, helper, small_district, lonely, now) -> None:
    for actor in (outsider, helper):
        with pytest.raises(NotAllowed):
            actions.propose_helpers(actor=actor, now=now, area=small_district.street.code)
    assert not Proposal.objects.exists()


def test_where_everybody_has_somebody_nothing_is_proposed(street_officer, small_district, family, now) -> None:
    with pytest.raises(actions.NothingToPropose):
        actions.propose_helpers(actor=street_officer, now=now, area=small_district.street.code)


def test_the_worker_computes_a_proven_optimum_and_nothing_is_given_yet(drafted, lonely, small_district) -> None:
    assert (drafted.status, drafted.households, drafted.placed, drafted.is_proven) == ("drafted", 6, 6, True)
    assert drafted.same_village == 6
    assert not Assignment.objects.exists()
    names = set(Entry.objects.values_list("name", flat=True))
    assert names == {"assignments.propose_helpers", "assignments.draft_proposal"}


def test_computing_twice_is_once_and_the_same_register_gives_the_same_plan(
    drafted, street_officer, small_district, now
) -> None:
    assert actions.compute_proposal(actor=Actor.system(), now=now, proposal_id=drafted.pk) is None
    again = actions.propose_helpers(actor=street_officer, now=now, area=small_district.street.code)
    actions.compute_proposal(actor=Actor.system(), now=now, proposal_id=again.proposal_id)
    first, second = (
        list(ProposalLine.objects.filter(proposal=pk).order_by("subject_id").values_list("subject_id", "user_id"))
        for pk in (drafted.pk, again.proposal_id)
    )
    assert first == second


def test_applying_gives_every_line_in_one_action(drafted, street_officer, outsider, lonely, now) -> None:
    with pytest.raises(NotAllowed):
        actions.apply_proposal(actor=outsider, now=now, proposal_id=drafted.pk)
    event = actions.apply_proposal(actor=street_officer, now=now, proposal_id=drafted.pk)
    assert (event.count, event.stale) == (6, 0)
    assert queries.answerable_for([one.pk for one in lonely], now).keys() == {one.pk for one in lonely}
    with pytest.raises(actions.StaleProposal):
        actions.apply_proposal(actor=street_officer, now=now, proposal_id=drafted.pk)
    assert Entry.objects.filter(name="assignments.apply_proposal").count() == 1


def test_a_household_that_got_somebody_meanwhile_is_skipped_and_told(
    drafted, street_officer, lonely, helper_user, workers, now
) -> None:
    actions.assign(actor=street_officer, now=now, duty="helper", pairs=[(helper_user.pk, lonely[0].pk)])
    away = ProposalLine.objects.exclude(subject=lonely[0]).filter(proposal=drafted).order_by("pk").first()
    actions.set_availability(actor=street_officer, now=now, user_ids=[away.user_id], is_available=False)
    event = actions.apply_proposal(actor=street_officer, now=now, proposal_id=drafted.pk)
    why = dict(ProposalLine.objects.filter(proposal=drafted).exclude(why="").values_list("subject_id", "why"))
    assert why[lonely[0].pk] == Why.HAS_SOMEBODY and why[away.subject_id] == Why.WORKER_AWAY
    assert event.stale == len(why) and event.count == 6 - len(why)
    assert queries.answerable_for([lonely[0].pk], now) == {lonely[0].pk: helper_user.pk}


def test_a_line_is_changed_by_hand_and_the_change_is_counted(drafted, street_officer, lonely, helper_user, now) -> None:
    change = {"actor": street_officer, "now": now, "proposal_id": drafted.pk, "subject_id": lonely[0].pk}
    actions.change_line(**change, user_id=helper_user.pk)
    actions.change_line(**change, user_id=None)
    drafted.refresh_from_db()
    assert (drafted.changed, drafted.placed) == (1, 5)
    actions.apply_proposal(actor=street_officer, now=now, proposal_id=drafted.pk)
    assert queries.answerable_for([lonely[0].pk], now) == {}
    with pytest.raises(actions.StaleProposal):
        actions.change_line(**change, user_id=helper_user.pk)


def test_a_discarded_proposal_is_never_applied(drafted, street_officer, now) -> None:
    actions.discard_proposal(actor=street_officer, now=now, proposal_id=drafted.pk)
    with pytest.raises(actions.StaleProposal):
        actions.apply_proposal(actor=street_officer, now=now, proposal_id=drafted.pk)
    assert Proposal.objects.get().status == ProposalStatus.DISCARDED and not Assignment.objects.exists()


def test_those_whose_helper_is_away_can_be_proposed_too_and_the_former_row_ends(
    street_officer, small_district, family, helper_user, workers, now
) -> None:
    actions.set_availability(actor=street_officer, now=now, user_ids=[helper_user.pk], is_available=False)
    event = actions.propose_helpers(actor=street_officer, now=now, area=small_district.street.code, with_away=True)
    actions.compute_proposal(actor=Actor.system(), now=now, proposal_id=event.proposal_id)
    applied = actions.apply_proposal(actor=street_officer, now=now, proposal_id=event.proposal_id)
    assert (applied.count, applied.stale) == (1, 0)
    rows = Assignment.objects.filter(subject=family.household).order_by("since", "pk")
    assert [row.until is None for row in rows] == [False, True] and rows[1].user in workers


def test_without_room_the_reason_is_said_for_every_household(
    street_officer, small_district, lonely, helper_user, now
) -> None:
    Worker.objects.update(capacity=2)
    event = actions.propose_helpers(actor=street_officer, now=now, area=small_district.street.code)
    actions.compute_proposal(actor=Actor.system(), now=now, proposal_id=event.proposal_id)
    proposal = Proposal.objects.get(pk=event.proposal_id)
    assert (proposal.placed, queries.reasons(proposal)) == (2, {"all_full": 4})
    assert queries.loads_after(proposal) == [(2, 1)]
