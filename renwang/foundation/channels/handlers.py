"""What the worker does for messages: speak over the lines, and give up what is over."""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from renwang.foundation.access.rules import Actor

from . import actions, kinds, queries
from .engine.address import line_address
from .engine.session import SmppChannel
from .rules import QuietHours


def lines_of(url: str) -> list[kinds.Channel]:
    """Return the line of an address, none for an empty one; raises ValueError in words."""
    if not url:
        return []
    found = line_address(url)
    return [
        SmppChannel(
            host=found.host,
            port=found.port,
            system_id=found.system_id,
            password=found.password,
            source=found.source,
            rate=found.rate,
            window=found.window,
        )
    ]


def speak_over(channel: kinds.Channel) -> Callable[[Callable[[], bool]], None]:
    """Return the service that speaks over a line until it is told to stop."""

    def speak(is_stopped: Callable[[], bool]) -> None:
        from .management.gateway import Gateway  # the gateway is only wanted where a worker runs
        from .management.holder import new_name

        quiet = QuietHours.parse(settings.RENWANG_QUIET_HOURS)
        Gateway(channel, name=new_name(), clock=timezone.now, quiet=quiet).run(is_stopped)

    return speak


def give_up_what_is_over(now: datetime) -> None:
    """Fail what nobody waits for any longer, and take up long messages whose rest has not come."""
    system = Actor.system()
    # Asked first: every minute an entry that says nothing would bury in the ledger what somebody did.
    while queries.is_any_over(now) and actions.give_up_messages(actor=system, now=now).failed_ids:
        pass
    while queries.is_any_part_over(now) and actions.join_late_parts(actor=system, now=now).incoming_ids:
        pass
