"""What cases do when an earlier stage says something, and every so often. Wired in config/wiring.py."""

from datetime import datetime

from renwang.foundation.access.rules import Actor
from renwang.loop.registry.events import HouseholdMoved
from renwang.loop.rounds.events import CheckInsRecorded

from . import actions, queries

AT_ONCE = 1000


def open_cases_for_findings(event: CheckInsRecorded, *, actor: Actor, now: datetime) -> None:
    """Open the cases that a batch of check-ins calls for."""
    openings = queries.openings_of(event.finding_ids)
    if openings:
        # Who was allowed to record what was told need not be allowed to open cases: it follows. The ledger names them.
        actions.open_cases(actor=_following(actor), now=now, openings=openings)


def follow_household(event: HouseholdMoved, *, actor: Actor, now: datetime) -> None:
    """Let live cases go with a household that lives elsewhere now, its members' too."""
    subjects = (event.household_id, *event.person_ids)
    if queries.live_of(subjects).exists():
        actions.follow_move(actor=_following(actor), now=now, subject_ids=subjects, to_code=event.to_code)


def escalate_late_cases(now: datetime) -> None:
    """Show late cases further up, as many at once as one transaction should hold."""
    while ids := list(queries.to_escalate(now=now).values_list("pk", flat=True)[:AT_ONCE]):
        actions.escalate_overdue(actor=Actor.system(), now=now, case_ids=ids)
        if len(ids) < AT_ONCE:
            return


def close_verified_cases(now: datetime) -> None:
    """Write off what was verified a day ago."""
    if ids := queries.closing_due(now=now, most=AT_ONCE):
        actions.close_verified(actor=Actor.system(), now=now, case_ids=ids)


def _following(actor: Actor) -> Actor:
    """Return the system acting on behalf of whoever did what this follows from: the ledger still names them."""
    return Actor(user_id=actor.user_id, name=actor.name, is_system=True)
