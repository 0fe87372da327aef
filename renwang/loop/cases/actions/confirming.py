"""Is it really met? The one who had the need says so, or a second person who looked; never who handled the case."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action

from .. import queries, rules
from ..events import CaseConfirmed
from ..models import Case, Confirmation, ConfirmationLink
from ..rules import BrokenLink, LinkWay, Status, StepSays, VerifiedHow
from .steps import check_each, locked, move


@action
def confirm_case(
    *,
    actor: Actor,
    now: datetime,
    case_id: int,
    how: VerifiedHow,
    is_met: bool,
    submission_id: UUID,
    note: str = "",
) -> CaseConfirmed:
    """Record what the household said when called or visited, or what a second person saw. Twice the same is once.

    Raises HandlerMayNotConfirm for whoever took the case, holds it or said that it was met. "Not met" needs a word of
    why and brings the case back in hand.
    """
    (case,) = locked([case_id])
    check_each(actor, "cases.confirm_case", [case])
    if how in rules.ONLY_THEMSELVES and not actor.is_system:
        raise rules.ForbiddenMove(_("Only whoever had the need says so themselves."))
    repeat = _repeat(case, submission_id)
    if repeat is not None:
        return _said(repeat, is_repeat=True)
    rules.check_may_confirm(actor_id=actor.user_id, handlers=queries.handlers_of(case))
    said = note.strip() if is_met else rules.check_reason(note)
    return _confirm(actor, now, case, how=VerifiedHow(how), is_met=is_met, submission_id=submission_id, note=said)


@action
def confirm_by_link(*, actor: Actor, now: datetime, link_id: int, is_met: bool, submission_id: UUID) -> CaseConfirmed:
    """Record the household's own answer by its link: once, before its date. Twice the same submission is once.

    What was shown by somebody who has handled the case, then or since, opens no more. Raises BrokenLink, whose words are
    meant for the household.
    """
    link = ConfirmationLink.objects.select_related("made_by").filter(pk=link_id).first()
    if link is None:
        raise BrokenLink("wrong")
    (case,) = locked([link.case_id])
    actor.check_may("cases.confirm_by_link", case.division_id)
    repeat = _repeat(case, submission_id)
    if repeat is not None:
        return _said(repeat, is_repeat=True)
    is_shown = link.way == LinkWay.SHOWN
    if is_shown and (link.made_by_id is None or link.made_by_id in queries.handlers_of(case)):
        raise BrokenLink("late")
    # The filter is the lock: of two phones with the same link, the second updates no row.
    if not ConfirmationLink.objects.filter(pk=link_id, used_at__isnull=True, expires_at__gt=now).update(used_at=now):
        raise BrokenLink("used" if link.used_at else "late")
    if case.status != Status.MET:
        raise BrokenLink("settled")
    return _confirm(
        actor,
        now,
        case,
        how=VerifiedHow.HOUSEHOLD_SHOWN if is_shown else VerifiedHow.HOUSEHOLD_LINK,
        is_met=is_met,
        submission_id=submission_id,
        says=StepSays.BY_LINK if is_shown else StepSays.BY_OWN_PHONE,
        about=link.made_by.name if is_shown and link.made_by else "",
    )


def _repeat(case: Case, submission_id: UUID) -> Confirmation | None:
    """Return what this submission has written already; raises StaleCase where it was written about another case."""
    found = Confirmation.objects.filter(submission_id=submission_id).first()
    if found is not None and found.case_id != case.pk:
        raise rules.StaleCase(_("Open the page again and repeat what you did."))
    return found


def _confirm(
    actor: Actor,
    now: datetime,
    case: Case,
    *,
    how: VerifiedHow,
    is_met: bool,
    submission_id: UUID,
    note: str = "",
    says: StepSays = StepSays.CONFIRMED,
    about: str = "",
) -> CaseConfirmed:
    columns = {} if is_met else {"met_by": None}
    move(
        actor=actor,
        now=now,
        cases=[case],
        seen=Status.MET,
        to=Status.VERIFIED if is_met else Status.IN_HAND,
        note=note,
        says=says,
        about=about or how.value,
        **columns,
    )
    made = Confirmation.objects.create(
        submission_id=submission_id,
        case=case,
        how=how,
        is_met=is_met,
        by_id=actor.user_id,
        note=note[:200],
        at=now,
    )
    return _said(made, is_repeat=False)


def _said(made: Confirmation, *, is_repeat: bool) -> CaseConfirmed:
    return CaseConfirmed(
        case_id=made.case_id,
        is_met=made.is_met,
        how=made.how,
        submission_id=made.submission_id,
        is_repeat=is_repeat,
    )
