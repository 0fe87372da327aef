"""What every move of a case shares: find and lock it, check who may, write the guarded update and its step."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from renwang.foundation.access.rules import Actor

from .. import queries, rules
from ..models import Case, CaseStep
from ..rules import Status


def locked(case_ids: Iterable[int]) -> list[Case]:
    """Return cases locked until this transaction ends, by id; raises UnknownCase when one does not exist."""
    wanted = sorted(set(case_ids))
    found = list(Case.objects.select_for_update().filter(pk__in=wanted).order_by("pk"))
    if not wanted or len(found) != len(wanted):
        raise rules.UnknownCase
    return found


def check_each(actor: Actor, permission: str, cases: Iterable[Case]) -> None:
    """Raise NotAllowed unless the actor may do this with every case: by area, as its people's helper, or as its holder."""
    for case in cases:
        if not queries.may_with(actor, permission, case):
            actor.check_may_for(permission, case.division_id, case.subject_id)


def move(
    *,
    actor: Actor,
    now: datetime,
    cases: Sequence[Case],
    seen: Status,
    to: Status,
    note: str = "",
    says: str = "",
    about: str = "",
    **columns: Any,
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Move cases from the status that was seen; returns the ids moved, and those somebody else had moved first.

    Raises StaleCase when none is left to move: it says who was first, and when.
    """
    rules.check_move(seen, to)
    ready = [case.pk for case in cases if case.status == seen]
    stale = [case.pk for case in cases if case.status != seen]
    # The filter is the lock where the database has no row locks: of two workers, the second updates no row.
    if not ready or Case.objects.filter(pk__in=ready, status=seen).update(status=to, **columns) != len(ready):
        raise stale_case([*stale, *ready][0])
    write_steps(case_ids=ready, old=seen, new=to, by=actor.user_id, at=now, note=note, says=says, about=about)
    return tuple(ready), tuple(stale)


def write_steps(
    *,
    case_ids: Iterable[int],
    old: str,
    new: str,
    by: int | None,
    at: datetime,
    note: str = "",
    says: str = "",
    about: str = "",
) -> None:
    """Write one step for each case: what somebody wrote, and what the house says of it, in no language."""
    told = {"old": old, "new": new, "by_id": by, "at": at, "note": note[:300], "says": says, "about": about[:120]}
    CaseStep.objects.bulk_create(
        [CaseStep(case_id=case_id, **told) for case_id in case_ids],
        batch_size=1000,
    )


def stale_case(case_id: int) -> rules.StaleCase:
    """Return the refusal that says who moved a case first, and when."""
    step = queries.last_move(case_id)
    if step is None:
        return rules.StaleCase(_("Somebody else changed this case first. Look at it again before you act."))
    return rules.StaleCase(
        _("%(who)s changed this case first: it is “%(status)s” since %(when)s. Look at it again before you act.")
        % {
            "who": step.by.name if step.by else _("The household or the system"),
            "status": Status(step.new).label,
            "when": timezone.localtime(step.at).strftime("%m-%d %H:%M"),
        }
    )
