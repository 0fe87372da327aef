"""A directive on paper: to be filed, sent on, pinned to a wall."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, ngettext
from django.views.decorators.http import require_GET

from renwang.foundation.access.views.acting import actor_in
from renwang.foundation.documents.engine import CannotTypeset, Mark, faces, pdf_of
from renwang.foundation.documents.errors import explain

from .. import queries
from ..models import Directive
from ..rules import Cadence
from .directives import paper_of, seen_or_404

TEMPLATE = "programmes/command/documents/directive.typ"
NAMED = 8  # as many units are named; of the others there is a number


@require_GET
def pdf(request: HttpRequest, directive_id: int) -> HttpResponse:
    """Hand out a directive as a PDF in the form of an official document; where none can be made, say why."""
    actor = actor_in(request)
    actor.check_may_anywhere("command.view")
    directive = seen_or_404(actor, directive_id)
    now = timezone.now()
    try:
        content = pdf_of(
            TEMPLATE,
            _told(directive),
            faces=faces(settings.RENWANG_FONTS),
            language=get_language() or settings.LANGUAGE_CODE,
            now=now,
            mark=Mark(who=actor.name, at=f"{timezone.localtime(now):%Y-%m-%d %H:%M}"),
        )
    except CannotTypeset as fault:
        messages.error(request, explain(fault))
        return redirect("command:directive", directive_id=directive.pk)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, f"{directive.number}.pdf") or "inline"  # noqa: FBT003
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store, private"
    return response


def _told(directive: Directive) -> dict[str, Any]:
    paper = paper_of(directive)
    units = queries.units_of(directive.pk)
    names = list(queries.unit_names(units[:NAMED]).values())
    more = len(units) - len(names)
    rest = ngettext("and %(n)d more unit", "and %(n)d more units", more) % {"n": more} if more else ""
    return {
        "issuer": _whole_name(paper["place"], paper["issuer"]),
        "number": directive.number,
        "urgency": "" if directive.urgency == "plain" else directive.get_urgency_display(),
        "title": directive.title,
        "to": names,
        "rest": rest,
        "text": [line.strip() for line in directive.text.splitlines() if line.strip()],
        "acknowledge_by": _moment(directive.acknowledge_by),
        "reports": "" if directive.cadence == Cadence.NONE else directive.get_cadence_display(),
        "report_by": _moment(directive.report_by) if directive.report_by else "",
        "figures": [f"{one.label} ({one.unit})" if one.unit else one.label for one in directive.figures.all()],
        "attachments": [one.label for one in paper["attachments"]],
        "on": date_format(timezone.localtime(directive.issued_at), "DATE_FORMAT"),
        "ended": "" if directive.is_in_force else f"{directive.get_status_display()}: {directive.end_reason}",
    }


def _whole_name(place: str, office: str) -> str:
    """Return an office with its district: 坊子区 + 区指挥部 is 坊子区指挥部."""
    if (get_language() or "").startswith("en"):
        return f"{place} · {office}"
    return place + office.removeprefix(place[-1:])


def _moment(at: Any) -> str:
    return date_format(timezone.localtime(at), "DATETIME_FORMAT")
