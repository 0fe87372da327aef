"""One firm's meters on its page: the days as a chart, and what looks odd, for whoever may look."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from renwang.foundation.access.views.acting import actor_in

from .. import queries
from ..models import Enterprise
from ..rules.power import reason_words
from .charts import charts


def power_of(request: HttpRequest, firm: Enterprise) -> dict[str, Any]:
    """Return what the page of a firm draws of its meters; nothing where it was never read."""
    last = queries.latest_day()
    rows = queries.portrait(firm.pk, last) if last else []
    if not rows:
        return {"power_charts": []}
    # Whoever may only read of the firm does not read the score: it is for those who go and look there.
    may_look = actor_in(request).may_for("enterprise.check_site", firm.subject.division_id, firm.pk)
    found = queries.suspicions_of(firm.pk) if may_look else []
    return {
        "power_charts": charts(
            [(_("use"), "strong", {row.day: row.rate for row in rows})], days=[row.day for row in rows]
        ),
        "power_last": rows[-1],
        "suspicions": [
            {"day": one.day, "score": one.score, "is_above": one.is_above, "words": reason_words(one.reasons)}
            for one in found
        ],
    }
