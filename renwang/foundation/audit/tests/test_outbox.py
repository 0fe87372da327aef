"""The outbox: at least once, with patience, and never two workers at one promise."""

import datetime as dt
import threading
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection

from renwang.foundation.access.rules import Actor, NotAllowed
from renwang.foundation.audit import actions, kinds, queries, rules
from renwang.foundation.audit.management.keeper import Keeper
from renwang.foundation.audit.models import Entry, Promise, TickRun, WorkerBeat
from renwang.foundation.audit.rules import PromiseStatus

from .test_door import beat_once

SYSTEM = Actor.system()


@pytest.fixture
def echoing(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Keep promises of the kind "tests.echo"; fails for names that begin with "bad"."""
    kept: list[str] = []

    def keep(payload: Mapping[str, Any], *, now: dt.datetime, report: Callable[[int], None]) -> None:
        WorkerBeat.objects.create(name=f"kept-{payload['name']}", at=now)
        if payload["name"].startswith("bad"):
            raise ValueError("cannot")
        kept.append(payload["name"])

    monkeypatch.setitem(kinds._effects, "tests.echo", kinds.Effect("tests.echo", keep))
    return kept


@pytest.mark.django_db
def test_a_second_effect_of_the_same_kind_is_refused(echoing: list[str]) -> None:
    with pytest.raises(ValueError, match="Two effects"):
        kinds.register_effect(kinds.Effect("tests.echo", lambda payload, *, now, report: None))


@pytest.mark.django_db
def test_what_was_promised_is_kept_once_and_then_no_more(now: dt.datetime, echoing: list[str]) -> None:
    beat_once(actor=SYSTEM, now=now, name="a")
    assert Keeper(name="w").drain() == 1
    assert Keeper(name="w").drain() == 0
    assert echoing == ["a"]
    assert Promise.objects.get().status == PromiseStatus.KEPT


@pytest.mark.django_db
def test_a_failed_effect_leaves_nothing_and_waits_longer_each_time_until_it_is_a_dead_letter(
    now: dt.datetime, echoing: list[str]
) -> None:
    with time_machine.travel(now, tick=False) as clock:
        beat_once(actor=SYSTEM, now=now, name="bad")
        waits = []
        for _attempt in range(rules.MOST_ATTEMPTS):
            before = dt.datetime.now(dt.UTC)
            assert Keeper(name="w").drain() == 1
            promise = Promise.objects.get()
            waits.append((promise.due_at - before).total_seconds())
            clock.move_to(promise.due_at)
        assert waits == [5, 10, 20, 40, 80, 160, 320, 640]
        assert Keeper(name="w").drain() == 0
    promise.refresh_from_db()
    assert (promise.status, promise.last_error) == (PromiseStatus.DEAD, "ValueError: cannot")
    assert not WorkerBeat.objects.filter(name="kept-bad").exists()
    assert list(queries.dead_letters()) == [promise]


@pytest.mark.django_db
def test_a_promise_nobody_can_keep_is_a_dead_letter_in_the_end_not_a_crash(now: dt.datetime) -> None:
    beat_once(actor=SYSTEM, now=now, name="a")
    Keeper(name="w").drain()
    assert "KeyError" in Promise.objects.get().last_error


@pytest.mark.django_db
def test_a_dead_letter_is_put_back_or_dropped_by_somebody_who_may(
    now: dt.datetime, echoing: list[str], helper: Actor
) -> None:
    beat_once(actor=SYSTEM, now=now, name="a")
    Promise.objects.update(status=PromiseStatus.DEAD, attempts=8)
    letter = Promise.objects.get()
    with pytest.raises(NotAllowed):
        actions.return_dead_letter(actor=helper, now=now, promise_id=letter.pk)
    actions.return_dead_letter(actor=SYSTEM, now=now, promise_id=letter.pk)
    assert Keeper(name="w").drain() == 1
    with pytest.raises(actions.StalePromise):
        actions.drop_dead_letter(actor=SYSTEM, now=now, promise_id=letter.pk, reason="nobody waits for it")
    assert [entry.name for entry in Entry.objects.order_by("seq")] == ["tests.beat_once", "audit.return_dead_letter"]


@pytest.mark.django_db
def test_a_promise_of_a_worker_that_stopped_beating_goes_to_another(now: dt.datetime, echoing: list[str]) -> None:
    with time_machine.travel(now, tick=False) as clock:
        beat_once(actor=SYSTEM, now=now, name="a")
        (taken,) = actions.claim(worker="dead", now=now)
        assert actions.claim(worker="other", now=now) == []
        clock.shift(rules.LEASE + dt.timedelta(seconds=1))
        assert Keeper(name="other").drain() == 1
        with pytest.raises(actions.StalePromise):
            actions.keep(promise_id=taken.pk, worker="dead", now=now)
    assert echoing == ["a"]


@pytest.mark.django_db
def test_what_kills_its_worker_each_time_becomes_a_dead_letter_and_takes_nobody_along(
    now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[str] = []

    def keep(payload: Mapping[str, Any], *, now: dt.datetime, report: Callable[[int], None]) -> None:
        if payload["name"] == "poison":
            raise SystemExit  # as near to a killed process as a test comes
        kept.append(payload["name"])

    monkeypatch.setitem(kinds._effects, "tests.echo", kinds.Effect("tests.echo", keep))
    with time_machine.travel(now, tick=False) as clock:
        for number, name in enumerate(["poison", "a", "b"]):
            beat_once(actor=SYSTEM, now=now + dt.timedelta(microseconds=number), name=name)
        clock.shift(1)
        for life in range(rules.MOST_ATTEMPTS):
            with pytest.raises(SystemExit):
                Keeper(name=f"life-{life}").drain()
            clock.shift(rules.LEASE + dt.timedelta(seconds=1))
        Keeper(name="last").drain()
    assert Promise.objects.get(key="echo-poison").status == PromiseStatus.DEAD
    assert kept == ["a", "b"]


@pytest.mark.django_db
def test_a_worker_that_is_told_to_stop_ends_after_the_promise_in_hand(
    now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = Keeper(name="w")

    def keep(payload: Mapping[str, Any], *, now: dt.datetime, report: Callable[[int], None]) -> None:
        worker.stop()

    monkeypatch.setitem(kinds._effects, "tests.echo", kinds.Effect("tests.echo", keep))
    for name in ("a", "b"):
        beat_once(actor=SYSTEM, now=now, name=name)
    assert worker.run_once() == 1
    assert sorted(Promise.objects.values_list("status", flat=True)) == [PromiseStatus.DUE, PromiseStatus.KEPT]


class _Panic(BaseException):
    """As a library in Rust panics."""


@pytest.mark.django_db
def test_a_panic_is_one_failed_attempt_and_not_the_workers_end(
    now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def keep(payload: Mapping[str, Any], *, now: dt.datetime, report: Callable[[int], None]) -> None:
        raise _Panic("index out of bounds")

    monkeypatch.setitem(kinds._effects, "tests.echo", kinds.Effect("tests.echo", keep))
    beat_once(actor=SYSTEM, now=now, name="a")
    Keeper(name="w").drain()
    assert "index out of bounds" in Promise.objects.get().last_error


@pytest.mark.django_db
def test_what_a_database_quotes_of_a_row_is_not_told(now: dt.datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    def keep(payload: Mapping[str, Any], *, now: dt.datetime, report: Callable[[int], None]) -> None:
        raise IntegrityError("duplicate key\nDETAIL: Key (name)=(刘德顺) already exists.")

    monkeypatch.setitem(kinds._effects, "tests.echo", kinds.Effect("tests.echo", keep))
    beat_once(actor=SYSTEM, now=now, name="a")
    Keeper(name="w").drain()
    assert Promise.objects.get().last_error == "IntegrityError"


@pytest.mark.django_db
def test_a_clock_that_was_put_right_holds_up_neither_ticks_nor_promises(now: dt.datetime, echoing: list[str]) -> None:
    wrong, every = now + dt.timedelta(days=4000), dt.timedelta(minutes=1)
    assert actions.begin_tick(name="plan", every=every, now=wrong)
    assert actions.begin_tick(name="plan", every=every, now=now)
    assert not actions.begin_tick(name="plan", every=every, now=now)
    beat_once(actor=SYSTEM, now=now, name="a")
    actions.claim(worker="wrong", now=wrong)
    assert [promise.key for promise in actions.claim(worker="right", now=now)] == ["echo-a"]


@pytest.mark.django_db
def test_a_dropped_letter_keeps_its_error_beside_the_reason(now: dt.datetime) -> None:
    beat_once(actor=SYSTEM, now=now, name="a")
    Promise.objects.update(status=PromiseStatus.DEAD, last_error="ValueError: cannot")
    actions.drop_dead_letter(actor=SYSTEM, now=now, promise_id=Promise.objects.get().pk, reason="sent by hand")
    assert Promise.objects.get().last_error == "sent by hand\nValueError: cannot"


@pytest.mark.django_db
def test_a_worker_with_nothing_to_do_only_looks(refuse_writes, monkeypatch: pytest.MonkeyPatch) -> None:
    every = dt.timedelta(hours=1)
    monkeypatch.setattr(kinds, "_ticks", {"plan": kinds.Tick("plan", every, lambda _now: None)})
    Keeper(name="w").run_once()
    with refuse_writes():
        Keeper(name="w").run_once()


@pytest.mark.django_db
def test_a_worker_that_beats_keeps_its_long_promise(now: dt.datetime, echoing: list[str]) -> None:
    beat_once(actor=SYSTEM, now=now, name="a")
    actions.claim(worker="slow", now=now)
    later = now + rules.LEASE - dt.timedelta(seconds=1)
    assert actions.beat(worker="slow", now=later) == 1
    assert actions.claim(worker="other", now=later + dt.timedelta(seconds=30)) == []


@pytest.mark.django_db
def test_of_two_workers_one_begins_a_tick_and_a_failing_tick_is_told(
    now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = dt.timedelta(minutes=1)
    assert actions.begin_tick(name="plan", every=every, now=now)
    assert not actions.begin_tick(name="plan", every=every, now=now + dt.timedelta(seconds=59))
    assert actions.begin_tick(name="plan", every=every, now=now + every)

    def fail(_now: dt.datetime) -> None:
        raise RuntimeError("no table")

    monkeypatch.setattr(kinds, "_ticks", {"fail": kinds.Tick("fail", every, fail)})
    Keeper(name="w").run_once()
    assert TickRun.objects.get(name="fail").last_error == "RuntimeError: no table"
    assert [tick.name for tick in queries.failed_ticks()] == ["fail"]


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_keep_every_promise_once(now: dt.datetime, echoing: list[str]) -> None:
    for number in range(40):
        beat_once(actor=SYSTEM, now=now, name=f"n{number}")

    def work(name: str) -> None:
        try:
            Keeper(name=name).drain()
        finally:
            connection.close()

    workers = [threading.Thread(target=work, args=(f"w{number}",)) for number in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(echoing) == sorted(f"n{number}" for number in range(40))
