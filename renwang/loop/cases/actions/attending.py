"""Somebody is on it; and the filters an account keeps."""

from datetime import datetime

from django.utils.translation import gettext as _

from renwang.foundation.access.rules import Actor, NotAllowed
from renwang.foundation.audit.actions import action

from .. import rules
from ..events import CaseAttended, FilterForgotten, FilterSaved
from ..models import Attendance, Case, SavedFilter
from .steps import check_each

MOST_FILTERS = 20


@action
def attend_case(*, actor: Actor, now: datetime, case_id: int) -> CaseAttended:
    """Show the others for a few minutes that one has this case in front of oneself."""
    case = Case.objects.filter(pk=case_id).first()
    if case is None:
        raise rules.UnknownCase
    check_each(actor, "cases.attend_case", [case])
    Attendance.objects.filter(until__lt=now - rules.ATTENDS_FOR, case_id=case_id).delete()
    Attendance.objects.update_or_create(
        case_id=case_id, user_id=_account(actor, "cases.attend_case"), defaults={"until": now + rules.ATTENDS_FOR}
    )
    return CaseAttended(case_id=case_id)


@action
def save_filter(*, actor: Actor, now: datetime, name: str, query: str) -> FilterSaved:
    """Keep a filter of the worklist under a name; the same name again replaces it."""
    if not actor.may_anywhere("cases.save_filter"):
        actor.check_may("cases.save_filter", "")
    account = _account(actor, "cases.save_filter")
    called = name.strip()[:40]
    if not called:
        raise rules.Refused(_("Give the filter a name."))
    own = SavedFilter.objects.filter(user_id=account)
    if own.exclude(name=called).count() >= MOST_FILTERS:
        raise rules.Refused(_("You keep %(most)s filters already. Throw one away first.") % {"most": MOST_FILTERS})
    kept, _made = SavedFilter.objects.update_or_create(user_id=account, name=called, defaults={"query": query[:400]})
    return FilterSaved(filter_id=kept.pk)


@action
def forget_filter(*, actor: Actor, now: datetime, filter_id: int) -> FilterForgotten:
    """Throw one of one's own kept filters away."""
    if not actor.may_anywhere("cases.forget_filter"):
        actor.check_may("cases.forget_filter", "")
    SavedFilter.objects.filter(pk=filter_id, user_id=_account(actor, "cases.forget_filter")).delete()
    return FilterForgotten(filter_id=filter_id)


def _account(actor: Actor, permission: str) -> int:
    """Return the account that acts; the system itself has nothing open and keeps no filters."""
    if actor.user_id is None:
        raise NotAllowed(permission, "")
    return actor.user_id
