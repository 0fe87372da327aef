"""The worker: keeps what the ledger promised, and begins what must happen every so often."""

import logging
import os
import socket
import threading
import traceback
import uuid
from collections.abc import Callable
from datetime import datetime

from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from .. import actions, kinds
from ..models import Promise

log = logging.getLogger("renwang.worker")
BEAT_SECONDS = 10.0
SERVICE_RESTS = 2.0  # seconds before a service that ended begins again
# One at a time: what a slow effect keeps waiting, another worker can take, and one that kills its worker takes nobody along.
BATCH = 1


class Keeper:
    """One worker. Several may run at once, on one machine or many."""

    def __init__(self, *, name: str = "", pause: float = 0.5) -> None:
        self.name = name or f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:6]}"
        self.pause = pause
        self.stopped = threading.Event()

    def stop(self) -> None:
        """End after the promise in hand."""
        self.stopped.set()

    def run(self) -> None:
        """Keep promises until told to stop."""
        beating = threading.Thread(target=self._beat_on, name="beat", daemon=True)
        beating.start()
        serving = [
            threading.Thread(target=self._serve, args=(service,), name=service.name, daemon=True)
            for service in kinds.services()
        ]
        for thread in serving:
            thread.start()
        try:
            while not self.stopped.is_set():
                close_old_connections()
                if not self.run_once():
                    self.stopped.wait(self.pause)
        finally:
            self.stopped.set()
            beating.join(timeout=5)
            for thread in serving:
                thread.join(timeout=10)

    def run_once(self) -> int:
        """Begin the ticks that are due, keep the promises that are due; returns how many promises were taken."""
        try:
            self._begin_ticks()
            taken = actions.claim(worker=self.name, now=timezone.now(), most=BATCH)
        except Exception:
            # The database is away or busy: a worker waits for it, it does not die of it.
            log.exception("The outbox cannot be read")
            return 0
        for promise in taken:
            self._keep(promise)
        return len(taken)

    def drain(self) -> int:
        """Keep all that is due now, and what comes of it; returns how many. For tests and the demo."""
        kept = 0
        while taken := actions.claim(worker=self.name, now=timezone.now(), most=BATCH):
            for promise in taken:
                self._keep(promise)
            kept += len(taken)
        return kept

    def _keep(self, promise: Promise) -> None:
        now = timezone.now()
        try:
            effect = kinds.effect(promise.kind)
            if effect.in_one_transaction:
                with actions.together():
                    # Nobody would see the progress before the end, and the row would be locked for the beat.
                    effect.keep(promise.payload, now=now, report=lambda _percent: None)
                    actions.keep(promise_id=promise.pk, worker=self.name, now=timezone.now())
            else:
                effect.keep(promise.payload, now=now, report=self._reporter(promise))
                actions.keep(promise_id=promise.pk, worker=self.name, now=timezone.now())
        except actions.StalePromise:
            log.warning("Promise %s went to another worker", promise.pk)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # noqa: BLE001  # whatever it was (a library's panic too), it is tried again and told of
            self._lose(promise, error)

    def _lose(self, promise: Promise, error: BaseException) -> None:
        told = _told(error)
        log.warning("Promise %s (%s) failed, attempt %s", promise.pk, promise.kind, promise.attempts)
        try:
            actions.lose(
                promise_id=promise.pk, worker=self.name, attempts=promise.attempts, error=told, now=timezone.now()
            )
        except Exception:
            log.exception("Promise %s stays leased until its lease ends", promise.pk)

    def _reporter(self, promise: Promise) -> Callable[[int], None]:
        def report(percent: int) -> None:
            actions.report_progress(promise_id=promise.pk, worker=self.name, percent=percent)

        return report

    def _begin_ticks(self) -> None:
        for tick in kinds.ticks():
            now = timezone.now()
            if not actions.begin_tick(name=tick.name, every=tick.every, now=now):
                continue
            error = self._run_tick(tick, now)
            actions.note_tick(name=tick.name, error=error)

    @staticmethod
    def _run_tick(tick: kinds.Tick, now: datetime) -> str:
        try:
            tick.run(now)
        except Exception as failure:
            log.exception("Tick %s failed", tick.name)
            return _told(failure)
        return ""

    def _serve(self, service: kinds.Service) -> None:
        """Keep a service running: whatever it dies of, it begins again."""
        while not self.stopped.is_set():
            try:
                service.run(self.stopped.is_set)
            except Exception:
                log.exception("Service %s ended and begins again", service.name)
            finally:
                connection.close()
            self.stopped.wait(SERVICE_RESTS)

    def _beat_on(self) -> None:
        """Renew the leases of what this worker holds: a long effect is not taken for a dead one."""
        while not self.stopped.is_set():
            try:
                now = timezone.now()
                actions.beat_worker(worker=self.name, now=now)
                actions.beat(worker=self.name, now=now)
            except Exception:
                log.exception("The beat failed")
            finally:
                connection.close()
            self.stopped.wait(BEAT_SECONDS)


def _told(error: BaseException) -> str:
    """Return an error in one line. Of a database's only what kind it is: it quotes the row, and the row may be a person."""
    if isinstance(error, DatabaseError):
        constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        return type(error).__name__ + (f": {constraint}" if constraint else "")
    return "".join(traceback.format_exception_only(type(error), error)).strip()
