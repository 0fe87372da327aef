"""Group commit inside one server process: what arrives while one transaction commits goes into the next one together.

A request waits for its own batch only. A submission that cannot be kept fails alone: its batch is halved until it is found.
"""

import os
import queue
import threading
import time

from django.db import close_old_connections
from django.utils import timezone

from renwang.foundation.access.rules import Actor

from .. import actions
from ..actions import ByActor
from .follower import follower

MOST = 256  # in one transaction: beyond, the first would wait too long
GATHERING = 0.003  # seconds a transaction waits for more, where a crowd is about
LONGEST_WAIT = 20.0  # seconds a request waits for its commit before it is told to try again


class TookTooLong(Exception):
    """The commit has not come in time; it may still come."""


class Slip:
    """One submission on its way: whoever handed it in waits here for what becomes of it."""

    __slots__ = ("_told", "check_in_id", "is_redated", "is_stale", "one", "problem")

    def __init__(self, one: ByActor) -> None:
        self.one = one
        self.check_in_id = 0
        self.is_stale = False  # it came too late for its contact
        self.is_redated = False  # its clock cannot be right: it is kept as told when it arrived
        self.problem: Exception | None = None
        # A bare lock: a Future's condition costs a tenth of all that a check-in costs.
        self._told = threading.Lock()
        self._told.acquire()

    def wait(self) -> None:
        """Return after the commit; raises whatever kept it from being kept, TookTooLong."""
        if not self._told.acquire(timeout=LONGEST_WAIT):
            raise TookTooLong
        if self.problem is not None:
            raise self.problem

    def tell(self) -> None:
        """Let whoever waits go on."""
        self._told.release()


class Batcher:
    """One thread that keeps what many requests hand in."""

    def __init__(self) -> None:
        self._waiting: queue.SimpleQueue[Slip] = queue.SimpleQueue()
        self._start = threading.Lock()
        self._pid = 0

    def hand_in(self, one: ByActor) -> Slip:
        """Return the slip of a submission, to wait at."""
        slip = Slip(one)
        self._waiting.put(slip)
        if self._pid != os.getpid():
            self._begin()
        return slip

    def _begin(self) -> None:
        with self._start:
            if self._pid != os.getpid():
                self._pid = os.getpid()
                threading.Thread(target=self._run, name="check-ins", daemon=True).start()

    def _run(self) -> None:
        answered = 0
        while True:
            # Who was answered just now is on the way again: a transaction costs far more than these moments.
            crowd = min(self._waiting.qsize() + answered, MOST)
            batch = [self._waiting.get()]
            until = time.monotonic() + GATHERING
            while len(batch) < MOST:
                left = until - time.monotonic() if len(batch) < crowd else 0.0
                try:
                    batch.append(self._waiting.get(timeout=left) if left > 0 else self._waiting.get_nowait())
                except queue.Empty:
                    break
            answered = len(batch) if len(batch) > 1 else 0
            close_old_connections()
            self._keep(batch)
            follower.wake()

    def _keep(self, batch: list[Slip]) -> None:
        try:
            done = actions.receive_check_ins(
                actor=Actor.system(), now=timezone.now(), gathered=[slip.one for slip in batch]
            )
        except Exception as problem:  # noqa: BLE001  # whatever it is, it belongs to one request and must not end the thread
            if len(batch) == 1:
                batch[0].problem = problem
                batch[0].tell()
                return
            half = len(batch) // 2
            self._keep(batch[:half])
            self._keep(batch[half:])
            return
        stale, redated = set(done.stale_ids), set(done.redated_ids)
        for slip, check_in_id in zip(batch, done.answered_ids, strict=True):
            slip.check_in_id, slip.is_stale = check_in_id, check_in_id in stale
            slip.is_redated = check_in_id in redated
            slip.tell()


batcher = Batcher()
