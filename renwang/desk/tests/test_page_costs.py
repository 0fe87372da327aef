"""What a page costs in queries: the same in a village with one household and in a whole district."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from conftest import District, MakeFamily
from renwang.desk.queries import kept
from renwang.foundation.access.models import User
from renwang.foundation.access.rules import Actor
from renwang.loop.cases import actions as cases
from renwang.loop.cases.rules import CaseOpening

from .conftest import MakeDay

PAGES = [
    "/",
    "/?wall=1",
    "/my/",
    "/cases/",
    "/search/?q=孙",  # one in the village, and the same one in the district; who finds nobody is asked nothing more
    "/unreached/",
    "/contacts/",
    "/gaps/",
    "/register/",
]


@pytest.fixture
def viewers(small_district: District, make_user: Callable[..., User]) -> dict[str, User]:
    """The same rights over one village with one household, and over everything: who may less sees fewer parts of a page."""
    return {
        "village": make_user("village", district_command=small_district.far_village.code),
        "district": make_user("command", district_command=small_district.root.code),
    }


@pytest.fixture
def district(
    make_day: MakeDay, make_family: MakeFamily, viewers: dict[str, User], small_district: District, now: dt.datetime
) -> None:
    """Forty asked households with needs, late and urgent, some without anybody; and one quiet household in a village."""
    make_family("孙", division=small_district.far_village, size=1)
    day = make_day(30)
    homes = day.families + [make_family(f"刘甲{n}", division=small_district.next_village) for n in range(10)]
    for place in range(10):
        day.told(place, now=now)
        day.tried(10 + place, "moved_away", now=now)
    openings = [CaseOpening(one.household.pk, "provisions.food", {"days_left": n % 3}) for n, one in enumerate(homes)]
    cases.open_cases(actor=Actor.system(), now=now - dt.timedelta(days=3), openings=openings)


@pytest.mark.parametrize("address", PAGES)
def test_a_page_asks_as_many_queries_for_one_household_as_for_a_district(
    address: str, district: None, viewers: dict[str, User]
) -> None:
    asked = {}
    for name, user in viewers.items():
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        client.get(address)
        kept.forget()
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        asked[name] = [one["sql"] for one in captured.captured_queries]
    few, many = (len(asked[name]) for name in ("village", "district"))
    assert few == many, "\n".join(f"{name}:\n" + "\n".join(sql[:150] for sql in sqls) for name, sqls in asked.items())
