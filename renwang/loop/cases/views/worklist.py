"""Which case is next?"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from renwang.foundation.access.rules import Actor, NotAllowed
from renwang.foundation.access.views.acting import actor_in, number_in
from renwang.loop.registry.queries import divisions
from renwang.loop.registry.rules import DivisionLevel, caller

from .. import actions, forms, kinds, queries, rules
from ..models import Case
from ..queries import WorklistFilters
from ..rules import Status

MEANINGS = {
    Status.OPEN: "quiet",
    Status.IN_HAND: "doing",
    Status.MET: "late",
    Status.VERIFIED: "verified",
    Status.CLOSED: "verified",
    Status.GIVEN_UP: "act",
}
MOST_AREAS = 400
MOST_RECEIVERS = 400


@require_GET
def worklist(request: HttpRequest) -> HttpResponse:
    """Show the cases one may see, the shortest clock first."""
    actor, now = actor_in(request), timezone.now()
    if not actor.may_anywhere("cases.view"):
        raise NotAllowed("cases.view", "")
    filters = WorklistFilters.from_query(request.GET)
    seen = queries.visible(actor)
    page = queries.page_of(
        queries.worklist(viewer=actor, filters=filters, now=now, seen=seen),
        sort=filters.sort,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    attending = queries.who_attends(case_ids=[case.pk for case in page.cases], viewer=actor, now=now)
    tabs = queries.tabs(viewer=actor, now=now, seen=seen)
    here = filters.to_query()
    # Whoever may hold one of the cases that stand here: for marks of several villages the action tells who may not.
    given_from = {case.division_id for case in page.cases if actor.may("cases.assign_cases", case.division_id)}
    areas = areas_to_choose(actor)
    context = {
        "rows": _rows(page.cases, attending),
        "page": page,
        "total": next((tab.count for tab in tabs if tab.query == here), None),
        "tabs": [
            {
                "label": tab.label,
                "href": f"{reverse('cases:worklist')}?{tab.query}",
                "active": tab.query == here,
                "count": tab.count,
                "meaning": tab.meaning,
            }
            for tab in tabs
        ],
        "kept": next((tab for tab in tabs if tab.kept_id is not None and tab.query == here), None),
        "is_known_tab": any(tab.query == here for tab in tabs),
        "filters": filters,
        "query": here,
        "statuses": Status.choices,
        "kind_list": forms.kind_choices(),
        "offices": rules.OFFICES.items(),
        "areas": areas,
        "receivers": receivers_to_choose(given_from, now) if actor.may_anywhere("cases.assign_cases") else [],
        "narrowed": sum(bool(getattr(filters, name)) for name in ("kind", "status", "area", "office", "level")),
        "is_filtered": replace(filters, sort="due") != WorklistFilters(),
        "may_open": actor.may_anywhere("cases.open_case"),
        "may_keep": actor.may_anywhere("cases.save_filter"),
        "clear_href": f"{reverse('cases:worklist')}?{replace(WorklistFilters(), scope=filters.scope).to_query()}",
        "name_form": forms.FilterNameForm(initial={"query": here}),
    }
    return render(request, "cases/worklist.html", context)


def areas_to_choose(actor: Actor) -> list[tuple[str, str]]:
    """Return the subdistricts and villages whose cases the actor may see as (code, name), villages set in."""
    call = caller()
    found = divisions(areas=actor.areas("cases.view")).filter(level__in=[DivisionLevel.STREET, DivisionLevel.VILLAGE])
    return [
        (code, ("\u3000" if level == DivisionLevel.VILLAGE else "") + call(name, name_en))
        for code, name, name_en, level in found.values_list("code", "name", "name_en", "level")[:MOST_AREAS]
    ]


def receivers_to_choose(areas: Collection[str], now: datetime) -> list[tuple[int, str]]:
    """Return who may take cases in one of the areas as (account, name and unit)."""
    found = queries.receivers_of_some(areas=areas, now=now).values_list("pk", "name", "unit")[:MOST_RECEIVERS]
    return [(user, f"{name} · {unit}" if unit else name) for user, name, unit in found]


def _rows(cases: Sequence[Case], attending: dict[int, list[str]]) -> list[dict[str, Any]]:
    """Return the rows of a page with their addresses, which are resolved once for all of them."""
    page, preview = (reverse(name, args=[0]).rpartition("0") for name in ("cases:page", "cases:preview"))
    return [
        row_of(case, attending.get(case.pk, []))
        | {"href": f"{page[0]}{case.pk}{page[2]}", "preview": f"{preview[0]}{case.pk}{preview[2]}"}
        for case in cases
    ]


def row_of(case: Any, attending: list[str]) -> dict[str, Any]:
    """Return a case as a row of the worklist."""
    status = Status(case.status)
    return {
        "case": case,
        # What a template looks up by the hundred is looked up here, and told as plain words: lazy ones are asked again each time.
        "pk": case.pk,
        "name": case.subject.name,
        "place": case.division.called,
        "holder": case.holder.name if case.holder else "",
        "is_open": status == Status.OPEN,
        "is_urgent": case.is_urgent,
        "due_at": case.due_at,
        "label": kinds.label_of(case.kind),
        "icon": kinds.icon_of(case.kind),
        "status": str(status.label),
        "meaning": MEANINGS[status],
        "settled_at": case.closed_at,
        "runs": status in rules.CLOCK_RUNS,
        "attending": "、".join(attending),
        "office": str(rules.OFFICES.get(case.office, case.office)),
        "level": str(rules.Level(str(case.level)).label) if case.level and status in rules.CLOCK_RUNS else "",
    }


@require_POST
def act_on_many(request: HttpRequest) -> HttpResponse:
    """Take, give or close all marked cases."""
    actor, now = actor_in(request), timezone.now()
    ids = [key for value in request.POST.getlist("case") if (key := number_in(value)) is not None][:1000]
    back = (
        f"{reverse('cases:worklist')}?{WorklistFilters.from_query(QueryDict(request.POST.get('back', ''))).to_query()}"
    )
    if not ids:
        messages.warning(request, _("Mark at least one case first."))
        return redirect(back)
    try:
        done, stale = _do_many(request, actor, now, ids)
    except rules.Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(back)
    messages.success(request, ngettext("%(count)d case done.", "%(count)d cases done.", done) % {"count": done})
    if stale:
        told = ngettext(
            "%(count)d case was changed by somebody else first and left alone.",
            "%(count)d cases were changed by somebody else first and left alone.",
            stale,
        )
        messages.warning(request, told % {"count": stale})
    return redirect(back)


def _do_many(request: HttpRequest, actor: Any, now: Any, ids: list[int]) -> tuple[int, int]:
    verb = request.POST.get("verb")
    if verb == "take":
        taken = actions.take_cases(actor=actor, now=now, case_ids=ids)
        return len(taken.case_ids), len(taken.stale_ids)
    if verb == "close":
        closed = actions.close_cases(actor=actor, now=now, case_ids=ids)
        return len(closed.case_ids), len(closed.stale_ids)
    if verb == "assign":
        user_id = number_in(request.POST.get("user"))
        if user_id is None:
            raise rules.UnknownReceiver(_("Choose to whom the cases are given."))
        given = actions.assign_cases(actor=actor, now=now, case_ids=ids, user_id=user_id)
        return len(given.case_ids), len(given.stale_ids)
    raise rules.Refused(_("Choose what is to be done."))


@require_POST
def save_filter(request: HttpRequest) -> HttpResponse:
    """Keep the filter one is looking through."""
    form = forms.FilterNameForm(request.POST)
    query = WorklistFilters.from_query(QueryDict(request.POST.get("query", ""))).to_query()
    try:
        if not form.is_valid():
            raise rules.Refused(_("Give the filter a name of at most 40 characters."))
        name = form.cleaned_data["name"]
        actions.save_filter(actor=actor_in(request), now=timezone.now(), name=name, query=query)
    except rules.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Kept: “%(name)s” now stands above the list.") % {"name": name})
    return redirect(f"{reverse('cases:worklist')}?{query}")


@require_POST
def forget_filter(request: HttpRequest, filter_id: int) -> HttpResponse:
    """Throw a kept filter away."""
    actions.forget_filter(actor=actor_in(request), now=timezone.now(), filter_id=filter_id)
    messages.success(request, _("The filter is no longer kept."))
    return redirect("cases:worklist")
