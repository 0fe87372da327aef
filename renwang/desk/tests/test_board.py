"""The board: who sees it, and that each figure is the count of the list behind it."""

import datetime as dt
import re
import uuid
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from conftest import Family, MakeFamily
from renwang.foundation.access import queries as access
from renwang.foundation.access.models import BreakGlass, User
from renwang.foundation.access.rules import Actor
from renwang.loop.rounds import actions as rounds

from .conftest import Day, MakeDay, let_go

Enter = Callable[[User], Client]


class Figures(HTMLParser):
    """Reads ``data-figure`` and the address of the article it stands in."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.links: dict[str, str] = {}
        self._name = self._href = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a" and given.get("href") and "desk-above" not in (given.get("class") or ""):
            self._href = given["href"] or ""
        if "data-figure" in given:
            self._name = given["data-figure"] or ""
            self.links[self._name] = self._href

    def handle_data(self, data: str) -> None:
        if self._name:
            self.found[self._name] = re.sub(r"\s", "", data)
            self._name = ""


def read(client: Client, address: str = "/") -> Figures:
    figures = Figures()
    figures.feed(client.get(address).content.decode())
    return figures


@pytest.fixture
def day(make_day: MakeDay, now: dt.datetime) -> Day:
    """Five families: two reached (one needs food), one refused, one not reached after two calls and a visit, one due."""
    day = make_day(5)
    day.told(0, now=now)
    day.told(1, now=now, all_well=False, needs={"food": {"what": "米", "days_left": 1}})
    day.tried(2, "refused", now=now)
    day.tried(3, "moved_away", now=now)
    return day


def test_whoever_has_no_board_is_led_to_a_page_of_their_own(
    day: Day, as_client: Enter, people: dict[str, User]
) -> None:
    assert as_client(day.helper).get("/").headers["Location"] == "/my/"
    assert as_client(people["auditor"]).get("/").status_code == 302


def test_another_street_sees_none_of_it(day: Day, as_client: Enter, people: dict[str, User]) -> None:
    client = as_client(people["outsider"])
    assert read(client).found["unreached"] == "0"
    assert client.get("/", {"area": day.district.street.code}).status_code == 403
    assert "刘第" not in client.get("/unreached/").content.decode()
    assert client.get("/unreached/", {"area": day.district.street.code}).status_code == 403
    assert client.get("/contacts/", {"area": day.district.village.code}).status_code == 403


def test_the_board_tells_no_names(day: Day, as_client: Enter, people: dict[str, User]) -> None:
    assert "刘第" not in as_client(people["district"]).get("/").content.decode()


@pytest.mark.parametrize("who", ["district", "street"])
def test_every_figure_is_the_count_of_the_list_it_leads_to(
    day: Day, as_client: Enter, people: dict[str, User], who: str, now: dt.datetime
) -> None:
    let_go(day.families[4], now=now)
    client = as_client(people[who])
    board = read(client)
    assert board.found["unreached"] == "1"
    assert read(client, board.links["unreached"]).found["unreached"] == "1"
    assert client.get(board.links["unreached"]).content.decode().count("<tr>") == 2
    live = client.get(board.links["live"])
    assert board.found["live"] == "1" == str(len(live.context["page"].cases))
    assert board.found["overdue"] == "0"
    assert board.found["nobody"] == "1" == str(len(client.get(board.links["nobody"]).context["rows"]))
    reached = client.get(board.links["reached"])
    assert board.found["reached"] == "40.0"
    assert reached.context["total"] == 2 == len(reached.context["rows"])


def test_an_overdue_case_is_counted_and_listed(
    day: Day, as_client: Enter, people: dict[str, User], now: dt.datetime
) -> None:
    import time_machine

    with time_machine.travel(now + dt.timedelta(days=5), tick=False):
        client = as_client(people["street"])
        board = read(client)
        assert board.found["overdue"] == "1"
        assert len(client.get(board.links["overdue"]).context["page"].cases) == 1


def test_a_household_counts_by_the_way_it_was_reached_and_not_by_what_was_planned(
    make_day: MakeDay, as_client: Enter, people: dict[str, User], now: dt.datetime
) -> None:
    day = make_day(2)
    day.told(0, now=now)
    rounds.record_check_ins(
        actor=Actor.system(),
        now=now,
        check_ins=[
            rounds.CheckInTold(
                submission_id=uuid.uuid4(),
                contact_id=day.contact(1).pk,
                mode="self_report",
                answers={"all_well": True},
                told_at=now,
            )
        ],
    )
    shown = as_client(people["district"]).get("/").context["modes"]
    assert sorted(one["n"] for one in shown) == [1, 1]
    assert any("mode=self_report" in one["href"] for one in shown)


def test_modes_and_kinds_lead_to_exactly_their_rows(day: Day, as_client: Enter, people: dict[str, User]) -> None:
    client = as_client(people["district"])
    context = client.get("/").context
    for one in context["modes"]:
        assert client.get(one["href"]).context["total"] == one["n"]
    for one in context["kinds"]:
        assert len(client.get(one["href"]).context["page"].cases) == one["n"]


def test_the_tabs_of_the_contacts_count_what_they_show(day: Day, as_client: Enter, people: dict[str, User]) -> None:
    client = as_client(people["district"])
    for tab in client.get("/contacts/").context["tabs"]:
        assert client.get(tab["href"]).context["total"] == tab["count"], tab["label"]


def test_yesterday_stands_beside_today(day: Day, as_client: Enter, people: dict[str, User], now: dt.datetime) -> None:
    import time_machine

    tomorrow = now + dt.timedelta(days=1)
    with time_machine.travel(tomorrow, tick=False):
        rounds.plan_day(actor=Actor.system(), now=tomorrow, day=tomorrow.date())
        context = as_client(people["district"]).get("/").context
    assert context["yesterday"].reached == 2
    assert context["spark"][-2] == 40.0


@pytest.mark.parametrize(
    ("hour", "is_planned", "said"),
    [
        ((0, 20), False, "Nobody is planned to be asked today yet"),
        ((7, 5), True, "1 household is to be asked today, 0 answered so far"),
        ((8, 59), True, "Look at yesterday: 40.0% reached"),
        ((9, 0), True, ""),
    ],
)
def test_a_board_of_the_early_morning_says_how_little_it_shows_and_leads_to_yesterday(
    hour: tuple[int, int],
    is_planned: bool,
    said: str,
    day: Day,
    as_client: Enter,
    people: dict[str, User],
    now: dt.datetime,
) -> None:
    import time_machine

    early = (now + dt.timedelta(days=1)).astimezone(ZoneInfo("Asia/Shanghai")).replace(hour=hour[0], minute=hour[1])
    with time_machine.travel(early, tick=False):
        if is_planned:
            rounds.plan_day(actor=Actor.system(), now=early, day=early.date())
        client = as_client(people["district"])
        answer = client.get("/", headers={"accept-language": "en"})
        page = answer.content.decode()
        assert (said in page) if said else ("has just begun" not in page)
        if said:
            before = client.get(answer.context["early"]["href"])
            assert before.context["whole"].reached == 2 and not before.context["early"]


def test_the_wall_refreshes_itself_and_says_how_old_it_is(day: Day, as_client: Enter, people: dict[str, User]) -> None:
    client = as_client(people["district"])
    page = client.get("/?wall=1").content.decode()
    assert 'hx-trigger="every 30s"' in page
    assert "data-age-made" in page and "data-age-sent" in page
    part = client.get("/?wall=1", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "data-figure" in part


def test_a_board_that_is_played_refreshes_faster(
    day: Day, as_client: Enter, people: dict[str, User], settings: Any
) -> None:
    settings.RENWANG_BOARD_REFRESH = 5
    assert 'hx-trigger="every 5s"' in as_client(people["district"]).get("/").content.decode()


def test_a_day_that_is_none_is_today_and_a_day_to_come_is_too(
    day: Day, as_client: Enter, people: dict[str, User]
) -> None:
    client = as_client(people["district"])
    for word in ("yesterday", "2020-13-01", "2031-01-01", "0001-01-01"):
        assert client.get("/", {"day": word}).context["scope"].is_today


@pytest.mark.parametrize("address", ["/", "/?wall=1", "/unreached/", "/contacts/", "/map/", "/map/?level=village"])
def test_the_number_of_queries_does_not_grow(
    address: str,
    make_day: MakeDay,
    make_family: MakeFamily,
    as_client: Enter,
    people: dict[str, User],
    django_assert_max_num_queries: Callable[[int], object],
    now: dt.datetime,
) -> None:
    day = make_day(50)
    for place in range(50):
        day.tried(place, "moved_away", now=now)
    client = as_client(people["district"])
    client.get(address)
    with django_assert_max_num_queries(40):  # type: ignore[attr-defined]
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("measure", ["reached", "unreached", "overdue", "nobody", "kind:provisions.food"])
def test_the_map_says_in_numbers_what_it_shows(
    measure: str, day: Day, as_client: Enter, people: dict[str, User]
) -> None:
    response = as_client(people["district"]).get("/map/", {"measure": measure})
    assert response.status_code == 200
    assert response.context["measure"] == measure
    assert sum(row["unreached"] for row in response.context["rows"]) == 1
    assert sum(row["asked"] for row in response.context["rows"]) == 5


def test_closing_asks_for_a_reason_and_takes_the_household_off_the_list(
    day: Day, as_client: Enter, people: dict[str, User]
) -> None:
    contact = day.contact(3)
    address = f"/unreached/{contact.pk}/close/"
    assert as_client(people["outsider"]).post(address, {"reason": "已迁出"}).status_code == 404
    client = as_client(people["street"])
    client.post(address, {"reason": ""})
    assert read(client, "/unreached/").found["unreached"] == "1"
    assert client.post(address, {"reason": "已迁出", "next": "//evil.example/"}).headers["Location"] == "/unreached/"
    assert read(client, "/unreached/").found["unreached"] == "0"


def test_a_visit_is_sent_with_a_reason(day: Day, as_client: Enter, people: dict[str, User]) -> None:
    contact = day.contact(3)
    client = as_client(people["street"])
    client.post(f"/unreached/{contact.pk}/visit/", {"reason": "邻居也没见到人"})
    contact.refresh_from_db()
    assert contact.asked_again_because == "邻居也没见到人"


def test_nobody_responsible_is_told_in_words_when_all_have_somebody(
    make_family: MakeFamily, family: Family, as_client: Enter, people: dict[str, User]
) -> None:
    assert 'data-figure="nobody"' not in as_client(people["district"]).get("/").content.decode()


def test_an_emergency_access_that_nobody_noted_is_told_once(
    day: Day, as_client: Enter, people: dict[str, User], now: dt.datetime
) -> None:
    street = people["street"]
    before = as_client(street).get("/").content.decode()
    area = access.account_areas(street.pk)
    BreakGlass.objects.create(
        user=people["outsider"], area=min(area), reason="邻村老人高烧", since=now, until=now + dt.timedelta(hours=24)
    )
    page, wall = (as_client(street).get(address).content.decode() for address in ("/", "/?wall=1"))
    assert before.count("lock-open") + before.count("shield-lock") + 1 == page.count("lock-open") + page.count(
        "shield-lock"
    )
    assert "lock-open" in wall  # the wall has no banner


def test_what_just_happened_is_told_by_village_within_one_subdistrict(
    day: Day, as_client: Enter, people: dict[str, User]
) -> None:
    places = {
        name: {one["place"] for one in as_client(people[name]).get("/").context["happenings"]}
        for name in ("district", "street")
    }
    assert places == {"district": {"九龙"}, "street": {"示范一村"}}
