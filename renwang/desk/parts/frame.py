"""The frame of a page: icons, navigation."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from django import template
from django.template import Context
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from renwang.desk.navigation import NAVIGATION

register = template.Library()


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw an icon of the sprite. Without a label it is decoration and silent for screen readers."""
    if label:
        link = f"{_sprite()}#{name}"
        return format_html('<svg class="rw-icon" role="img" aria-label="{}"><use href="{}"/></svg>', label, link)
    return _silent(name)


@cache
def _silent(name: str) -> SafeString:
    return format_html('<svg class="rw-icon" aria-hidden="true"><use href="{}#{}"/></svg>', _sprite(), name)


@cache
def _sprite() -> str:
    """Return the address of the sprite: a worklist draws several hundred icons."""
    return static("vendor/icons.svg")


@register.simple_tag(takes_context=True)
def navigation(context: Context) -> list[dict[str, Any]]:
    """Return the groups of navigation this actor may see and whose pages exist: ``[{label, entries: [{…, href, here}]}]``."""
    request = context.get("request")
    actor = getattr(request, "actor", None)
    path = getattr(request, "path", "")
    groups: list[dict[str, Any]] = []
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
    # Of two that hold the page, the nearer one: the imports lie below the register and are an entry of their own.
    nearest = max((len(one["href"]) for told in groups for one in told["entries"] if one["here"]), default=0)
    for told in groups:
        for one in told["entries"]:
            one["here"] = one["here"] and len(one["href"]) == nearest
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
