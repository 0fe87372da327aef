"""A day of outreach for the screens: households asked, some reached, some not, some with open needs."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import time_machine
from django.test import Client

from conftest import District, Family, MakeFamily
from renwang.desk.queries import kept
from renwang.foundation.access.models import User
from renwang.foundation.access.rules import Actor
from renwang.loop.assignments.models import Assignment
from renwang.loop.rounds import actions as rounds
from renwang.loop.rounds.actions import AttemptMade, CheckInTold, RoundDraft
from renwang.loop.rounds.models import Contact

TODAY = dt.date(2020, 2, 17)


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    """Let no count survive into the next test."""
    kept.forget()
    yield
    kept.forget()


@pytest.fixture(autouse=True)
def ten_in_the_morning(now: dt.datetime) -> Iterator[None]:
    """Stand the clock at ten in the morning of the day."""
    with time_machine.travel(now, tick=False):
        yield


@dataclass
class Day:
    """A day that has been planned."""

    district: District
    families: list[Family]
    helper: User

    def contact(self, place: int) -> Contact:
        """Return today's contact with one family."""
        return Contact.objects.get(household=self.families[place].household, day=TODAY)

    def told(self, place: int, *, now: dt.datetime, **answers: Any) -> None:
        """Let one family tell something: all well, unless answers are given."""
        said = CheckInTold(
            submission_id=uuid.uuid4(),
            contact_id=self.contact(place).pk,
            mode="call",
            answers=answers or {"all_well": True},
            told_at=now,
        )
        rounds.record_check_ins(actor=Actor.system(), now=now, check_ins=[said])

    def tried(self, place: int, outcome: str, *, now: dt.datetime, mode: str = "call") -> None:
        """Let one family be tried in vain."""
        made = AttemptMade(
            submission_id=uuid.uuid4(), contact_id=self.contact(place).pk, mode=mode, outcome=outcome, at=now
        )
        rounds.record_attempts(actor=Actor.system(), now=now, attempts=[made])


MakeDay = Callable[..., Day]


@pytest.fixture
def make_day(small_district: District, make_family: MakeFamily, helper_user: User, now: dt.datetime) -> MakeDay:
    """Return a function that plans a day for so many families of the first village, all in the helper's care."""

    def make(count: int = 5) -> Day:
        families = [make_family(f"刘第{place}", helper=helper_user) for place in range(count)]
        system = Actor.system()
        draft = RoundDraft(
            title="健康排查",
            office="health",
            area=small_district.root.code,
            opens_on=TODAY,
            closes_on=TODAY + dt.timedelta(days=6),
            everybody=True,
        )
        made = rounds.draft_round(actor=system, now=now, draft=draft)
        rounds.open_round(actor=system, now=now, round_id=made.round_id)
        rounds.plan_day(actor=system, now=now, day=TODAY)
        return Day(small_district, families, helper_user)

    return make


@pytest.fixture
def as_client(client: Client) -> Callable[[User], Client]:
    """Return a function that signs an account in."""

    def enter(user: User) -> Client:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return enter


@pytest.fixture
def people(make_user: Callable[..., User], small_district: District) -> dict[str, User]:
    """The accounts of the district command, the helper's street, and another street."""
    return {
        "district": make_user("command", name="区指挥部", district_command=small_district.root.code),
        "street": make_user("jiulong", name="李街道", street_officer=small_district.street.code),
        "outsider": make_user("fenghuang", name="外街道", street_officer=small_district.other_street.code),
        "auditor": make_user("audit", name="审计", auditor=small_district.root.code),
    }


def let_go(family: Family, *, now: dt.datetime) -> None:
    """Leave a family without anybody responsible."""
    Assignment.objects.filter(subject=family.household).update(until=now, ended_because="test")
