"""The play's clock: one place that makes the whole process live in the moment that is played."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.utils import timezone

from renwang.loop.rounds.api import bearers

# What a server remembers of a device's rights for some seconds, it has forgotten after so much played time.
FORGETS_AFTER = timedelta(seconds=10)


class Clock:
    """A clock that stands still until it is moved, and never goes back. ``run_on``: from then on it goes as all clocks go."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment
        self._runs_since: float | None = None

    def __call__(self) -> datetime:
        if self._runs_since is None:
            return self.moment
        return self.moment + timedelta(seconds=time.monotonic() - self._runs_since)

    def run_on(self) -> None:
        """Go on by itself."""
        self._runs_since = time.monotonic()

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
