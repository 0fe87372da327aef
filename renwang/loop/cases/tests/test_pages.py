"""The pages: who may not, what is empty, how many queries, then what they show."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone

from conftest import District, Family, MakeFamily, MakeUser
from renwang.foundation.access.models import User
from renwang.foundation.access.rules import Actor
from renwang.loop.cases import actions, kinds, queries
from renwang.loop.cases.models import Attendance, Case
from renwang.loop.cases.queries import WorklistFilters
from renwang.loop.cases.rules import CaseOpening, Status

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_ten(now: datetime) -> Any:
    """Every page is asked for at ten in the morning."""
    with time_machine.travel(now, tick=False):
        yield


def signed_in(client: Client, username: str) -> Client:
    client.force_login(User.objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend")
    return client


def open_many(make_family: MakeFamily, count: int, now: datetime) -> None:
    actions.open_cases(
        actor=Actor.system(),
        now=now,
        openings=[
            CaseOpening(make_family(f"户{n}", size=1).household.pk, "provisions.food", {"days_left": n % 5})
            for n in range(count)
        ],
    )


def test_who_is_not_signed_in_is_led_to_the_door(client: Client, food_case: Case) -> None:
    for path in ("/cases/", f"/cases/{food_case.pk}/", "/cases/new/", "/offers/"):
        assert client.get(path).status_code == 302


def test_an_account_without_a_role_may_not_see_the_list(client: Client, make_user: MakeUser) -> None:
    make_user("nobody")
    assert signed_in(client, "nobody").get("/cases/").status_code == 403


def test_strangers_find_no_case_and_no_trace_of_it(
    client: Client, outsider: Actor, other_helper: Actor, food_case: Case
) -> None:
    for name in ("outsider", "other_helper"):
        stranger = signed_in(client, name)
        assert stranger.get(f"/cases/{food_case.pk}/").status_code == 404
        assert stranger.get(f"/cases/{food_case.pk}/preview/").status_code == 404
        assert stranger.post(f"/cases/{food_case.pk}/take/").status_code == 404
        assert food_case.subject.name not in stranger.get("/cases/").content.decode()


def test_an_empty_worklist_says_why(client: Client, street_officer: Actor) -> None:
    page = signed_in(client, "street").get("/cases/")
    assert page.status_code == 200
    assert "rw-empty" in page.content.decode()
    assert "rw-empty" in client.get("/cases/?scope=urgent").content.decode()


def test_the_english_worklist_tells_the_village_in_english(
    client: Client, street_officer: Actor, food_case: Case, small_district: District
) -> None:
    signed_in(client, "street").cookies["renwang_language"] = "en"
    for path in ("/cases/", f"/cases/{food_case.pk}/", f"/cases/{food_case.pk}/preview/"):
        page = client.get(path).content.decode()
        assert "Demo Village 1" in page
        assert small_district.village.name not in page


@pytest.mark.parametrize("count", [5, 50])
def test_the_worklist_takes_the_same_queries_for_five_and_fifty(
    count: int,
    client: Client,
    street_officer: Actor,
    make_family: MakeFamily,
    now: datetime,
    django_assert_max_num_queries: Any,
) -> None:
    open_many(make_family, count, now)
    signed_in(client, "street")
    with django_assert_max_num_queries(20):
        assert client.get("/cases/").status_code == 200


@pytest.mark.parametrize("steps", [5, 50])
def test_a_case_takes_the_same_queries_for_five_and_fifty_steps(
    steps: int, client: Client, helper: Actor, food_case: Case, now: datetime, django_assert_max_num_queries: Any
) -> None:
    for number in range(steps):
        actions.note_case(actor=helper, now=now, case_id=food_case.pk, note=f"第{number}次")
    signed_in(client, "helper")
    with django_assert_max_num_queries(48):
        assert client.get(f"/cases/{food_case.pk}/").status_code == 200


def test_pages_follow_one_another_without_a_gap_or_a_repeat(
    street_officer: Actor, make_family: MakeFamily, now: datetime
) -> None:
    open_many(make_family, 23, now)
    met = list(Case.objects.order_by("due_at", "pk").values_list("pk", flat=True)[::3])
    Case.objects.filter(pk__in=met).update(status=Status.MET)
    shortest_first = queries.worklist(viewer=street_officer, filters=WorklistFilters(), now=now)
    assert {case.pk for case in list(shortest_first)[-len(met) :]} == set(met)  # their clock stands: they come last
    for sort in ("due", "-due", "opened", "-opened"):
        rows = queries.worklist(viewer=street_officer, filters=WorklistFilters(sort=sort), now=now)
        seen: list[int] = []
        after = ""
        while True:
            page = queries.page_of(rows, sort=sort, after=after, size=5)
            seen += [case.pk for case in page.cases]
            if not page.next_cursor:
                break
            after = page.next_cursor
        assert seen == [case.pk for case in rows]
        back = queries.page_of(rows, sort=sort, before=page.previous_cursor, size=5)
        assert [case.pk for case in back.cases] == seen[-len(page.cases) - 5 : -len(page.cases)]
    assert queries.page_of(rows, sort="due", after="nonsense").previous_cursor == ""


def test_the_shortest_clock_stands_first_and_tabs_count_their_rows(
    client: Client, street_officer: Actor, make_family: MakeFamily, now: datetime
) -> None:
    open_many(make_family, 10, now)
    listed = list(queries.worklist(viewer=street_officer, filters=WorklistFilters(), now=now))
    assert [case.due_at for case in listed] == sorted(case.due_at for case in listed)
    late = now + timedelta(hours=13)
    for tab in queries.tabs(viewer=street_officer, now=late):
        filters = WorklistFilters(scope=tab.scope)
        assert tab.count == queries.worklist(viewer=street_officer, filters=filters, now=late).count()


def test_the_filters_stand_before_the_cards_and_say_how_many_narrow_the_list(
    client: Client, street_officer: Actor, food_case: Case
) -> None:
    page = signed_in(client, "street").get("/cases/?kind=provisions.food&area=370704006201").content.decode()
    assert page.index('id="cases-fold"') < page.index('name="kind"') < page.index('class="cases-cards"')
    assert re.search(r'for="cases-fold">.*?<span class="badge">2</span>', page)
    assert '<option value="370704006201" selected>' in page


def test_many_are_taken_at_once_and_a_kept_filter_becomes_a_tab(
    client: Client, street_officer: Actor, make_family: MakeFamily, now: datetime
) -> None:
    open_many(make_family, 3, now)
    signed_in(client, "street")
    ids = list(Case.objects.values_list("pk", flat=True))
    assert client.post("/cases/act/", {"verb": "take"}).status_code == 302
    client.post("/cases/act/", {"verb": "take", "case": ids, "back": "scope=mine"})
    assert Case.objects.filter(status=Status.IN_HAND, holder_id=street_officer.user_id).count() == 3
    client.post("/cases/filters/", {"name": "我的食品", "query": "kind=provisions.food&evil=1"})
    assert "我的食品" in client.get("/cases/?kind=provisions.food").content.decode()


def test_a_case_is_opened_by_hand_and_a_wrong_detail_says_what_is_wrong(
    client: Client, helper: Actor, family: Family
) -> None:
    signed_in(client, "helper")
    path = f"/cases/new/?subject={family.head.pk}&kind=health.fever"
    assert client.get("/cases/new/").status_code == 200
    assert client.get(f"/cases/new/?subject={family.head.pk}&kind=moon.cheese").status_code == 404
    assert client.post(path, {"detail-temperature": "very hot"}).status_code == 422
    assert not Case.objects.exists()
    answer = client.post(path, {"detail-temperature": "38.6", "detail-symptoms": ["cough", "tired"]})
    case = Case.objects.get()
    assert answer.status_code == 302
    assert case.is_urgent
    assert kinds.get("health.fever")._default_manager.get().symptoms == "cough,tired"
    for language, words in (("zh-hans", "咳嗽 · "), ("en", "cough · very tired")):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        text = client.get(f"/cases/{case.pk}/").content.decode()
        assert words in text and "cough,tired" not in text, "codes are told in the reader's words"


@pytest.mark.parametrize("need", kinds.all_kinds(), ids=lambda need: need.code)
def test_every_kind_has_a_form_and_a_page(need: Any, client: Client, helper: Actor, family: Family) -> None:
    signed_in(client, "helper")
    assert client.get(f"/cases/new/?subject={family.household.pk}&kind={need.code}").status_code == 200
    opening = CaseOpening(family.household.pk, need.code, need.example)
    made = actions.open_cases(actor=Actor.system(), now=timezone.now(), openings=[opening])
    page = client.get(f"/cases/{made.case_ids[0]}/")
    assert page.status_code == 200
    assert need._default_manager.get().in_words().split(" · ")[0] in page.content.decode()


def test_the_whole_way_in_the_browser_from_taking_to_writing_off(
    client: Client, helper: Actor, cadre: Actor, food_case: Case
) -> None:
    mine, theirs = signed_in(Client(), "helper"), signed_in(Client(), "cadre")
    at = f"/cases/{food_case.pk}"
    mine.post(f"{at}/take/")
    mine.post(f"{at}/meet/", {"note": ""})
    assert "/v/" not in mine.post(f"{at}/make-link/", follow=True).content.decode()  # who handled it gets no link
    shown = theirs.post(f"{at}/make-link/", follow=True).content.decode()
    assert "/v/" in shown
    assert "<svg" in shown
    answers = {"how": "visit", "is_met": "yes", "submission_id": "6f1c1b1e-0000-4000-8000-000000000001"}
    mine.post(f"{at}/confirm/", answers)
    food_case.refresh_from_db()
    assert food_case.status == Status.MET  # who handled it may not
    theirs.post(f"{at}/confirm/", answers)
    mine.post(f"{at}/close/")
    food_case.refresh_from_db()
    assert food_case.status == Status.CLOSED


def test_a_verb_without_its_word_says_what_is_missing(client: Client, helper: Actor, food_case: Case) -> None:
    signed_in(client, "helper")
    answer = client.post(f"/cases/{food_case.pk}/give-up/", {"seen": "open", "reason": ""}, follow=True)
    assert "rw-notice act" in answer.content.decode()
    food_case.refresh_from_db()
    assert food_case.status == Status.OPEN
    assert client.post(f"/cases/{food_case.pk}/abolish/").status_code == 404


def test_having_a_case_open_is_told_once_and_not_with_every_heartbeat(
    client: Client, helper: Actor, cadre: Actor, food_case: Case
) -> None:
    mine, theirs = signed_in(Client(), "helper"), signed_in(Client(), "cadre")
    for _beat in range(3):
        assert mine.post(f"/cases/{food_case.pk}/attend/").status_code == 200
    assert Attendance.objects.count() == 1
    assert "王帮扶" in theirs.post(f"/cases/{food_case.pk}/attend/").content.decode()


def test_the_counts_of_the_board_are_the_rows_of_the_list(
    street_officer: Actor, outsider: Actor, make_family: MakeFamily, now: datetime, django_assert_max_num_queries: Any
) -> None:
    open_many(make_family, 12, now)
    late = now + timedelta(hours=13)
    with django_assert_max_num_queries(3):
        counted = queries.counts(viewer=street_officer, now=late)
    assert counted.live == 12
    assert counted.by_status == {"open": 12}
    assert (
        counted.overdue
        == queries.worklist(viewer=street_officer, filters=WorklistFilters(scope="overdue"), now=late).count()
    )
    assert sum(kind.live for kind in counted.by_kind) == 12
    assert queries.counts(viewer=outsider, now=late).live == 0


def test_a_household_shows_the_cases_of_its_members_too(
    helper: Actor, outsider: Actor, family: Family, food_case: Case, now: datetime
) -> None:
    actions.open_case(
        actor=helper, now=now, subject_id=family.head.pk, kind="health.fever", detail={"temperature": "37.9"}
    )
    found = queries.open_by_household(viewer=helper, household_ids=[family.household.pk], now=now)
    assert {one.kind for one in found[family.household.pk]} == {"provisions.food", "health.fever"}
    assert queries.open_by_household(viewer=outsider, household_ids=[family.household.pk], now=now) == {}
    people = [family.household.pk, family.head.pk]
    assert len(queries.case_timeline(viewer=helper, subject_ids=people)) == 2
    assert queries.case_timeline(viewer=outsider, subject_ids=people) == []


def test_in_bulk_a_case_may_be_given_to_whoever_may_hold_one_of_those_shown(
    street_officer: Actor, helper: Actor, food_case: Case, now: datetime
) -> None:
    from renwang.loop.cases import queries

    narrow = queries.receivers(areas=street_officer.areas("cases.assign_cases"), now=now)
    assert helper.user_id not in narrow.values_list("pk", flat=True)
    wide = queries.receivers_of_some(areas={food_case.division_id}, now=now)
    assert {helper.user_id, street_officer.user_id} <= set(wide.values_list("pk", flat=True))
