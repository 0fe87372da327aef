"""How numbers and times are said: thousands spaced, times relative with the date beside."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from django.utils import dateformat, timezone
from django.utils.translation import get_language, gettext, ngettext, pgettext

Number = int | float | Decimal

THIN_SPACE = "\u2009"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def spaced(value: Number | str | None, decimals: int | None = None) -> str:
    """Write a number with a thin space between thousands: 128000 → ``128 000``. Words pass unchanged; nothing becomes a dash."""
    if value is None or value == "":
        return "–"
    if isinstance(value, str):
        return value
    if decimals is None:
        decimals = 0 if value == int(value) else 1
    return f"{value:,.{decimals}f}".replace(",", THIN_SPACE).replace("-", "−")


def percent(share: Number | None, decimals: int = 1) -> str:
    """Write a share between 0 and 1 as a percentage without its sign: 0.864 → ``86.4``."""
    return "–" if share is None else spaced(float(share) * 100, decimals)


def length(span: timedelta) -> str:
    """Say how long a span is, in its largest whole unit: ``2 hours``. Under a minute counts as one."""
    span = abs(span)
    if span < HOUR:
        count = max(1, span // MINUTE)
        return ngettext("%(count)d minute", "%(count)d minutes", count) % {"count": count}
    if span < 2 * DAY:
        count = span // HOUR
        return ngettext("%(count)d hour", "%(count)d hours", count) % {"count": count}
    count = span // DAY
    return ngettext("%(count)d day", "%(count)d days", count) % {"count": count}


def relative(moment: datetime, now: datetime) -> str:
    """Say when a moment was or will be, seen from ``now``: ``2 hours ago``, ``yesterday``, ``in 3 days``."""
    gap = now - moment
    if abs(gap) < MINUTE:
        return gettext("just now")
    days = (_local(now).date() - _local(moment).date()).days
    if gap >= timedelta(hours=12) and days == 1:
        return gettext("yesterday")
    if -gap >= timedelta(hours=12) and days == -1:
        return gettext("tomorrow")
    if abs(gap) >= DAY and days:
        count = abs(days)
        if days > 0:
            return ngettext("%(count)d day ago", "%(count)d days ago", count) % {"count": count}
        return ngettext("in %(count)d day", "in %(count)d days", count) % {"count": count}
    said = length(gap)
    return (
        gettext("%(length)s ago") % {"length": said}
        if gap > timedelta()
        else gettext("in %(length)s") % {"length": said}
    )


def dated(moment: datetime, now: datetime | None = None) -> str:
    """Write the date and time of a moment in local time; the year only where it is another one than now's."""
    moment = _local(moment)
    if now is not None and _local(now).year == moment.year:
        return _written(moment, pgettext("date format", "j M H:i"), get_language())
    return _written(moment, pgettext("date format", "j M Y H:i"), get_language())


@lru_cache(maxsize=4096)
def _written(local: datetime, form: str, _language: str | None) -> str:
    # A list writes the same deadline in its table, in its cards and again when it is opened next.
    return dateformat.format(local, form)


def day(value: date, weekday: bool = True) -> str:
    """Write a local date: ``17 Feb Mon``, in Chinese ``2月17日 星期一``."""
    if isinstance(value, datetime):
        value = _local(value)
    return dateformat.format(value, pgettext("date format", "j M l") if weekday else pgettext("date format", "j M"))


def _local(moment: datetime) -> datetime:
    return timezone.localtime(moment) if timezone.is_aware(moment) else moment
