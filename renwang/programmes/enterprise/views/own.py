"""What a firm does for itself."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from renwang.foundation.access.views.acting import actor_in

from .. import actions, forms, queries
from ..models import Enterprise, Filing
from ..rules import filings as rules
from ..rules.filings import FIRM_WRITES
from .drawing import road_of
from .opening import TELLABLE, done, enterprise_in, page_of, words_of
from .staff import staff_part


@never_cache
@require_GET
def own_list(request: HttpRequest) -> HttpResponse:
    """Lead to one's own firm; ask which, where there are several."""
    actor = actor_in(request)
    actor.check_may_anywhere("enterprise.list_own")
    firms = list(queries.own(viewer=actor, now=timezone.now()))
    if len(firms) == 1:
        return redirect("enterprise:own", enterprise_id=firms[0].pk)
    return render(request, "enterprise/own_list.html", {"firms": firms})


@never_cache
@require_GET
def own(request: HttpRequest, enterprise_id: int) -> HttpResponse:
    """Show a firm where it stands, who acts next and until when."""
    firm = enterprise_in(request, enterprise_id, "enterprise.see_own")
    return render(request, "enterprise/own.html", _context(request, firm))


def _context(request: HttpRequest, firm: Enterprise) -> dict[str, Any]:
    now = timezone.now()
    filing = queries.current_of(firm.pk)
    last = queries.last_report(firm.pk)
    listed = queries.requests_of(firm.pk)
    return {
        "firm": firm,
        "filing": filing,
        "road": road_of(filing),
        "steps": queries.steps_of(filing) if filing else [],
        "may_write": filing is None or filing.status in FIRM_WRITES,
        "staff": queries.staff_count(filing.pk if filing else None),
        "stock_days": _stock_days(filing),
        "cadre": queries.cadres_of([firm.pk], now).get(firm.pk),
        "requests": [one for one in listed if one.request is not None],
        "to_mend": [one for one in listed if one.request is None],
        "asked_kinds": [
            {"slug": kind.code.partition(".")[2], "label": kind.label, "icon": kind.icon}
            for kind in queries.asked_kinds()
        ],
        "day_form": forms.DayForm(
            initial={"day": timezone.localdate(now), "staff_back": last.staff_back if last else None}
        ),
        "last": last,
        "submission_id": uuid4(),
    }


def _stock_days(filing: Filing | None) -> int | None:
    if filing is None or not filing.masks_a_day or not filing.disinfectant_a_day:
        return None
    return rules.days_of_stock(
        masks=filing.masks,
        masks_a_day=filing.masks_a_day,
        disinfectant=filing.disinfectant,
        disinfectant_a_day=filing.disinfectant_a_day,
    )


@never_cache
@require_http_methods(["GET", "POST"])
def filing(request: HttpRequest, enterprise_id: int) -> HttpResponse:
    """Ask for the plan and the stock, the staff list and the signature: all of a filing on one page."""
    firm = enterprise_in(request, enterprise_id, "enterprise.write_filing")
    current = queries.current_of(firm.pk)
    if current is not None and current.status not in FIRM_WRITES:
        messages.info(request, _("The filing is with the office; it is not changed any more."))
        return redirect("enterprise:own", enterprise_id=firm.pk)
    form = forms.FilingForm(request.POST or None, instance=current)
    if request.method == "POST" and form.is_valid():
        try:
            actions.write_filing(
                actor=actor_in(request), now=timezone.now(), enterprise_id=firm.pk, **form.cleaned_data
            )
        except TELLABLE as problem:
            form.add_error(None, words_of(problem))
        else:
            messages.success(request, _("Saved. Look at the list below: what is still missing?"))
            return redirect("enterprise:filing", enterprise_id=firm.pk)
    context = {
        "firm": firm,
        "filing": current,
        "form": form,
        **staff_part(current),
        "sign_form": forms.SignForm(initial={"signer": firm.subject.organisation.contact_name}),
        "stock_days": _stock_days(current),
        "stock_least": rules.DAYS_OF_STOCK,
    }
    return render(request, "enterprise/filing.html", context, status=422 if form.errors else 200)


@require_POST
def sign(request: HttpRequest, enterprise_id: int) -> HttpResponse:
    """Sign the letter of commitment on the screen."""
    firm = enterprise_in(request, enterprise_id, "enterprise.sign_commitment")
    form = forms.SignForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Type your name and tick that you commit the firm to the letter."))
        return redirect("enterprise:filing", enterprise_id=firm.pk)
    return done(
        request,
        lambda actor, now: actions.sign_commitment(
            actor=actor, now=now, enterprise_id=firm.pk, **{**form.cleaned_data, "agrees": True}
        ),
        said=_("Signed."),
        to="enterprise:filing",
        enterprise_id=firm.pk,
    )


@require_POST
def hand_in(request: HttpRequest, enterprise_id: int) -> HttpResponse:
    """Hand the filing in."""
    firm = enterprise_in(request, enterprise_id, "enterprise.file_resumption")
    try:
        actions.file_resumption(actor=actor_in(request), now=timezone.now(), enterprise_id=firm.pk)
    except TELLABLE as problem:
        messages.error(request, words_of(problem))
        return redirect("enterprise:filing", enterprise_id=firm.pk)
    messages.success(request, _("Filed. The office answers within two working days; you see the clock here."))
    return redirect("enterprise:own", enterprise_id=firm.pk)


@require_POST
def resume(request: HttpRequest, enterprise_id: int) -> HttpResponse:
    """Say that the firm works again."""
    firm = enterprise_in(request, enterprise_id, "enterprise.resume_work")
    return done(
        request,
        lambda actor, now: actions.resume_work(actor=actor, now=now, enterprise_id=firm.pk),
        said=_("At work again."),
        to="enterprise:own",
        enterprise_id=firm.pk,
    )


@require_POST
def day(request: HttpRequest, enterprise_id: int) -> HttpResponse:
    """Tell the day in two numbers."""
    firm = enterprise_in(request, enterprise_id, "enterprise.report_day")
    form = forms.DayForm(request.POST)
    if not form.is_valid():
        messages.error(request, forms.said(form))
        return redirect("enterprise:own", enterprise_id=firm.pk)
    return done(
        request,
        lambda actor, now: actions.report_day(actor=actor, now=now, enterprise_id=firm.pk, **form.cleaned_data),
        said=_("Noted. Thank you."),
        to="enterprise:own",
        enterprise_id=firm.pk,
    )


@never_cache
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, enterprise_id: int, kind: str) -> HttpResponse:
    """Ask for something, in the few fields of its kind."""
    firm = enterprise_in(request, enterprise_id, "enterprise.ask_for")
    need = next((one for one in queries.asked_kinds() if one.code == f"enterprise.{kind}"), None)
    if need is None:
        raise Http404
    form = forms.request_form(need, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.ask_for(
                actor=actor_in(request),
                now=timezone.now(),
                enterprise_id=firm.pk,
                kind=need.code,
                detail=form.cleaned_data,
            )
        except TELLABLE as problem:
            form.add_error(None, words_of(problem))
        else:
            again, fresh = _("This was asked already; it is on its way."), _("Asked. You see the clock here.")
            messages.success(request, again if made.is_repeat else fresh)
            return redirect(page_of(request, firm.pk))
    about = {"label": need.label, "icon": need.icon}
    context = {"firm": firm, "need": about, "form": form, "back": page_of(request, firm.pk)}
    return render(request, "enterprise/ask.html", context, status=422 if form.errors else 200)


@require_POST
def confirm(request: HttpRequest, enterprise_id: int, case_id: int) -> HttpResponse:
    """Say whether what was asked for has come."""
    firm = enterprise_in(request, enterprise_id, "enterprise.confirm_request")
    row = queries.request_of(case_id)
    if row is None or row.enterprise_id != firm.pk:
        raise Http404
    form = forms.ConfirmForm(request.POST)
    if not form.is_valid():
        messages.error(request, forms.said(form))
        return redirect("enterprise:own", enterprise_id=firm.pk)
    told = form.cleaned_data
    return done(
        request,
        lambda actor, now: actions.confirm_request(
            actor=actor,
            now=now,
            case_id=case_id,
            is_met=told["is_met"] == "yes",
            submission_id=told["submission_id"],
            note=told["note"],
        ),
        said=_("Thank you. It is written down."),
        to="enterprise:own",
        enterprise_id=firm.pk,
    )
