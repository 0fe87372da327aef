"""The list of staff who come back: send the workbook, look at the verdicts, take its good rows or put it away."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from renwang.foundation.sheets.engine import Column, SheetFault, sheet_bytes
from renwang.loop.registry.queries.imports import problem_in_words, problem_of
from renwang.loop.registry.queries.ledgers import NoNames, where
from renwang.loop.registry.queries.marking import changes_of
from renwang.loop.registry.rules import ImportStatus, Verdict
from renwang.loop.registry.rules.verdicts import in_words

from .. import actions, forms, queries
from ..models import Filing, StaffList, StaffRow
from ..rules.staff import COLUMNS, LEAVE, label_of
from .opening import as_file, done, enterprise_in

RUNNING = (ImportStatus.CHECKING, ImportStatus.APPLYING)


def staff_part(filing: Filing | None) -> dict[str, Any]:
    """Return what the page of a filing shows of the list of staff."""
    told: dict[str, Any] = {"upload_form": forms.WorkbookForm(), "staff": 0, "staff_list": None}
    if filing is None or (kept := queries.staff_list_of(filing.pk)) is None:
        return told
    names = kept.sheets.split("\n")
    wrong = queries.staff_rows(filing.pk, [Verdict.INVALID])
    changed = queries.staff_rows(filing.pk, [Verdict.CHANGED])
    return {
        **told,
        "staff": queries.staff_count(filing.pk),
        "staff_list": kept,
        "is_running": kept.status in RUNNING,
        "problem": problem_in_words(kept.problem),
        "wrong_rows": [_row(one, names) for one in wrong],
        "more_wrong": kept.rows_wrong - len(wrong),
        "changed_rows": [_row(one, names) for one in changed] if kept.status == ImportStatus.CHECKED else [],
        "guessed": _guessed(kept),
        "left_out": kept.left_out.split("\n") if kept.left_out else [],
        "unread": kept.unread.split("\n") if kept.unread else [],
    }


def _row(one: StaffRow, names: list[str]) -> dict[str, Any]:
    sheet, row = where(one.row_no, names)
    return {
        "row": row,
        "sheet": sheet if len(names) > 1 else "",
        "field": label_of(one.field) if one.field else "",
        "message": in_words(one.message),
        "changes": [(label_of(name), old, new) for name, old, new in changes_of(one.detail or "")],
    }


def _guessed(kept: StaffList) -> list[tuple[str, str]]:
    pairs = [line.split("\t") for line in kept.guessed.split("\n") if "\t" in line]
    return [(title, label_of(field)) for title, field in pairs]


@require_POST
def send(request: HttpRequest, enterprise_id: int) -> HttpResponse:
    """Take in the workbook of staff who come back; nobody of it is on the list yet."""
    firm = enterprise_in(request, enterprise_id, "enterprise.take_staff_list")
    form = forms.WorkbookForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, forms.said(form))
        return redirect("enterprise:filing", enterprise_id=firm.pk)
    file = form.cleaned_data["file"]
    again = _("This very file was sent before; nothing of it has changed.")
    fresh = _("The workbook is here. Look at the verdicts, then take its good rows or put it away.")
    return done(
        request,
        lambda actor, now: actions.take_staff_list(
            actor=actor, now=now, enterprise_id=firm.pk, filename=file.name or "", content=file.read()
        ),
        said=lambda event: again if event.is_repeat else fresh,
        to="enterprise:filing",
        enterprise_id=firm.pk,
    )


@require_POST
def take(request: HttpRequest, enterprise_id: int) -> HttpResponse:
    """Take the good rows of the list that was sent."""
    firm = enterprise_in(request, enterprise_id, "enterprise.apply_staff_list")
    leave = request.POST.get("others") == LEAVE

    def said(event: Any) -> str:
        if event.is_done:
            return _("%(rows)d staff are on the list.") % {"rows": event.staff}
        return _("The good rows are being taken.")

    return done(
        request,
        lambda actor, now: actions.apply_staff_list(actor=actor, now=now, enterprise_id=firm.pk, others_leave=leave),
        said=said,
        to="enterprise:filing",
        enterprise_id=firm.pk,
    )


@require_POST
def put_away(request: HttpRequest, enterprise_id: int) -> HttpResponse:
    """Put the list that was sent away; who was on the list before stays."""
    firm = enterprise_in(request, enterprise_id, "enterprise.discard_staff_list")
    return done(
        request,
        lambda actor, now: actions.discard_staff_list(actor=actor, now=now, enterprise_id=firm.pk),
        said=_("Put away: nothing of this workbook was taken."),
        to="enterprise:filing",
        enterprise_id=firm.pk,
    )


@require_GET
def template(request: HttpRequest, enterprise_id: int) -> HttpResponse:
    """Give the empty workbook of staff, with one line as an example."""
    firm = enterprise_in(request, enterprise_id, "enterprise.take_staff_list")
    example = [("王示例", "990704199001010013", "15400000001", "山东省临沂市", "否", "是")]
    data = sheet_bytes(
        [Column(title) for title in COLUMNS], example, title=_("Staff who come back"), marked_by=firm.subject.name
    )
    return as_file(data, _("Staff who come back") + ".xlsx")


@never_cache
@require_GET
def verdicts(request: HttpRequest, enterprise_id: int) -> HttpResponse:
    """Give the firm's own workbook back, with a verdict on every row and the wrong cells marked."""
    firm = enterprise_in(request, enterprise_id, "enterprise.take_staff_list")
    current = queries.current_of(firm.pk)
    try:
        found = queries.marked_staff_list(current.pk) if current else None
    except (SheetFault, NoNames) as fault:
        messages.error(request, problem_in_words(problem_of(fault)))
        return redirect("enterprise:filing", enterprise_id=firm.pk)
    if found is None:
        raise Http404
    data, name = found
    return as_file(data, name.rsplit(".", 1)[0] + "-" + _("verdicts") + ".xlsx")
