"""What follows from acknowledged check-ins, at once and in the background: one thread of the server works it out.

It rests as long as it worked, so that those who hand in come first while there is a crowd. What it leaves over when the server
is stopped waits in the database, for its next start or for the worker.
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
LONGEST_REST = 0.5  # seconds
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
            time.sleep(min(time.monotonic() - began, LONGEST_REST))
            if found:
                self._woken.set()

    @staticmethod
    def _follow() -> int:
        close_old_connections()
        return actions.work_out_waiting(actor=Actor.system(), now=timezone.now())


follower = Follower()
