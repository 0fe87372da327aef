"""What offices decide: filings, and the firms' requests with the clocks of leading and assisting offices."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from renwang.foundation.access.views.acting import actor_in
from renwang.loop.cases import queries as cases
from renwang.loop.cases.rules import CLOCK_RUNS, OFFICES

from .. import actions, forms, queries
from ..models import Assist, Filing
from .opening import done

MOST = 500


@never_cache
@require_GET
def filings(request: HttpRequest) -> HttpResponse:
    """List the filings that wait for an answer, the tightest clock first."""
    actor = actor_in(request)
    actor.check_may_anywhere("enterprise.view")
    rows = list(queries.to_answer(viewer=actor)[:MOST])
    context = {
        "rows": rows,
        "answer_form": forms.FilingAnswerForm(),
        "may_answer": actor.may_anywhere("enterprise.answer_filing"),
    }
    return render(request, "enterprise/filings.html", context)


def _filing(request: HttpRequest, filing_id: int, permission: str) -> Filing:
    found = queries.seen_filings(viewer=actor_in(request)).filter(pk=filing_id).first()
    if found is None:
        raise Http404
    subject = found.enterprise.subject
    actor_in(request).check_may_for(permission, subject.division_id, subject.pk)
    return found


@require_POST
def answer_filing(request: HttpRequest, filing_id: int) -> HttpResponse:
    """Accept a filing or return it."""
    filing = _filing(request, filing_id, "enterprise.answer_filing")
    form = forms.FilingAnswerForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose: accept, or return with what is missing."))
        return redirect("enterprise:page", enterprise_id=filing.enterprise_id)
    is_accepted = form.cleaned_data["answer"] == "accept"
    return done(
        request,
        lambda actor, now: actions.answer_filing(
            actor=actor, now=now, filing_id=filing_id, is_accepted=is_accepted, reason=form.cleaned_data["reason"]
        ),
        said=_("Accepted. The stationed cadre looks at the firm today.") if is_accepted else _("Returned to the firm."),
        to="enterprise:page",
        enterprise_id=filing.enterprise_id,
    )


@require_POST
def suspend(request: HttpRequest, filing_id: int) -> HttpResponse:
    """Stop a firm's work."""
    filing = _filing(request, filing_id, "enterprise.suspend_work")
    return done(
        request,
        lambda actor, now: actions.suspend_work(
            actor=actor, now=now, filing_id=filing_id, reason=request.POST.get("reason", "")
        ),
        said=_("Suspended. The firm reads the reason."),
        to="enterprise:page",
        enterprise_id=filing.enterprise_id,
    )


def case_panel(request: HttpRequest, case_id: int) -> str:
    """Draw on a case's page what a firm's request has beside it: who leads, who assists, until when."""
    actor = actor_in(request)
    row = queries.request_of(case_id)
    if row is None or not actor.may_anywhere("enterprise.view"):
        return ""
    case = row.case
    leads = actor.may("enterprise.answer_request", case.division_id) or (
        row.office in actor.offices() and actor.may("enterprise.answer_assist", case.division_id)
    )
    (listed,) = queries.three_lists([case])
    mine = actor.offices()
    context = {
        "row": row,
        "case": case,
        "office": OFFICES.get(row.office, row.office),
        "may_lead": leads and case.status in CLOCK_RUNS,
        "assists": [
            {
                "assist": one,
                "office": OFFICES.get(one.office, one.office),
                "may_answer": one.answered_at is None
                and (one.office in mine or "command" in mine)
                and actor.may("enterprise.answer_assist", case.division_id),
            }
            for one in listed.assists
        ],
        "answer_form": forms.AnswerForm(auto_id="answer_%s"),
        "refuse_form": forms.ReasonForm(auto_id="refuse_%s"),
        "extend_form": forms.ReasonForm(auto_id="extend_%s"),
        "assist_form": forms.AssistForm(auto_id="assist_%s"),
    }
    return render_to_string("enterprise/panel.html", context, request=request)


def _case(request: HttpRequest, case_id: int) -> int:
    actor = actor_in(request)
    actor.check_may_anywhere("enterprise.answer_assist")
    get_object_or_404(cases.visible_cases(viewer=actor), pk=case_id)
    if queries.request_of(case_id) is None:
        raise Http404
    return case_id


@require_POST
def answer_request(request: HttpRequest, case_id: int) -> HttpResponse:
    """Answer a firm's request, or refuse it with a reason."""
    _case(request, case_id)
    is_refused = request.POST.get("verb") == "refuse"
    words = request.POST.get("reason" if is_refused else "answer", "")[:300]
    return done(
        request,
        lambda actor, now: actions.answer_request(
            actor=actor, now=now, case_id=case_id, answer=words, is_refused=is_refused
        ),
        said=_("Refused; the firm reads the reason.")
        if is_refused
        else _("Answered. It counts when the firm confirms it."),
        to="cases:page",
        case_id=case_id,
    )


@require_POST
def extend(request: HttpRequest, case_id: int) -> HttpResponse:
    """Give the leading office more time, once."""
    _case(request, case_id)
    return done(
        request,
        lambda actor, now: actions.extend_request(
            actor=actor, now=now, case_id=case_id, reason=request.POST.get("reason", "")[:300]
        ),
        said=_("Extended; the firm sees the new day and the reason."),
        to="cases:page",
        case_id=case_id,
    )


@require_POST
def ask_assist(request: HttpRequest, case_id: int) -> HttpResponse:
    """Ask another office for its part."""
    _case(request, case_id)
    form = forms.AssistForm(request.POST)
    if not form.is_valid():
        messages.error(request, forms.said(form))
        return redirect("cases:page", case_id=case_id)
    told: dict[str, Any] = form.cleaned_data
    return done(
        request,
        lambda actor, now: actions.ask_assist(actor=actor, now=now, case_id=case_id, **told),
        said=_("Asked. The office answers within three working days."),
        to="cases:page",
        case_id=case_id,
    )


@require_POST
def answer_assist(request: HttpRequest, assist_id: int) -> HttpResponse:
    """Answer for the assisting office."""
    row = get_object_or_404(Assist.objects.select_related("request__case"), pk=assist_id)
    _case(request, row.request_id)
    return done(
        request,
        lambda actor, now: actions.answer_assist(
            actor=actor, now=now, assist_id=assist_id, answer=request.POST.get("answer", "")[:300]
        ),
        said=_("Answered; the leading office reads it."),
        to="cases:page",
        case_id=row.request_id,
    )
