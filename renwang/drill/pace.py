"""How fast the played days pass for whoever watches: so many real seconds for a played hour, the nights at once."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

HOUR = timedelta(hours=1)
NIGHT_ENDS, NIGHT_BEGINS = 7, 22  # local hours between which the play keeps its pace


class Pace:
    """Waits before each deed until its moment has come. ``seconds`` 0: never waits."""

    def __init__(self, seconds: float, *, wait: Callable[[float], None] = time.sleep) -> None:
        self.seconds = seconds
        self._wait = wait
        self._before: datetime | None = None
        self._owed = 0.0
        self._looked_at = time.monotonic()

    def keep(self, at: datetime, since: datetime) -> None:
        """Let real time pass for the played time since the deed before; what the play itself took counts. Nothing before ``since``."""
        if not self.seconds or at < since:
            return
        before, self._before = self._before or at, at
        moment = time.monotonic()
        if NIGHT_ENDS <= at.hour < NIGHT_BEGINS:
            morning = at.replace(hour=NIGHT_ENDS, minute=0, second=0, microsecond=0)
            self._owed += (at - max(before, morning)) / HOUR * self.seconds
        self._owed -= moment - self._looked_at
        # Who was slower than the pace does not run after it.
        self._owed = max(self._owed, 0.0)
        if self._owed > 0.02:
            self._wait(self._owed)
            self._owed = 0.0
        self._looked_at = time.monotonic()
