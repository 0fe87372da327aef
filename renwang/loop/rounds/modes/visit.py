"""At the door."""

from django.utils.translation import gettext_lazy as _

from ..kinds import Mode, register
from ..rules import Outcome

VISIT = register(
    Mode(
        code="visit",
        label=_("visit"),
        icon="walk",
        asked_by_worker=True,
        needs_phone=False,
        outcomes=(
            Outcome.ANSWERED,
            Outcome.NOT_HOME,
            Outcome.LATER,
            Outcome.REFUSED,
            Outcome.BROKE_OFF,
            Outcome.MOVED_AWAY,
        ),
        tries=1,
        wait_minutes=240,
    )
)
