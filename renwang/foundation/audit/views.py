"""Pages of the ledger and of what could not be kept."""

from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from . import actions, kinds, queries, rules
from .actions import Acting

ROWS = 50
LONGEST_ID = 18  # digits: more are no account's number, and no column takes them


def _actor(request: HttpRequest) -> Acting:
    actor: Acting = request.actor  # type: ignore[attr-defined]  # set by access's middleware, which comes later on the way
    return actor


@require_GET
def ledger(request: HttpRequest) -> HttpResponse:
    """Show what happened, the latest first: who did it, when, and the facts."""
    _actor(request).check_may_anywhere("audit.view")
    filters = {name: request.GET.get(name, "") for name in ("name", "day", "actor")}
    try:
        day = date.fromisoformat(filters["day"]) if filters["day"] else None
    except ValueError:
        day = None
        messages.error(request, _("Write the day as 2020-02-17."))
    wanted = filters["actor"]
    actor_id = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) <= LONGEST_ID else None
    found = queries.entries(name=filters["name"], actor_id=actor_id, day=day)
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    named = {entry.actor_id for entry in page if entry.actor_id is not None} | ({actor_id} if actor_id else set())
    names = kinds.names_of(named)
    for entry in page:
        entry.who = names.get(entry.actor_id or 0, _("system"))  # type: ignore[attr-defined]  # for the page
        entry.told = rules.canonical(entry.facts)  # type: ignore[attr-defined]
    context = {
        "page": page,
        "filters": filters,
        "actor_id": actor_id,
        "actor_name": names.get(actor_id or 0, ""),
        "heads": queries.heads()[-7:],
    }
    return render(request, "audit/ledger.html", context)


@require_GET
def dead_letters(request: HttpRequest) -> HttpResponse:
    """Show what was promised and could not be kept, and how the outbox stands."""
    _actor(request).check_may_anywhere("audit.view")
    letters = list(queries.dead_letters()[:200])
    for letter in letters:
        letter.pk_text = str(letter.pk)  # type: ignore[attr-defined]  # for the names of dialogs
    context = {
        "letters": letters,
        "state": queries.outbox_state(now=timezone.now()),
        "ticks": queries.failed_ticks(),
    }
    return render(request, "audit/dead_letters.html", context)


@require_POST
def return_letter(request: HttpRequest, promise_id: int) -> HttpResponse:
    """Put a dead letter back into the outbox."""
    try:
        actions.return_dead_letter(actor=_actor(request), now=timezone.now(), promise_id=promise_id)
        messages.success(request, _("It will be tried again now."))
    except actions.StalePromise:
        messages.warning(request, _("Somebody else has dealt with it meanwhile."))
    return redirect("audit:dead_letters")


@require_POST
def drop_letter(request: HttpRequest, promise_id: int) -> HttpResponse:
    """Give up a dead letter, with a reason."""
    reason = request.POST.get("reason", "").strip()
    if not reason:
        messages.error(request, _("Say why nobody waits for it any more."))
        return redirect("audit:dead_letters")
    try:
        actions.drop_dead_letter(actor=_actor(request), now=timezone.now(), promise_id=promise_id, reason=reason)
        messages.success(request, _("It will not be tried again."))
    except actions.StalePromise:
        messages.warning(request, _("Somebody else has dealt with it meanwhile."))
    return redirect("audit:dead_letters")


@require_GET
def health(request: HttpRequest) -> JsonResponse:
    """Answer whether database and worker are there: 200 or 503, for whoever watches the machine. Tells no figure of people."""
    try:
        state = queries.outbox_state(now=timezone.now())
    except DatabaseError:
        return JsonResponse({"database": False, "well": False}, status=503)
    is_well = state.workers > 0 and state.dead == 0
    told = {"database": True, "workers": state.workers, "due": state.due, "dead_letters": state.dead, "well": is_well}
    return JsonResponse(told, status=200 if state.workers > 0 else 503)
