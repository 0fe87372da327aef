"""The power index: what it is, by area and industry, the firms behind it, the files it rests on, and how it is set."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from renwang.foundation.access.rules import Actor
from renwang.foundation.access.views.acting import actor_in
from renwang.loop.registry.models import Division

from .. import actions, forms, queries
from ..engine.readings import EARLIEST
from ..engine.receiving import TooLarge, received
from ..models import DayIndex, PowerNotice
from ..rules import industry
from ..rules.enterprises import Size
from ..rules.power import LARGEST_FILE, NOTICES, UNITS, FileState
from .charts import Chart, charts
from .methods import method_name, method_words
from .office import is_english
from .opening import TELLABLE, words_of

ON_A_PAGE = 100
SIZES = ("", Size.DESIGNATED.value, Size.SMALL.value)


def _asked(request: HttpRequest) -> tuple[date | None, str, str]:
    """Return the day, area and size a page is asked for."""
    actor = actor_in(request)
    try:
        day = parse_date(request.GET.get("day", "")[:10])
    except ValueError:
        day = None
    if day is not None and not EARLIEST <= day <= timezone.localdate():
        day = None  # no reading is older, and none from tomorrow
    size = request.GET.get("size", queries.setting_now().told_size)
    area = request.GET.get("area", "")[:24] or queries.widest_area(actor)
    return day or queries.latest_day(), area, size if size in SIZES else ""


def index_of(request: HttpRequest, *, day: date | None, area: str, size: str) -> dict[str, Any] | None:
    """Return what a page draws of the index: figures, trend, areas, industries, what stands beside; None where there is none."""
    actor = actor_in(request)
    if day is None or not area or not any(area.startswith(own) for own in actor.areas("enterprise.view")):
        return None
    now = DayIndex.objects.filter(day=day, area=area, size=size, industry="").first()
    if now is None:
        return None
    setting = queries.setting_now()
    place = Division.objects.filter(pk=area).first()
    return {
        "now": now,
        "day": day,
        "area": area,
        "size": size,
        "place": place.called if place else area,
        "charts": _trend(area, size, day, setting.recovering_from, setting.steady_from),
        "areas": queries.by_area(viewer=actor, day=day, size=size) if len(area) < 9 else [],
        "industries": [
            (row, industry.called(row.industry, english=is_english()))
            for row in queries.by_industry(area=area, day=day, size=size)
        ],
        "beside": queries.beside(viewer=actor, day=day, size=size, area=area),
        "is_example": setting.pk is None,
        "method": method_name(now.method),
    }


def _trend(area: str, size: str, last: date, recovering: Any, steady: Any) -> list[Chart]:
    rows = queries.trend(area=area, size=size, last=last)
    return charts(
        [
            (_("index"), "strong", {row.day: row.index for row in rows}),
            (_("resumed"), "other", {row.day: row.resumption_rate for row in rows}),
            (_("use"), "other dashed", {row.day: row.production_rate for row in rows}),
        ],
        days=[row.day for row in rows],
        cuts=[(recovering, _("recovering")), (steady, _("steady"))],
    )


@never_cache
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Show the index of an area and day, with what it rests on; every figure opens to its firms."""
    actor_in(request).check_may_anywhere("enterprise.view")
    day, area, size = _asked(request)
    run = queries.run_of(day) if day else queries.latest_run()
    context = {
        "index": index_of(request, day=day, area=area, size=size),
        "run": run,
        "run_method": method_name(run.method) if run else "",
        "run_words": method_words(run) if run else [],
        "notices": _told(run.notices.all()) if run else [],
        "setting": queries.setting_now(),
        "size": size,
        "may_set": actor_in(request).may_anywhere("enterprise.set_power"),
        "may_send": actor_in(request).may_anywhere("enterprise.take_readings"),
    }
    return render(request, "enterprise/power.html", context)


def _told(notices: Any) -> list[dict[str, Any]]:
    rows: list[PowerNotice] = list(notices)
    return [{"words": NOTICES.get(one.code, one.code), "count": one.count, "examples": one.examples} for one in rows]


@never_cache
@require_GET
def firms(request: HttpRequest) -> HttpResponse:
    """List the firms behind a figure of the index: those that lack most of their base first."""
    actor = actor_in(request)
    actor.check_may_anywhere("enterprise.view")
    day, area, size = _asked(request)
    asked_industry = request.GET.get("industry", "")[:3]
    if day is None:
        return redirect("enterprise:power")
    found = queries.behind(viewer=actor, day=day, area=area, industry=asked_industry, size=size, most=5000)
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    told = queries.told_of([one.enterprise_id for one in page], day)
    place = Division.objects.filter(pk=area).first()
    context = {
        "page": page,
        "rows": [(one, told.get(one.enterprise_id)) for one in page],
        "day": day,
        "place": place.called if place else "",
        "size": size,
        "industry": industry.called(asked_industry, english=is_english()) if asked_industry else "",
    }
    return render(request, "enterprise/power_firms.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def readings(request: HttpRequest) -> HttpResponse:
    """Take a file of readings, and show those that were sent with what was wrong in them."""
    actor, now = actor_in(request), timezone.now()
    actor.check_may_anywhere("enterprise.take_readings")
    form = forms.ReadingsForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        unit = form.cleaned_data["unit"]
        try:
            with received(file.chunks(), queries.inbox_folder(), most=LARGEST_FILE) as laid:
                taken = actions.take_readings(
                    actor=actor,
                    now=now,
                    filename=file.name or "",
                    file=laid,
                    unit=unit or "kwh",
                    is_unit_sure=bool(unit),
                )
        except TooLarge:
            form.add_error("file", forms.TOO_LARGE_READINGS)
        except TELLABLE as problem:
            form.add_error("file", words_of(problem))
        else:
            if taken.is_repeat:
                messages.info(request, _("This very file was sent before."))
            else:
                messages.success(request, _("Taken. It is laid down by day, and the index computed."))
            return redirect("enterprise:readings")
    files = list(queries.files()[:60])
    rows = [{"file": one, "notices": _told(one.notices.all())} for one in files]
    context = {
        "form": form,
        "rows": rows,
        "units": UNITS,
        "is_waiting": any(one.state == FileState.WAITING for one in files),
    }
    return render(request, "enterprise/readings.html", context, status=422 if form.errors else 200)


@require_POST
def unit(request: HttpRequest, file_id: int) -> HttpResponse:
    """Say in which unit a file is."""
    try:
        actions.settle_unit(
            actor=actor_in(request), now=timezone.now(), file_id=file_id, unit=request.POST.get("unit", "")
        )
    except TELLABLE as problem:
        messages.error(request, words_of(problem))
    else:
        messages.success(request, _("Thank you. The file is kept and computed now."))
    return redirect("enterprise:readings")


@require_POST
def withdraw(request: HttpRequest, file_id: int) -> HttpResponse:
    """Take a wrong file back."""
    now = timezone.now()
    try:
        actions.withdraw_readings(actor=actor_in(request), now=now, file_id=file_id)
    except TELLABLE as problem:
        messages.error(request, words_of(problem))
    else:
        messages.success(request, _("Taken back. Its days are computed anew."))
    return redirect("enterprise:readings")


@never_cache
@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """Set how the index is computed, where zones begin, and from which score somebody looks on the spot."""
    actor: Actor = actor_in(request)
    actor.check_may_anywhere("enterprise.set_power")
    now = queries.setting_now()
    form = forms.PowerForm(request.POST or None, instance=now)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_power(actor=actor, now=timezone.now(), **form.cleaned_data)
        except TELLABLE as problem:
            form.add_error(None, words_of(problem))
        else:
            messages.success(request, _("Set. The days are computed anew."))
            return redirect("enterprise:power")
    return render(request, "enterprise/power_settings.html", {"form": form}, status=422 if form.errors else 200)
