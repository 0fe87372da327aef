"""What fulfilment does when cases say something. Wired in config/wiring.py."""

from datetime import datetime

from django.utils.translation import gettext as _

from renwang.foundation.access.rules import Actor
from renwang.loop.cases.events import CaseConfirmed, CaseGivenUp, CaseMet, CasesClosed

from . import actions, queries
from .rules import GoodsOnTheWay


def refuse_while_on_the_way(event: CaseMet | CaseGivenUp, *, actor: Actor, now: datetime) -> None:
    """Let nobody say that a need is met, or give it up, while goods are on their way: they came, or they were lost."""
    if queries.on_the_way(event.case_id):
        raise GoodsOnTheWay(
            _("Something is still on its way to this household. Record what came or what was lost first.")
        )


def verify_what_was_received(event: CaseConfirmed, *, actor: Actor, now: datetime) -> None:
    """Count what came as verified, once the household has confirmed."""
    if event.is_met and not event.is_repeat:
        consequence = _following(actor)
        actions.verify_lines_of(actor=consequence, now=now, case_id=event.case_id, submission_id=event.submission_id)


def give_back_what_is_not_needed(event: CasesClosed | CaseGivenUp, *, actor: Actor, now: datetime) -> None:
    """Give promises back that a settled case does not need."""
    case_ids = event.case_ids if isinstance(event, CasesClosed) else (event.case_id,)
    actions.cancel_lines_of(actor=_following(actor), now=now, case_ids=case_ids)


def _following(actor: Actor) -> Actor:
    """Return the system acting on behalf of whoever did what this follows from: the ledger still names them."""
    return Actor(user_id=actor.user_id, name=actor.name, is_system=True)
