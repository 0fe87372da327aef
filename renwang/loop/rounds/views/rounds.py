"""Rounds: the list, the form, and "is this round working?"."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from renwang.foundation.access.rules import OFFICES, Actor
from renwang.foundation.access.views.acting import number_in
from renwang.foundation.audit.actions import together
from renwang.loop.registry import queries as registry
from renwang.loop.registry.models import Programme
from renwang.loop.registry.rules import DivisionLevel, called

from .. import actions, kinds, queries
from ..forms import QuestionForm, RoundForm, plain
from ..models import Round
from ..rules import AnswerKind, OwnQuestion, RoundStatus
from .check_in import actor_in

ROWS = 50
REFUSALS = (actions.RoundIncomplete, actions.StaleRound)


def seen_or_404(actor: Actor, round_id: int) -> Round:
    """Return a round the actor may see."""
    found = queries.rounds_seen(viewer=actor).filter(pk=round_id).select_related("by").first()
    if found is None:
        raise Http404
    return found


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """Show the rounds of the viewer's areas, with how far each is."""
    actor = actor_in(request)
    actor.check_may_anywhere("rounds.view")
    page = Paginator(queries.rounds_seen(viewer=actor), ROWS).get_page(request.GET.get("page"))
    progress = queries.progress_of(viewer=actor, round_ids=[row.pk for row in page])
    rows = [{"row": row, "progress": progress.get(row.pk)} for row in page]
    context = {"rows": rows, "page": page, "may_draft": actor.may_anywhere("rounds.draft_round")}
    return render(request, "rounds/list.html", context)


def _form(request: HttpRequest, *args: Any, **kwargs: Any) -> RoundForm:
    actor = actor_in(request)
    is_english = (get_language() or "").startswith("en")
    areas = registry.divisions(areas=actor.areas("rounds.draft_round"))
    chosen = [
        (row.code, f"{'　' * _depth(row.level)}{row.name_en if is_english and row.name_en else row.name}")
        for row in areas.exclude(level=DivisionLevel.GRID)
    ]
    offices = sorted(actor.offices()) or ["command"]
    return RoundForm(
        *args,
        offices=[(code, str(OFFICES.get(code, code))) for code in offices],
        areas=chosen,
        programmes=[
            (row.code, row.label_en if is_english and row.label_en else row.label) for row in Programme.objects.all()
        ],
        questions=[
            (row.code, row.text_en if is_english and row.text_en else row.text)
            for row in queries.questions(viewer=actor)
        ],
        modes=kinds.all_modes(),
        **kwargs,
    )


def _depth(level: str) -> int:
    levels = [DivisionLevel.DISTRICT.value, DivisionLevel.STREET.value, DivisionLevel.VILLAGE.value]
    return levels.index(level) if level in levels else 0


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, round_id: int | None = None) -> HttpResponse:
    """Write a round, or change one that is still a draft."""
    actor, now = actor_in(request), timezone.now()
    actor.check_may_anywhere("rounds.draft_round")
    row = seen_or_404(actor, round_id) if round_id else None
    today = timezone.localdate()
    initial: dict[str, Any] = {
        "opens_on": today,
        "closes_on": today,
        "asks": ["travel", "contacts", "health", "needs"],
        **{f"mode_{place}": mode for place, mode in enumerate(queries.default_modes(), start=1)},
    }
    if row is not None:
        initial = _initial(row)
    form = _form(request, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            opens = request.POST.get("then") == "open"
            # Refused at opening, nothing is kept: a second press would make a second draft.
            with together():
                done = actions.draft_round(actor=actor, now=now, draft=_draft(form), round_id=round_id)
                if opens:
                    actions.open_round(actor=actor, now=now, round_id=done.round_id)
            if opens:
                messages.success(request, _("The round is open. Today's contacts are being planned."))
            return redirect("rounds:round", round_id=done.round_id)
        except REFUSALS as refusal:
            form.add_error(None, str(refusal))
    context = {"form": form, "row": row, "question_form": QuestionForm(prefix="q")}
    return render(request, "rounds/edit.html", context, status=422 if form.errors else 200)


def _draft(form: RoundForm) -> actions.RoundDraft:
    data = form.cleaned_data
    plain: dict[str, Any] = {
        name: data[name]
        for name in (
            "title",
            "office",
            "area",
            "everybody",
            "needs_phone",
            "has_member_under",
            "has_member_over",
            "cadence",
            "opens_on",
            "closes_on",
        )
    }
    blocks: dict[str, Any] = {
        f"asks_{block}": block in data["asks"] for block in ("travel", "contacts", "health", "needs")
    }
    return actions.RoundDraft(
        **plain, **blocks, programmes=tuple(data["programmes"]), questions=tuple(data["questions"]), modes=form.steps()
    )


def _initial(row: Round) -> dict[str, Any]:
    initial: dict[str, Any] = {
        name: getattr(row, name)
        for name in (
            "title",
            "office",
            "area",
            "everybody",
            "needs_phone",
            "has_member_under",
            "has_member_over",
            "cadence",
            "opens_on",
            "closes_on",
        )
    }
    initial["asks"] = [block for block in ("travel", "contacts", "health", "needs") if getattr(row, f"asks_{block}")]
    initial["programmes"] = [one.programme_id for one in row.audience.all()]
    initial["questions"] = [one.question_id for one in row.questions.all()]
    for place, step in enumerate(row.modes.all()[:3], start=1):
        initial |= {f"mode_{place}": step.mode, f"tries_{place}": step.tries, f"hours_{place}": step.wait_minutes / 60}
    return initial


@require_GET
def count(request: HttpRequest) -> HttpResponse:
    """Say how many households the audience has that stands in the form right now."""
    actor, asked = actor_in(request), request.GET
    actor.check_may_anywhere("rounds.draft_round")

    def number(name: str) -> int | None:
        told = number_in(asked.get(name))
        return told if told is not None and told < 200 else None

    wanted = queries.Audience(
        area=plain(asked.get("area", "")),
        programmes=tuple(plain(code) for code in asked.getlist("programmes")),
        everybody=bool(asked.get("everybody")),
        needs_phone=bool(asked.get("needs_phone")),
        has_member_under=number("has_member_under"),
        has_member_over=number("has_member_over"),
    )
    size = queries.audience_size(viewer=actor, wanted=wanted, day=timezone.localdate())
    return render(request, "rounds/_count.html", {"size": size})


@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Write a question of one's own."""
    actor = actor_in(request)
    form = QuestionForm(request.POST, prefix="q")
    areas = actor.areas("rounds.define_questions")
    if form.is_valid() and areas:
        data = form.cleaned_data
        question = OwnQuestion(
            code=data["code"],
            text=data["text"],
            text_en=data["text_en"],
            kind=AnswerKind(data["kind"]),
            choices=tuple(part.strip() for part in data["choices"].split("|") if part.strip()),
            of_each_member=data["of_each_member"],
            yes_opens=data["yes_opens"],
        )
        office = next(iter(sorted(actor.offices())), "command")
        try:
            actions.define_questions(
                actor=actor, now=timezone.now(), office=office, area=areas[0], questions=[question]
            )
            messages.success(request, _("The question can now be chosen."))
        except actions.RoundIncomplete as refusal:
            messages.error(request, str(refusal))
    else:
        messages.error(
            request,
            " ".join(str(error) for errors in form.errors.values() for error in errors) or _("You may not do this."),
        )
    back = request.POST.get("back") or ""
    return redirect(back if back.startswith("/rounds/") else "rounds:new")


@require_GET
def one(request: HttpRequest, round_id: int) -> HttpResponse:
    """Is this round working?"""
    actor = actor_in(request)
    row = seen_or_404(actor, round_id)
    figures = queries.figures_of(viewer=actor, asking=row, day=timezone.localdate())
    context = {
        "round": row,
        "figures": figures,
        "asked": queries.asked_by_rounds([row.pk])[row.pk],
        "steps": row.modes.all(),
        "mode_labels": {mode.code: mode.label for mode in kinds.all_modes()},
        "findings": queries.findings_of_round(viewer=actor, asking=row),
        "own": queries.own_answers(viewer=actor, asking=row),
        "may_see_answers": queries.may_see_answers(viewer=actor, asking=row),
        "unreached": queries.unreached_of(viewer=actor, asking=row)[:20],
        "behind": figures.villages[:12],
        "may_open": row.status == RoundStatus.DRAFT and actor.may("rounds.open_round", row.area),
        "may_close": row.status == RoundStatus.OPEN and actor.may("rounds.close_round", row.area),
        "may_edit": row.status == RoundStatus.DRAFT and actor.may("rounds.draft_round", row.area),
        "audience": [
            called(one.programme.label, one.programme.label_en) for one in row.audience.select_related("programme")
        ],
        "shares": [day["answered"] for day in figures.days],
    }
    return render(request, "rounds/round.html", context)


@require_GET
def rows(request: HttpRequest, round_id: int) -> HttpResponse:
    """Show exactly the rows behind a figure."""
    actor = actor_in(request)
    row = seen_or_404(actor, round_id)
    which = plain(request.GET.get("of", "asked"))
    if which.startswith("own:"):
        return _own_rows(request, actor, row, which)
    if which.startswith("finding:"):
        if not queries.may_see_answers(viewer=actor, asking=row):
            raise Http404
        found = queries.findings_rows(viewer=actor, asking=row, kind=which.partition(":")[2])
        page: Any = Paginator(found, ROWS).get_page(request.GET.get("page"))
        return render(
            request, "rounds/findings.html", {"round": row, "page": page, "title": queries.finding_in_words(which[8:])}
        )
    parts = queries.rows_of(viewer=actor, asking=row, which=which)
    page = Paginator(parts, ROWS).get_page(request.GET.get("page"))
    return render(request, "rounds/rows.html", {"round": row, "page": page, "which": which})


def _own_rows(request: HttpRequest, actor: Actor, row: Round, which: str) -> HttpResponse:
    """Show who answered an own question how: page by page, because each answer is opened for its reader."""
    if not queries.may_see_answers(viewer=actor, asking=row):
        raise Http404
    code = which.removeprefix("own:")
    asked = {question.code: question for question in queries.asked_by_rounds([row.pk])[row.pk].own}
    if code not in asked:
        raise Http404
    page = Paginator(queries.own_rows(viewer=actor, asking=row), ROWS).get_page(request.GET.get("page"))
    context = {
        "round": row,
        "page": page,
        "question": asked[code],
        "answers": queries.own_told(list(page), asked[code]),
    }
    return render(request, "rounds/own_rows.html", context)


@require_POST
def move(request: HttpRequest, round_id: int, verb: str) -> HttpResponse:
    """Open or close a round."""
    actor = actor_in(request)
    row = seen_or_404(actor, round_id)
    write = {"open": actions.open_round, "close": actions.close_round}.get(verb)
    if write is None:
        raise Http404
    try:
        write(actor=actor, now=timezone.now(), round_id=row.pk)
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request,
            _("The round is open. Today's contacts are being planned.")
            if verb == "open"
            else _("The round is closed."),
        )
    return redirect("rounds:round", round_id=row.pk)
