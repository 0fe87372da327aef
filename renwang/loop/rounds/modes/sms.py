"""By short message, answered with a number or in words; the link to answer on a page stands in the same message."""

from django.utils.translation import gettext_lazy as _

from ..kinds import Mode, register
from ..rules import Outcome

SMS = register(
    Mode(
        code="sms",
        label=_("short message"),
        icon="message",
        asked_by_worker=False,
        needs_phone=True,
        # Noted when a message ends or a reply says so, never by a person at a try.
        outcomes=(Outcome.NOT_SENT, Outcome.REFUSED, Outcome.WRONG_NUMBER, Outcome.NO_SUCH_NUMBER, Outcome.LATER),
        tries=1,
        wait_minutes=240,
        sends_text=True,
    )
)
