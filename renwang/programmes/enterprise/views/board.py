"""The economy board: how far the district has come, who is behind, which clocks run."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from renwang.foundation.access.views.acting import actor_in

from .. import queries
from ..rules import industry
from .office import is_english
from .power import index_of


@never_cache
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Show the economy of the viewer's areas; every figure opens to its rows."""
    actor, now = actor_in(request), timezone.now()
    actor.check_may_anywhere("enterprise.view")
    english = is_english()
    by_industry = queries.rates(viewer=actor, by="industry")
    sizes = {one.group: one for one in queries.rates(viewer=actor, by="size")}
    total = queries.rates(viewer=actor, by="")
    context = {
        "total": total[0] if total else None,
        "designated": sizes.get("designated"),
        "by_area": queries.rates(viewer=actor, by="area"),
        "by_industry": [(one, industry.called(one.group, english=english)) for one in by_industry],
        "filings": queries.clocks(viewer=actor, now=now),
        "requests": queries.request_counts(viewer=actor, now=now),
        "without_cadre": queries.without_cadre(viewer=actor, now=now).count(),
        "waiting": list(queries.to_answer(viewer=actor)[:8]),
        "tight": queries.three_lists(queries.cases_of_firms(viewer=actor)[:8]),
        "may_open": actor.may_anywhere("cases.view"),
        "index": index_of(
            request,
            day=queries.latest_day(),
            area=queries.widest_area(actor),
            size=queries.setting_now().told_size,
        ),
    }
    return render(request, "enterprise/board.html", context)
