"""What the register does not know becomes one question of the next round, however many offices want it."""

import hashlib
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from renwang.foundation.access.rules import Actor, is_within
from renwang.foundation.audit.actions import action
from renwang.foundation.sheets.engine.header import title_key
from renwang.loop.rounds import actions as rounds
from renwang.loop.rounds.models import Question, Round, RoundQuestion
from renwang.loop.rounds.rules import AnswerKind, OwnQuestion, RoundStatus

from ..events import ColumnAsked
from ..models import FormColumn
from ..rules import LINES, OWN, CannotDo, Level, check_speaks

# A round that is made for questions of forms asks within so many days.
WINDOW = timedelta(days=3)


@action
def ask_column(
    *,
    actor: Actor,
    now: datetime,
    column_id: int,
    text: str,
    answer_kind: str = AnswerKind.TEXT,
    choices: tuple[str, ...] = (),
    of_each_member: bool = False,
) -> ColumnAsked:
    """Have what a column wants asked in the next round: one question, shared by every form that asks the same.

    Where a round that is to come, or runs, asks it already, nothing is added. Else it joins the next draft whose area holds the
    form's; where there is none, a round of its own is drafted, for the office to open. Raises CannotDo.
    """
    column = FormColumn.objects.select_related("version__form").select_for_update().get(pk=column_id)
    form = column.version.form
    actor.check_may("paperwork.ask_column", form.area)
    check_speaks(actor, form.office)
    if Level(column.version.level) not in LINES:
        raise CannotDo(_("Households are asked: a form with one row for each village counts what they told."))
    text = " ".join(text.split())[:160]
    if not text:
        raise CannotDo(_("Write the question as it is to be asked."))
    question, is_new = _question(actor, now, column, text, answer_kind, choices, of_each_member)
    round_id = _round(actor, now, column, question)
    # Every column of the same title, in every office's form, may be answered by it; that office says whether it is to be.
    same = FormColumn.objects.filter(version__form__area=form.area, version__level__in=LINES, key=column.key, field="")
    same.update(field=f"{OWN}{question.pk}", is_decided=False, question=question)
    FormColumn.objects.filter(pk=column_id).update(field=f"{OWN}{question.pk}", is_decided=True, question=question)
    return ColumnAsked(column_id=column_id, question=question.pk, round_id=round_id, is_new_question=is_new)


def _question(
    actor: Actor, now: datetime, column: FormColumn, text: str, kind: str, choices: tuple[str, ...], each: bool
) -> tuple[Question, bool]:
    """Return the question, and whether it is new: the same words, where they may be asked, are the same question."""
    form = column.version.form
    key = title_key(text.rstrip("?？"))
    for known in Question.objects.filter(area__in=[form.area[:end] for end in range(len(form.area) + 1)]):
        if title_key(known.text.rstrip("?？")) == key:
            return known, False
    code = "form_" + hashlib.sha256(f"{key}|{kind}|{each}|{form.office}|{form.area}".encode()).hexdigest()[:12]
    asked = OwnQuestion(code=code, text=text, kind=AnswerKind(kind), choices=choices, of_each_member=each)
    try:
        rounds.define_questions(actor=actor, now=now, office=form.office, area=form.area, questions=[asked])
    except rounds.RoundIncomplete as incomplete:
        raise CannotDo(str(incomplete)) from None
    return Question.objects.get(pk=code), True


def _round(actor: Actor, now: datetime, column: FormColumn, question: Question) -> int | None:
    """Return the round that asks the question, drafted or joined where none did."""
    form = column.version.form
    today = timezone.localdate(now)
    to_come = Round.objects.filter(status__in=(RoundStatus.DRAFT, RoundStatus.OPEN), closes_on__gte=today)
    holding = [
        row
        for row in to_come.order_by("opens_on", "pk").prefetch_related("audience")
        if is_within(form.area, row.area) and _asks_all_of(row, form.programme_id)
    ]
    asking = set(
        RoundQuestion.objects.filter(question=question, round__in=[row.pk for row in holding]).values_list(
            "round_id", flat=True
        )
    )
    for row in holding:
        if row.pk in asking:
            return row.pk
    drafts = [row for row in holding if row.status == RoundStatus.DRAFT and actor.may("rounds.draft_round", row.area)]
    if drafts:
        rounds.add_questions(actor=actor, now=now, round_id=drafts[0].pk, codes=[question.pk])
        return drafts[0].pk
    draft = rounds.RoundDraft(
        title=(_("For the form %(form)s") % {"form": form.name})[:80],
        office=form.office or "command",
        area=form.area,
        opens_on=today + timedelta(days=1),
        closes_on=today + timedelta(days=1) + WINDOW,
        programmes=(form.programme_id,) if form.programme_id else (),
        everybody=not form.programme_id,
        asks_travel=False,
        asks_contacts=False,
        asks_health=False,
        asks_needs=False,
        questions=(question.pk,),
    )
    return rounds.draft_round(actor=actor, now=now, draft=draft).round_id


def _asks_all_of(row: Round, programme: str | None) -> bool:
    """Answer whether a round asks every household that a form lists: one of another ledger would leave its column empty."""
    if row.needs_phone or row.has_member_under is not None or row.has_member_over is not None:
        return False
    return row.everybody or (programme is not None and programme in {one.programme_id for one in row.audience.all()})
