"""Group commit inside one server process: what arrives while one transaction commits goes into the next one together.

A request waits for its own batch only. A submission that cannot be kept fails alone: its batch is then kept one by one.
"""

import os
import queue
import threading
import time
from concurrent.futures import Future

from django.db import close_old_connections
from django.utils import timezone

from renwang.foundation.access.rules import Actor

from .. import actions
from ..actions import ByActor

MOST = 256  # in one transaction: beyond, the first would wait too long
GATHERING = 0.003  # seconds a transaction waits for more, where more came last time
LONGEST_WAIT = 20.0  # seconds a request waits for its commit before it is told to try again


class Kept:
    """What became of one submission: the id of its check-in, and whether it came too late for its contact."""

    __slots__ = ("check_in_id", "is_stale")

    def __init__(self, check_in_id: int, *, is_stale: bool) -> None:
        self.check_in_id = check_in_id
        self.is_stale = is_stale


class Batcher:
    """One thread that keeps what many requests hand in."""

    def __init__(self) -> None:
        self._waiting: queue.SimpleQueue[tuple[ByActor, Future[Kept]]] = queue.SimpleQueue()
        self._start = threading.Lock()
        self._pid = 0

    def hand_in(self, one: ByActor) -> "Future[Kept]":
        """Return a promise of what becomes of a submission; it is fulfilled after the commit."""
        future: Future[Kept] = Future()
        self._waiting.put((one, future))
        if self._pid != os.getpid():
            self._begin()
        return future

    def _begin(self) -> None:
        with self._start:
            if self._pid != os.getpid():
                self._pid = os.getpid()
                threading.Thread(target=self._run, name="check-ins", daemon=True).start()

    def _run(self) -> None:
        crowd = 1
        while True:
            batch = [self._waiting.get()]
            # As many as came last time are on their way again: a transaction costs far more than these moments.
            until = time.monotonic() + (GATHERING if crowd > 1 else 0.0)
            while len(batch) < MOST:
                left = until - time.monotonic() if len(batch) < crowd else 0.0
                try:
                    batch.append(self._waiting.get(timeout=left) if left > 0 else self._waiting.get_nowait())
                except queue.Empty:
                    break
            crowd = len(batch)
            close_old_connections()
            self._keep(batch)

    def _keep(self, batch: "list[tuple[ByActor, Future[Kept]]]") -> None:
        try:
            done = actions.record_gathered(actor=Actor.system(), now=timezone.now(), gathered=[one for one, _ in batch])
        except Exception as problem:  # noqa: BLE001  # whatever it is, it belongs to one request and must not end the thread
            if len(batch) == 1:
                batch[0][1].set_exception(problem)
                return
            for pair in batch:
                self._keep([pair])
            return
        stale = set(done.stale_ids)
        for (_, future), check_in_id in zip(batch, done.answered_ids, strict=True):
            future.set_result(Kept(check_in_id, is_stale=check_in_id in stale))


batcher = Batcher()
