"""Write, open and close a round."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from renwang.foundation.access.rules import Actor, is_within
from renwang.foundation.audit.actions import action, promise

from .. import kinds, queries
from ..events import QuestionsAdded, QuestionsDefined, RoundClosed, RoundDrafted, RoundOpened
from ..models import Contact, ContactPart, Question, Round, RoundAudience, RoundMode, RoundQuestion
from ..rules import (
    OPEN_STATES,
    ROUND_MOVES,
    AnswerKind,
    Because,
    Cadence,
    ContactState,
    OwnQuestion,
    PartState,
    RoundStatus,
    Step,
)

MOST_DAYS = 366
PLAN_DAY = "rounds.plan_day"  # the promise of a round that was opened


class RoundIncomplete(Exception):
    """A round cannot be kept or opened as it is; the message says what is missing."""


class StaleRound(Exception):
    """Somebody else has opened or closed the round meanwhile."""


@dataclass(frozen=True, kw_only=True)
class RoundDraft:
    """All that one round is. ``modes`` in their order; ``questions`` are codes of own questions."""

    title: str
    office: str
    area: str
    opens_on: date
    closes_on: date
    cadence: str = Cadence.ONCE
    programmes: tuple[str, ...] = ()
    everybody: bool = False
    needs_phone: bool = False
    has_member_under: int | None = None
    has_member_over: int | None = None
    asks_travel: bool = True
    asks_contacts: bool = True
    asks_health: bool = True
    asks_needs: bool = True
    questions: tuple[str, ...] = ()
    modes: tuple[Step, ...] = ()


@action
def define_questions(
    *, actor: Actor, now: datetime, office: str, area: str, questions: Sequence[OwnQuestion]
) -> QuestionsDefined:
    """Write an office's own questions for an area, or change their words. The kind of an answer never changes: old answers
    would lose their meaning. Raises RoundIncomplete, also for a question of another office or of an area that is not one's own.
    """
    actor.check_may("rounds.define_questions", area)
    known = {row.code: row for row in Question.objects.filter(code__in=[one.code for one in questions])}
    for one in questions:
        before = known.get(one.code)
        if before is not None and (before.office != office or not actor.may("rounds.define_questions", before.area)):
            raise RoundIncomplete(
                _("The code %(code)s belongs to a question of another office or area. Give yours another code.")
                % {"code": one.code}
            )
        if before is not None and (before.answer_kind, before.of_each_member) != (one.kind, one.of_each_member):
            raise RoundIncomplete(
                _("The question %(code)s exists with another kind of answer. Give the new one another code.")
                % {"code": one.code}
            )
        if one.kind == AnswerKind.CHOICE and len(one.choices) < 2:
            raise RoundIncomplete(_("A question with choices needs at least two of them."))
    Question.objects.bulk_create(
        [
            Question(
                code=one.code,
                office=office,
                area=area,
                text=one.text,
                text_en=one.text_en,
                answer_kind=one.kind,
                choices="|".join(one.choices),
                of_each_member=one.of_each_member,
                yes_opens=one.yes_opens,
            )
            for one in questions
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["text", "text_en", "choices", "yes_opens"],
    )
    return QuestionsDefined(codes=tuple(one.code for one in questions))


@action
def draft_round(*, actor: Actor, now: datetime, draft: RoundDraft, round_id: int | None = None) -> RoundDrafted:
    """Write a round, or with ``round_id`` change one that is still a draft. Raises RoundIncomplete, StaleRound."""
    actor.check_may("rounds.draft_round", draft.area)
    _check(draft)
    _check_questions(actor, draft.area, draft.questions)
    row = Round(made_at=now, by_id=actor.user_id)
    if round_id is not None:
        row = Round.objects.select_for_update().get(pk=round_id)
        actor.check_may("rounds.draft_round", row.area)
        if row.status != RoundStatus.DRAFT:
            raise StaleRound(_("This round is already open: what it asks cannot change any more."))
    for name in [
        "title",
        "office",
        "area",
        "opens_on",
        "closes_on",
        "cadence",
        "everybody",
        "needs_phone",
        "has_member_under",
        "has_member_over",
        "asks_travel",
        "asks_contacts",
        "asks_health",
        "asks_needs",
    ]:
        setattr(row, name, getattr(draft, name))
    row.save()
    for model in (RoundAudience, RoundQuestion, RoundMode):
        model.objects.filter(round=row).delete()
    RoundAudience.objects.bulk_create(
        [RoundAudience(round=row, programme_id=code) for code in dict.fromkeys(draft.programmes)]
    )
    RoundQuestion.objects.bulk_create(
        [RoundQuestion(round=row, question_id=code, order=n) for n, code in enumerate(dict.fromkeys(draft.questions))]
    )
    steps = draft.modes or tuple(kinds.get(mode).step() for mode in queries.default_modes())
    RoundMode.objects.bulk_create(
        [
            RoundMode(round=row, order=n, mode=step.mode, tries=step.tries, wait_minutes=step.wait_minutes)
            for n, step in enumerate(steps)
        ]
    )
    return RoundDrafted(round_id=row.pk)


@action
def add_questions(*, actor: Actor, now: datetime, round_id: int, codes: Sequence[str]) -> QuestionsAdded:
    """Let a round that is still a draft ask more own questions; one it asks already is not asked twice. Raises StaleRound."""
    row = Round.objects.select_for_update().get(pk=round_id)
    actor.check_may("rounds.draft_round", row.area)
    if row.status != RoundStatus.DRAFT:
        raise StaleRound(_("This round is already open: what it asks cannot change any more."))
    _check_questions(actor, row.area, codes)
    known = list(RoundQuestion.objects.filter(round=row).values_list("question_id", "order"))
    fresh = [code for code in dict.fromkeys(codes) if code not in {code for code, _order in known}]
    last = max((order for _code, order in known), default=-1)
    RoundQuestion.objects.bulk_create(
        [RoundQuestion(round=row, question_id=code, order=last + n) for n, code in enumerate(fresh, 1)]
    )
    return QuestionsAdded(round_id=round_id, codes=tuple(fresh))


def _check_questions(actor: Actor, area: str, codes: Sequence[str]) -> None:
    """Raise RoundIncomplete where a question is not one's to ask there: it is another area's, or there is none."""
    found = dict(Question.objects.filter(code__in=codes).values_list("code", "area"))
    for code in codes:
        whose = found.get(code)
        if whose is None or not (is_within(area, whose) or actor.may("rounds.define_questions", whose)):
            raise RoundIncomplete(
                _("The question %(code)s is another area's. Choose one of the list.") % {"code": code}
            )


def _check(draft: RoundDraft) -> None:
    if not draft.title.strip():
        raise RoundIncomplete(_("Give the round a title, so that the helper knows who asks."))
    if not draft.everybody and not draft.programmes:
        raise RoundIncomplete(_("Say whom the round asks: choose a ledger, or every household."))
    if not (draft.asks_travel or draft.asks_contacts or draft.asks_health or draft.asks_needs or draft.questions):
        raise RoundIncomplete(_("Choose at least one question."))
    if draft.closes_on < draft.opens_on:
        raise RoundIncomplete(_("The last day lies before the first day."))
    if (draft.closes_on - draft.opens_on).days > MOST_DAYS:
        raise RoundIncomplete(_("A round lasts a year at most."))
    for step in draft.modes:
        kinds.get(step.mode)
        if not 1 <= step.tries <= 9:
            raise RoundIncomplete(_("Between 1 and 9 tries for each mode, please."))


@action
def open_round(*, actor: Actor, now: datetime, round_id: int) -> RoundOpened:
    """Let a round ask; the worker plans today's contacts. Raises StaleRound, RoundIncomplete."""
    row = Round.objects.get(pk=round_id)
    actor.check_may("rounds.open_round", row.area)
    today = timezone.localdate(now)
    if row.closes_on < today:
        raise RoundIncomplete(_("The last day of this round has passed. Change its window first."))
    _move(row, RoundStatus.OPEN, opened_at=now)
    if row.opens_on <= today:
        promise(
            kind=PLAN_DAY,
            key=f"rounds.plan_day:{round_id}:{today}",
            payload={"day": today.isoformat()},
            now=now,
        )
    return RoundOpened(round_id=round_id)


@action
def close_round(*, actor: Actor, now: datetime, round_id: int) -> RoundClosed:
    """Let a round ask no more. Open contacts that only it asks are closed; those of other rounds go on without it."""
    row = Round.objects.get(pk=round_id)
    actor.check_may("rounds.close_round", row.area)
    _move(row, RoundStatus.CLOSED, closed_at=now)
    open_parts = ContactPart.objects.filter(round=row, state=PartState.ASKED)
    touched = list(open_parts.values_list("contact_id", flat=True))
    open_parts.update(state=PartState.MISSED, because=Because.ROUND_CLOSED)
    closed: list[int] = []
    for start in range(0, len(touched), 5000):
        batch = touched[start : start + 5000]
        others = ContactPart.objects.filter(contact_id__in=batch, state=PartState.ASKED).values_list(
            "contact_id", flat=True
        )
        alone = list(set(batch) - set(others))
        Contact.objects.filter(pk__in=alone, state__in=OPEN_STATES).update(
            state=ContactState.CLOSED, because=Because.ROUND_CLOSED, ended_at=now
        )
        closed += sorted(alone)
    return RoundClosed(round_id=round_id, closed_contact_ids=tuple(closed))


def _move(row: Round, new: RoundStatus, **columns: datetime) -> None:
    seen = RoundStatus(row.status)
    allowed = new in ROUND_MOVES[seen]
    if not allowed or not Round.objects.filter(pk=row.pk, status=seen).update(status=new, **columns):
        raise StaleRound(_("This round is %(status)s. Load the page again.") % {"status": seen.label})
