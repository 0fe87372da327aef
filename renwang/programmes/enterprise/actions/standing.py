"""What the verbs of this programme share."""

from renwang.foundation.access.rules import Actor

from ..models import Enterprise
from ..rules.enterprises import Refused


def following(actor: Actor) -> Actor:
    """Return the system acting on behalf of whoever did what this follows from: the ledger still names them."""
    return Actor(user_id=actor.user_id, name=actor.name, is_system=True)


def locked(enterprise_id: int, *, unknown: str) -> Enterprise:
    """Return an enterprise with its subject, locked until the transaction ends; raises Refused with the words given."""
    found = (
        Enterprise.objects.select_for_update(of=("self",)).select_related("subject").filter(pk=enterprise_id).first()
    )
    if found is None:
        raise Refused(unknown)
    return found
