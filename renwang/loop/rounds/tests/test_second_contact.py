"""Twice a day is twice with some hours between."""

import datetime as dt

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from conftest import Family
from renwang.foundation.access.rules import Actor
from renwang.loop.rounds import actions
from renwang.loop.rounds.models import Contact, ContactPart
from renwang.loop.rounds.rules import Because, Cadence, ContactState, PartState, second_is_due, slot_starts_at
from renwang.loop.rounds.rules.planning import BETWEEN, LAST_HOUR

from .conftest import TODAY, MakeRound, Told

ZONE = timezone.get_default_timezone()


def at(hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(2020, 2, 17, hour, minute, tzinfo=ZONE)


@given(told_minutes=st.integers(0, 24 * 60 - 1), own_minutes=st.integers(14 * 60, 24 * 60 - 1))
def test_the_second_contact_keeps_its_hour_or_waits_some_hours_or_falls_away(
    told_minutes: int, own_minutes: int
) -> None:
    midnight = dt.datetime.combine(TODAY, dt.time(0), ZONE)
    told_at, own = midnight + dt.timedelta(minutes=told_minutes), midnight + dt.timedelta(minutes=own_minutes)
    due = second_is_due(own, told_at=told_at, day=TODAY, zone=ZONE)
    if due is None:
        assert told_at + BETWEEN > dt.datetime.combine(TODAY, LAST_HOUR, ZONE)
        return
    assert due >= own
    assert due - told_at >= BETWEEN
    assert due == own or due <= dt.datetime.combine(TODAY, LAST_HOUR, ZONE)


@given(told_minutes=st.integers(0, 14 * 60))
def test_who_answers_in_the_morning_is_asked_again_at_the_second_hour_as_planned(told_minutes: int) -> None:
    told_at = dt.datetime.combine(TODAY, dt.time(0), ZONE) + dt.timedelta(minutes=told_minutes)
    own = slot_starts_at(TODAY, 1, ZONE)
    if told_at <= own - BETWEEN:
        assert second_is_due(own, told_at=told_at, day=TODAY, zone=ZONE) == own


@pytest.fixture
def twice(family: Family, make_round: MakeRound, system: Actor, now: dt.datetime) -> tuple[Contact, Contact]:
    """The two contacts of a family's day."""
    make_round(cadence=Cadence.TWICE)
    actions.plan_day(actor=system, now=now, day=TODAY)
    first, second = Contact.objects.order_by("slot")
    return first, second


@pytest.mark.django_db
@pytest.mark.parametrize(("hour", "due"), [(9, 14), (11, 14), (13, 16), (15, 18), (17, 20)])
def test_a_late_answer_lets_the_second_contact_wait(
    twice: tuple[Contact, Contact], helper: Actor, told: Told, hour: int, due: int
) -> None:
    first, second = twice
    actions.record_check_ins(actor=helper, now=at(hour), check_ins=[told(first, told_at=at(hour))])
    second.refresh_from_db()
    assert (second.state, second.next_try_at) == (ContactState.DUE, at(due))


@pytest.mark.django_db
def test_after_an_answer_in_the_evening_there_is_no_second_contact_and_its_share_says_why(
    twice: tuple[Contact, Contact], helper: Actor, told: Told
) -> None:
    first, second = twice
    actions.record_check_ins(actor=helper, now=at(19), check_ins=[told(first, told_at=at(19))])
    second.refresh_from_db()
    assert (second.state, second.because) == (ContactState.CLOSED, Because.ALREADY_ASKED)
    part = ContactPart.objects.get(contact=second)
    assert (part.state, part.because) == (PartState.MISSED, Because.ALREADY_ASKED)


@pytest.mark.django_db
def test_a_round_that_opens_after_a_late_answer_asks_some_hours_after_it(
    family: Family, make_round: MakeRound, helper: Actor, told: Told, system: Actor, now: dt.datetime
) -> None:
    make_round()
    actions.plan_day(actor=system, now=now, day=TODAY)
    actions.record_check_ins(actor=helper, now=at(13), check_ins=[told(Contact.objects.get(), told_at=at(13))])
    make_round(cadence=Cadence.TWICE)
    actions.plan_day(actor=system, now=at(13, 30), day=TODAY)
    assert Contact.objects.get(slot=1).next_try_at == at(16)


@pytest.mark.django_db
def test_the_contact_says_by_what_the_household_was_reached_and_not_what_was_planned(
    twice: tuple[Contact, Contact], helper: Actor, told: Told, now: dt.datetime
) -> None:
    first, second = twice
    assert first.mode == "call"
    actions.record_check_ins(actor=helper, now=now, check_ins=[told(first, mode="visit")])
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.mode, second.mode) == ("visit", "call")
