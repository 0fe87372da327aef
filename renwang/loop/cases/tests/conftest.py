"""Cases to test with."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest

from conftest import Family
from renwang.foundation.access.models import User
from renwang.foundation.access.rules import Actor
from renwang.foundation.channels import kinds as channels
from renwang.foundation.channels.engine.session import SmppChannel
from renwang.loop.cases import actions
from renwang.loop.cases.models import Case

FOOD = {"what": "面粉和油", "days_left": 4}


@pytest.fixture
def line(settings: Any) -> Iterator[None]:
    """Messages can go out, and phones reach us. Nobody drives the line: what is queued waits."""
    settings.RENWANG_PUBLIC_URL = "https://rw.example.cn"
    with channels.only(SmppChannel("127.0.0.1", 2775, "renwang", "secret", "10690000")):
        yield


@pytest.fixture
def food_case(helper: Actor, family: Family, now: datetime) -> Case:
    """An open case: the helper's family needs food."""
    made = actions.open_case(actor=helper, now=now, subject_id=family.household.pk, kind="provisions.food", detail=FOOD)
    return Case.objects.get(pk=made.case_ids[0])


@pytest.fixture
def met_case(helper: Actor, food_case: Case, now: datetime) -> Case:
    """A case that the helper took in hand and says is met."""
    actions.take_cases(actor=helper, now=now, case_ids=[food_case.pk])
    actions.meet_case(actor=helper, now=now, case_id=food_case.pk)
    food_case.refresh_from_db()
    return food_case


@pytest.fixture
def cadre(small_district: Any, make_user: Callable[..., User], as_actor: Callable[[User], Actor]) -> Actor:
    """The cadre of the first village: a second person."""
    return as_actor(make_user("cadre", name="赵村干", village_cadre=small_district.village.code))


@pytest.fixture
def other_helper(
    small_district: Any, make_user: Callable[..., User], as_actor: Callable[[User], Actor], make_family: Any
) -> Actor:
    """A helper of other people of the same village."""
    user = make_user("other_helper", name="钱帮扶", helper=small_district.village.code)
    make_family("别家", helper=user)
    return as_actor(user)
