"""Many write at once: nobody is turned away, nothing is lost, and the chain of the day holds."""

import datetime as dt
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit import queries
from renwang.foundation.audit.actions.door import ledger_key
from renwang.foundation.audit.management.keeper import Keeper
from renwang.foundation.audit.models import Entry, WorkerBeat

from .test_door import beat_once

WRITERS, EACH = 8, 40


def _until(done: threading.Event, step: Callable[[], object]) -> None:
    try:
        while not done.is_set():
            step()
    finally:
        connection.close()


def _write(place: int, midnight: dt.datetime) -> float:
    """Write some entries, half of them before midnight; returns the longest wait in seconds."""
    longest = 0.0
    try:
        for number in range(EACH):
            began = time.monotonic()
            moment = midnight + dt.timedelta(seconds=number - EACH // 2 + place / 10)
            beat_once(actor=Actor.system(), now=moment, name=f"{place}-{number}")
            longest = max(longest, time.monotonic() - began)
    finally:
        connection.close()
    return longest


def _verify() -> None:
    assert list(queries.verify(key=ledger_key())) == []


@pytest.mark.django_db(transaction=True)
def test_eight_writers_at_once_around_midnight_are_all_answered_beside_a_worker_and_a_reader(now: dt.datetime) -> None:
    midnight = now.replace(hour=16)  # in Fangzi
    done = threading.Event()
    with ThreadPoolExecutor(WRITERS) as writers, ThreadPoolExecutor(2) as others:
        beside = [others.submit(_until, done, _verify), others.submit(_until, done, Keeper(name="w").run_once)]
        try:
            waits = list(writers.map(lambda place: _write(place, midnight), range(WRITERS)))
        finally:
            done.set()
        for other in beside:
            other.result()
    assert WorkerBeat.objects.count() == WRITERS * EACH
    assert Entry.objects.filter(name="tests.beat_once").count() == WRITERS * EACH
    # The worker's own entries bear the day on which it really ran.
    assert len([head for head in queries.heads() if head.day <= midnight.date() + dt.timedelta(days=1)]) == 2
    _verify()
    assert max(waits) < 15, "a writer waited nearly as long as it may before it is turned away"
