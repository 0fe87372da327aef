"""By telephone."""

from django.utils.translation import gettext_lazy as _

from ..kinds import Mode, register
from ..rules import Outcome

CALL = register(
    Mode(
        code="call",
        label=_("call"),
        icon="phone",
        asked_by_worker=True,
        needs_phone=True,
        outcomes=(
            Outcome.ANSWERED,
            Outcome.NO_ANSWER,
            Outcome.BUSY,
            Outcome.SWITCHED_OFF,
            Outcome.LATER,
            Outcome.REFUSED,
            Outcome.BROKE_OFF,
            Outcome.WRONG_NUMBER,
            Outcome.NO_SUCH_NUMBER,
            Outcome.MOVED_AWAY,
        ),
        tries=2,
        wait_minutes=120,
    )
)
