"""The pages: who may open them, what they say, what their forms do."""

import pytest
from django.urls import reverse

from renwang.foundation.access.models import User
from renwang.foundation.audit.management.keeper import Keeper
from renwang.loop.assignments import actions, queries
from renwang.loop.assignments.models import Assignment, Duty, HandOver, Proposal, Worker
from renwang.loop.assignments.rules import STANDARD_DUTIES, ProposalStatus

pytestmark = pytest.mark.django_db
LISTS = ["gaps", "proposals", "workers", "teams", "duties", "worker_new", "duty_new"]


@pytest.fixture
def sign_in(client):
    def as_user(username: str):
        client.force_login(User.objects.get(username=username))
        return client

    return as_user


def url(name, *args):
    return reverse(f"assignments:{name}", args=args)


@pytest.mark.parametrize("name", [name for name in LISTS if name != "teams"])
def test_a_helper_may_not_open_what_is_the_officers(name, sign_in, helper) -> None:
    assert sign_in("helper").get(url(name)).status_code == 403


@pytest.mark.parametrize("name", LISTS)
def test_the_district_opens_every_page_when_there_is_nothing_and_when_there_is(
    name, sign_in, district, street_officer, family, make_family, now
) -> None:
    client = sign_in("district")
    assert client.get(url(name)).status_code == 200
    actions.define_duties(actor=district, now=now, duties=STANDARD_DUTIES)
    make_family("孤")
    assert client.get(url(name)).status_code == 200


def test_the_gaps_page_lists_only_the_own_area_and_gives_what_is_marked(
    sign_in, street_officer, outsider, helper_user, family, make_family, small_district
) -> None:
    near, far = make_family("孤近"), make_family("孤远", division=small_district.far_village)
    page = sign_in("street").get(url("gaps")).content.decode()
    assert "孤近" in page and "孤远" not in page and "刘德顺" not in page
    client = sign_in("outsider")
    data = {"user": helper_user.pk, "subject": [near.household.pk], "duty": "helper", "next": url("gaps")}
    assert client.post(url("assign"), data).status_code == 403
    client = sign_in("street")
    assert client.post(url("assign"), {**data, "next": "https://elsewhere.example/"}).headers["Location"] == url("gaps")
    assert Assignment.objects.get(subject=near.household).user == helper_user
    assert not Assignment.objects.filter(subject=far.household).exists()
    page = client.post(url("assign"), {"user": helper_user.pk}, follow=True).content.decode()
    assert "请先至少勾选一户" in page


def test_a_proposal_is_asked_for_looked_at_changed_and_applied(
    sign_in, street_officer, helper_user, make_family, small_district
) -> None:
    alone = [make_family(f"孤{number}", size=1).household for number in range(3)]
    client = sign_in("street")
    page = client.post(url("propose"), {"area": small_district.street.code}, follow=True)
    proposal = Proposal.objects.get()
    assert "正在计算" in page.content.decode()
    part = client.get(url("proposal", proposal.pk), headers={"HX-Request": "true"})
    assert b"<progress" in part.content and b"<html" not in part.content
    Keeper(name="test").drain()
    assert client.get(url("proposal", proposal.pk), headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    assert "已证明最优" in client.get(url("proposal", proposal.pk)).content.decode()
    assert client.get(url("line", proposal.pk, alone[0].pk)).status_code == 200
    client.post(url("line", proposal.pk, alone[0].pk), {"user": ""})
    client.post(url("apply", proposal.pk))
    assert Assignment.objects.filter(user=helper_user, until__isnull=True).count() == 2
    assert client.get(url("proposal", proposal.pk)).status_code == 200
    assert sign_in("helper").get(url("proposal", proposal.pk)).status_code == 404


def test_a_village_cadre_is_told_who_applies_the_proposal(
    sign_in, make_user, street_officer, helper_user, make_family, small_district
) -> None:
    make_user("cadre", name="赵村干", village_cadre=small_district.village.code)
    make_family("孤")
    client = sign_in("cadre")
    client.post(url("propose"), {"area": small_district.village.code})
    Keeper(name="test").drain()
    proposal = Proposal.objects.get()
    page = client.get(url("proposal", proposal.pk)).content.decode()
    assert f"{street_officer.name}（街道工作人员）" in page
    assert url("apply", proposal.pk) not in page
    assert client.post(url("apply", proposal.pk)).status_code == 403
    page = sign_in("street").get(url("proposal", proposal.pk)).content.decode()
    assert "街道工作人员）" not in page and url("apply", proposal.pk) in page


def test_a_proposal_is_discarded_on_its_page(sign_in, street_officer, helper_user, make_family, small_district) -> None:
    make_family("孤")
    client = sign_in("street")
    client.post(url("propose"), {"area": small_district.street.code})
    Keeper(name="test").drain()
    client.post(url("discard", Proposal.objects.get().pk))
    assert Proposal.objects.get().status == ProposalStatus.DISCARDED
    assert "已由别人处理" in client.post(url("apply", Proposal.objects.get().pk), follow=True).content.decode()


def test_a_team_is_filled_from_its_page(
    sign_in, street_officer, district, outsider, helper_user, small_district, now
) -> None:
    code = small_district.village.code
    client = sign_in("street")
    assert "缺包村干部" in client.get(url("teams")).content.decode()
    assert client.get(url("team", code)).status_code == 200
    data = {"user": helper_user.pk, "duty": "cadre_in_charge"}
    assert sign_in("outsider").post(url("team_assign", code), data).status_code == 403
    client = sign_in("street")
    client.post(url("team_assign", code), data)
    row = Assignment.objects.get(division_id=code)
    assert queries.team_counts(viewer=street_officer, now=row.since) == (1, 2)
    assert "请说明" in client.post(url("end", row.pk), follow=True).content.decode()
    client.post(url("end", row.pk), {"reason": "调走"})
    row.refresh_from_db()
    assert row.ended_because == "调走"


def test_a_worker_s_people_are_handed_over_and_back_from_the_page(
    sign_in, street_officer, helper_user, family, make_user, small_district
) -> None:
    second = make_user("second", helper=small_district.village.code)
    client = sign_in("street")
    assert "刘德顺" in client.get(url("worker", helper_user.pk)).content.decode()
    wrong = client.post(url("hand_over", helper_user.pk), {"to_user": helper_user.pk, "reason": "x"})
    assert wrong.status_code == 422 and "同一个人" in wrong.content.decode()
    data = {"to_user": second.pk, "reason": "隔离", "is_away": "on"}
    client.post(url("hand_over", helper_user.pk), data)
    assert queries.load_of([second.pk]) == {second.pk: 1} and not Worker.objects.get(user=helper_user).is_available
    client.post(url("hand_back", HandOver.objects.get().pk), {"reason": "回来"})
    assert queries.load_of([helper_user.pk]) == {helper_user.pk: 1}
    client.post(url("availability", helper_user.pk), {"is_available": "no"})
    assert "刘德顺" in client.get(url("gaps") + "?show=away").content.decode()


def test_a_worker_is_added_and_changed_and_unknown_villages_are_named(
    sign_in, street_officer, make_user, small_district
) -> None:
    user = make_user("new", helper=small_district.village.code)
    client = sign_in("street")
    data = {
        "user": user.pk,
        "home": "示范一村",
        "served": "示范二村，370704006201",
        "capacity": 7,
        "is_available": "on",
    }
    wrong = client.post(url("worker_new"), {**data, "served": "无此村"})
    assert wrong.status_code == 422 and "无此村" in wrong.content.decode()
    client.post(url("worker_new"), data)
    worker = Worker.objects.get(user=user)
    assert (worker.home_id, worker.capacity) == ("370704006201", 7)
    assert [area.division_id for area in worker.served.all()] == ["370704006202"]
    client.post(url("worker_edit", user.pk), {**data, "capacity": 9, "served": ""})
    worker.refresh_from_db()
    assert worker.capacity == 9 and not worker.served.exists()
    assert client.post(url("worker_edit", user.pk), {**data, "home": "示范三村"}).status_code == 403


def test_a_helper_sees_the_own_people_s_history_and_nobody_else_s(
    sign_in, helper, family, make_family, helper_user
) -> None:
    other = make_family("别家")
    client = sign_in("helper")
    assert "王帮扶" in client.get(url("history", family.household.pk)).content.decode()
    assert client.get(url("history", other.household.pk)).status_code == 404
    assert client.get(url("worker", helper_user.pk)).status_code == 200


def test_only_who_has_the_whole_tree_changes_a_duty(sign_in, district, street_officer) -> None:
    data = {
        "code": "helper",
        "label": "帮扶人",
        "label_en": "Helper",
        "held_for": "subject",
        "one_holder": "on",
        "is_answerable": "on",
        "order": 1,
    }
    assert sign_in("street").post(url("duty", "helper"), data).status_code == 403
    assert sign_in("district").post(url("duty", "helper"), data).status_code == 302
    assert Duty.objects.get(code="helper").label == "帮扶人"


@pytest.mark.parametrize("rows", [5, 50])
@pytest.mark.parametrize("name", ["gaps", "workers", "teams"])
def test_a_page_asks_the_same_number_of_questions_for_five_and_fifty_rows(
    name, rows, sign_in, district, make_family, make_user, small_district, django_assert_max_num_queries
) -> None:
    for number in range(rows):
        make_family("孤", size=1)
        user = make_user(f"w{number}", helper=small_district.village.code)
        Worker.objects.create(user=user, home=small_district.village)
    client = sign_in("district")
    with django_assert_max_num_queries(28):
        assert client.get(url(name)).status_code == 200
