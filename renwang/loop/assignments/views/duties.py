"""The duties, as the district wants them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from renwang.foundation.access.views.acting import actor_in

from .. import actions, queries
from ..forms import DutyForm
from ..models import Duty
from .frame import duty_name, tabs


@require_GET
def duties(request: HttpRequest) -> HttpResponse:
    """Show the duties."""
    actor = actor_in(request)
    actor.check_may_anywhere("assignments.define_duties")
    rows = [{"duty": duty, "name": duty_name(duty)} for duty in queries.duties()]
    return render(request, "assignments/duties.html", {"tabs": tabs(request, actor, "duties"), "rows": rows})


@require_http_methods(["GET", "POST"])
def duty(request: HttpRequest, code: str = "") -> HttpResponse:
    """Define a duty, or change one."""
    actor = actor_in(request)
    actor.check_may_anywhere("assignments.define_duties")
    known = get_object_or_404(Duty, code=code) if code else None
    form = DutyForm(request.POST or None, duty=known)
    if request.method == "POST" and form.is_valid():
        try:
            actions.define_duties(actor=actor, now=timezone.now(), duties=[form.told()])
        except actions.AssignmentProblem as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("Saved."))
            return redirect("assignments:duties")
    title = duty_name(known) if known else _("New duty")
    context = {"tabs": tabs(request, actor, "duties"), "form": form, "title": title}
    return render(request, "assignments/duty.html", context, status=422 if form.errors else 200)
