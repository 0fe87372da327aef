"""A day with something of everything, for the tests of figures."""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from conftest import District, Family
from renwang.foundation.access.models import User
from renwang.foundation.access.rules import Actor
from renwang.loop.cases import actions as cases
from renwang.loop.cases.models import Case
from renwang.loop.cases.rules import VerifiedHow
from renwang.loop.fulfilment import actions as fulfilment
from renwang.loop.indicators import actions, queries
from renwang.loop.indicators.models import Reckoning
from renwang.loop.rounds import actions as rounds
from renwang.loop.rounds.models import Contact

TODAY = dt.date(2020, 2, 17)
SYSTEM = Actor.system()


@dataclass(frozen=True)
class Lived:
    """What was done on the day: seven households asked in three villages, four of them reached."""

    families: tuple[Family, ...]
    now: dt.datetime  # eleven in the evening: what was urgent is overdue


@pytest.fixture
def lived(
    small_district: District,
    make_family: Callable[..., Family],
    district: Actor,
    street_officer: Actor,
    now: dt.datetime,
) -> Lived:
    """Two households of the first village need food, one has fever; one need is met and verified; one refused; three are open."""
    places = (small_district.village, small_district.next_village, small_district.far_village)
    families = tuple(make_family(f"家{n}", division=places[n % 3]) for n in range(7))
    draft = rounds.RoundDraft(
        title="每日排查",
        office="health",
        area=small_district.root.code,
        opens_on=TODAY - dt.timedelta(days=2),
        closes_on=TODAY + dt.timedelta(days=6),
        cadence="daily",
        everybody=True,
    )
    made = rounds.draft_round(actor=SYSTEM, now=now, draft=draft)
    rounds.open_round(actor=SYSTEM, now=now, round_id=made.round_id)
    rounds.plan_day(actor=SYSTEM, now=now, day=TODAY)
    contacts = {row.household_id: row.pk for row in Contact.objects.filter(day=TODAY)}

    def tell(family: Family, at: dt.datetime, **answers: Any) -> None:
        told = rounds.CheckInTold(
            submission_id=uuid.uuid4(),
            contact_id=contacts[family.household.pk],
            mode="call",
            answers=answers or {"all_well": True},
            told_at=at,
        )
        rounds.record_check_ins(actor=SYSTEM, now=at, check_ins=[told])

    hour = dt.timedelta(hours=1)
    tell(families[0], now, needs={"food": {"what": "米", "days_left": 2}})
    tell(families[1], now, members={str(families[1].head.pk): {"temperature": 38.4, "symptoms": ["cough"]}})
    tell(families[2], now + hour)
    tell(families[3], now, needs={"food": {"what": "面", "days_left": 0}})
    rounds.record_attempts(
        actor=SYSTEM,
        now=now,
        attempts=[
            rounds.AttemptMade(
                submission_id=uuid.uuid4(),
                contact_id=contacts[families[4].household.pk],
                mode="call",
                outcome="refused",
                at=now,
            )
        ],
    )
    first = Case.objects.get(subject=families[0].household)
    cases.take_cases(actor=district, now=now, case_ids=[first.pk])
    bring(district, first, "3", now=now)
    other = Case.objects.get(subject=families[3].household)
    ask_for(district, other, "2", now=now)
    cases.meet_case(actor=district, now=now + hour, case_id=first.pk)
    cases.confirm_case(
        actor=street_officer,
        now=now + 2 * hour,
        case_id=first.pk,
        is_met=True,
        how=VerifiedHow.HOUSEHOLD_CALL,
        submission_id=uuid.uuid4(),
    )
    return Lived(families, now + 13 * hour)


def ask_for(actor: Actor, case: Case, quantity: str, *, now: dt.datetime) -> int:
    """Ask for food parcels for a case; return the line."""
    made = fulfilment.request_line(
        actor=actor,
        now=now,
        case_id=case.pk,
        resource="provisions.food_parcel",
        quantity=Decimal(quantity),
        submission_id=uuid.uuid4(),
    )
    return made.line_id


def bring(actor: Actor, case: Case, quantity: str, *, now: dt.datetime) -> int:
    """Ask for food parcels, promise them, send them, hand them over; return the line."""
    line = ask_for(actor, case, quantity, now=now)
    for step, more in (
        (fulfilment.commit_line, {"note": "区商务局储备"}),
        (fulfilment.send_line, {}),
        (fulfilment.receive_line, {}),
    ):
        told: dict[str, Any] = {"line_id": line, "quantity": Decimal(quantity), "submission_id": uuid.uuid4()}
        step(actor=actor, now=now, **told, **more)
    return line


@pytest.fixture
def kept(lived: Lived) -> Reckoning:
    """The day as it was counted while it lasted."""
    return keep(TODAY, now=lived.now)


def keep(day: dt.date, *, now: dt.datetime) -> Reckoning:
    """Count a day and keep it, as the worker does."""
    actions.keep_figures(actor=SYSTEM, now=now, counted=queries.counted_day(day, now=now))
    reckoning = queries.reckoning_of(day)
    assert reckoning is not None
    return reckoning


@pytest.fixture
def health_officer(
    small_district: District, make_user: Callable[..., User], as_actor: Callable[[User], Actor]
) -> Actor:
    """The health officer of the district."""
    return as_actor(make_user("health", name="卫健局", health_officer=small_district.root.code))
