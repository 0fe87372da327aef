"""Nobody edits the ledger unseen."""

import datetime as dt
import io
from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit import queries
from renwang.foundation.audit.actions.door import ledger_key
from renwang.foundation.audit.models import DayChain, Entry
from renwang.foundation.audit.queries import Flaw, Head

from .test_door import beat_once

pytestmark = pytest.mark.django_db
DAY = dt.date(2020, 2, 17)


@pytest.fixture
def written(now: dt.datetime) -> list[Head]:
    """Three days of three entries; returns the heads as they were noted then."""
    for day in range(3):
        for number in range(3):
            moment = now + dt.timedelta(days=day, minutes=number)
            beat_once(actor=Actor.system(), now=moment, name=f"{day}-{number}")
    return queries.heads()


def flaws(noted: list[Head] | None = None) -> list[Flaw]:
    return list(queries.verify(key=ledger_key(), noted=noted))


def test_a_ledger_as_it_was_written_has_no_flaw(written: list[Head]) -> None:
    assert flaws(written) == []


def _edit_facts(entry: Entry) -> None:
    Entry.objects.filter(pk=entry.pk).update(facts={"name": "somebody else"})


def _edit_actor(entry: Entry) -> None:
    Entry.objects.filter(pk=entry.pk).update(actor_id=7)


def _edit_time(entry: Entry) -> None:
    Entry.objects.filter(pk=entry.pk).update(at=entry.at + dt.timedelta(microseconds=1))


def _edit_name(entry: Entry) -> None:
    Entry.objects.filter(pk=entry.pk).update(name="tests.nothing")


@pytest.mark.parametrize("edit", [_edit_facts, _edit_actor, _edit_time, _edit_name])
@pytest.mark.parametrize("seq", [1, 2, 3])
def test_an_edit_of_any_column_of_any_entry_is_named(
    written: list[Head], edit: Callable[[Entry], None], seq: int
) -> None:
    edit(Entry.objects.get(day=DAY, seq=seq))
    assert flaws() == [Flaw(DAY, seq, "edited")]


def test_a_removed_entry_is_named_as_a_gap(written: list[Head]) -> None:
    Entry.objects.filter(day=DAY, seq=2).delete()
    assert flaws()[0] == Flaw(DAY, 2, "missing")


def test_a_cut_end_is_seen(written: list[Head]) -> None:
    Entry.objects.filter(day=DAY, seq=3).delete()
    assert flaws() == [Flaw(DAY, 3, "cut")]


def test_a_cut_end_whose_chain_was_shortened_with_it_is_seen_by_the_head_that_was_noted(written: list[Head]) -> None:
    Entry.objects.filter(day=DAY, seq=3).delete()
    DayChain.objects.filter(day=DAY).update(entries=2, head=Entry.objects.get(day=DAY, seq=2).mac)
    assert flaws() == []
    assert flaws(written) == [Flaw(DAY, 3, "not the head that was noted")]


def test_a_day_that_vanished_as_a_whole_is_seen(written: list[Head]) -> None:
    gone = dt.date(2020, 2, 18)
    Entry.objects.filter(day=gone).delete()
    DayChain.objects.filter(day=gone).delete()
    assert [flaw.what for flaw in flaws()] == ["day missing"]


def test_a_rewritten_entry_needs_the_key(written: list[Head]) -> None:
    assert {flaw.what for flaw in queries.verify(key=b"another key")} == {"edited"}


def test_the_command_names_the_flaw_and_fails(written: list[Head]) -> None:
    out = io.StringIO()
    call_command("ledger_verify", stdout=out)
    assert "3 days, 9 entries, 0 flaws" in out.getvalue()
    _edit_facts(Entry.objects.get(day=DAY, seq=2))
    with pytest.raises(CommandError):
        call_command("ledger_verify", stdout=out)
    assert "2020-02-17 no. 2: edited" in out.getvalue()


def test_heads_survive_paper(written: list[Head]) -> None:
    out = io.StringIO()
    call_command("ledger_head", stdout=out)
    assert [Head.parse(line) for line in out.getvalue().splitlines()] == written
