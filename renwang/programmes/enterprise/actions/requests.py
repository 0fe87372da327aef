"""What a firm asks for: asked, shared among offices, extended, answered or refused, and confirmed by the firm itself."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action
from renwang.loop.cases import actions as cases
from renwang.loop.cases import kinds
from renwang.loop.cases.models import Case
from renwang.loop.cases.rules import OFFICES, VerifiedHow
from renwang.loop.cases.rules import Status as CaseStatus

from ..events import (
    AssistAnswered,
    AssistAsked,
    RequestAnswered,
    RequestConfirmed,
    RequestExtended,
    RequestMade,
    ThreeListsTaken,
)
from ..models import Assist, Request
from ..needs.asked import Asked
from ..rules import filings as clocks
from ..rules.enterprises import Refused, Stale
from .filings import firm_for
from .standing import following


@action
def ask_for(*, actor: Actor, now: datetime, enterprise_id: int, kind: str, detail: Mapping[str, Any]) -> RequestMade:
    """Open a typed request of a firm; its leading office answers within seven working days. The same form twice is one.

    Raises UnknownKind, ValidationError where the detail is not one of that kind.
    """
    firm = firm_for(actor, "enterprise.ask_for", enterprise_id)
    need = kinds.get(kind)
    if not issubclass(need, Asked):
        raise kinds.UnknownKind(kind)
    opened = cases.open_case(actor=following(actor), now=now, subject_id=firm.pk, kind=kind, detail=detail)
    if not opened.case_ids:
        return RequestMade(enterprise_id=firm.pk, case_id=opened.told_again_ids[0], kind=kind, is_repeat=True)
    (case_id,) = opened.case_ids
    due = Case.objects.values_list("due_at", flat=True).get(pk=case_id)
    Request.objects.create(case_id=case_id, enterprise=firm, office=need.office, due_at=due)
    return RequestMade(enterprise_id=firm.pk, case_id=case_id, kind=kind)


@action
def ask_assist(*, actor: Actor, now: datetime, case_id: int, office: str, asked: str) -> AssistAsked:
    """Let another office do its part: it answers the leading one within three working days."""
    row = _of_office(actor, case_id)
    if office not in OFFICES or office == row.office:
        raise Refused(_("Choose another office than the leading one."))
    if len(asked.strip()) < 2:
        raise Refused(_("Say what the other office should do."))
    if row.answered_at is not None:
        raise Stale(_("This request is answered already."))
    if Assist.objects.filter(request=row, office=office, answered_at__isnull=True).exists():
        raise Stale(_("This office was asked already and has not answered yet."))
    made = Assist.objects.create(
        request=row,
        office=office,
        asked=asked.strip()[:300],
        asked_by_id=actor.user_id,
        asked_at=now,
        due_at=clocks.assisting_due(timezone.localtime(now)),
    )
    return AssistAsked(case_id=case_id, assist_id=made.pk, office=office)


@action
def answer_assist(*, actor: Actor, now: datetime, assist_id: int, answer: str) -> AssistAnswered:
    """Answer for the assisting office; only who speaks for it, or for the command."""
    row = Assist.objects.select_for_update(of=("self",)).select_related("request__case").filter(pk=assist_id).first()
    if row is None:
        raise Refused(_("This question does not exist, or not any more."))
    actor.check_may("enterprise.answer_assist", row.request.case.division_id)
    if not actor.is_system and not {row.office, "command"} & actor.offices():
        raise Refused(_("Only the office that was asked answers."))
    if len(answer.strip()) < 2:
        raise Refused(_("Write the answer."))
    open_one = Assist.objects.filter(pk=assist_id, answered_at__isnull=True)
    if not open_one.update(answer=answer.strip()[:300], answered_by_id=actor.user_id, answered_at=now):
        raise Stale(_("This was answered meanwhile."))
    return AssistAnswered(case_id=row.request_id, assist_id=assist_id)


@action
def extend_request(*, actor: Actor, now: datetime, case_id: int, reason: str) -> RequestExtended:
    """Give the leading office five working days more: once, with a reason the firm reads, a working day before the end."""
    row = _of_office(actor, case_id)
    if row.extended_at is not None:
        raise Refused(_("The clock was extended already; it is extended once."))
    today, due_on = timezone.localtime(now).date(), timezone.localtime(row.due_at).date()
    if not clocks.is_in_time_to_extend(today=today, due_on=due_on):
        raise Refused(_("Too late: an extension is asked for at least one working day before the clock runs out."))
    due = clocks.extended_due(timezone.localtime(row.due_at))
    cases.extend_case(actor=following(actor), now=now, case_id=case_id, due_at=due, reason=reason)
    Request.objects.filter(pk=case_id).update(due_at=due, extended_at=now, extended_because=reason.strip()[:300])
    return RequestExtended(case_id=case_id, due_at=due)


@action
def answer_request(
    *, actor: Actor, now: datetime, case_id: int, answer: str, is_refused: bool = False
) -> RequestAnswered:
    """Answer a firm's request, or refuse it with a reason. It counts as met only when the firm has confirmed it."""
    row = _of_office(actor, case_id)
    said = answer.strip()
    if len(said) < 2:
        raise Refused(_("Say why, in a few words: the firm will read it.") if is_refused else _("Write the answer."))
    status = row.case.status
    if status not in (CaseStatus.OPEN, CaseStatus.IN_HAND):
        raise Stale(_("This request is answered already."))
    if is_refused:
        cases.give_up_case(actor=following(actor), now=now, case_id=case_id, seen=CaseStatus(status), reason=said)
    else:
        if status == CaseStatus.OPEN:
            cases.take_cases(actor=following(actor), now=now, case_ids=[case_id])
        cases.meet_case(actor=following(actor), now=now, case_id=case_id, note=said)
    Request.objects.filter(pk=case_id).update(answer=said[:300], answered_at=now, is_refused=is_refused)
    return RequestAnswered(case_id=case_id, is_refused=is_refused)


@action
def confirm_request(
    *, actor: Actor, now: datetime, case_id: int, is_met: bool, submission_id: UUID, note: str = ""
) -> RequestConfirmed:
    """Let the firm itself say whether its request is met; "not yet" needs a word and brings it back in hand."""
    row = Request.objects.select_related("case").filter(pk=case_id).first()
    if row is None:
        raise Refused(_("This firm’s request does not exist, or not any more."))
    actor.check_may_for("enterprise.confirm_request", row.case.division_id, row.enterprise_id)
    cases.confirm_case(
        actor=following(actor),
        now=now,
        case_id=case_id,
        how=VerifiedHow.ITSELF,
        is_met=is_met,
        submission_id=submission_id,
        note=note,
    )
    if not is_met:
        Request.objects.filter(pk=case_id).update(answered_at=None)
    return RequestConfirmed(enterprise_id=row.enterprise_id, case_id=case_id, is_met=is_met)


@action
def take_three_lists(*, actor: Actor, now: datetime, case_ids: Sequence[int], area: str = "") -> ThreeListsTaken:
    """Write down that somebody took the three lists out as a file, and which matters stood in it."""
    actor.check_may_anywhere("enterprise.view")
    return ThreeListsTaken(case_ids=tuple(case_ids), area=area)


def _of_office(actor: Actor, case_id: int) -> Request:
    """Return a request the actor may decide on, locked: for the leading office, the industry office, the command; by area."""
    row = Request.objects.select_for_update(of=("self",)).select_related("case").filter(pk=case_id).first()
    if row is None:
        raise Refused(_("This firm’s request does not exist, or not any more."))
    actor.check_may("enterprise.answer_assist", row.case.division_id)
    if row.office not in actor.offices() and not actor.may("enterprise.answer_request", row.case.division_id):
        raise Refused(_("Only the leading office decides this. Ask it, or answer what it asks you."))
    return row
