"""Open a case by hand."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from renwang.foundation.access.views.acting import actor_in, number_in
from renwang.loop.registry.queries import visible_subjects

from .. import actions, forms, kinds, queries, rules


@require_http_methods(["GET", "POST"])
def new_case(request: HttpRequest) -> HttpResponse:
    """Ask which kind of need (``?kind=``) of whom (``?subject=``), then its detail, then open the case."""
    actor, now = actor_in(request), timezone.now()
    actor.check_may_anywhere("cases.open_case")
    wanted = number_in(request.GET.get("subject"))
    if wanted is None:
        return render(request, "cases/new.html", {"subject": None})
    subject = get_object_or_404(visible_subjects(viewer=actor), pk=wanted)
    actor.check_may_for("cases.open_case", subject.division_id, subject.pk)
    code = request.GET.get("kind", "")
    live = queries.open_by_household(viewer=actor, household_ids=[subject.pk], now=now).get(subject.pk, [])
    context = {"subject": subject, "kind_list": forms.kind_choices(), "live": live, "kind": None, "form": None}
    if not code:
        return render(request, "cases/new.html", context)
    try:
        kind = kinds.get(code)
    except kinds.UnknownKind as refusal:
        messages.error(request, str(refusal))
        return render(request, "cases/new.html", context, status=404)
    form = forms.detail_form(kind, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.open_case(actor=actor, now=now, subject_id=subject.pk, kind=code, detail=form.cleaned_data)
        except ValidationError as problem:
            form.add_error(None, problem)
        except rules.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            if made.case_ids:
                messages.success(request, _("Opened. The clock runs."))
            else:
                messages.info(request, _("This need was open already; what you wrote was added to it."))
            return redirect("cases:page", case_id=[*made.case_ids, *made.told_again_ids][0])
    context |= {"kind": kind, "form": form}
    return render(request, "cases/new.html", context, status=422 if request.method == "POST" else 200)
