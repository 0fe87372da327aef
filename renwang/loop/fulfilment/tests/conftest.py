"""Lines and offers to test with."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from conftest import District, Family
from renwang.foundation.access.models import User
from renwang.foundation.access.rules import Actor
from renwang.loop.cases import actions as cases
from renwang.loop.cases.models import Case
from renwang.loop.fulfilment import actions
from renwang.loop.fulfilment.models import Line, Offer


@pytest.fixture
def cadre(small_district: District, make_user: Callable[..., User], as_actor: Callable[[User], Actor]) -> Actor:
    """The cadre of the first village, who promises and sends."""
    return as_actor(make_user("cadre", name="赵村干", village_cadre=small_district.village.code))


@pytest.fixture
def case(helper: Actor, family: Family, now: datetime) -> Case:
    """The helper's family needs food, and she has it in hand."""
    made = cases.open_case(
        actor=helper, now=now, subject_id=family.household.pk, kind="provisions.food", detail={"what": "米面油"}
    )
    cases.take_cases(actor=helper, now=now, case_ids=made.case_ids)
    return Case.objects.get(pk=made.case_ids[0])


@pytest.fixture
def line(helper: Actor, case: Case, now: datetime) -> Line:
    """Ten food parcels are asked for."""
    made = actions.request_line(
        actor=helper,
        now=now,
        case_id=case.pk,
        resource="provisions.food_parcel",
        quantity=Decimal(10),
        submission_id=uuid4(),
    )
    return Line.objects.get(pk=made.line_id)


@pytest.fixture
def offer(street_officer: Actor, small_district: District, now: datetime) -> Offer:
    """A supermarket gives the street six parcels."""
    made = actions.make_offer(
        actor=street_officer,
        now=now,
        resource="provisions.food_parcel",
        giver_name="九龙便民超市",
        area=small_district.street.code,
        quantity=Decimal(6),
    )
    return Offer.objects.get(pk=made.offer_id)


@pytest.fixture
def step(now: datetime) -> Callable[..., Any]:
    """Return a function that lets a quantity take a step: ``step(actions.send_line, actor, line, 3)``."""

    def take(verb: Callable[..., Any], actor: Actor, line: Line, quantity: float, **more: Any) -> Any:
        given = {"submission_id": uuid4(), **more}
        return verb(actor=actor, now=now, line_id=line.pk, quantity=Decimal(str(quantity)), **given)

    return take
