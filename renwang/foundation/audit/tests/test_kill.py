"""``kill -9`` at 200 random moments: nothing acknowledged is lost, nothing is done twice."""

import datetime as dt
import os
import random
import signal
import time
import uuid
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit import kinds, queries, rules
from renwang.foundation.audit.actions.door import ledger_key
from renwang.foundation.audit.management import keeper
from renwang.foundation.audit.models import Entry, Promise, WorkerBeat
from renwang.foundation.audit.rules import PromiseStatus

from .test_door import beat_once, echo

KILLS = 200
SYSTEM = Actor.system()


def _serve(acknowledged: Path) -> None:
    """Be a server: write, and only then say so to the outside."""
    log = os.open(acknowledged, os.O_WRONLY | os.O_APPEND)
    while True:
        name = uuid.uuid4().hex
        beat_once(actor=SYSTEM, now=timezone.now(), name=name)
        os.write(log, f"{name}\n".encode())


def _work() -> None:
    """Be a worker."""
    keeper.Keeper(pause=0.005).run()


def _keep(payload: Mapping[str, Any], *, now: dt.datetime, report: Callable[[int], None]) -> None:
    echo(actor=SYSTEM, now=now, name=payload["name"])


def _start(run: Callable[[], None]) -> int:
    """Start a process of our own that shares no connection with us; returns its number."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            run()
        finally:
            os._exit(1)
    return child


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_kill_at_any_moment_loses_nothing_acknowledged_and_does_nothing_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "LEASE", dt.timedelta(milliseconds=300))
    monkeypatch.setattr(keeper, "BEAT_SECONDS", 0.05)
    monkeypatch.setattr(kinds, "_effects", {"tests.echo": kinds.Effect("tests.echo", _keep)})
    monkeypatch.setattr(kinds, "_ticks", {})
    acknowledged = tmp_path / "acknowledged"
    acknowledged.touch()
    moments = random.Random(7)  # a test that repeats itself, not a secret
    roles: list[Callable[[], None]] = [lambda: _serve(acknowledged), lambda: _serve(acknowledged), _work]
    alive = [_start(role) for role in roles]
    for _kill in range(KILLS):
        time.sleep(moments.uniform(0.005, 0.12))
        place = moments.randrange(len(roles))
        os.kill(alive[place], signal.SIGKILL)
        _pid, status = os.waitpid(alive[place], 0)
        assert os.WIFSIGNALED(status), "a process ended by itself before it was killed"
        alive[place] = _start(roles[place])
    for child in alive:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    time.sleep(0.4)  # the last leases end
    keeper.Keeper(name="last").drain()

    told = acknowledged.read_text().split()
    rows = set(WorkerBeat.objects.exclude(name__endswith="-echo").values_list("name", flat=True))
    entries = Counter(Entry.objects.filter(name="tests.beat_once").values_list("facts__name", flat=True))
    effects = Counter(Entry.objects.filter(name="tests.echo").values_list("facts__name", flat=True))
    assert len(told) > KILLS, "too little was written for the test to say anything"
    assert set(told) <= rows, "something acknowledged is lost"
    assert set(told) <= set(entries) and set(entries.values()) == {1}
    assert set(effects) == set(entries) and set(effects.values()) == {1}, "an effect was lost or done twice"
    assert not Promise.objects.exclude(status=PromiseStatus.KEPT).exists()
    assert list(queries.verify(key=ledger_key())) == []
