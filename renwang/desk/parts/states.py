"""Figures, states, clocks, moments."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.template import Context
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from renwang.desk import drawing, wording
from renwang.desk.parts import frame
from renwang.desk.parts.base import MEANING_ICONS, now_of, part

register = template.Library()


@register.inclusion_tag(part("figure"))
def figure(
    label: str,
    value: wording.Number | str | None,
    unit: str = "",
    href: str = "",
    trend: wording.Number | None = None,
    trend_note: str = "",
    meaning: str = "",
    word: str = "",
    note: str = "",
    spark: Sequence[drawing.Number | None] | None = None,
    spark_label: str = "",
) -> dict[str, Any]:
    """One number with its name; ``href`` opens exactly its rows. ``meaning``: act, late, verified (then ``word`` says it)."""
    return {
        "label": label,
        "value": wording.spaced(value),
        "unit": unit,
        "href": href,
        "trend": trend if isinstance(trend, int | float | Decimal) else None,
        "trend_size": wording.spaced(trend).lstrip("−") if isinstance(trend, int | float | Decimal) else "",
        "trend_note": trend_note,
        "meaning": meaning,
        "word": word,
        "icon": MEANING_ICONS.get(meaning, ""),
        "note": note,
        "spark": spark,
        "spark_label": spark_label or label,
    }


# Badges, clocks and moments stand by the hundred in a list: they are written here rather than each by a template of its own.
@register.simple_tag
def badge(word: str, meaning: str = "quiet", icon: str = "") -> SafeString:
    """A status: icon, word and colour. ``meaning``: act, late, verified, doing, quiet."""
    return _badge(str(word), meaning, icon)


# By type too: what is marked as safe must not lend its safety to the same signs that somebody typed.
@lru_cache(maxsize=512, typed=True)
def _badge(word: str, meaning: str, icon: str) -> SafeString:
    drawn = frame.icon(icon or MEANING_ICONS.get(meaning, "circle"))
    return format_html('<span class="rw-badge {}">{}{}</span>', meaning, drawn, word)


@register.simple_tag(takes_context=True)
def clock(
    context: Context, due_at: datetime | None, settled_at: datetime | None = None, soon_hours: float = 4
) -> SafeString:
    """How long until due, or how long overdue, with the date beside. A settled thing has no clock any more."""
    # A list shows the same clock in its table and on its cards: it is written once for one page.
    page: dict[Any, Any] = context.render_context.dicts[0]
    written: dict[Any, SafeString] = page.setdefault("rw_clocks", {})
    key = (due_at, settled_at, soon_hours)
    if key not in written:
        written[key] = _ticking(now_of(context), due_at, settled_at, soon_hours)
    return written[key]


def _ticking(
    now: datetime | None, due_at: datetime | None, settled_at: datetime | None, soon_hours: float
) -> SafeString:
    if settled_at:
        return _clock("verified", "check", gettext("done"), settled_at, now)
    if not due_at:
        return _clock("quiet", "clock", gettext("no deadline"), None, now)
    if now is None:
        return _clock("quiet", "clock", gettext("due"), due_at, now)
    left = due_at - now
    said = wording.length(left)
    if left < timedelta():
        word, meaning, icon_name = gettext("overdue by %(length)s"), "act", "alarm"
    elif left <= timedelta(hours=soon_hours):
        word, meaning, icon_name = gettext("only %(length)s left"), "late", "clock-exclamation"
    else:
        word, meaning, icon_name = gettext("%(length)s left"), "quiet", "clock"
    return _clock(meaning, icon_name, word % {"length": said}, due_at, now)


def _clock(meaning: str, icon_name: str, word: str, at: datetime | None, now: datetime | None) -> SafeString:
    dated = format_html("<small> · {}</small>", _time(at, wording.dated(at, now))) if at else ""
    drawn = frame.icon(icon_name)
    return format_html('<span class="rw-clock {}">{}<strong>{}</strong>{}</span>', meaning, drawn, word, dated)


def _time(at: datetime, inner: str, attributes: str = "") -> SafeString:
    machine = (timezone.localtime(at) if timezone.is_aware(at) else at).isoformat()
    return format_html('<time{} datetime="{}">{}</time>', attributes, machine, inner)


@register.simple_tag(takes_context=True)
def when(context: Context, moment: datetime | None, short: bool = False) -> SafeString | str:
    """A moment, relative with the date beside: “2 小时前 · 2月17日 08:10”. ``short``: only relative, the date as tooltip."""
    now = now_of(context)
    if not moment:
        return "–"
    relative = wording.relative(moment, now) if now else ""
    dated = wording.dated(moment, now)
    if relative and short:
        return _time(moment, relative, format_html(' class="rw-when" title="{}"', dated))
    beside = format_html("{} <small>· {}</small>", relative, dated) if relative else dated
    return _time(moment, beside, SafeString(' class="rw-when"'))


@register.filter
def day(value: date | None, weekday: bool = False) -> str:
    """Write a local date: ``2月17日``; ``{{ d|day:True }}`` adds the weekday."""
    return wording.day(value, weekday) if value else "–"


@register.inclusion_tag(part("masked"))
def masked(value: str, url: str, what: str = "") -> dict[str, Any]:
    """A masked phone or ID with the button that shows it after a reason (``reveal.js``; without script a page asks)."""
    return {"value": value, "url": url, "what": what}


@register.inclusion_tag(part("empty_state"))
def empty_state(
    title: str, text: str = "", icon: str = "inbox", href: str = "", action: str = "", level: int = 2
) -> dict[str, Any]:
    """Why a list is empty and what to do about it."""
    return {"title": title, "text": text, "icon": icon, "href": href, "action": action, "level": level}


@register.inclusion_tag(part("skeleton"))
def skeleton(rows: int = 6) -> dict[str, Any]:
    """Grey lines where rows will stand, said aloud as “loading”."""
    return {"rows": range(rows)}


@register.inclusion_tag(part("notice"))
def notice(text: str, meaning: str = "doing", title: str = "", icon: str = "") -> dict[str, Any]:
    """A sentence that stays on the page. ``meaning`` as for a badge."""
    shown = icon or ("info-circle" if meaning in {"doing", "quiet"} else MEANING_ICONS[meaning])
    return {"text": text, "meaning": meaning, "title": title, "icon": shown}


@register.inclusion_tag(part("progress"))
def progress(label: str, value: int, total: int, url: str = "", every: int = 2) -> dict[str, Any]:
    """How far a long job is; with ``url`` it asks every ``every`` seconds until the answer comes without ``url``."""
    done = bool(total) and value >= total
    return {"label": label, "value": value, "total": total or 1, "url": "" if done else url, "every": every}
