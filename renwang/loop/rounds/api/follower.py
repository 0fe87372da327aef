"""What follows from acknowledged check-ins, at once and in the background: one thread of the server works it out.

While there is a crowd it rests four times as long as it worked, so that those who hand in come first. What it leaves over when
the server is stopped waits in the database, for its next start or for the worker.
"""

import logging
import os
import threading
import time

from django.db import close_old_connections
from django.utils import timezone

from renwang.foundation.access.rules import Actor

from .. import actions

AFTER_A_FAILURE = 2.0  # seconds
SHORTEST_REST, LONGEST_REST = 0.1, 2.0  # seconds
AFTER_NOTHING = 0.5  # seconds
RESTS = 4  # times as long as it worked
log = logging.getLogger(__name__)


class Follower:
    """One thread of a server that works out what was received; begun by ``start``, woken after each batch."""

    def __init__(self) -> None:
        self._woken = threading.Event()
        self._pid = 0

    def start(self) -> None:
        """Begin to follow in this process, first what an earlier one left over."""
        if self._pid != os.getpid():
            self._pid = os.getpid()
            self._woken.set()
            threading.Thread(target=self._run, name="what-follows", daemon=True).start()

    def wake(self) -> None:
        """Say that there is something to follow."""
        self._woken.set()

    def _run(self) -> None:
        while True:
            self._woken.wait()
            self._woken.clear()
            began = time.monotonic()
            try:
                found = self._follow()
            except Exception:
                log.exception("What was received waits to be worked out")
                time.sleep(AFTER_A_FAILURE)
                self._woken.set()
                continue
            if not found:
                # Nothing, or another process is at it: what it leaves is found at the next look.
                time.sleep(AFTER_NOTHING)
                continue
            rest = RESTS * (time.monotonic() - began) if self._woken.is_set() else 0.0
            time.sleep(min(max(rest, SHORTEST_REST), LONGEST_REST))
            self._woken.set()

    @staticmethod
    def _follow() -> int:
        close_old_connections()
        return actions.work_out_waiting(actor=Actor.system(), now=timezone.now())


follower = Follower()
