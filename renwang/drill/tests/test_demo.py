"""A small demo is played from beginning to end, and everything that must hold of a big one is asked of it."""

import datetime as dt
import re
import uuid
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import models
from django.test import Client
from django.utils import timezone

from conftest import thaw
from renwang.desk.queries.board import board
from renwang.desk.queries.scope import scope_of
from renwang.drill.asking import LEAVES_SOME
from renwang.drill.bulletins import LEAD, LEAD_EN
from renwang.drill.cast import PASSWORD, SHOWN
from renwang.drill.days import Days
from renwang.drill.figures import double_asked, figures_of
from renwang.drill.play import Plan, play
from renwang.drill.table import table
from renwang.drill.world import World
from renwang.foundation.access.models import BreakGlass, Look, User
from renwang.foundation.audit import queries as audit
from renwang.foundation.audit.actions.door import ledger_key
from renwang.foundation.audit.models import Entry, Promise
from renwang.foundation.audit.rules import PromiseStatus
from renwang.foundation.channels.models import Incoming, Message, StrayReceipt
from renwang.loop.assignments import queries as assignments
from renwang.loop.bulletins.models import Bulletin
from renwang.loop.bulletins.queries import page_of, plain, sealed_as
from renwang.loop.bulletins.rules import BulletinStatus
from renwang.loop.cases.models import Case, CaseStep, Confirmation, Referral
from renwang.loop.cases.rules import LIVE, Status
from renwang.loop.fulfilment.models import Line, Movement
from renwang.loop.indicators.queries import figures_of as figures_in
from renwang.loop.indicators.queries import reckoning_of
from renwang.loop.registry.models import Household, ImportBatch, Person
from renwang.loop.rounds.models import Attempt, CheckIn, Contact, ContactPart, Round
from renwang.loop.rounds.rules import OPEN_STATES, ContactState
from renwang.programmes.command.models import Copy, Directive, Report

from .conftest import analyse, part_from_threads

AFTERNOON = dt.datetime(2020, 2, 19, 8, 30, tzinfo=dt.UTC)  # half past four in Fangzi
HOUSEHOLDS = 140

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def played(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """A district of 140 households that has lived three days; shared by the tests of this file, which only read.

    Its server and its phones have threads and connections of their own, so what it writes is committed, and emptied at the end.
    """
    with django_db_blocker.unblock():
        try:
            yield play(Plan(now=AFTERNOON, households=HOUSEHOLDS, days=3, seed=7), say=analyse)
        finally:
            part_from_threads()
            thaw()
            call_command("flush", interactive=False, verbosity=0, inhibit_post_migrate=False)


def test_every_write_came_through_the_door(played: World) -> None:
    assert list(audit.verify(key=ledger_key())) == []
    entries = Counter(Entry.objects.values_list("name", flat=True))
    assert entries["access.add_account"] == User.objects.count()
    checked_in = (
        "rounds.record_check_ins",
        "rounds.receive_check_ins",
        "rounds.record_self_report",
        "rounds.record_replies",
    )
    told = [one for one in Entry.objects.filter(name__in=checked_in) for one in one.facts["check_in_ids"]]
    assert sorted(told) == sorted(CheckIn.objects.values_list("pk", flat=True))
    opening = Entry.objects.filter(name__in=("cases.open_cases", "cases.open_case"))
    opened = [one for entry in opening for one in entry.facts["case_ids"]]
    assert sorted(opened) == sorted(Case.objects.values_list("pk", flat=True))
    planned = [
        one for entry in Entry.objects.filter(name="rounds.plan_households") for one in entry.facts["contact_ids"]
    ]
    assert sorted(planned) == sorted(Contact.objects.values_list("pk", flat=True))


def test_nobody_is_asked_twice_in_a_slot_of_a_day(played: World) -> None:
    asked = Counter(Contact.objects.values_list("household_id", "day", "slot"))
    assert asked and max(asked.values()) == 1
    told = Counter(CheckIn.objects.filter(staleness="").values_list("contact_id", flat=True))
    assert max(told.values()) == 1
    second = Contact.objects.filter(slot=1)
    assert second.exists()
    assert not second.exclude(parts__round__cadence="twice").exists()


def test_several_offices_share_one_contact(played: World) -> None:
    shared = Counter(ContactPart.objects.values_list("contact_id", flat=True))
    assert max(shared.values()) >= 3
    assert set(Round.objects.values_list("status", flat=True)) == {"draft", "open", "closed"}


def test_nothing_has_happened_in_the_future(played: World) -> None:
    plans = {
        "until",
        "due_at",
        "expires_at",
        "next_try_at",
        "lease_until",
        "answer_due_at",
        "acknowledge_by",
        "report_by",
    }
    for model in apps.get_models():
        if not model.__module__.startswith("renwang."):
            continue
        for field in model._meta.concrete_fields:
            if isinstance(field, models.DateTimeField) and field.name not in plans:
                later = model._default_manager.filter(**{f"{field.name}__gt": AFTERNOON})
                assert not later.exists(), (model, field.name)


def test_nobody_in_it_can_be_a_real_person(played: World) -> None:
    numbers = [number for number in Person.objects.values_list("id_number", flat=True) if number]
    assert len(numbers) > HOUSEHOLDS and all(number.startswith("990704") for number in numbers)
    phones = [*Person.objects.values_list("phone", flat=True), *Household.objects.values_list("phone", flat=True)]
    assert all(re.fullmatch(r"154\d{8}", phone) for phone in phones if phone)


def test_every_status_is_there_to_look_at(played: World) -> None:
    assert set(Case.objects.values_list("status", flat=True)) == set(Status.values)
    states = set(Contact.objects.values_list("state", flat=True))
    assert {ContactState.REACHED, ContactState.UNREACHED, ContactState.TRYING} <= states
    assert set(Referral.objects.values_list("kind", flat=True)) >= {"refer", "transfer"}
    assert Confirmation.objects.exists() and Attempt.objects.exists()
    assert Case.objects.filter(level__gt=0).exists()
    assert Movement.objects.filter(step="receive").exists()
    assert Line.objects.filter(verified__gt=0).exists()
    assert set(ImportBatch.objects.values_list("status", flat=True)) == {"applied", "checked"}
    assert ImportBatch.objects.get(status="checked").rows_invalid >= 3
    assert BreakGlass.objects.filter(until__gt=AFTERNOON).count() == 1
    assert BreakGlass.objects.filter(until__lte=AFTERNOON).count() == 1
    assert Look.objects.count() >= 10
    assert not Promise.objects.exclude(status=PromiseStatus.KEPT).exists()


def test_today_is_half_done_and_some_are_in_nobodys_care(played: World) -> None:
    today = Contact.objects.filter(day=timezone.localdate(AFTERNOON))
    reached = today.filter(state=ContactState.REACHED).count()
    assert 0.4 < reached / today.count() < 1
    for username in LEAVES_SOME:
        mine = today.filter(user_id=played.cast[username].user_id, state__in=OPEN_STATES, mode__in=("call", "visit"))
        assert mine.exists(), f"{username} would find nothing to do"
    gap = assignments.gaps(viewer=played.named("district", AFTERNOON), now=AFTERNOON)
    assert 0 < gap.count() < HOUSEHOLDS / 6


def test_every_evening_is_told_in_a_bulletin_that_an_office_wrote_and_the_command_published(played: World) -> None:
    # Today's is not drafted yet: it is half past four.
    told = list(Bulletin.objects.filter(status=BulletinStatus.PUBLISHED).order_by("day"))
    assert [row.day for row in told] == [played.days.day(0), played.days.day(1)]
    assert not Bulletin.objects.exclude(status=BulletinStatus.PUBLISHED).exists()
    for number, row in enumerate(told, start=1):
        assert (row.number, row.seal) == (number, sealed_as(row))
        assert row.edited_by_id == played.cast["health"].user_id
        assert row.published_by_id == played.cast["district"].user_id
        assert not row.sections.filter(text="", is_left_out=False).exists(), "a part without words stays left out"
        assert LEAD in row.lead and LEAD_EN in row.lead_en
        page = page_of(row, language="en")
        words = " ".join(plain(part) for part in page.lead)
        asked = row.figures.get(area=row.area, indicator="outreach.coverage", slice="")
        assert f"{asked.denominator:,} households" in words and "{" not in words
    entries = Entry.objects.filter(name__startswith="bulletins.").values_list("name", "actor_id")
    assert ("bulletins.publish_bulletin", played.cast["district"].user_id) in set(entries)


def test_the_power_index_of_yesterday_is_told_as_a_correction(played: World) -> None:
    counted = reckoning_of(played.days.day(1))
    assert counted is not None and counted.version == 2 and counted.is_fixed and counted.because
    told = figures_in(counted, ["370704"]).of("370704", "enterprise.power_index")
    assert str(told.value) == "93.400000"


def test_the_directive_is_acknowledged_and_reported_on_by_its_units_themselves(played: World) -> None:
    directive = Directive.objects.get()
    assert directive.by_id == played.cast["district"].user_id
    copies = Copy.objects.filter(directive=directive)
    assert copies.count() == len(played.villages) + len(played.streets) + 1
    assert {"sent", "in_progress"} <= set(copies.values_list("status", flat=True))
    reports = Report.objects.filter(copy__in=copies)
    assert reports.filter(for_day=played.days.day(0)).count() > copies.count() / 2
    wrong = [
        row for row in reports.select_related("copy") if row.by_id != played.cast[_speaker(played, row.copy)].user_id
    ]
    assert wrong == []


def _speaker(played: World, copy: Copy) -> str:
    if copy.kind == "office":
        return copy.office
    if copy.kind == "street":
        return played.cast.of_street(copy.division_id).username
    return played.cast.of_village[copy.division_id]["secretary"]


def test_the_drivers_household_is_asked_twice_a_day_by_the_neighbour(played: World) -> None:
    volunteer = played.cast["volunteer"]
    contacts = Contact.objects.filter(user_id=volunteer.user_id)
    assert {(row.day - played.days.day(0)).days for row in contacts.filter(slot=1)} == {0, 1, 2}
    home = played.homes[contacts.values_list("household_id", flat=True).distinct().get()]
    case = Case.objects.get(kind="health.risk_contact", subject_id=home.members[0].person_id)
    assert CaseStep.objects.filter(case=case).count() >= 2


def test_the_boards_figures_are_the_rows_counted(played: World) -> None:
    viewer, today = played.named("district", AFTERNOON), timezone.localdate(AFTERNOON)
    scope = scope_of(viewer=viewer, area="", day=today, today=today)
    shown, _at = board(scope, now=AFTERNOON, midnight=played.days.at(today, dt.time()))
    day = Contact.objects.filter(day=today)
    assert shown.contacts.total.asked == day.count()
    assert shown.contacts.total.reached == day.filter(state=ContactState.REACHED).count()
    assert shown.cases.live == Case.objects.filter(status__in=LIVE).count()
    late = Case.objects.filter(status__in=(Status.OPEN, Status.IN_HAND), due_at__lt=AFTERNOON)
    assert shown.cases.overdue == late.count()
    assert shown.nobody == assignments.gaps(viewer=viewer, now=AFTERNOON).count()


def test_whoever_is_in_the_table_can_sign_in_and_nobody_else(played: World) -> None:
    for one in SHOWN:
        assert User.objects.get(username=one.username).check_password(PASSWORD), one.username
    others = User.objects.exclude(username__in=[one.username for one in SHOWN])
    assert others.exists() and not any(user.check_password(PASSWORD) for user in others[:5])
    page = Client().post("/sign-in/", {"username": "helper", "password": PASSWORD})
    assert page.status_code == 302


def test_the_command_refuses_a_database_in_use(played: World) -> None:
    with pytest.raises(CommandError):
        call_command("make_demo")


@pytest.mark.parametrize("hour", [(0, 4), (6, 30), (10, 39), (23, 50)])
def test_at_any_hour_something_has_happened_today_and_nothing_later(hour: tuple[int, int]) -> None:
    zone = timezone.get_default_timezone()
    now = dt.datetime(2020, 2, 19, *hour, tzinfo=zone)
    days = Days(now, 3, zone)  # type: ignore[arg-type]
    moments = [days.at(days.today, dt.time(h, m)) for h in range(24) for m in (0, 20, 40)]
    real = [days.real(moment) for moment in moments]
    assert real == sorted(real) and all(moment <= now for moment in real)
    assert len({moment for moment in real if moment < now and moment.date() == days.today}) > 8
    yesterday = days.at(days.day(1), dt.time(18))
    assert days.real(yesterday) == yesterday


def test_households_are_asked_by_message_first_and_answer_in_four_ways(played: World) -> None:
    told = figures_of(played, seed=7, wall_seconds=1.0)
    assert told.double_asked == 0
    assert all(told.answered[mode] for mode in ("sms", "call", "visit", "self_report"))
    assert sum(told.answered.values()) == Contact.objects.filter(state=ContactState.REACHED).count()
    assert told.messages["delivered"] > 0 and told.messages["failed"] > 0
    assert told.messages["sent"] >= told.messages["delivered"]
    assert told.cases["opened"] == Case.objects.count() >= told.cases["met"] >= told.cases["verified"] > 0
    assert told.findings and told.helper_minutes > 0 and told.requests > 1000
    # Over the drill's own centre, and each message once.
    assert Message.objects.filter(state="delivered").count() == told.messages["delivered"]
    assert max(Counter(Message.objects.values_list("about", "about_id")).values()) == 1
    assert max(played.rung.values()) == 1
    assert Incoming.objects.filter(state="handled").exists()
    assert not Incoming.objects.filter(state="new").exists()
    assert StrayReceipt.objects.count() == 0
    lines = table(told).splitlines()
    assert any("短信" in line and str(told.answered["sms"]) in line for line in lines)


def test_whoever_is_turned_to_after_an_answer_is_counted_as_asked_twice(played: World) -> None:
    assert double_asked(played.rung) == 0
    told = CheckIn.objects.filter(staleness="").first()
    assert told is not None
    assert double_asked({**played.rung, told.contact_id: 2}) == 1
    attempt = Attempt.objects.create(
        submission_id=uuid.uuid4(),
        contact_id=told.contact_id,
        mode="call",
        outcome="no_answer",
        at=told.told_at + dt.timedelta(minutes=1),
    )
    try:
        assert double_asked(played.rung) == 1
    finally:
        attempt.delete()
