"""The list the district cannot overlook tells of each household once."""

import datetime as dt

import pytest

from conftest import Family, MakeFamily
from renwang.foundation.access.rules import Actor
from renwang.loop.rounds import actions, queries
from renwang.loop.rounds.models import Contact
from renwang.loop.rounds.rules import Because, Cadence, ContactState

from .conftest import TODAY, MakeRound

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def test_who_is_asked_twice_a_day_is_on_the_list_of_the_unreached_once(
    family: Family, make_round: MakeRound, system: Actor, district: Actor, now: dt.datetime
) -> None:
    make_round(cadence=Cadence.TWICE)
    actions.plan_day(actor=system, now=now, day=TODAY)
    morning, afternoon = Contact.objects.order_by("slot")
    unreached = {"state": ContactState.UNREACHED, "because": Because.NO_RESPONSE}
    Contact.objects.filter(pk=morning.pk).update(**unreached)
    assert queries.unreached(viewer=district).get() == morning, "the afternoon is still to come"
    Contact.objects.filter(pk=afternoon.pk).update(**unreached)
    assert queries.unreached(viewer=district).get() == afternoon
    Contact.objects.filter(pk=afternoon.pk).update(state=ContactState.REACHED, because="")
    assert not queries.unreached(viewer=district).exists(), "who answered in the afternoon is not missing"


def test_a_household_nobody_is_answerable_for_is_counted_once_however_many_days_wait(
    make_family: MakeFamily, make_round: MakeRound, system: Actor, district: Actor, now: dt.datetime
) -> None:
    make_family("无人管")
    make_round(cadence=Cadence.DAILY)
    actions.plan_day(actor=system, now=now, day=TODAY)
    actions.plan_day(actor=system, now=now + DAY, day=TODAY + DAY)
    assert Contact.objects.count() == 2
    assert queries.unreached(viewer=district).get().day == TODAY + DAY
