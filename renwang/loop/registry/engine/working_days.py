"""Chinese working days, with the make-up days of each year's notice of the State Council.

The dates come from the package chinesecalendar, which follows the yearly notice (2020 with the lengthened Spring
Festival of 国办发明电〔2020〕1号). For a year whose notice it does not know yet, Monday to Friday count.
"""

import functools
from datetime import date, datetime, time, timedelta

import chinese_calendar


@functools.cache
def is_known(year: int) -> bool:
    """Answer whether the notice for a year is in the data."""
    try:
        chinese_calendar.is_workday(date(year, 6, 1))
    except NotImplementedError:
        return False
    return True


@functools.lru_cache(maxsize=4096)
def is_working_day(day: date) -> bool:
    """Answer whether offices work on a day."""
    if not is_known(day.year):
        return day.weekday() < 5
    return bool(chinese_calendar.is_workday(day))


def working_day_after(day: date, count: int) -> date:
    """Return the ``count``-th working day after a day (the day itself does not count); ``count`` 0 or less is the day."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def working_days_between(first: date, last: date) -> int:
    """Return how many working days lie after ``first`` up to and with ``last``; negative when ``last`` is earlier."""
    if last < first:
        return -working_days_between(last, first)
    return sum(is_working_day(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))


def due_after(moment: datetime, count: int, closes: time) -> datetime:
    """Return the end of office hours on the ``count``-th working day after a moment, in the moment's own zone.

    What arrives after the office has closed, or on a day off, counts as arrived on that day all the same: the day of
    arrival is never counted.
    """
    day = working_day_after(moment.date(), count)
    return datetime.combine(day, closes, tzinfo=moment.tzinfo)
