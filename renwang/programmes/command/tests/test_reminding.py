"""Reminding: by hand, by the clock, and on phones."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import translation

from conftest import MakeUser
from renwang.foundation.access.models import User
from renwang.foundation.access.rules import Actor, NotAllowed
from renwang.foundation.audit.models import Entry, Promise
from renwang.foundation.channels import kinds as channels
from renwang.foundation.channels.models import Message
from renwang.programmes.command import actions, handlers, queries, rules
from renwang.programmes.command.models import Copy, Directive, Reminder

from .conftest import CopyOf

pytestmark = pytest.mark.django_db
STREET, OTHER_STREET, VILLAGE, NEXT_VILLAGE = "370704006", "370704003", "370704006201", "370704006202"
HOUR = timedelta(hours=1)


def test_only_who_steers_a_directive_reminds(
    cadre: Actor, health: Actor, street_officer: Actor, directive: Directive, now: datetime
) -> None:
    with pytest.raises(NotAllowed):
        actions.remind(actor=cadre, now=now, directive_id=directive.pk)
    for actor in (health, street_officer):
        with pytest.raises(rules.NotTheIssuer):
            actions.remind(actor=actor, now=now, directive_id=directive.pk)
    with pytest.raises(rules.UnknownDirective):
        actions.remind(actor=street_officer, now=now, directive_id=0)
    assert not Reminder.objects.exists()


def test_the_issuer_reminds_all_who_owe_something_or_some_but_not_twice_within_half_an_hour(
    district: Actor, directive: Directive, copy_of: CopyOf, now: datetime
) -> None:
    some = actions.remind(actor=district, now=now, directive_id=directive.pk, copy_ids=[copy_of(VILLAGE).pk])
    assert some.copy_ids == (copy_of(VILLAGE).pk,)
    rest = actions.remind(actor=district, now=now + timedelta(minutes=5), directive_id=directive.pk)
    assert len(rest.copy_ids) == 3 and copy_of(VILLAGE).pk not in rest.copy_ids
    with translation.override("en"), pytest.raises(rules.NothingToDo, match="within the last half hour"):
        actions.remind(actor=district, now=now + timedelta(minutes=6), directive_id=directive.pk)
    assert Entry.objects.filter(name="command.remind").count() == 2


def test_a_street_reminds_the_villages_it_passed_a_directive_on_to_and_no_others(
    street_officer: Actor, directive: Directive, copy_of: CopyOf, now: datetime
) -> None:
    actions.acknowledge(actor=street_officer, now=now, copy_id=copy_of(STREET).pk)
    actions.forward(actor=street_officer, now=now, copy_id=copy_of(STREET).pk, villages=[NEXT_VILLAGE])
    done = actions.remind(actor=street_officer, now=now, directive_id=directive.pk)
    assert done.copy_ids == (copy_of(NEXT_VILLAGE).pk,)


def test_the_clock_reminds_once_after_each_deadline(
    directive: Directive, cadre: Actor, copy_of: CopyOf, told: Callable[..., Any], now: datetime
) -> None:
    handlers.remind_who_is_late(now + 3 * HOUR)
    assert not Reminder.objects.exists()
    for later in (timedelta(hours=4, minutes=1), 5 * HOUR, 6 * HOUR):
        handlers.remind_who_is_late(now + later)
    assert Reminder.objects.filter(about="acknowledge", by=None).count() == 4
    actions.acknowledge(actor=cadre, now=now + 6 * HOUR, copy_id=copy_of(VILLAGE).pk)
    handlers.remind_who_is_late(now + 8 * HOUR)  # its report of the day is late as well
    assert list(Reminder.objects.filter(copy=copy_of(VILLAGE)).values_list("about", flat=True)) == [
        "acknowledge",
        "report",
    ]
    actions.report(actor=cadre, now=now + 8 * HOUR, copy_id=copy_of(VILLAGE).pk, **told())
    handlers.remind_who_is_late(now + 9 * HOUR)
    assert Reminder.objects.filter(copy=copy_of(VILLAGE)).count() == 2
    handlers.remind_who_is_late(now + timedelta(hours=32))  # nobody told of the next day
    assert Reminder.objects.filter(copy=copy_of(VILLAGE)).count() == 3


def test_the_clock_leaves_in_peace_who_got_a_withdrawn_directive(
    district: Actor, directive: Directive, now: datetime
) -> None:
    actions.withdraw_directive(actor=district, now=now, directive_id=directive.pk, reason="不用了")
    handlers.remind_who_is_late(now + timedelta(days=2))
    assert not Reminder.objects.exists()


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line for short messages is set up."""
    monkeypatch.setattr(channels, "is_set_up", lambda code: code == "sms")


def keep_promises(now: datetime) -> None:
    for promise in Promise.objects.filter(kind=actions.CARRY_REMINDERS):
        handlers.carry_reminders(promise.payload, now=now, report=lambda _share: None)


def test_a_reminder_reaches_the_work_phones_of_the_unit_once_and_says_what_is_due(
    line: None, district: Actor, directive: Directive, make_user: MakeUser, copy_of: CopyOf, now: datetime
) -> None:
    for name, phone in (("a", "154 0000 0001"), ("b", "0536-1234567")):
        make_user(name, village_cadre=VILLAGE)
        User.objects.filter(username=name).update(work_phone=phone)
    actions.remind(actor=district, now=now, directive_id=directive.pk, copy_ids=[copy_of(VILLAGE).pk])
    for _ in range(2):
        keep_promises(now)
    message = Message.objects.get()
    assert message.address == "15400000001"
    assert "坊防指发〔2020〕4号" in message.text and "02-17 14:00" in message.text


def test_no_phone_rings_for_a_unit_that_has_acknowledged_meanwhile_or_without_a_line(
    district: Actor, cadre: Actor, directive: Directive, copy_of: CopyOf, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    User.objects.filter(username="cadre").update(work_phone="15400000001")
    actions.remind(actor=district, now=now, directive_id=directive.pk, copy_ids=[copy_of(VILLAGE).pk])
    keep_promises(now)
    assert not Message.objects.exists()
    Directive.objects.filter(pk=directive.pk).update(status="withdrawn")
    monkeypatch.setattr(channels, "is_set_up", lambda code: True)
    keep_promises(now)
    assert not Message.objects.exists()


def test_who_answers_for_a_unit_is_found_in_one_query_for_all(
    directive: Directive, cadre: Actor, street_officer: Actor, now: datetime, django_assert_num_queries: Any
) -> None:
    units = {copy.unit for copy in Copy.objects.filter(directive=directive)}
    with django_assert_num_queries(1):
        found = queries.holders_of(units, now=now)
    names = {unit.division: [grant.user.name for grant in grants] for unit, grants in found.items()}
    assert names == {VILLAGE: ["赵村干"], STREET: ["李街道"], OTHER_STREET: [], "370704": []}


def test_who_was_reminded_while_the_clock_looked_is_left_in_peace(
    directive: Directive, district: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = now + 5 * HOUR
    seen = queries.late_and_not_reminded(now=later)
    assert len(seen) == 4
    # The issuer presses after the worker has looked and before it writes.
    monkeypatch.setattr(queries, "late_and_not_reminded", lambda *, now: seen)
    actions.remind(actor=district, now=later, directive_id=directive.pk)
    done = actions.remind_late(actor=Actor.system(), now=later)
    assert done.reminder_ids == () and Reminder.objects.count() == 4
