"""A quantity on its way: asked for, promised, sent, received or lost, verified. Each step once, however often it is sent."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action
from renwang.loop.cases import queries as cases
from renwang.loop.cases import rules as case_rules
from renwang.loop.cases.models import Case

from .. import kinds, rules
from ..events import LineMoved, LineRequested
from ..models import Line, Movement, Offer
from ..rules import Step
from .returning import give_back


@action
def request_line(
    *, actor: Actor, now: datetime, case_id: int, resource: str, quantity: Decimal, submission_id: UUID, note: str = ""
) -> LineRequested:
    """Ask for a resource that meets this kind of need. The same submission twice is once."""
    case = Case.objects.filter(pk=case_id).first()
    if case is None:
        raise case_rules.UnknownCase
    _check(actor, "fulfilment.request_line", case)
    wanted = rules.checked(quantity)
    repeat = _movement(submission_id)
    if repeat is not None:
        _check_same(repeat.line.case_id == case.pk and repeat.step == Step.REQUEST)
        return _requested(repeat, is_repeat=True)
    _check_live(case)
    if resource not in {kind.code for kind in kinds.meeting(case.kind)}:
        raise kinds.UnknownResource(resource)
    try:
        with transaction.atomic():
            line = Line.objects.create(case=case, resource=resource, requested=wanted, made_at=now)
            made = Movement.objects.create(
                submission_id=submission_id,
                line=line,
                step=Step.REQUEST,
                quantity=wanted,
                by_id=actor.user_id,
                at=now,
                note=note.strip()[:200],
            )
    except IntegrityError:
        # The same form came twice at once: the other one has just been written.
        repeat = _movement(submission_id)
        if repeat is None:
            raise
        return _requested(repeat, is_repeat=True)
    return _requested(made, is_repeat=False)


@action
def commit_line(
    *,
    actor: Actor,
    now: datetime,
    line_id: int,
    quantity: Decimal,
    submission_id: UUID,
    offer_id: int | None = None,
    note: str = "",
) -> LineMoved:
    """Promise a quantity, from an offer or (said in the note) from elsewhere. Raises OfferExhausted: never overdrawn."""
    line = _line(line_id)
    _check(actor, "fulfilment.commit_line", line.case)
    if offer_id is None and len(note.strip()) < 2:
        raise case_rules.Refused(_("Choose an offer, or say where it comes from."))
    made, is_repeat = _moved(actor, now, line, Step.COMMIT, quantity, submission_id, note, offer_id=offer_id)
    if not is_repeat and offer_id is not None:
        _draw(line, offer_id, made.quantity, now)
    return _said(made, line, is_repeat)


@action
def send_line(
    *, actor: Actor, now: datetime, line_id: int, quantity: Decimal, submission_id: UUID, note: str = ""
) -> LineMoved:
    """Send a promised quantity on its way."""
    line = _line(line_id)
    _check(actor, "fulfilment.send_line", line.case)
    made, is_repeat = _moved(actor, now, line, Step.SEND, quantity, submission_id, note)
    return _said(made, line, is_repeat)


@action
def receive_line(
    *, actor: Actor, now: datetime, line_id: int, quantity: Decimal, submission_id: UUID, note: str = ""
) -> LineMoved:
    """Record what came: all of it, or a part; the rest is still on its way."""
    line = _line(line_id)
    _check(actor, "fulfilment.receive_line", line.case)
    made, is_repeat = _moved(actor, now, line, Step.RECEIVE, quantity, submission_id, note)
    return _said(made, line, is_repeat)


@action
def lose_line(
    *, actor: Actor, now: datetime, line_id: int, quantity: Decimal, submission_id: UUID, note: str
) -> LineMoved:
    """Record what was lost on the way, with what became of it: it must be promised anew, and nobody waits for it."""
    line = _line(line_id)
    _check(actor, "fulfilment.lose_line", line.case)
    said = case_rules.check_reason(note)
    made, is_repeat = _moved(actor, now, line, Step.LOSE, quantity, submission_id, said)
    return _said(made, line, is_repeat)


@action
def verify_line(
    *, actor: Actor, now: datetime, line_id: int, quantity: Decimal, submission_id: UUID, note: str = ""
) -> LineMoved:
    """Record that the household has what was received. Raises HandlerMayNotVerify for whoever moved it."""
    line = _line(line_id)
    _check(actor, "fulfilment.verify_line", line.case)
    hands = {Step.COMMIT, Step.SEND, Step.RECEIVE}
    moved_by_me = Movement.objects.filter(line=line, step__in=hands, by_id=actor.user_id).exists()
    if moved_by_me or actor.user_id is None or actor.user_id in cases.handlers_of(line.case):
        raise rules.HandlerMayNotVerify(
            _("You handled this, so you may not verify it. The household confirms it, or a second person.")
        )
    made, is_repeat = _moved(actor, now, line, Step.VERIFY, quantity, submission_id, note)
    return _said(made, line, is_repeat)


@action
def cancel_line(*, actor: Actor, now: datetime, line_id: int, submission_id: UUID, reason: str) -> LineMoved:
    """Cancel what was not sent yet: it goes back to its offers. Raises GoodsOnTheWay while something is on its way."""
    line = _line(line_id)
    _check(actor, "fulfilment.cancel_line", line.case)
    said = case_rules.check_reason(reason)
    repeat = _movement(submission_id)
    if repeat is not None:
        _check_same((repeat.line_id, repeat.step) == (line.pk, Step.CANCEL))
        return _said(repeat, line, is_repeat=True)
    if line.in_transit:
        raise rules.GoodsOnTheWay(_("Something is still on its way. Record what came or what was lost first."))
    back = line.quantities.waiting
    still = Line.objects.filter(pk=line.pk, is_cancelled=False, in_transit=0, committed=line.committed)
    if not still.update(is_cancelled=True, committed=F("committed") - back):
        raise rules.LineClosed(_("Somebody else changed this line first. Look at it again."))
    give_back({line.pk: back})
    made = Movement.objects.create(
        submission_id=submission_id,
        line=line,
        step=Step.CANCEL,
        quantity=back,
        by_id=actor.user_id,
        at=now,
        note=said[:200],
    )
    return _said(made, line, is_repeat=False)


# What a step changes, and what must hold for it: the filter is the lock, so no order of steps and no two hands overdraw.
_CHANGES = {
    Step.COMMIT: {"committed": +1},
    Step.SEND: {"in_transit": +1},
    Step.RECEIVE: {"in_transit": -1, "received": +1},
    Step.LOSE: {"in_transit": -1, "lost": +1},
    Step.VERIFY: {"verified": +1},
}


def _enough(step: Step, quantity: Decimal) -> Q:
    return {
        Step.COMMIT: Q(committed__lte=F("requested") + F("lost") - quantity),
        Step.SEND: Q(committed__gte=F("in_transit") + F("received") + F("lost") + quantity),
        Step.RECEIVE: Q(in_transit__gte=quantity),
        Step.LOSE: Q(in_transit__gte=quantity),
        Step.VERIFY: Q(received__gte=F("verified") + quantity),
    }[step]


def _moved(
    actor: Actor,
    now: datetime,
    line: Line,
    step: Step,
    quantity: Decimal,
    submission_id: UUID,
    note: str,
    offer_id: int | None = None,
) -> tuple[Movement, bool]:
    """Let a quantity take a step; returns the movement, and whether it had been sent before."""
    taken = rules.checked(quantity)
    movement = Movement(
        submission_id=submission_id,
        line=line,
        step=step,
        quantity=taken,
        offer_id=offer_id,
        by_id=actor.user_id,
        at=now,
        note=note.strip()[:200],
    )
    try:
        with transaction.atomic():
            movement.save(force_insert=True)
    except IntegrityError:
        repeat = _movement(submission_id)
        if repeat is None:
            raise
        _check_same((repeat.line_id, repeat.step) == (line.pk, step))
        return repeat, True
    if step in (Step.COMMIT, Step.SEND):
        _check_live(line.case)
    changes = {name: F(name) + sign * taken for name, sign in _CHANGES[step].items()}
    if Line.objects.filter(_enough(step, taken), pk=line.pk, is_cancelled=False).update(**changes):
        return movement, False
    fresh = Line.objects.get(pk=line.pk)
    if fresh.is_cancelled:
        raise rules.LineClosed(_("This line was cancelled. Ask for it again if it is still needed."))
    raise rules.wrong_quantity(step, fresh.quantities.most(step))


def _draw(line: Line, offer_id: int, quantity: Decimal, now: datetime) -> None:
    offer = Offer.objects.filter(pk=offer_id).first()
    if offer is None or offer.resource != line.resource:
        raise case_rules.Refused(_("This offer does not fit. Choose one of the list."))
    if not line.case.division_id.startswith(offer.area):
        raise case_rules.Refused(_("This offer is for another area. Choose one of the list."))
    running = Offer.objects.filter(Q(until__isnull=True) | Q(until__gt=now), pk=offer_id)
    if running.filter(committed__lte=F("quantity") - quantity).update(committed=F("committed") + quantity):
        return
    fresh = Offer.objects.get(pk=offer_id)
    if fresh.until is not None and fresh.until <= now:
        raise rules.OfferExhausted(_("This offer has ended. Choose another one."))
    raise rules.OfferExhausted(
        _("Only %(left)s is left of this offer; others were first. Take less, or another offer.")
        % {"left": rules.plain(fresh.left)}
    )


def _line(line_id: int) -> Line:
    line = Line.objects.select_related("case").filter(pk=line_id).first()
    if line is None:
        raise rules.UnknownLine(_("This line does not exist, or not any more."))
    return line


def _check(actor: Actor, permission: str, case: Case) -> None:
    if not cases.may_with(actor, permission, case):
        actor.check_may_for(permission, case.division_id, case.subject_id)


def _check_live(case: Case) -> None:
    if case.status not in case_rules.CLOCK_RUNS:
        raise rules.LineClosed(_("This case is no longer being worked on. Bring it back in hand first."))


def _check_same(is_same: bool) -> None:
    """Raise Refused where a submission that comes again is about something else than the first time."""
    if not is_same:
        raise case_rules.Refused(_("This form was sent before, for something else. Open the page again."))


def _movement(submission_id: UUID) -> Movement | None:
    return Movement.objects.select_related("line").filter(submission_id=submission_id).first()


def _requested(made: Movement, *, is_repeat: bool) -> LineRequested:
    return LineRequested(
        case_id=made.line.case_id,
        line_id=made.line_id,
        resource=made.line.resource,
        quantity=made.quantity,
        submission_id=made.submission_id,
        is_repeat=is_repeat,
    )


def _said(made: Movement, line: Line, is_repeat: bool) -> LineMoved:
    return LineMoved(
        case_id=line.case_id,
        line_id=line.pk,
        step=made.step,
        quantity=made.quantity,
        submission_id=made.submission_id,
        offer_id=made.offer_id,
        is_repeat=is_repeat,
    )
