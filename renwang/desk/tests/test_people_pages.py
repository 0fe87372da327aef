"""My work, the household, the village, the search: the right people see the right rows."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from conftest import MakeFamily
from renwang.desk import told
from renwang.foundation.access.models import Look, User
from renwang.foundation.access.rules import Actor
from renwang.loop.cases import actions as cases
from renwang.loop.cases.models import Case
from renwang.loop.cases.rules import CaseOpening
from renwang.loop.registry.actions.keys import write_keys
from renwang.loop.rounds.models import CheckIn

from .conftest import Day, MakeDay

Enter = Callable[[User], Client]


@pytest.fixture
def day(make_day: MakeDay, now: dt.datetime) -> Day:
    """Five families: one all well, one without food, three still to be asked."""
    day = make_day(5)
    day.told(0, now=now)
    day.told(1, now=now, all_well=False, needs={"food": {"what": "米", "days_left": 1}})
    return day


def test_a_stranger_has_no_day_and_an_auditor_no_page(day: Day, as_client: Enter, people: dict[str, User]) -> None:
    assert as_client(people["auditor"]).get("/my/").status_code == 403
    page = as_client(people["outsider"]).get("/my/")
    assert page.context["day"].todo == 0
    assert "刘第" not in page.content.decode()


def test_a_helper_sees_the_day_and_the_last_word(day: Day, as_client: Enter) -> None:
    page = as_client(day.helper).get("/my/")
    assert [one["card"].name for one in page.context["calls"]] == ["刘第2", "刘第3", "刘第4"]
    assert (page.context["day"].todo, len(page.context["done"])) == (3, 2)
    words = page.content.decode()
    assert f"/my/contact/{day.contact(2).pk}/" in words
    assert f"/my/contact/{day.contact(2).pk}/phone/" in words
    done = as_client(day.helper).get("/my/?view=done").context["done"]
    assert {(one["card"].last.is_good, "食品" in one["card"].last.words) for one in done} == {
        (True, False),
        (False, True),
    }


def test_no_number_is_on_the_page(day: Day, as_client: Enter) -> None:
    assert "154000" not in as_client(day.helper).get("/my/").content.decode()


def test_a_household_with_an_urgent_case_stands_first(day: Day, as_client: Enter, now: dt.datetime) -> None:
    person = day.families[4].head
    opening = CaseOpening(subject_id=person.pk, kind="health.fever", answers={"temperature": 39.2})
    cases.open_cases(actor=Actor.system(), now=now, openings=[opening])
    first = as_client(day.helper).get("/my/").context["calls"][0]["card"]
    assert (first.name, bool(first.alarm)) == ("刘第4", True)


def test_a_visit_stands_apart_from_the_calls(day: Day, as_client: Enter, now: dt.datetime) -> None:
    day.tried(2, "no_such_number", now=now)
    context = as_client(day.helper).get("/my/").context
    assert [one["card"].name for one in context["visits"]] == ["刘第2"]


@pytest.mark.parametrize("count", [5, 50])
def test_the_queries_of_a_day_do_not_grow(
    count: int,
    make_day: MakeDay,
    as_client: Enter,
    django_assert_max_num_queries: Callable[[int], object],
    now: dt.datetime,
) -> None:
    day = make_day(count)
    day.told(0, now=now)
    client = as_client(day.helper)
    with django_assert_max_num_queries(24):  # type: ignore[attr-defined]
        assert client.get("/my/").status_code == 200


def test_the_household_of_another_area_does_not_exist(day: Day, as_client: Enter, people: dict[str, User]) -> None:
    address = f"/household/{day.families[0].household.pk}/"
    assert as_client(people["outsider"]).get(address).status_code == 404
    assert as_client(people["auditor"]).get(address).status_code == 403


def test_a_helper_does_not_see_the_neighbours(
    day: Day, make_family: MakeFamily, as_client: Enter, people: dict[str, User]
) -> None:
    other = make_family("邻居家")
    assert as_client(day.helper).get(f"/household/{other.household.pk}/").status_code == 404
    assert "邻居家" not in as_client(day.helper).get(f"/village/{day.district.village.code}/").content.decode()


def test_a_household_tells_what_is_known_promised_and_open(day: Day, as_client: Enter, people: dict[str, User]) -> None:
    page = as_client(people["street"]).get(f"/household/{day.families[1].household.pk}/")
    words = page.content.decode()
    assert "需要食品" in words
    assert [one["case"].kind for one in page.context["cases"]] == ["provisions.food"]
    assert {one.kind for one in page.context["page"].moments} == {"contacts", "cases", "changes"}
    assert "王帮扶" in words
    assert "154*" in words
    phone = day.families[1].household.household.phone
    assert phone is not None
    assert phone not in words


def test_members_of_a_household_that_is_all_well_are_well_although_a_question_was_left_open(
    day: Day, as_client: Enter, people: dict[str, User]
) -> None:
    address = f"/household/{day.families[0].household.pk}/"
    for all_well, is_heard in ((False, False), (True, True)):
        CheckIn.objects.filter(household=day.families[0].household).update(is_partial=True, all_well=all_well)
        states = [one["state"] for one in as_client(people["street"]).get(address).context["members"]]
        assert [state is not None for state in states] == [is_heard] * len(states)


def test_a_filter_of_the_time_line_shows_one_kind(day: Day, as_client: Enter, people: dict[str, User]) -> None:
    address = f"/household/{day.families[1].household.pk}/"
    shown = as_client(people["street"]).get(address, {"show": "cases"}).context
    assert {one.kind for one in shown["page"].moments} == {"cases"}
    assert len(shown["moments"]) == shown["page"].counted["cases"]


def test_the_queries_of_a_household_do_not_grow(
    day: Day,
    as_client: Enter,
    people: dict[str, User],
    django_assert_max_num_queries: Callable[[int], object],
    now: dt.datetime,
) -> None:
    household = day.families[2].household.pk
    for _time in range(20):
        day.tried(2, "later", now=now)
    client = as_client(people["street"])
    with django_assert_max_num_queries(32):  # type: ignore[attr-defined]
        assert client.get(f"/household/{household}/").status_code == 200


def test_the_village_counts_what_it_lists(day: Day, as_client: Enter, people: dict[str, User]) -> None:
    code = day.district.village.code
    assert as_client(people["outsider"]).get(f"/village/{code}/").status_code == 403
    client = as_client(people["street"])
    assert client.get("/village/370704006999/").status_code == 404
    for tab in client.get(f"/village/{code}/").context["tabs"]:
        assert client.get(tab["href"]).context["total"] == tab["count"], tab["label"]


@pytest.mark.parametrize("count", [5, 50])
def test_the_queries_of_a_village_do_not_grow(
    count: int,
    make_day: MakeDay,
    as_client: Enter,
    people: dict[str, User],
    django_assert_max_num_queries: Callable[[int], object],
) -> None:
    day = make_day(count)
    client = as_client(people["street"])
    with django_assert_max_num_queries(40):  # type: ignore[attr-defined]
        assert client.get(f"/village/{day.district.village.code}/").status_code == 200


def test_search_finds_by_initials_within_the_area_only(day: Day, as_client: Enter, people: dict[str, User]) -> None:
    head = day.families[0].head
    head.name = "欧阳春"
    write_keys([(head.pk, head.name, head.division_id)])
    found = as_client(people["street"]).get("/search/", {"q": "oyc"}).context["found"]
    assert [item["one"].id for item in found] == [head.pk]
    assert not as_client(people["outsider"]).get("/search/", {"q": "oyc"}).context["found"]


def test_a_personal_number_never_stands_in_an_address(day: Day, as_client: Enter, people: dict[str, User]) -> None:
    client = as_client(people["street"])
    for number in ("154 0000 0001", "990704195001010017", "+86-15400000001", "99070419500101001X"):
        shown = client.get("/search/", {"q": number}, follow=True)
        assert shown.redirect_chain == [("/search/?again=1", 302)]
        assert shown.context["is_withheld"] and not shown.context["found"]
        assert number not in shown.content.decode()
        answered = client.post("/search/", {"q": number})
        assert answered.status_code == 200 and not answered.context["is_withheld"]
        part = client.post("/search/", {"q": number}, headers={"HX-Request": "true"})
        assert part["HX-Push-Url"] == "/search/"
    sent_on = client.post("/search/", {"q": "oyc"})
    assert (sent_on.status_code, sent_on["Location"]) == (302, "/search/?q=oyc")


def test_search_answers_a_script_with_the_results_only(day: Day, as_client: Enter, people: dict[str, User]) -> None:
    part = as_client(people["street"]).get("/search/", {"q": "刘"}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert as_client(people["auditor"]).get("/search/", {"q": "刘"}).status_code == 403


def test_search_finds_villages_by_name(day: Day, as_client: Enter, people: dict[str, User]) -> None:
    places = as_client(people["street"]).get("/search/", {"q": "示范"}).context["places"]
    assert [one["place"].code for one in places] == [day.district.village.code, day.district.next_village.code]


def test_what_was_told_is_said_in_a_word() -> None:
    assert told.check_in(all_well=True, findings=()) != told.check_in(all_well=False, findings=())
    assert told.finding("own:nobody-knows")


def test_a_case_handed_on_waits_for_an_answer(
    day: Day, as_client: Enter, people: dict[str, User], now: dt.datetime
) -> None:
    case = Case.objects.get(kind="provisions.food")
    given = {"case_id": case.pk, "user_id": people["street"].pk, "reason": "请协助送米"}
    cases.refer_case(actor=Actor.system(), now=now, **given)
    assert len(as_client(people["street"]).get("/my/").context["referrals"]) == 1
    assert not as_client(people["outsider"]).get("/my/").context["referrals"]


def test_what_a_check_in_opened_is_told_at_its_end(day: Day, as_client: Enter) -> None:
    contact = day.contact(1)
    words = as_client(day.helper).get(f"/my/contact/{contact.pk}/done/").content.decode()
    assert f"/cases/{Case.objects.get(kind='provisions.food').pk}/" in words


def test_what_was_told_opens_with_a_reason_and_leaves_a_trace(
    day: Day, as_client: Enter, people: dict[str, User]
) -> None:
    check_in = CheckIn.objects.get(contact=day.contact(1))
    address = f"/household/{check_in.household_id}/told/{check_in.pk}/"
    assert as_client(people["outsider"]).post(address, {"reason": "核对"}).status_code == 404
    client = as_client(people["street"])
    assert "米" not in client.get(address).content.decode()
    assert client.post(address, {"reason": ""}).status_code == 400
    assert not Look.objects.exists()
    assert "米" in client.post(address, {"reason": "核对需求"}).content.decode()
    look = Look.objects.get()
    assert (look.field, look.reason, look.subject_id) == ("answers", "核对需求", check_in.household_id)


def test_an_office_sees_the_answers_to_its_own_questions_only(
    day: Day, as_client: Enter, make_user: Callable[..., User]
) -> None:
    check_in = CheckIn.objects.get(contact=day.contact(1))
    address = f"/household/{check_in.household_id}/told/{check_in.pk}/"
    other = make_user("edu", education_officer=day.district.root.code)
    assert "米" not in as_client(other).post(address, {"reason": "核对"}).content.decode()
    own = make_user("wei", health_officer=day.district.root.code)
    assert "米" in as_client(own).post(address, {"reason": "核对"}).content.decode()
