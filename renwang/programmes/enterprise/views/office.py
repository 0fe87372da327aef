"""What offices see: the list of enterprises, one enterprise, and how they are entered."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from renwang.foundation.access.engine.masks import mask_phone
from renwang.foundation.access.views.acting import actor_in, number_in
from renwang.loop.registry.queries import divisions

from .. import actions, forms, queries
from ..models import Invitation, Seat
from ..rules import industry
from ..rules.enterprises import DuplicateCode, EnterpriseIn, MeterIn
from ..rules.filings import NEXT, Status
from .drawing import label_of, meaning_of, qr, road_of
from .firm_power import power_of
from .opening import TELLABLE, done, enterprise_in, words_of
from .workbooks import enterprises_of

ON_A_PAGE = 50


def is_english() -> bool:
    """Answer whether the reader's language is English."""
    return (get_language() or "").startswith("en")


def _areas(request: HttpRequest, permission: str) -> list[tuple[str, str]]:
    found = divisions(areas=actor_in(request).areas(permission))
    return [(place.code, f"{place.called} {place.code}") for place in found if place.level in ("street", "village")]


@never_cache
@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """List the enterprises one sees, narrowed by what is asked for."""
    actor, now = actor_in(request), timezone.now()
    actor.check_may_anywhere("enterprise.view")
    asked = {name: request.GET.get(name, "").strip()[:60] for name in ("text", "area", "industry", "size", "status")}
    everything = queries.seen_by(viewer=actor)
    if request.GET.get("cadre") == "none":
        everything = queries.without_cadre(viewer=actor, now=now)
    page = Paginator(queries.narrowed(everything, **asked), ON_A_PAGE).get_page(request.GET.get("page"))
    found = queries.lines(page.object_list, now=now)
    context = {
        "page": page,
        "rows": [
            {
                "line": line,
                "industry": industry.called(line.enterprise.industry, english=is_english()),
                "status": label_of(line.status),
                "meaning": meaning_of(line.status),
            }
            for line in found
        ],
        "asked": asked,
        "places": [
            (place.code, place.called)
            for place in divisions(areas=actor.areas("enterprise.view"))
            if place.level == "street"
        ],
        "sections": [(key, f"{key} {names[1 if is_english() else 0]}") for key, names in industry.SECTIONS.items()],
        "statuses": [("none", _("nothing filed")), ("to_check", _("to be checked today")), *Status.choices],
        "may_register": actor.may_anywhere("enterprise.register_enterprises"),
    }
    return render(request, "enterprise/list.html", context)


@never_cache
@require_GET
def page(request: HttpRequest, enterprise_id: int) -> HttpResponse:
    """Show one enterprise: filing, cadre, checks, requests, gates, meters, who speaks for it."""
    firm = enterprise_in(request, enterprise_id, "enterprise.view")
    actor, now = actor_in(request), timezone.now()
    filing = queries.current_of(firm.pk)
    place = firm.subject.division_id
    cadre = queries.cadres_of([firm.pk], now).get(firm.pk)
    may_station = actor.may("enterprise.station_cadre", place)
    listed_cases = queries.requests_of(firm.pk)
    organisation = firm.subject.organisation
    context = {
        "firm": firm,
        "organisation": organisation,
        "phone": mask_phone(organisation.phone) if organisation.phone else "",
        "industry": industry.called(firm.industry, english=is_english()),
        "filing": filing,
        "status": label_of(filing.status if filing else ""),
        "meaning": meaning_of(filing.status if filing else ""),
        "next": NEXT.get(Status(filing.status)) if filing else "firm",
        "road": road_of(filing),
        "steps": queries.steps_of(filing) if filing else [],
        "staff": queries.staff_count(filing.pk if filing else None),
        "cadre": cadre,
        "cadres": queries.cadres(areas=tuple(place[:n] for n in range(len(place) + 1)), now=now) if may_station else [],
        "checks": queries.checks_of(firm.pk),
        "requests": [one for one in listed_cases if one.request is not None],
        "to_mend": [one for one in listed_cases if one.request is None],
        "shifts": queries.shifts_of(firm.pk),
        "meters": list(queries.meters_of(firm.pk)),
        "meter_form": forms.MeterForm(initial={"since": timezone.localdate(now)}),
        "seats": queries.seats_of(firm.pk),
        "last": queries.last_report(firm.pk),
        **power_of(request, firm),
        "may": {
            verb: actor.may_for(f"enterprise.{verb}", place, firm.pk)
            for verb in (
                "answer_filing",
                "suspend_work",
                "check_site",
                "set_meters",
                "invite",
                "record_gate",
                "ask_for",
            )
        }
        | {"station_cadre": may_station},
        "answer_form": forms.FilingAnswerForm(),
        "invite_form": forms.InviteForm(),
        "reason_form": forms.ReasonForm(),
    }
    return render(request, "enterprise/page.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Enter one enterprise by hand, or many from a workbook."""
    actor = actor_in(request)
    actor.check_may_anywhere("enterprise.register_enterprises")
    areas = _areas(request, "enterprise.register_enterprises")
    form = forms.EnterpriseForm(request.POST or None, areas=areas)
    if request.method == "POST" and form.is_valid():
        told = {**form.cleaned_data, "staff": form.cleaned_data["staff"] or 0}
        try:
            made = actions.register_enterprises(
                actor=actor, now=timezone.now(), enterprises=[EnterpriseIn(**told)], source="form"
            )
        except TELLABLE as problem:
            form.add_error(None, words_of(problem))
        else:
            messages.success(request, _("Entered.") if made.count_new else _("Brought up to date."))
            return redirect("enterprise:page", enterprise_id=made.enterprise_ids[0])
    context = {"form": form, "upload_form": forms.WorkbookForm()}
    return render(request, "enterprise/new.html", context, status=422 if form.errors else 200)


@require_POST
def bring(request: HttpRequest) -> HttpResponse:
    """Enter enterprises and their meters from a workbook: all rows, or none and a list of what is wrong."""
    actor = actor_in(request)
    actor.check_may_anywhere("enterprise.register_enterprises")
    form = forms.WorkbookForm(request.POST, request.FILES)
    faults: list[Any] = []
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            told, faults = enterprises_of(file.read(), file.name or "", today=timezone.localdate())
            if not faults:
                made = actions.register_enterprises(
                    actor=actor, now=timezone.now(), enterprises=told, source=(file.name or "")[:80]
                )
                messages.success(
                    request,
                    _("%(new)d enterprises entered, %(changed)d brought up to date.")
                    % {"new": made.count_new, "changed": made.count_changed},
                )
                return redirect("enterprise:list")
        except DuplicateCode as problem:
            faults = [{"row": "", "words": code} for code in problem.found]
            form.add_error(None, words_of(problem))
        except TELLABLE as problem:
            form.add_error(None, words_of(problem))
    areas = _areas(request, "enterprise.register_enterprises")
    context = {"form": forms.EnterpriseForm(areas=areas), "upload_form": form, "faults": faults}
    return render(request, "enterprise/new.html", context, status=422)


@require_POST
def meters(request: HttpRequest, enterprise_id: int) -> HttpResponse:
    """Write a meter of an enterprise down, or move one here from another."""
    firm = enterprise_in(request, enterprise_id, "enterprise.set_meters")
    form = forms.MeterForm(request.POST)
    if not form.is_valid():
        messages.error(request, forms.said(form))
        return redirect("enterprise:page", enterprise_id=firm.pk)
    return done(
        request,
        lambda actor, now: actions.set_meters(
            actor=actor, now=now, meters=[MeterIn(enterprise_id=firm.pk, **form.cleaned_data)]
        ),
        said=lambda event: (
            _("Written down; the meter was another firm's until then.") if event.count_ended else _("Written down.")
        ),
        to="enterprise:page",
        enterprise_id=firm.pk,
    )


@never_cache
@require_POST
def invite(request: HttpRequest, enterprise_id: int) -> HttpResponse:
    """Make the link by which the enterprise enters, and show it with its QR code."""
    firm = enterprise_in(request, enterprise_id, "enterprise.invite")
    form = forms.InviteForm(request.POST)
    if not form.is_valid():
        messages.error(request, forms.said(form))
        return redirect("enterprise:page", enterprise_id=firm.pk)
    try:
        made = actions.invite(
            actor=actor_in(request), now=timezone.now(), enterprise_id=firm.pk, phone=form.cleaned_data["phone"]
        )
    except TELLABLE as problem:
        messages.error(request, words_of(problem))
        return redirect("enterprise:page", enterprise_id=firm.pk)
    row = Invitation.objects.get(pk=made.invitation_id)
    link = request.build_absolute_uri(reverse("enterprise:invitation", args=[queries.token_of(row)]))
    return render(request, "enterprise/invited.html", {"firm": firm, "link": link, "row": row, "qr": qr(link)})


@require_POST
def station(request: HttpRequest, enterprise_id: int) -> HttpResponse:
    """Give an enterprise its cadre."""
    firm = enterprise_in(request, enterprise_id, "enterprise.station_cadre")
    user = number_in(request.POST.get("user"))
    if user is None:
        messages.error(request, _("Choose a cadre from the list."))
        return redirect("enterprise:page", enterprise_id=firm.pk)
    return done(
        request,
        lambda actor, now: actions.station_cadre(actor=actor, now=now, pairs=[(user, firm.pk)]),
        said=_("The cadre is stationed here now."),
        to="enterprise:page",
        enterprise_id=firm.pk,
    )


@require_POST
def unseat(request: HttpRequest, seat_id: int) -> HttpResponse:
    """End an account's right to speak for an enterprise."""
    seat = get_object_or_404(Seat, pk=seat_id)
    firm = enterprise_in(request, seat.enterprise_id, "enterprise.invite")
    return done(
        request,
        lambda actor, now: actions.end_seat(actor=actor, now=now, seat_id=seat_id),
        said=_("Ended: this account sees the enterprise no longer."),
        to="enterprise:page",
        enterprise_id=firm.pk,
    )
