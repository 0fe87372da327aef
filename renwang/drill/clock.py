"""The play's clock: one place that makes the whole process live in the moment that is played."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.utils import timezone

from renwang.loop.rounds.api import bearers

# What a server remembers of a device's rights for some seconds, it has forgotten after so much played time.
FORGETS_AFTER = timedelta(seconds=10)


class Clock:
    """A clock that stands still until it is moved, and never goes back."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def move(self, moment: datetime) -> None:
        """Let it be later."""
        if moment - self.moment > FORGETS_AFTER:
            bearers.forget()
        self.moment = max(self.moment, moment)


@contextmanager
def played_time(clock: Clock) -> Iterator[Clock]:
    """Let everything in this process that asks Django for the time be told the play's: pages, sessions, handlers, ticks."""
    real = timezone.now
    timezone.now = clock
    bearers.forget()
    try:
        yield clock
    finally:
        timezone.now = real
        bearers.forget()
