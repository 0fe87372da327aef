"""The district's days as moments."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone


def end_of(day: date) -> datetime:
    """Return the moment a day of the district ends."""
    return start_of(day + timedelta(days=1))


def start_of(day: date) -> datetime:
    """Return the moment a day of the district begins."""
    return timezone.make_aware(datetime.combine(day, time()))


def local_day(at: datetime) -> date:
    """Return the day of the district a moment lies in."""
    return timezone.localtime(at).date()
