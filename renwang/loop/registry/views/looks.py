"""Showing one sealed value once, after a reason."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from .. import actions, queries
from ..models import Subject
from .acting import actor_in


@never_cache
@require_http_methods(["GET", "POST"])
@sensitive_variables("value")
def reveal(request: HttpRequest, subject_id: int, field: str) -> HttpResponse:
    """Ask for a reason, then answer with the value: as text for the script, as a page without one. Nobody may keep it."""
    actor = actor_in(request)
    subject = get_object_or_404(Subject.objects.filter(queries.visible(actor)), pk=subject_id)
    actor.check_may_for("access.reveal", subject.division_id, subject_id)
    wants_text = "text/plain" in request.headers.get("Accept", "")
    problem, value = "", ""
    if request.method == "POST":
        try:
            actions.reveal_field(
                actor=actor,
                now=timezone.now(),
                subject_id=subject_id,
                field=field,
                reason=request.POST.get("reason", "")[:200],
            )
            value = queries.opened(subject_id=subject_id, field=field)
        except actions.NotSealed:
            raise Http404 from None
        except actions.NoReason as missing:
            problem = str(missing)
        if wants_text:
            status = 400 if problem else 200
            return _kept_by_nobody(
                HttpResponse(problem or value, content_type="text/plain; charset=utf-8", status=status)
            )
    context = {"subject": subject, "field": field, "value": value, "problem": problem}
    return _kept_by_nobody(render(request, "registry/reveal.html", context, status=400 if problem else 200))


def _kept_by_nobody(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store, private"
    response["Referrer-Policy"] = "no-referrer"
    return response
