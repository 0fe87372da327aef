"""How the messages of the day stand."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from renwang.foundation.access.views.acting import actor_in

from . import kinds, queries
from .rules import Fault, MessageState, Stray

MEANINGS = {
    MessageState.QUEUED: "quiet",
    MessageState.WIRED: "doing",
    MessageState.SENT: "doing",
    MessageState.DELIVERED: "verified",
    MessageState.ERRORED: "late",
    MessageState.FAILED: "act",
}
LOOKS_BACK = timedelta(days=1)


@require_GET
def messages_page(request: HttpRequest) -> HttpResponse:
    """Show the line, the ladder of the last day's messages, and what went wrong. No number and no word of any message."""
    actor_in(request).check_may_anywhere("channels.view")
    now = timezone.now()
    since = now - LOOKS_BACK
    counts = queries.ladder(since=since, until=now + timedelta(seconds=1))
    context = {
        "lines": queries.lines(),
        "is_set_up": bool(kinds.channels()),
        "ladder": [(state.label, counts.get(state.value, 0), MEANINGS[state]) for state in MessageState],
        "total": sum(counts.values()),
        "faults": [
            (MessageState(state).label, MEANINGS[MessageState(state)], Fault(fault).label, count)
            for state, fault, count in queries.faults(since=since, until=now + timedelta(seconds=1))
        ],
        "troubled": [
            (row, MessageState(row.state).label, MEANINGS[MessageState(row.state)], Fault(row.fault).label)
            for row in queries.troubled(since=since)
            if row.fault
        ],
        "strays": [(row, Stray(row.because).label) for row in queries.strays(since=since)],
    }
    return render(request, "channels/messages.html", context)
