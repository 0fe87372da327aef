"""The log of looks at what is sealed."""

from datetime import datetime

from renwang.foundation.audit.actions import action

from ..events import Looked
from ..models import Look
from ..rules import Actor


@action
def log_look(*, actor: Actor, now: datetime, subject_id: int, code: str, field: str, reason: str) -> Looked:
    """Write down that somebody looks at one sealed field of one subject. Whoever shows such a field calls this first."""
    actor.check_may_for("access.reveal", code, subject_id)
    look = Look.objects.create(
        user_id=actor.user_id, subject_id=subject_id, code=code, field=field, reason=reason, at=now
    )
    return Looked(look_id=look.pk, subject_id=subject_id, code=code, field=field)
