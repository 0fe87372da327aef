"""``{% load desk_reads %}``: what a part drawn inside another app's page must read for itself."""

from typing import Any

from django import template
from django.template import Context

from renwang.desk import links
from renwang.desk.queries.opened import opened_by
from renwang.loop.cases import kinds

register = template.Library()


@register.simple_tag(takes_context=True)
def cases_opened_by(context: Context, check_in: Any) -> list[dict[str, Any]]:
    """Return the cases a check-in opened, each with its ``label``, ``icon``, ``href`` and ``case``."""
    request = context.get("request")
    if check_in is None or request is None:
        return []
    found = opened_by(viewer=request.actor, check_in_id=check_in.pk)
    return [
        {
            "case": case,
            "label": kinds.label_of(case.kind),
            "icon": kinds.icon_of(case.kind),
            "href": links.case(case.pk),
        }
        for case in found
    ]
