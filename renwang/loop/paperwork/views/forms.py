"""The offices' own forms: taken in, mapped, planned, filled."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from renwang.foundation.sheets.engine.faults import SheetFault
from renwang.loop.registry.queries import lists
from renwang.loop.rounds.models import Round

from .. import actions, queries
from ..forms import AskForm, FillForm, PlanForm, TakeInForm, VersionForm, fields_from
from ..models import Form, FormColumn, FormVersion
from ..rules import LINES, CannotDo, Catalogue, Level, column_key, in_words, is_serial, speaks_for
from .acting import actor_in, as_file, names_of, office_label, offices_of, programmes_for, tell, today

ON_A_PAGE = 50


@require_http_methods(["GET", "POST"])
def listed(request: HttpRequest) -> HttpResponse:
    """Show the forms, and take in a new one."""
    actor = actor_in(request)
    actor.check_may_anywhere("paperwork.view")
    may_take_in = actor.may_anywhere("paperwork.take_in_form")
    areas = lists.areas(viewer=actor, permission="paperwork.take_in_form")
    form = TakeInForm(request.POST or None, request.FILES or None, areas=areas, offices=offices_of(actor))
    if request.method == "POST":
        actor.check_may_anywhere("paperwork.take_in_form")
        if form.is_valid():
            told = form.cleaned_data
            try:
                taken = actions.take_in_form(
                    actor=actor,
                    now=timezone.now(),
                    area=told["area"],
                    office=told["office"],
                    name=told["name"],
                    filename=told["file"].name or "",
                    content=told["file"].read(),
                )
            except SheetFault as fault:
                form.add_error("file", in_words(fault))
            except CannotDo as problem:
                form.add_error(None, str(problem))
            else:
                return redirect("paperwork:form_columns", taken.form_id)
    page = Paginator(queries.forms(viewer=actor), ON_A_PAGE).get_page(request.GET.get("page"))
    left = queries.undecided([row.current for row in page if row.current])  # type: ignore[attr-defined]
    rows = [
        {"form": row, "left": left.get(row.current or 0, 0), "office": office_label(row.office)}  # type: ignore[attr-defined]
        for row in page
    ]
    context = {
        "form": form,
        "may_take_in": may_take_in,
        "rows": rows,
        "page": page,
        "places": names_of([row.area for row in page]),
        "waiting": queries.waiting(viewer=actor).count(),
        "is_open": request.method == "POST",
    }
    return render(request, "paperwork/forms.html", context)


def _form(request: HttpRequest, form_id: int) -> tuple[Form, FormVersion]:
    actor_in(request).check_may_anywhere("paperwork.view")
    found = queries.forms(viewer=actor_in(request)).filter(pk=form_id).select_related("programme").first()
    version = queries.current_version(found) if found is not None else None
    if found is None or version is None:
        raise Http404
    return found, version


@require_GET
def one(request: HttpRequest, form_id: int) -> HttpResponse:
    """Show a form: its columns, its versions, and where it was filled."""
    actor = actor_in(request)
    form, version = _form(request, form_id)
    areas = [
        area for area in lists.areas(viewer=actor, permission="paperwork.fill_form") if area[0].startswith(form.area)
    ]
    fillings = queries.fillings(viewer=actor).filter(version__form=form)
    page = Paginator(fillings, ON_A_PAGE).get_page(request.GET.get("page"))
    known = queries.catalogue(actor).by_code
    columns = list(version.columns.select_related("question"))
    context = {
        "form_row": form,
        "office": office_label(form.office),
        "version": version,
        "versions": form.versions.defer("blob").select_related("by").order_by("-number"),
        "columns": [
            {
                "column": one,
                "label": known[one.field].label if one.field in known else "",
                "is_serial": is_serial(one.title),
            }
            for one in columns
        ],
        "left": sum(1 for one in columns if not one.is_decided),
        "fill": FillForm(areas=areas, initial={"day": today(), "area": areas[0][0] if areas else ""}),
        "may_fill": bool(areas),
        "may_change": actor.may("paperwork.map_columns", form.area) and speaks_for(actor, form.office),
        "plan": PlanForm(
            programmes=programmes_for(actor), initial={"programme": form.programme_id or "", "daily_at": form.daily_at}
        ),
        "new_version": VersionForm(),
        "page": page,
        "places": names_of([form.area, *(one.area for one in page)]),
        "level": Level(version.level).label,
    }
    return render(request, "paperwork/form.html", context)


@require_POST
def another_version(request: HttpRequest, form_id: int) -> HttpResponse:
    """Take in another version: only columns that are new ask."""
    form, _version = _form(request, form_id)
    sent = VersionForm(request.POST, request.FILES)
    actor = actor_in(request)
    actor.check_may("paperwork.take_in_form", form.area)
    if not sent.is_valid():
        messages.error(request, " ".join(str(told) for told in sent.errors.get("file", ())))
        return redirect("paperwork:form", form_id)
    file = sent.cleaned_data["file"]
    try:
        taken = actions.take_in_form(
            actor=actor,
            now=timezone.now(),
            area=form.area,
            office=form.office,
            name=form.name,
            filename=file.name or "",
            content=file.read(),
            form_id=form_id,
        )
    except SheetFault as fault:
        messages.error(request, in_words(fault))
        return redirect("paperwork:form", form_id)
    except CannotDo as problem:
        tell(request, problem)
        return redirect("paperwork:form", form_id)
    if taken.seen_before:
        messages.info(request, _("This is the version that is here already: nothing changes."))
    elif not taken.to_decide:
        messages.success(request, _("The new version is in. Every column is known from the one before."))
    return redirect("paperwork:form_columns" if taken.to_decide else "paperwork:form", form_id)


@require_http_methods(["GET", "POST"])
def columns(request: HttpRequest, form_id: int) -> HttpResponse:
    """Show what each column would be filled with, with examples; keep what a person says."""
    actor = actor_in(request)
    form, version = _form(request, form_id)
    actor.check_may("paperwork.map_columns", form.area)
    rows = [row for row in version.columns.select_related("question") if not is_serial(row.title)]
    level = request.POST.get("level") or request.GET.get("level") or version.level
    if level not in Level.values:
        level = version.level
    if request.method == "POST":
        chosen = fields_from(request.POST, [row.position for row in rows])
        try:
            actions.map_columns(actor=actor, now=timezone.now(), version_id=version.pk, level=level, fields=chosen)
        except CannotDo as problem:
            tell(request, problem)
        else:
            messages.success(request, _("Kept. The same form needs no click next time."))
            return redirect("paperwork:form", form_id)
    return render(request, "paperwork/columns.html", _columns_context(request, form, version, rows, Level(level)))


def _columns_context(
    request: HttpRequest, form: Form, version: FormVersion, rows: list[FormColumn], level: Level
) -> dict[str, Any]:
    actor = actor_in(request)
    known = queries.catalogue(actor)
    if level != version.level:
        _propose_anew(version, rows, known, level)
    choices = [(field.code, str(field.label)) for field in known.at(level)]
    codes = {code for code, _label in choices}
    shown = FormVersion(pk=version.pk, form=form, level=level)
    examples = queries.examples(
        viewer=actor,
        version=shown,
        catalogue=known,
        fields=[row.field for row in rows if row.field],
        area=form.area,
        now=timezone.now(),
    )
    asked_in = dict(
        Round.objects.filter(questions__question__in=[row.question_id for row in rows if row.question_id])
        .order_by("pk")
        .values_list("questions__question_id", "title")
    )
    return {
        "form_row": form,
        "version": version,
        "rows": [
            {
                "column": row,
                "examples": examples.get(row.field, []),
                "is_sealed": row.field in known.by_code and known.by_code[row.field].is_sealed,
                "is_lost": bool(row.field) and row.field not in codes,
                "round": asked_in.get(row.question_id or ""),
            }
            for row in rows
        ],
        "choices": choices,
        "levels": [(one.value, str(one.label), one is level) for one in Level],
        "may_ask": level in LINES and actor.may("paperwork.ask_column", form.area) and speaks_for(actor, form.office),
        "left": sum(1 for row in rows if not row.is_decided),
    }


def _propose_anew(version: FormVersion, rows: list[FormColumn], known: Catalogue, level: Level) -> None:
    """Show what the columns would hold were a row to stand for something else; nothing is kept before somebody says so."""
    content = FormVersion.objects.values_list("blob", flat=True).get(pk=version.pk)
    keys = {column_key(row.title) for row in rows}
    try:
        proposal = queries.proposal_for(bytes(content or b""), known, keys, level)
    except SheetFault:
        return
    codes = {field.code for field in known.at(level)}
    for row in rows:
        if row.field not in codes:
            row.field = proposal.fields.get(row.position, "")


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, column_id: int) -> HttpResponse:
    """Have what a column wants asked of the households in the next round."""
    actor = actor_in(request)
    column = FormColumn.objects.filter(pk=column_id).select_related("version__form").defer("version__blob").first()
    if column is None:
        raise Http404
    form, version = _form(request, column.version.form_id)
    if version.pk != column.version_id:
        raise Http404
    actor.check_may("paperwork.ask_column", form.area)
    # 配偶/姓名 asks for the spouse's name; 姓名 alone would ask for nobody's.
    sent = AskForm(request.POST or None, initial={"text": "".join(column.title.split(" / ")[-2:])})
    if request.method == "POST" and sent.is_valid():
        told = sent.cleaned_data
        choices = tuple(part.strip() for part in told["choices"].split("|") if part.strip())
        try:
            asked = actions.ask_column(
                actor=actor,
                now=timezone.now(),
                column_id=column_id,
                text=told["text"],
                answer_kind=told["answer_kind"],
                choices=choices,
                of_each_member=told["of_each_member"],
            )
        except CannotDo as problem:
            sent.add_error(None, str(problem))
        else:
            words = (
                _("It is asked in the next round. The answers fill this column by themselves.")
                if asked.is_new_question
                else _("Another office asks this already: the same answers fill this column. Nobody is asked twice.")
            )
            messages.success(request, words)
            return redirect("paperwork:form_columns", form.pk)
    return render(request, "paperwork/ask.html", {"form_row": form, "column": column, "form": sent})


@require_POST
def plan(request: HttpRequest, form_id: int) -> HttpResponse:
    """Keep whom a form lists and when it fills itself."""
    actor = actor_in(request)
    form, _version = _form(request, form_id)
    actor.check_may("paperwork.plan_form", form.area)
    sent = PlanForm(request.POST, programmes=programmes_for(actor))
    if sent.is_valid():
        told = sent.cleaned_data
        try:
            actions.plan_form(
                actor=actor,
                now=timezone.now(),
                form_id=form_id,
                daily_at=told["daily_at"],
                programme=told["programme"],
            )
        except CannotDo as problem:
            tell(request, problem)
        else:
            messages.success(request, _("Kept."))
    else:
        messages.error(request, _("Give an hour such as 17:30, or leave it empty."))
    return redirect("paperwork:form", form_id)


@require_POST
def fill(request: HttpRequest, form_id: int) -> HttpResponse:
    """Have a form filled."""
    actor = actor_in(request)
    form, _version = _form(request, form_id)
    actor.check_may_anywhere("paperwork.fill_form")
    areas = lists.areas(viewer=actor, permission="paperwork.fill_form")
    sent = FillForm(request.POST, areas=areas)
    if not sent.is_valid():
        for problems in sent.errors.values():
            messages.error(request, " ".join(str(told) for told in problems))
        return redirect("paperwork:form", form_id)
    told = sent.cleaned_data
    try:
        begun = actions.fill_form(
            actor=actor,
            now=timezone.now(),
            form_id=form.pk,
            area=told["area"],
            day=told["day"],
            reason=told["reason"],
        )
    except CannotDo as problem:
        tell(request, problem)
        return redirect("paperwork:form", form_id)
    return redirect("paperwork:filling", begun.filling_id)


@never_cache
@require_GET
def empty(request: HttpRequest, form_id: int, number: int) -> HttpResponse:
    """Send the empty form back as it came."""
    form, _version = _form(request, form_id)
    version = FormVersion.objects.filter(form=form, number=number).first()
    if version is None:
        raise Http404
    return as_file(version.blob or b"", version.filename or f"{form.name}.{version.kind}")
