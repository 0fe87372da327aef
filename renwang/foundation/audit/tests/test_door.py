"""The door: rows, ledger, promises and listeners come and go together."""

import dataclasses
import datetime as dt
from typing import Any

import pytest
from django.db import transaction

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit import actions
from renwang.foundation.audit.actions import door
from renwang.foundation.audit.events import Event
from renwang.foundation.audit.models import DayChain, Entry, Promise, WorkerBeat

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()


@dataclasses.dataclass(frozen=True, kw_only=True)
class Beaten(Event):
    """A row was written."""

    name: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class Echoed(Event):
    """A listener wrote as well."""

    name: str


@actions.action
def beat_once(*, actor: Actor, now: dt.datetime, name: str, fails: bool = False) -> Beaten:
    """Write one row, promise one effect; fail afterwards when told to."""
    WorkerBeat.objects.create(name=name, at=now)
    actions.promise(kind="tests.echo", key=f"echo-{name}", payload={"name": name}, now=now)
    if fails:
        raise ValueError(name)
    return Beaten(name=name)


@actions.action
def echo(*, actor: Actor, now: dt.datetime, name: str) -> Echoed:
    """Write another row."""
    WorkerBeat.objects.create(name=f"{name}-echo", at=now)
    return Echoed(name=name)


@pytest.fixture
def listening(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let a listener echo every beat; returns what it heard."""
    heard: list[str] = []

    def answer(event: Beaten, *, actor: Any, now: dt.datetime) -> None:
        heard.append(event.name)
        echo(actor=actor, now=now, name=event.name)

    monkeypatch.setitem(door._listeners, Beaten, [answer])
    return heard


def test_an_action_that_fails_leaves_no_row_no_entry_and_no_promise(now: dt.datetime) -> None:
    with pytest.raises(ValueError, match="a"):
        beat_once(actor=SYSTEM, now=now, name="a", fails=True)
    assert not WorkerBeat.objects.exists()
    assert not Entry.objects.exists()
    assert not Promise.objects.exists()


def test_a_listener_that_fails_takes_the_action_back_as_well(now: dt.datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(event: Beaten, *, actor: Any, now: dt.datetime) -> None:
        raise RuntimeError

    monkeypatch.setitem(door._listeners, Beaten, [refuse])
    with pytest.raises(RuntimeError):
        beat_once(actor=SYSTEM, now=now, name="a")
    assert not WorkerBeat.objects.exists() and not Entry.objects.exists() and not Promise.objects.exists()


def test_a_promise_is_refused_outside_an_action(now: dt.datetime) -> None:
    with pytest.raises(RuntimeError, match="inside an action"):
        actions.promise(kind="tests.echo", key="k", payload={}, now=now)


def test_an_inner_action_that_is_caught_leaves_only_what_succeeded(now: dt.datetime) -> None:
    @actions.action
    def outer(*, actor: Actor, now: dt.datetime) -> Echoed:
        with pytest.raises(ValueError, match="bad"):
            beat_once(actor=actor, now=now, name="bad", fails=True)
        beat_once(actor=actor, now=now, name="good")
        return Echoed(name="outer")

    outer(actor=SYSTEM, now=now)
    assert list(WorkerBeat.objects.values_list("name", flat=True)) == ["good"]
    assert [entry.facts["name"] for entry in Entry.objects.order_by("seq")] == ["good", "outer"]
    assert list(Promise.objects.values_list("key", flat=True)) == ["echo-good"]


def test_the_action_its_listener_and_their_entries_share_one_transaction_in_order(
    now: dt.datetime, listening: list[str]
) -> None:
    event = beat_once(actor=SYSTEM, now=now, name="a")
    assert event == Beaten(name="a") and listening == ["a"]
    assert [entry.name for entry in Entry.objects.order_by("day", "seq")] == ["tests.beat_once", "tests.echo"]
    assert DayChain.objects.get().entries == 2


def test_the_same_promise_twice_is_kept_once(now: dt.datetime) -> None:
    for name in ("a", "b"):

        @actions.action
        def again(*, actor: Actor, now: dt.datetime) -> Echoed:
            actions.promise(kind="tests.echo", key="same", payload={}, now=now)
            return Echoed(name="again")

        again(actor=SYSTEM, now=now)
        assert name
    assert Promise.objects.count() == 1


def test_entries_go_to_the_district_s_own_day(now: dt.datetime) -> None:
    late = dt.datetime(2020, 2, 17, 17, 30, tzinfo=dt.UTC)  # half past one in the night of the 18th
    beat_once(actor=SYSTEM, now=now, name="a")
    beat_once(actor=SYSTEM, now=late, name="b")
    assert list(DayChain.objects.order_by("ordinal").values_list("day", flat=True)) == [
        dt.date(2020, 2, 17),
        dt.date(2020, 2, 18),
    ]


def test_the_passage_is_empty_after_every_action(now: dt.datetime) -> None:
    with transaction.atomic():
        beat_once(actor=SYSTEM, now=now, name="a")
    assert (door._passage.depth, door._passage.entries, door._passage.promises) == (0, [], [])


def test_actions_done_together_are_chained_at_the_end_and_fail_together(now: dt.datetime) -> None:
    with actions.together():
        beat_once(actor=SYSTEM, now=now, name="a")
        echo(actor=SYSTEM, now=now, name="a")
        # Nobody else's day is held up while the second is at work.
        assert not DayChain.objects.exists()
    assert [entry.name for entry in Entry.objects.order_by("seq")] == ["tests.beat_once", "tests.echo"]

    def both() -> None:
        with actions.together():
            beat_once(actor=SYSTEM, now=now, name="b")
            beat_once(actor=SYSTEM, now=now, name="c", fails=True)

    with pytest.raises(ValueError, match="c"):
        both()
    assert Entry.objects.count() == 2 and not WorkerBeat.objects.filter(name="b").exists()
    assert (door._passage.depth, door._passage.entries, door._passage.promises) == (0, [], [])


def test_a_promise_whose_key_a_database_would_not_keep_is_refused(now: dt.datetime) -> None:
    with actions.together(), pytest.raises(ValueError, match="at most 120 characters"):
        actions.promise(kind="tests.echo", key="k" * 121, payload={}, now=now)
    assert not Promise.objects.exists()
