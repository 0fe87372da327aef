"""Read bulletins: the list, one on the screen and on paper, and the rows behind a figure."""

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from renwang.foundation.access.rules import Actor
from renwang.foundation.access.views.acting import actor_in
from renwang.foundation.documents.engine import CannotTypeset, faces, pdf_of
from renwang.foundation.documents.errors import explain
from renwang.loop.indicators.kinds import Line

from .. import queries
from ..models import Bulletin, BulletinFigure
from ..rules import FROZEN, LATEST_DRAFT, BulletinStatus
from .asked import count_in, language_in, seen_or_404

ON_A_PAGE = 30
TEMPLATE = "loop/bulletins/documents/bulletin.typ"


@require_GET
def every(request: HttpRequest) -> HttpResponse:
    """Show what was published, and the drafts of whoever edits them."""
    actor = actor_in(request)
    page = Paginator(queries.published(), ON_A_PAGE).get_page(request.GET.get("page"))
    drafts = list(queries.drafts_of(viewer=actor)[:ON_A_PAGE])
    areas = queries.areas_to_draft(viewer=actor)
    context = {
        "page": page,
        "drafts": drafts,
        "names": queries.names_of({row.area for row in [*page, *drafts]}),
        "areas": areas,
        "hour": queries.hour_of(areas[0][0]) if areas else None,
        "may_plan": bool(areas) and actor.may("bulletins.plan_bulletins", areas[0][0]),
        "today": timezone.localdate(),
        "earliest": timezone.localdate() - LATEST_DRAFT,
    }
    return render(request, "bulletins/list.html", context)


@require_GET
def one(request: HttpRequest, bulletin_id: int) -> HttpResponse:
    """Show one bulletin, each figure a link to its rows for those who may see them."""
    actor = actor_in(request)
    row = seen_or_404(actor, bulletin_id)
    language = language_in(request)
    is_draft = row.status == BulletinStatus.DRAFT
    as_published = is_draft and request.GET.get("as") == "published"
    shown = queries.page_of(row, language=language, href=_href_for(actor), as_published=as_published)
    context = {
        "bulletin": row,
        "shown": shown,
        "language": language,
        "words": _words(row, language),
        "as_published": as_published,
        "is_draft": is_draft,
        "correction": queries.correction_of(row),
        "may_edit": is_draft and actor.may("bulletins.edit_bulletin", row.area),
        "may_publish": is_draft and actor.may("bulletins.publish_bulletin", row.area),
        "is_own": actor.user_id is not None and row.edited_by_id == actor.user_id,
        "may_correct": row.status == BulletinStatus.PUBLISHED and actor.may("bulletins.draft_revision", row.area),
    }
    return render(request, "bulletins/page.html", context)


def _href_for(actor: Actor) -> queries.Href:
    """Return a function from a figure to the address of its rows, for whom they are."""
    known: dict[tuple[str, str, str], bool] = {}

    def href(row: BulletinFigure, part: str) -> str:
        key = (row.indicator, row.area, row.slice)
        if key not in known:
            known[key] = queries.may_open(actor, row)
        if not known[key]:
            return ""
        address = reverse("bulletins:rows", args=[row.pk])
        return f"{address}?part=of" if part == "of" else address

    return href


def _words(row: Bulletin, language: str) -> dict[str, str]:
    """Return what stands around the text: who speaks, which number, which day, as of when."""
    with translation.override(language):
        place = queries.place_of(row, language=language)
        issuer = _("%(place)s emergency command") % {"place": place}
        number = {"year": row.year, "number": row.number, "revision": row.revision}
        issue = ""
        if row.number:
            issue = _("No. %(number)s of %(year)s") % number
            if row.revision:
                issue += _(" (correction %(revision)s)") % number
        at = timezone.localtime(row.figures_at).strftime("%Y-%m-%d %H:%M") if row.figures_at else "–"
        return {
            "masthead": _("Work bulletin"),
            "issuer": issuer,
            "issue": issue,
            "dated": row.day.isoformat(),
            "as_of": _("Figures as of %(at)s") % {"at": at},
            "masked": _(
                "Numbers from 1 to 4 are told as “<5”, and others are not told where a smaller number would follow from them, so that "
                "nobody can be recognised."
            ),
            "area": _("Area"),
            "seal": _("Seal of this bulletin: %(seal)s") % {"seal": row.seal[:16]},
        }


@require_GET
def pdf(request: HttpRequest, bulletin_id: int) -> HttpResponse:
    """Give one bulletin as a PDF; a draft says that it is one."""
    actor = actor_in(request)
    row = seen_or_404(actor, bulletin_id)
    language = language_in(request)
    shown = queries.page_of(row, language=language, as_published=True)
    words = _words(row, language)
    notice = shown.correction_note
    with translation.override(language):
        if notice and row.corrects:
            notice = _("This corrects the bulletin published before: %(note)s") % {"note": notice}
        if row.status not in FROZEN:
            notice = _("Draft, not published.")
    data = {
        "title": shown.title,
        "masthead": words["masthead"],
        "issue": words["issue"],
        "issuer": words["issuer"],
        "dated": words["dated"],
        "as-of": words["as_of"],
        "notice": notice,
        "lead": [queries.plain(part) for part in shown.lead],
        "sections": [
            {
                "heading": section.heading,
                "text": [queries.plain(part) for part in section.paragraphs],
                "corner": words["area"],
                "columns": section.columns,
                "rows": [[name, *(chip.words for chip in chips)] for name, chips in section.rows],
            }
            for section in shown.sections
        ],
        "signed": words["dated"],
        "notes": [words["as_of"], words["masked"], *([words["seal"]] if row.seal else [])],
    }
    try:
        made = pdf_of(
            TEMPLATE,
            data,
            faces=faces(settings.RENWANG_FONTS),
            language=language,
            now=row.published_at or row.made_at,
        )
    except CannotTypeset as fault:
        return render(request, "bulletins/no_pdf.html", {"bulletin": row, "why": explain(fault)}, status=503)
    name = f"bulletin-{row.area}-{row.day}{f'-{row.revision}' if row.revision else ''}-{language[:2]}.pdf"
    return HttpResponse(
        made, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
    )


@require_GET
def rows(request: HttpRequest, figure_id: int) -> HttpResponse:
    """Show a page of the rows behind a figure of a bulletin, to those who may see them."""
    actor = actor_in(request)
    row = queries.figure_seen(viewer=actor, figure_id=figure_id)
    if row is None:
        raise Http404
    is_english = language_in(request) == "en"
    part = "of" if request.GET.get("part") == "of" else ""
    context: dict[str, Any] = {
        "figure": row,
        "bulletin": row.bulletin,
        "label": row.label_en or row.label if is_english else row.label,
        "method": row.method_en or row.method if is_english else row.method,
        "place": row.place_en or row.place if is_english else row.place,
        "is_open": queries.may_open(actor, row),
    }
    if not context["is_open"]:
        return render(request, "bulletins/rows.html", context, status=403)
    found = queries.rows_page(viewer=actor, row=row, part=part, number=count_in(request.GET, "page") or 1)
    names = queries.names_of({line.area for line in found.lines})
    context |= {
        "page": found,
        "lines": [
            {"line": line, "place": names.get(line.area, line.area), "href": _href(line)} for line in found.lines
        ],
        "previous": _to(request, found.number - 1) if found.number > 1 else "",
        "next": _to(request, found.number + 1) if found.number < found.pages else "",
    }
    return render(request, "bulletins/rows.html", context)


def _to(request: HttpRequest, number: int) -> str:
    return "?" + urlencode({**request.GET.dict(), "page": str(number)})


def _href(line: Line) -> str:
    if line.url is None:
        return ""
    try:
        return reverse(line.url[0], args=[line.url[1]])
    except NoReverseMatch:
        return ""  # a page of a programme that is not installed
