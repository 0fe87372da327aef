"""The parts of a page. docs/how-to/build-a-page.md shows each with its parameters; desk/styleguide.html shows how it looks."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.http import QueryDict
from django.template import Context, Node, NodeList
from django.template.base import FilterExpression, Parser, Token, token_kwargs
from django.template.context import RequestContext
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy

from renwang.desk import drawing, wording
from renwang.desk.navigation import NAVIGATION

register = template.Library()

MEANING_ICONS = {
    "act": "alert-octagon",
    "late": "clock-exclamation",
    "verified": "rosette-discount-check",
    "doing": "circle-dot",
    "quiet": "circle",
}
SUBJECT_ICONS = {"person": "user", "household": "home", "organisation": "building", "village": "map-pin"}

register.filter("spaced", wording.spaced)
register.filter("percent", wording.percent)
register.filter("breadth", drawing.share_of)


def _now(context: Context | Mapping[str, Any]) -> datetime | None:
    now = context.get("now")
    return now if isinstance(now, datetime) else None


def _part(name: str) -> str:
    return f"components/{name}.html"


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw an icon of the sprite. Without a label it is decoration and silent for screen readers."""
    link = f"{static('vendor/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="rw-icon" role="img" aria-label="{}"><use href="{}"/></svg>', label, link
        )
    return format_html('<svg class="rw-icon" aria-hidden="true"><use href="{}"/></svg>', link)


# ── the frame ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@register.simple_tag(takes_context=True)
def navigation(context: Context) -> list[dict[str, Any]]:
    """Return the groups of navigation this actor may see and whose pages exist: ``[{label, entries: [{…, href, here}]}]``."""
    request = context.get("request")
    actor = getattr(request, "actor", None)
    path = getattr(request, "path", "")
    groups = []
    for group in NAVIGATION:
        entries = []
        for entry in group.entries:
            if entry.permission and not (actor is not None and actor.may_anywhere(entry.permission)):
                continue
            try:
                href = reverse(entry.url_name)
            except NoReverseMatch:
                continue
            here = path == href or (href != "/" and path.startswith(href.rstrip("/") + "/"))
            entries.append(
                {"label": entry.label, "href": href, "icon": entry.icon, "in_bar": entry.in_bar, "here": here}
            )
        if entries:
            groups.append({"label": group.label, "entries": entries})
    return groups


@register.filter
def for_bar(groups: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the first four entries that belong into a phone's bottom bar."""
    return [entry for group in groups for entry in group["entries"] if entry["in_bar"]][:4]


def _first_url(*names: str) -> str:
    for name in names:
        try:
            return reverse(name)
        except NoReverseMatch:
            continue
    return ""


@register.simple_tag
def navigation_home() -> str:
    """Return the address of the first page after signing in."""
    return _first_url("desk:home", "desk:board") or "/"


@register.simple_tag
def sign_out_url() -> str:
    """Return the address that signs out, empty where there is none."""
    return _first_url("access:sign_out", "access:logout", "logout")


# ── figures and states ──────────────────────────────────────────────────────────────────────────────────────────────────


@register.inclusion_tag(_part("figure"))
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
        "trend": trend,
        "trend_size": "" if trend is None else wording.spaced(abs(trend)),
        "trend_note": trend_note,
        "meaning": meaning,
        "word": word,
        "icon": MEANING_ICONS.get(meaning, ""),
        "note": note,
        "spark": spark,
        "spark_label": spark_label or label,
    }


@register.inclusion_tag(_part("badge"))
def badge(word: str, meaning: str = "quiet", icon: str = "") -> dict[str, Any]:
    """A status: icon, word and colour. ``meaning``: act, late, verified, doing, quiet."""
    return {"word": word, "meaning": meaning, "icon": icon or MEANING_ICONS.get(meaning, "circle")}


@register.inclusion_tag(_part("clock"), takes_context=True)
def clock(
    context: Context, due_at: datetime | None, settled_at: datetime | None = None, soon_hours: float = 4
) -> dict[str, Any]:
    """How long until due, or how long overdue, with the date beside. A settled thing has no clock any more."""
    now = _now(context)
    if settled_at is not None:
        said, meaning, word = wording.dated(settled_at, now), "verified", gettext("done")
        return {"word": word, "meaning": meaning, "icon": "check", "dated": said, "at": settled_at}
    if due_at is None:
        return {"word": gettext("no deadline"), "meaning": "quiet", "icon": "clock", "dated": "", "at": None}
    dated = wording.dated(due_at, now)
    if now is None:
        return {"word": gettext("due"), "meaning": "quiet", "icon": "clock", "dated": dated, "at": due_at}
    left = due_at - now
    said = wording.length(left)
    if left < timedelta():
        word, meaning, icon_name = gettext("overdue by %(length)s"), "act", "alarm"
    elif left <= timedelta(hours=soon_hours):
        word, meaning, icon_name = gettext("only %(length)s left"), "late", "clock-exclamation"
    else:
        word, meaning, icon_name = gettext("%(length)s left"), "quiet", "clock"
    return {"word": word % {"length": said}, "meaning": meaning, "icon": icon_name, "dated": dated, "at": due_at}


@register.inclusion_tag(_part("when"), takes_context=True)
def when(context: Context, moment: datetime | None, short: bool = False) -> dict[str, Any]:
    """A moment, relative with the date beside: “2 小时前 · 2月17日 08:10”. ``short``: only relative, the date as tooltip."""
    now = _now(context)
    if moment is None:
        return {"at": None}
    relative = wording.relative(moment, now) if now else ""
    return {"at": moment, "relative": relative, "dated": wording.dated(moment, now), "short": short and bool(relative)}


@register.filter
def day(value: date | None, weekday: bool = False) -> str:
    """Write a local date: ``2月17日``; ``{{ d|day:True }}`` adds the weekday."""
    return wording.day(value, weekday) if value else "–"


@register.inclusion_tag(_part("masked"))
def masked(value: str, url: str, what: str = "") -> dict[str, Any]:
    """A masked phone or ID with the button that shows it after a reason (``reveal.js``; without script a page asks)."""
    return {"value": value, "url": url, "what": what}


@register.inclusion_tag(_part("empty_state"))
def empty_state(
    title: str, text: str = "", icon: str = "inbox", href: str = "", action: str = "", level: int = 2
) -> dict[str, Any]:
    """Why a list is empty and what to do about it."""
    return {"title": title, "text": text, "icon": icon, "href": href, "action": action, "level": level}


@register.inclusion_tag(_part("skeleton"))
def skeleton(rows: int = 6) -> dict[str, Any]:
    """Grey lines where rows will stand, said aloud as “loading”."""
    return {"rows": range(rows)}


@register.inclusion_tag(_part("notice"))
def notice(text: str, meaning: str = "doing", title: str = "", icon: str = "") -> dict[str, Any]:
    """A sentence that stays on the page. ``meaning`` as for a badge."""
    shown = icon or ("info-circle" if meaning in {"doing", "quiet"} else MEANING_ICONS[meaning])
    return {"text": text, "meaning": meaning, "title": title, "icon": shown}


@register.inclusion_tag(_part("progress"))
def progress(label: str, value: int, total: int, url: str = "", every: int = 2) -> dict[str, Any]:
    """How far a long job is; with ``url`` it asks every ``every`` seconds until the answer comes without ``url``."""
    done = bool(total) and value >= total
    return {"label": label, "value": value, "total": total or 1, "url": "" if done else url, "every": every}


# ── lists ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


class BoxNode(Node):
    """Wraps what stands between a tag and its end in a component."""

    def __init__(self, inner: NodeList, name: str, given: dict[str, FilterExpression]) -> None:
        self.inner, self.name, self.given = inner, name, given

    def render(self, context: Context) -> SafeString:
        values = {key: value.resolve(context) for key, value in self.given.items()}
        engine = context.template.engine if context.template else template.Engine.get_default()
        with context.push(**values, inner=self.inner.render(context)):
            return engine.get_template(_part(self.name)).render(context)


def _box(name: str, *positional: str) -> None:
    def compile_box(parser: Parser, token: Token) -> BoxNode:
        bits = token.split_contents()[1:]
        plain: dict[str, FilterExpression] = {}
        for key in positional:
            if bits and not re.match(r"\w+=", bits[0]):
                plain[key] = parser.compile_filter(bits.pop(0))
        given = {**plain, **token_kwargs(bits, parser)}
        if bits:
            raise template.TemplateSyntaxError(f"{name}: what is {bits[0]!r}? Give name=value.")
        inner = parser.parse((f"end_{name}",))
        parser.delete_first_token()
        return BoxNode(inner, name, given)

    register.tag(name, compile_box)


_box("data_table", "id", "label")
_box("filter_bar", "label")
_box("dialog", "id", "title")


@register.inclusion_tag(_part("th"), takes_context=True)
def th(
    context: Context, key: str, label: str, sort: str = "", numeric: bool = False, optional: bool = True, off: bool = False
) -> dict[str, Any]:
    """The head of a column. ``sort``: its word in ``?sort=`` (again: descending). ``optional``: one may hide it; ``off``: hidden at first."""
    request = context.get("request")
    current = request.GET.get("sort", context.get("sort", "")) if request is not None else context.get("sort", "")
    direction = "" if not sort else {sort: "ascending", f"-{sort}": "descending"}.get(current, "none")
    link = _with_query(context, sort=f"-{sort}" if direction == "ascending" else sort, page=None, after=None, before=None)
    return {
        "key": key,
        "label": label,
        "numeric": numeric,
        "optional": optional,
        "off": off,
        "direction": direction,
        "href": link if sort else "",
    }


def _with_query(context: Context | Mapping[str, Any], **changes: str | int | None) -> str:
    request = context.get("request")
    query = request.GET.copy() if request is not None else QueryDict(mutable=True)
    for key, value in changes.items():
        if value is None:
            query.pop(key, None)
        else:
            query[key] = str(value)
    return "?" + query.urlencode()


@register.inclusion_tag(_part("pagination"), takes_context=True)
def pagination(context: Context, page: Any, total: int | None = None) -> dict[str, Any]:
    """Links to the pages of a list.

    ``page`` is Django's ``Page``, or for keyset lists anything with ``previous_cursor`` and ``next_cursor`` (strings, empty at
    the ends; sent as ``?before=`` and ``?after=``). ``total`` is said if known.
    """
    if isinstance(page, Page):
        many = page.paginator.num_pages
        before = _with_query(context, page=page.previous_page_number()) if page.has_previous() else ""
        after = _with_query(context, page=page.next_page_number()) if page.has_next() else ""
        said = gettext("%(first)s–%(last)s of %(total)s") % {
            "first": wording.spaced(page.start_index()),
            "last": wording.spaced(page.end_index()),
            "total": wording.spaced(page.paginator.count),
        }
        return {"previous": before, "next": after, "said": said, "shown": many > 1}
    back, on = getattr(page, "previous_cursor", ""), getattr(page, "next_cursor", "")
    return {
        "previous": _with_query(context, before=back, after=None, page=None) if back else "",
        "next": _with_query(context, after=on, before=None, page=None) if on else "",
        "said": gettext("%(total)s rows") % {"total": wording.spaced(total)} if total is not None else "",
        "shown": bool(back or on),
    }


@register.inclusion_tag(_part("tabs"))
def tabs(items: Iterable[Mapping[str, Any]], label: str = "") -> dict[str, Any]:
    """Saved filters or parts of a page. An item: ``label``, ``href``, ``active``, optional ``count``, ``meaning``, ``icon``."""
    return {"items": items, "label": label or gettext("Views")}


@register.inclusion_tag(_part("subject_line"))
def subject_line(
    name: str, href: str = "", detail: str = "", place: str = "", kind: str = "household", alarm: str = ""
) -> dict[str, Any]:
    """One person, household or organisation in a line; ``alarm`` is the word that says why the mark is red."""
    return {
        "name": name,
        "href": href,
        "detail": detail,
        "place": place,
        "alarm": alarm,
        "icon": SUBJECT_ICONS.get(kind, "user"),
    }


@register.inclusion_tag(_part("steps"), takes_context=True)
def steps(context: Context, items: Iterable[Mapping[str, Any]], label: str = "") -> dict[str, Any]:
    """The stages of one thing. An item: ``label``, ``state`` (done, now, todo, stopped), optional ``at``, ``by``, ``note``."""
    return {"items": items, "label": label or gettext("Steps"), "now": _now(context)}


@register.inclusion_tag(_part("timeline"), takes_context=True)
def timeline(context: Context, entries: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """What happened, newest first. An entry: ``at``, ``title``, optional ``icon``, ``meaning``, ``text``, ``by``, ``href``."""
    return {"entries": entries, "now": _now(context)}


# ── drawings ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@register.inclusion_tag(_part("sparkline"))
def sparkline(values: Sequence[drawing.Number | None], label: str) -> dict[str, Any]:
    """Small upright bars from zero, the last one strong; None is a gap. The numbers are in its description."""
    described = ", ".join(wording.spaced(value) for value in values)
    return {"bars": drawing.spark_bars(values), "label": label, "described": described}


@register.inclusion_tag(_part("bars"))
def bars(rows: Iterable[Mapping[str, Any]], unit: str = "", top: drawing.Number | None = None, label: str = "") -> dict[str, Any]:
    """Lying bars from zero with direct labels. A row: ``label``, ``value``, optional ``href``, ``note``, ``meaning``."""
    given = list(rows)
    highest = top if top is not None else max((row["value"] or 0 for row in given), default=0)
    drawn = [{**row, "share": drawing.share_of(row["value"], highest)} for row in given]
    return {"rows": drawn, "unit": unit, "label": label}


@register.inclusion_tag(_part("bar"))
def bar(value: drawing.Number | None, top: drawing.Number = 100, meaning: str = "") -> dict[str, Any]:
    """One lying bar from zero, silent: the number must stand beside it."""
    return {"share": drawing.share_of(value, top), "meaning": meaning}


@register.inclusion_tag(_part("tile_map"))
def tile_map(cells: Iterable[Mapping[str, Any]], columns: int = 8, label: str = "", scale: bool = True) -> dict[str, Any]:
    """A map of equal tiles, each a link: shade = share, ring with a number = overdue. For the cells see ``drawing.tiles``."""
    placed, width, height = drawing.tiles(cells, columns, width=96, height=60, gap=4)
    return {"tiles": placed, "width": width, "height": height, "label": label or gettext("Map of tiles"), "scale": scale}


# ── forms ───────────────────────────────────────────────────────────────────────────────────────────────────────────────

_GROUPED = {"radio", "checkboxselectmultiple", "radioselect"}


@register.inclusion_tag(_part("form_field"))
def field(bound: BoundField, label: str = "", help: str = "", unit: str = "", optional: bool = True) -> dict[str, Any]:
    """A field with label, help and error, tied together for screen readers. ``optional=False`` leaves out the word “optional”."""
    return _field(bound, label, help, unit, optional)


def _field(bound: BoundField, label: str = "", help: str = "", unit: str = "", optional: bool = True) -> dict[str, Any]:
    widget = bound.field.widget
    kind = (getattr(widget, "input_type", "") or widget.__class__.__name__).lower()
    grouped = kind in _GROUPED or widget.__class__.__name__.lower() in _GROUPED
    help_text = help or bound.help_text
    described = [f"{bound.auto_id}-help"] if help_text else []
    described += [f"{bound.auto_id}-error"] if bound.errors else []
    classes = {"checkbox": "form-check-input", "select": "form-select"}.get(kind, "form-control")
    attrs: dict[str, Any] = {} if grouped else {"class": f"{widget.attrs.get('class', '')} {classes}".strip()}
    if described:
        attrs["aria-describedby"] = " ".join(described)
    if bound.errors:
        attrs["aria-invalid"] = "true"
    return {
        "bound": bound,
        "control": bound.as_widget(attrs=attrs),
        "label": label or bound.label,
        "help": help_text,
        "unit": unit,
        "grouped": grouped,
        "is_check": kind == "checkbox" and not grouped,
        "optional": optional and not bound.field.required and not (kind == "checkbox" and not grouped),
    }


@register.inclusion_tag(_part("form_fields"))
def fields(form: BaseForm) -> dict[str, Any]:
    """All visible fields of a form in order, hidden ones first."""
    return {"form": form}


@register.inclusion_tag(_part("error_summary"))
def error_summary(form: BaseForm) -> dict[str, Any]:
    """What is wrong in the whole form, each line leading to its field. Nothing where nothing is wrong."""
    wrong = [(bound.auto_id, bound.label, error) for bound in form.visible_fields() for error in bound.errors]
    return {"form": form, "wrong": wrong, "general": form.non_field_errors()}


@register.inclusion_tag(_part("reason_dialog"), takes_context=True)
def reason_dialog(
    context: RequestContext, id: str, title: str, action: str, submit: str, text: str = "", reasons: Sequence[str] = ()
) -> dict[str, Any]:
    """A dialog that asks for a reason and posts it as ``reason``. Open it with ``<a href=… data-dialog="id">``."""
    return {
        "id": id,
        "title": title,
        "action": action,
        "submit": submit or gettext_lazy("Save"),
        "text": text,
        "reasons": reasons,
        "csrf_token": context.get("csrf_token"),
    }
