"""The lists behind the figures: the unreached, the contacts of a day."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from renwang.desk import links
from renwang.desk.queries.contacts import SHOWN, contacts_of, day_counts_kept
from renwang.desk.queries.scope import choices, tree
from renwang.desk.queries.unreached import Tried, last_heard, tried, unreached_by_division, unreached_in
from renwang.loop.rounds import actions as rounds_actions
from renwang.loop.rounds import kinds as modes
from renwang.loop.rounds import queries as rounds
from renwang.loop.rounds.models import Contact

from .asked import actor_of, scope_in

ON_A_PAGE = 50


@require_GET
def unreached(request: HttpRequest) -> HttpResponse:
    """Show the list the district cannot overlook."""
    now = timezone.now()
    scope = scope_in(request, now=now)
    known = tree(scope)
    counted = unreached_by_division(scope)
    paginator = Paginator(unreached_in(scope), ON_A_PAGE)
    vars(paginator)["count"] = counted.total()  # counted already
    page = paginator.get_page(request.GET.get("page"))
    rows: list[Contact] = list(page.object_list)
    tries, heard = tried([row.pk for row in rows]), last_heard([row.household_id for row in rows])
    actor = actor_of(request)
    context = {
        "scope": scope,
        "area": scope.chosen,
        "place": known.name(scope.chosen) if scope.chosen else "",
        "choices": choices(actor),
        "total": counted.total(),
        "page": page,
        "rows": [
            {
                "contact": row,
                "place": known.name(row.division_id),
                "street": known.name(known.street_of(row.division_id)) if known.street_of(row.division_id) else "",
                "why": rounds.why_unreached(row),
                "tried": tries.get(row.pk, Tried()),
                "heard": heard.get(row.household_id),
                "href": links.household(row.household_id),
                "record": links.check_in(row.pk),
                "may_close": actor.may_for("rounds.close_contact", row.division_id, row.household_id),
                "may_visit": actor.may_for("rounds.ask_again", row.division_id, row.household_id)
                and row.state == "unreached"
                and not row.asked_again_because,
            }
            for row in rows
        ],
        "streets": [
            {
                "label": one.name,
                "n": n,
                "href": links.to("desk:unreached", area=one.code, day="" if scope.is_today else scope.day.isoformat()),
            }
            for one in (known.below(scope.chosen) if scope.chosen else known.of_level("street"))
            if (n := sum(count for code, count in counted.items() if code.startswith(one.code)))
        ],
    }
    context["close_reasons"] = [
        _("Moved away; the register is being corrected"),
        _("In hospital; the family confirmed it"),
        _("Lives with relatives in another district"),
    ]
    context["visit_reasons"] = [_("No answer to any call"), _("Neighbours have not seen them")]
    return render(request, "desk/unreached.html", context)


@require_POST
def close_contact(request: HttpRequest, contact_id: int) -> HttpResponse:
    """Take one household off the list of the unreached, with a reason."""
    _seen_or_404(request, contact_id)
    try:
        rounds_actions.close_contact(
            actor=actor_of(request), now=timezone.now(), contact_id=contact_id, reason=request.POST.get("reason", "")
        )
    except (rounds_actions.StaleContact, rounds_actions.ReasonMissing) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Closed. The reason stands in the household's time line."))
    return _back(request)


@require_POST
def send_visit(request: HttpRequest, contact_id: int) -> HttpResponse:
    """Have one household asked again by whoever is answerable, with a reason."""
    _seen_or_404(request, contact_id)
    try:
        rounds_actions.ask_again(
            actor=actor_of(request), now=timezone.now(), contact_id=contact_id, reason=request.POST.get("reason", "")
        )
    except (rounds_actions.StaleContact, rounds_actions.ReasonMissing) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It stands on the list of whoever is answerable again."))
    return _back(request)


def _seen_or_404(request: HttpRequest, contact_id: int) -> None:
    if rounds.seen_contact(viewer=actor_of(request), contact_id=contact_id) is None:
        raise Http404


def _back(request: HttpRequest) -> HttpResponse:
    asked = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(asked if safe else links.to("desk:unreached"))


@require_GET
def contacts(request: HttpRequest) -> HttpResponse:
    """Show the contacts of a day behind a figure of the board."""
    now = timezone.now()
    scope = scope_in(request, now=now)
    show = request.GET.get("show", "all")
    show = show if show in SHOWN else "all"
    known_modes = {mode.code: mode for mode in modes.all_modes()}
    mode = request.GET.get("mode", "")
    mode = mode if mode in known_modes else ""
    counted, known = day_counts_kept(scope, now=now), tree(scope)
    paginator = Paginator(contacts_of(scope, show=show, mode=mode), ON_A_PAGE)
    if not mode:
        vars(paginator)["count"] = sum(counted.by_state[state] for state in SHOWN[show])  # counted already
    page = paginator.get_page(request.GET.get("page"))
    day = "" if scope.is_today else scope.day.isoformat()
    words = {
        "all": _("All"),
        "reached": _("Reached"),
        "open": _("To be contacted"),
        "visit": _("To be visited"),
        "refused": _("Refused"),
        "unreached": _("Not reached"),
        "closed": _("Carried or closed"),
    }
    context = {
        "scope": scope,
        "area": scope.chosen,
        "place": known.name(scope.chosen) if scope.chosen else "",
        "choices": choices(actor_of(request)),
        "total": page.paginator.count,
        "page": page,
        "show": show,
        "mode": mode,
        "modes": list(known_modes.values()),
        "tabs": [
            {
                "label": label,
                "href": links.to("desk:contacts", area=scope.chosen, day=day, show=code),
                "active": code == show,
                "count": sum(counted.by_state[state] for state in SHOWN[code]),
            }
            for code, label in words.items()
        ],
        "rows": [
            {
                "contact": row,
                "place": known.name(row.division_id),
                "street": known.name(known.street_of(row.division_id)) if known.street_of(row.division_id) else "",
                "mode": known_modes.get(row.mode),
                "href": links.household(row.household_id),
            }
            for row in page.object_list
        ],
    }
    return render(request, "desk/contacts.html", context)
