"""Tables, tabs, pages, lines."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.core.paginator import Page
from django.http import QueryDict
from django.template import Context, Node, NodeList
from django.template.base import FilterExpression, Parser, Token, token_kwargs
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from renwang.desk import wording
from renwang.desk.parts.base import SUBJECT_ICONS, now_of, part

register = template.Library()


class BoxNode(Node):
    """Wraps what stands between a tag and its end in a component."""

    def __init__(self, inner: NodeList, name: str, given: dict[str, FilterExpression]) -> None:
        self.inner, self.name, self.given = inner, name, given

    def render(self, context: Context) -> SafeString:
        # A fresh context, so that a view's own `page` or `total` does not slip into the part.
        seen = {name: context.get(name) for name in ("request", "now", "csrf_token")}
        given = {key: value.resolve(context) for key, value in self.given.items()}
        engine = context.template.engine if context.template else template.Engine.get_default()
        fresh = context.new({**seen, **given, "inner": self.inner.render(context)})
        return engine.get_template(part(self.name)).render(fresh)


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


@register.inclusion_tag(part("th"), takes_context=True)
def th(
    context: Context,
    key: str,
    label: str,
    sort: str = "",
    numeric: bool = False,
    optional: bool = True,
    off: bool = False,
) -> dict[str, Any]:
    """The head of a column. ``sort``: its word in ``?sort=`` (again: descending). ``optional``: one may hide it; ``off``: hidden at first."""
    request = context.get("request")
    told = str(context.get("sort") or "")
    current = request.GET.get("sort", told) if request is not None else told
    direction = "" if not sort else {sort: "ascending", f"-{sort}": "descending"}.get(current, "none")
    link = _with_query(
        context, sort=f"-{sort}" if direction == "ascending" else sort, page=None, after=None, before=None
    )
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


@register.inclusion_tag(part("pagination"), takes_context=True)
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


@register.inclusion_tag(part("tabs"))
def tabs(items: Iterable[Mapping[str, Any]], label: str = "") -> dict[str, Any]:
    """Saved filters or parts of a page. An item: ``label``, ``href``, ``active``, optional ``count``, ``meaning``, ``icon``."""
    return {"items": items, "label": label or gettext("Views")}


@register.inclusion_tag(part("subject_line"))
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


@register.inclusion_tag(part("steps"), takes_context=True)
def steps(context: Context, items: Iterable[Mapping[str, Any]], label: str = "") -> dict[str, Any]:
    """The stages of one thing. An item: ``label``, ``state`` (done, now, todo, stopped), optional ``at``, ``by``, ``note``."""
    return {"items": items, "label": label or gettext("Steps"), "now": now_of(context)}


@register.inclusion_tag(part("timeline"), takes_context=True)
def timeline(context: Context, entries: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """What happened, newest first. An entry: ``at``, ``title``, optional ``icon``, ``meaning``, ``text``, ``by``, ``href``."""
    return {"entries": entries, "now": now_of(context)}
