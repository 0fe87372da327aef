"""Everything about one case, as its page and its preview show it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from renwang.foundation.access.rules import Actor

from .. import kinds, rules
from ..models import Attendance, Case, CaseStep, Confirmation, ConfirmationLink, Referral
from ..rules import ReferralKind, ReferralState, Status
from .numbers import LinkSent, household_of, link_sent, why_not_sent
from .rights import handlers_of, may_see_detail, visible_cases


@dataclass(frozen=True)
class CasePage:
    """One case with its history. ``words``: what is needed; None when the viewer may not see that."""

    case: Case
    label: str
    icon: str
    words: str | None
    detail: list[tuple[str, Any]]
    household_id: int | None
    steps: list[CaseStep]
    confirmations: list[Confirmation]
    referrals: list[Referral]
    offered: Referral | None
    attending: list[str]
    handlers: frozenset[int]
    is_late: bool
    runs: bool
    link_sent: LinkSent | None
    why_not_sent: str  # of a case that waits to be verified


def case_page(*, viewer: Actor, case_id: int, now: datetime) -> CasePage | None:
    """Return one case with all that belongs to it, or None when there is none or the viewer may not see it."""
    case = visible_cases(viewer=viewer).select_related("met_by").filter(pk=case_id).first()
    if case is None:
        return None
    kind = kinds.get(case.kind)
    words, detail = None, []
    if may_see_detail(viewer, case, kind):
        need = kind._default_manager.filter(pk=case_id).first()
        words = need.in_words() if need is not None else ""
        detail = (
            [(str(field.verbose_name), need.shown(field.name)) for field in kind._meta.concrete_fields[1:]]
            if need
            else []
        )
    steps = list(CaseStep.objects.filter(case=case).select_related("by").order_by("-at", "-pk")[:200])
    referrals = list(
        Referral.objects.filter(case=case)
        .exclude(kind=ReferralKind.ASSIGN)
        .select_related("by", "to_user")
        .order_by("-made_at", "-pk")
    )
    return CasePage(
        case=case,
        label=kinds.label_of(case.kind),
        icon=kinds.icon_of(case.kind),
        words=words,
        detail=detail,
        household_id=household_of(case),
        steps=steps,
        confirmations=list(Confirmation.objects.filter(case=case).select_related("by").order_by("-at")),
        referrals=referrals,
        offered=next((row for row in referrals if row.state == ReferralState.OFFERED), None),
        attending=who_attends(case_ids=[case_id], viewer=viewer, now=now).get(case_id, []),
        handlers=handlers_of(case),
        is_late=case.status in rules.CLOCK_RUNS and case.due_at < now,
        runs=case.status in rules.CLOCK_RUNS,
        link_sent=link_sent(case),
        why_not_sent=why_not_sent(case, now) if case.status == Status.MET else "",
    )


def who_attends(*, case_ids: Iterable[int], viewer: Actor, now: datetime) -> dict[int, list[str]]:
    """Return the names of the others who have these cases in front of them right now. One query, of no case too."""
    rows = Attendance.objects.filter(case_id__in=[0, *case_ids], until__gt=now).exclude(user_id=viewer.user_id or 0)
    found: dict[int, list[str]] = {}
    for case_id, name in rows.order_by("user__name").values_list("case_id", "user__name"):
        found.setdefault(case_id, []).append(name)
    return found


def must_attend_anew(*, case_id: int, viewer: Actor, now: datetime) -> bool:
    """Answer whether the viewer's own presence at a case is about to run out, so that it must be said anew."""
    fresh = Attendance.objects.filter(case_id=case_id, user_id=viewer.user_id or 0, until__gt=now + rules.ATTENDS_ANEW)
    return viewer.user_id is not None and not fresh.exists()


def link_page(*, link_id: int, now: datetime) -> tuple[ConfirmationLink, str]:
    """Return a link and whether it still opens: "", "used", "late" or "settled". Raises BrokenLink for an unknown one."""
    link = ConfirmationLink.objects.select_related("case__division", "case__holder").filter(pk=link_id).first()
    if link is None:
        raise rules.BrokenLink("wrong")
    if link.used_at is not None:
        return link, "used"
    if link.case.status != Status.MET:
        return link, "settled"
    return link, "late" if link.expires_at <= now else ""
