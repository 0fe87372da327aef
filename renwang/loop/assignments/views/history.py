"""Who was responsible when."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from renwang.foundation.access.views.acting import actor_in
from renwang.loop.registry.queries import visible_subjects

from .. import queries
from .frame import duty_name, place_name


@require_GET
def history(request: HttpRequest, subject_id: int) -> HttpResponse:
    """Show every period of one subject, the present ones first."""
    actor = actor_in(request)
    subject = get_object_or_404(visible_subjects(viewer=actor), pk=subject_id)
    periods = queries.history(subject_id)
    entries = []
    for period in periods:
        if period.until is not None:
            entries.append(
                {
                    "at": period.until,
                    "icon": "user-minus",
                    "title": _("%(name)s was %(duty)s until then")
                    % {"name": period.user_name, "duty": duty_name(period.duty)},
                    "text": period.ended_because,
                }
            )
        entries.append(
            {
                "at": period.since,
                "icon": "user-check",
                "meaning": "doing" if period.is_current else "quiet",
                "title": _("%(name)s became %(duty)s") % {"name": period.user_name, "duty": duty_name(period.duty)},
                "text": period.reason,
            }
        )
    entries.sort(key=lambda entry: entry["at"], reverse=True)  # type: ignore[arg-type, return-value]  # moments
    now_held = [{"period": period, "duty": duty_name(period.duty)} for period in periods if period.is_current]
    context = {
        "subject": subject,
        "place": place_name(subject.division),
        "held": now_held,
        "entries": entries,
        "may_end": actor.may("assignments.end_assignments", subject.division_id),
    }
    return render(request, "assignments/history.html", context)
