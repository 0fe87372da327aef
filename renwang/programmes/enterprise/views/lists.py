"""The three lists: a page that prints, a workbook, and an office's own empty form that fills itself."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from renwang.foundation.access.views.acting import actor_in
from renwang.foundation.documents.engine.word_form import WordForm, fill_word, is_word
from renwang.foundation.sheets.engine import Column, SheetFault, sheet_bytes
from renwang.foundation.sheets.engine.cells import Value
from renwang.foundation.sheets.engine.filling import fill_sheet
from renwang.foundation.sheets.engine.grids import find_table
from renwang.foundation.sheets.engine.own_form import OwnForm
from renwang.foundation.sheets.engine.package import Mark
from renwang.foundation.sheets.errors import explain
from renwang.loop.cases.rules import CLOCK_RUNS, OFFICES
from renwang.loop.registry.queries import divisions

from .. import actions, forms, queries
from ..queries import Listed
from ..rules.lists_form import field_of
from .opening import XLSX, as_file

MOST = 500
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _rows(request: HttpRequest, asked: Mapping[str, Any], now: datetime) -> list[Listed]:
    found = queries.cases_of_firms(viewer=actor_in(request), area=str(asked.get("area") or "")[:24])
    if asked.get("late") == "1":
        found = found.filter(due_at__lt=now, status__in=CLOCK_RUNS)
    if asked.get("open") == "1":
        found = found.filter(status__in=CLOCK_RUNS)
    return queries.three_lists(found[:MOST])


@never_cache
@require_GET
def three_lists(request: HttpRequest) -> HttpResponse:
    """Show the three lists: problems, responsibility, measures. It prints, and each row opens its case."""
    actor, now = actor_in(request), timezone.now()
    actor.check_may_anywhere("enterprise.view")
    context = {
        "rows": _rows(request, request.GET, now),
        "area": request.GET.get("area", "")[:24],
        "only_late": request.GET.get("late") == "1",
        "only_open": request.GET.get("open") == "1",
        "query": request.GET.urlencode(),
        "places": [
            (place.code, place.called)
            for place in divisions(areas=actor.areas("enterprise.view"))
            if place.level == "street"
        ],
        "may_open": actor.may_anywhere("cases.view"),
        "assists": queries.assists_for(viewer=actor),
        "offices": OFFICES,
        "form": forms.OwnForm(),
    }
    return render(request, "enterprise/three_lists.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def three_lists_form(request: HttpRequest) -> HttpResponse:
    """Give the three lists as a workbook, or (POST) written into an office's own empty form. Either taking is in the ledger."""
    actor, now = actor_in(request), timezone.now()
    actor.check_may_anywhere("enterprise.view")
    is_own = request.method == "POST"
    rows = _rows(request, request.POST if is_own else request.GET, now)
    mark = _mark(actor.name, now)
    if not is_own:
        content, name, kind = _workbook(rows, mark), _("The three lists") + ".xlsx", XLSX
    else:
        form = forms.OwnForm(request.POST, request.FILES)
        if not form.is_valid():
            messages.error(request, forms.said(form))
            return redirect("enterprise:three_lists")
        file = form.cleaned_data["file"]
        try:
            content, kind = _filled(file.read(), rows, mark)
        except (SheetFault, ValueError) as fault:
            words = explain(fault) if isinstance(fault, SheetFault) else str(fault)
            messages.error(request, words)
            return redirect("enterprise:three_lists")
        name = (file.name or "").rpartition(".")[0] + "-" + _("filled") + (".docx" if kind == DOCX else ".xlsx")
    actions.take_three_lists(
        actor=actor, now=now, case_ids=[row.case.pk for row in rows], area=str(request.GET.get("area", ""))[:24]
    )
    return as_file(content, name, kind)


def _filled(content: bytes, rows: list[Listed], mark: Mark) -> tuple[bytes, str]:
    """Return an office's own form filled, and its media type; raises SheetFault, ValueError with words."""
    word = is_word(content)
    table = find_table((WordForm(content) if word else OwnForm(content)).grids(), lambda title: bool(field_of(title)))
    columns = {title.column: field_of(title) for title in table.titles if field_of(title)} if table else {}
    if table is None or len(columns) < 2:
        raise ValueError(
            _("No columns of the three lists were found: enterprise, problem, responsible office, measures.")
        )
    if table.filled or table.labels:
        raise ValueError(_("Something stands in this form already. Send it empty."))
    lines: list[dict[int, Value]] = []
    for row in rows:
        told = values_of(row)
        lines.append({column: told[field] for column, field in columns.items()})
    if word:
        return fill_word(content, table, lines, mark=mark), DOCX
    return fill_sheet(content, table, lines, mark=mark, mark_sheet=_("Taken by")), XLSX


def _workbook(rows: list[Listed], mark: Mark) -> bytes:
    columns = {
        "enterprise": _("Enterprise"),
        "area": _("Area"),
        "kind": _("Kind"),
        "problem": _("Problem"),
        "office": _("Who is responsible"),
        "holder": _("Person in charge"),
        "assists": _("Assisting offices"),
        "opened": _("Told on"),
        "due": _("Until"),
        "measures": _("Measures"),
        "status": _("Status"),
    }
    body = [[values_of(row)[field] for field in columns] for row in rows]
    shape = [Column(title) for title in columns.values()]
    return sheet_bytes(shape, body, title=_("The three lists"), marked_by=mark.line)


def values_of(row: Listed) -> dict[str, Value]:
    """Return one matter as plain values, by field: as the page shows it."""
    measures = [f"{timezone.localtime(step.at):%m-%d} {step.words}" for step in row.steps]
    measures += [
        f"{timezone.localtime(one.answered_at):%m-%d} {one.office_label}: {one.answer}"
        for one in row.assists
        if one.answer and one.answered_at
    ]
    return {
        "enterprise": row.case.subject.name,
        "area": row.case.subject.division.called,
        "kind": row.label,
        "problem": row.problem,
        "office": row.office,
        "holder": row.case.holder.name if row.case.holder else "",
        "assists": "、".join(one.office_label for one in row.assists),
        "opened": timezone.localtime(row.case.opened_at).date().isoformat(),
        "due": f"{timezone.localtime(row.case.due_at):%Y-%m-%d %H:%M}",
        "measures": "；".join(measures),
        "status": str(row.case.get_status_display()),
        "answer": row.request.answer if row.request else "",
    }


def _mark(who: str, now: datetime) -> Mark:
    at, why = f"{timezone.localtime(now):%Y-%m-%d %H:%M}", _("The three lists")
    return Mark(
        who=who, at=at, why=why, line=_("Taken by %(who)s · %(at)s · %(why)s") % {"who": who, "at": at, "why": why}
    )
