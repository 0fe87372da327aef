"""Hand a case on: give it to a holder, ask somebody to help, or offer it to another area or office."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from renwang.foundation.access.models import User
from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import action
from renwang.loop.registry.models import Division

from .. import queries, rules
from ..events import CaseReferred, CasesAssigned, CaseTransferred, ReferralAnswered, ReferralRevoked
from ..models import Case, Referral
from ..rules import OFFICES, ReferralKind, ReferralState, Status, StepSays, UnknownReceiver
from .steps import check_each, locked, stale_case, write_steps


@action
def assign_cases(
    *, actor: Actor, now: datetime, case_ids: Sequence[int], user_id: int, reason: str = ""
) -> CasesAssigned:
    """Give open cases and cases in hand to a holder, who has them in hand from now on. Bulk; settled ones are told apart."""
    cases = locked(case_ids)
    check_each(actor, "cases.assign_cases", cases)
    receiver = _receiver(user_id, now, cases)
    ready = [case for case in cases if case.status in rules.CLOCK_RUNS]
    stale = tuple(case.pk for case in cases if case.status not in rules.CLOCK_RUNS)
    ids = [case.pk for case in ready]
    moved = Case.objects.filter(pk__in=ids, status__in=rules.CLOCK_RUNS)
    if not ids or moved.update(status=Status.IN_HAND, holder=receiver) != len(ids):
        raise stale_case([*stale, *ids][0])
    for old in sorted({case.status for case in ready}):
        mine = [case.pk for case in ready if case.status == old]
        write_steps(
            case_ids=mine,
            old=old,
            new=Status.IN_HAND,
            by=actor.user_id,
            at=now,
            note=reason.strip(),
            says=StepSays.GIVEN_TO,
            about=receiver.name,
        )
    Referral.objects.bulk_create(
        [
            Referral(
                case_id=case_id,
                kind=ReferralKind.ASSIGN,
                state=ReferralState.ACCEPTED,
                by_id=actor.user_id,
                to_user=receiver,
                reason=reason.strip()[:200],
                made_at=now,
                answered_at=now,
            )
            for case_id in ids
        ],
        batch_size=1000,
    )
    return CasesAssigned(case_ids=tuple(ids), user_id=user_id, stale_ids=stale)


@action
def refer_case(*, actor: Actor, now: datetime, case_id: int, user_id: int, reason: str) -> CaseReferred:
    """Ask somebody to help with a case; its holder stays. The receiver accepts or rejects."""
    (case,) = locked([case_id])
    check_each(actor, "cases.refer_case", [case])
    said = rules.check_reason(reason)
    receiver = _receiver(user_id, now, [case])
    made = _offer(actor, now, case, kind=ReferralKind.REFER, to_user=receiver, reason=said)
    _write_note(actor, now, case, StepSays.ASKED, said, about=receiver.name)
    return CaseReferred(case_id=case_id, referral_id=made.pk)


@action
def transfer_case(
    *, actor: Actor, now: datetime, case_id: int, to_area: str, to_office: str = "", reason: str
) -> CaseTransferred:
    """Offer a case to another area or office; it stays here, and its clock runs, until they accept."""
    (case,) = locked([case_id])
    check_each(actor, "cases.transfer_case", [case])
    said = rules.check_reason(reason)
    place = Division.objects.filter(pk=to_area).first()
    if place is None:
        raise UnknownReceiver(_("There is no division with the code %(code)s.") % {"code": to_area})
    if to_office and to_office not in OFFICES:
        raise UnknownReceiver(_("There is no such office."))
    if to_area == case.division_id and to_office in ("", case.office):
        raise UnknownReceiver(_("The case is there already. Choose another area or another office."))
    made = _offer(actor, now, case, kind=ReferralKind.TRANSFER, to_area=to_area, to_office=to_office, reason=said)
    _write_note(actor, now, case, StepSays.OFFERED, said, about=f"{place.name}|{to_office}")
    return CaseTransferred(case_id=case_id, referral_id=made.pk)


@action
def answer_referral(
    *, actor: Actor, now: datetime, referral_id: int, is_accepted: bool, answer: str = ""
) -> ReferralAnswered:
    """Accept what was referred or transferred to one, or reject it with a reason. A transfer moves the case there."""
    referral, case = _offered(referral_id)
    queries.check_may_answer(actor, referral)
    said = answer.strip()[:200] if is_accepted else rules.check_reason(answer)[:200]
    state = ReferralState.ACCEPTED if is_accepted else ReferralState.REJECTED
    _settle(referral, state, now, answer=said)
    if is_accepted and referral.kind == ReferralKind.TRANSFER:
        columns = {"division_id": referral.to_area, "office": referral.to_office or case.office}
        live = Case.objects.filter(pk=case.pk, status__in=rules.CLOCK_RUNS)
        if not live.update(status=Status.IN_HAND, holder_id=actor.user_id, **columns):
            raise stale_case(case.pk)
        write_steps(
            case_ids=[case.pk],
            old=case.status,
            new=Status.IN_HAND,
            by=actor.user_id,
            at=now,
            note=said,
            says=StepSays.ACCEPTED,
        )
    else:
        _write_note(actor, now, case, StepSays.ACCEPTED if is_accepted else StepSays.REJECTED, said)
    return ReferralAnswered(case_id=case.pk, referral_id=referral_id, is_accepted=is_accepted)


@action
def revoke_referral(*, actor: Actor, now: datetime, referral_id: int) -> ReferralRevoked:
    """Take a referral or transfer back before it is answered."""
    referral, case = _offered(referral_id)
    check_each(actor, "cases.revoke_referral", [case])
    _settle(referral, ReferralState.REVOKED, now, answer="")
    _write_note(actor, now, case, StepSays.REVOKED, "")
    return ReferralRevoked(case_id=case.pk, referral_id=referral_id)


def _offered(referral_id: int) -> tuple[Referral, Case]:
    referral = Referral.objects.filter(pk=referral_id).first()
    if referral is None:
        raise UnknownReceiver(_("This request does not exist, or not any more."))
    return referral, locked([referral.case_id])[0]


def _settle(referral: Referral, state: ReferralState, now: datetime, *, answer: str) -> None:
    open_one = Referral.objects.filter(pk=referral.pk, state=ReferralState.OFFERED)
    if not open_one.update(state=state, answer=answer, answered_at=now):
        raise rules.StaleCase(_("This request was answered or taken back meanwhile. Look at the case again."))


def _receiver(user_id: int, now: datetime, cases: Sequence[Case]) -> User:
    """Return an account that may hold these cases; raises UnknownReceiver."""
    areas = sorted({case.division_id for case in cases})
    receiver = queries.receivers(areas=areas, now=now).filter(pk=user_id).first()
    if receiver is None:
        raise UnknownReceiver(
            _("This person cannot take the case: no role in its area. Choose somebody from the list.")
        )
    return receiver


def _offer(actor: Actor, now: datetime, case: Case, **columns: object) -> Referral:
    if case.status not in rules.CLOCK_RUNS:
        raise stale_case(case.pk)
    if Referral.objects.filter(case=case, state=ReferralState.OFFERED).exists():
        raise rules.StaleCase(_("This case is already offered to somebody. Take that back first."))
    return Referral.objects.create(case=case, by_id=actor.user_id, made_at=now, **columns)


def _write_note(actor: Actor, now: datetime, case: Case, says: StepSays, said: str, *, about: str = "") -> None:
    write_steps(
        case_ids=[case.pk],
        old=case.status,
        new=case.status,
        by=actor.user_id,
        at=now,
        note=said,
        says=says,
        about=about,
    )
