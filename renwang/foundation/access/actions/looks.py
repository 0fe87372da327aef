"""The log of looks at what is sealed."""

from collections.abc import Iterable
from datetime import datetime

from renwang.foundation.audit.actions import action

from ..events import Looked, LookedAtMany
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


@action
def log_looks(
    *, actor: Actor, now: datetime, area: str, looks: Iterable[tuple[int, str, str]], reason: str
) -> LookedAtMany:
    """Write down that sealed fields of many subjects are opened into one file: ``(subject, area code, field)`` each."""
    told = sorted(set(looks))
    actor.check_may("access.reveal", area)
    actor.check_may_all("access.reveal", {code for _subject, code, _field in told})
    Look.objects.bulk_create(
        [
            Look(user_id=actor.user_id, subject_id=subject, code=code, field=field, reason=reason, at=now)
            for subject, code, field in told
        ],
        batch_size=2000,
    )
    return LookedAtMany(area=area, subjects=len({subject for subject, _code, _field in told}), looks=len(told))
