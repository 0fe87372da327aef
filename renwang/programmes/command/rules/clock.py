"""When what is due, and what is late."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from .statuses import Cadence, CopyStatus

SOON = timedelta(hours=12)


class DutyKind(TextChoices):
    """What a unit has to do next."""

    ACKNOWLEDGE = "acknowledge", _("acknowledge")
    REPORT = "report", _("report")
    MEND = "mend", _("report again")
    NOTHING = "nothing", _("nothing due")


@dataclass(frozen=True, slots=True)
class Duty:
    """What a unit has to do next, until when, and for which day."""

    kind: DutyKind
    due_at: datetime | None = None
    is_late: bool = False
    day: date | None = None

    @property
    def is_open(self) -> bool:
        """Whether anything is left to do."""
        return self.kind != DutyKind.NOTHING

    def is_pressing(self, now: datetime) -> bool:
        """Whether it belongs on the first page of a day: all but reports that are due only later."""
        if self.kind == DutyKind.REPORT and not self.is_late:
            return self.due_at is not None and self.due_at - now <= SOON
        return self.is_open


@dataclass(frozen=True, slots=True)
class Timetable:
    """What a directive asks for by when. ``report_by`` is an hour of the district (aware): the first report, then daily."""

    acknowledge_by: datetime
    cadence: str = Cadence.NONE
    report_by: datetime | None = None
    closes_on: date | None = None

    def moment_of(self, day: date) -> datetime:
        """Return when the report of a day is due."""
        assert self.report_by is not None
        return self.report_by.replace(year=day.year, month=day.month, day=day.day)

    def last_due(self, now: datetime) -> date | None:
        """Return the last day whose report is due by now; None before the first."""
        if self.cadence == Cadence.NONE or self.report_by is None or now < self.report_by:
            return None
        if self.cadence == Cadence.ONCE:
            return self.report_by.date()
        today = now.astimezone(self.report_by.tzinfo).date()
        last = today if now >= self.moment_of(today) else today - timedelta(days=1)
        return max(self.report_by.date(), min(last, self.closes_on or last))

    def next_due(self, now: datetime, reported_for: date | None) -> date | None:
        """Return the next day for which a report will be due; None when there is none any more."""
        if self.cadence == Cadence.NONE or self.report_by is None:
            return None
        first = self.report_by.date()
        if self.cadence == Cadence.ONCE:
            return first if now < self.report_by and reported_for is None else None
        today = now.astimezone(self.report_by.tzinfo).date()
        day = max(first, today if now < self.moment_of(today) else today + timedelta(days=1))
        if reported_for is not None and reported_for >= day:
            day = reported_for + timedelta(days=1)
        return day if self.closes_on is None or day <= self.closes_on else None

    def is_report_late(self, status: str, reported_for: date | None, now: datetime) -> bool:
        """Answer whether a report should have come and has not."""
        last = self.last_due(now)
        if last is None or status == CopyStatus.DONE:
            return False
        return reported_for is None or (self.cadence == Cadence.DAILY and reported_for < last)

    def is_late(self, status: str, reported_for: date | None, now: datetime) -> bool:
        """Answer whether a unit is late with anything."""
        if status == CopyStatus.SENT and now > self.acknowledge_by:
            return True
        return self.is_report_late(status, reported_for, now)

    def duty(self, status: str, reported_for: date | None, now: datetime) -> Duty:
        """Return what a unit has to do next."""
        if status == CopyStatus.SENT:
            return Duty(DutyKind.ACKNOWLEDGE, self.acknowledge_by, now > self.acknowledge_by)
        if status == CopyStatus.DONE:
            return Duty(DutyKind.NOTHING)
        kind = DutyKind.MEND if status == CopyStatus.RETURNED else DutyKind.REPORT
        last = self.last_due(now)
        if last is not None and self.is_report_late(status, reported_for, now):
            return Duty(kind, self.moment_of(last), is_late=True, day=last)
        coming = self.next_due(now, reported_for)
        if coming is not None:
            return Duty(kind, self.moment_of(coming), day=coming)
        return Duty(kind) if kind == DutyKind.MEND else Duty(DutyKind.NOTHING)

    def days_to_tell_of(self, issued_on: date, today: date) -> list[date]:
        """Return the days a daily report may be for, the newest first: today, and yesterday for who comes too late."""
        if self.cadence != Cadence.DAILY:
            return [today]
        first = min(issued_on, today)
        return [day for day in (today, today - timedelta(days=1)) if day >= first]
