"""Who has let a deadline pass, and on which phones they are told."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q

from ..models import Copy, Reminder
from ..rules import Cadence, CopyStatus, DirectiveStatus, Duty
from .units import holders_of

MOST = 2000
MOBILE = re.compile(r"1\d{10}")


def late_copies(now: datetime) -> Q:
    """Return the filter "a deadline has passed": of daily reports, which of them came the timetable must say."""
    owes = ~Q(status__in=(CopyStatus.SENT, CopyStatus.DONE)) & Q(directive__report_by__lte=now)
    return (
        Q(status=CopyStatus.SENT, directive__acknowledge_by__lt=now)
        | (owes & Q(directive__cadence=Cadence.ONCE, reported_for=None))
        | (owes & Q(directive__cadence=Cadence.DAILY))
    )


def late_and_not_reminded(*, now: datetime) -> list[tuple[Copy, Duty]]:
    """Return the copies whose last deadline has passed without a reminder since. One query."""
    never = Q(reminded_at=None)
    to_acknowledge = Q(status=CopyStatus.SENT) & (never | Q(reminded_at__lt=F("directive__acknowledge_by")))
    once = Q(directive__cadence=Cadence.ONCE) & (never | Q(reminded_at__lt=F("directive__report_by")))
    found = (
        Copy.objects.filter(late_copies(now), directive__status=DirectiveStatus.ISSUED)
        .filter(to_acknowledge | ~Q(status=CopyStatus.SENT) & (once | Q(directive__cadence=Cadence.DAILY)))
        .select_related("directive")
        .order_by("pk")
    )
    owing = ((one, one.directive.timetable.duty(one.status, one.reported_for, now)) for one in found.iterator())
    return [
        (one, duty)
        for one, duty in owing
        if duty.is_late and duty.due_at and (one.reminded_at is None or one.reminded_at < duty.due_at)
    ][:MOST]


@dataclass(frozen=True, slots=True)
class Call:
    """One phone that is told of one reminder."""

    reminder_id: int
    user_id: int
    phone: str
    area: str
    number: str
    title: str
    due_at: datetime | None


def phones_to_remind(reminder_ids: Collection[int], *, now: datetime) -> list[Call]:
    """Return the work mobiles of those responsible for reminded units that still owe something. Two queries."""
    rows = Reminder.objects.filter(pk__in=reminder_ids, copy__directive__status=DirectiveStatus.ISSUED)
    found = list(rows.select_related("copy__directive").order_by("pk"))
    holders = holders_of({row.copy.unit for row in found}, now=now)
    calls = []
    for row in found:
        directive = row.copy.directive
        duty = directive.timetable.duty(row.copy.status, row.copy.reported_for, now)
        if not duty.is_open:
            continue
        phones = {grant.user_id: re.sub(r"[\s-]", "", grant.user.work_phone) for grant in holders[row.copy.unit]}
        calls += [
            Call(row.pk, user, phone, row.copy.division_id, directive.number, directive.title, duty.due_at)
            for user, phone in phones.items()
            if MOBILE.fullmatch(phone)
        ]
    return calls
