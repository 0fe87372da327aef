"""Nobody edits the ledger unseen."""

import dataclasses
import datetime as dt
import io
import stat
import uuid
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit import queries, rules
from renwang.foundation.audit.actions import action
from renwang.foundation.audit.actions.door import ledger_key
from renwang.foundation.audit.events import Event
from renwang.foundation.audit.keys import read_ledger_key
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


def test_a_cut_end_whose_chain_was_shortened_with_it_is_seen_without_the_key(written: list[Head]) -> None:
    Entry.objects.filter(day=DAY, seq=3).delete()
    DayChain.objects.filter(day=DAY).update(entries=2, head=Entry.objects.get(day=DAY, seq=2).mac)
    assert flaws() == [Flaw(DAY, 3, "cut")]


def test_a_chain_put_back_to_what_it_once_was_is_seen_by_the_head_that_was_noted(now: dt.datetime) -> None:
    beat_once(actor=Actor.system(), now=now, name="0")
    once = DayChain.objects.values().get()
    beat_once(actor=Actor.system(), now=now, name="1")
    noted = queries.heads()
    Entry.objects.filter(seq=2).delete()
    DayChain.objects.update(**once)
    assert flaws() == []
    assert flaws(noted) == [Flaw(DAY, 2, "not the head that was noted")]


def test_a_last_day_that_vanished_is_seen_by_the_head_that_was_noted(written: list[Head]) -> None:
    last = dt.date(2020, 2, 19)
    Entry.objects.filter(day=last).delete()
    DayChain.objects.filter(day=last).delete()
    assert flaws(written) == [Flaw(last, 0, "day missing")]


def test_two_entries_that_changed_places_are_both_named(written: list[Head]) -> None:
    first, second = Entry.objects.filter(day=DAY, seq__lt=3).order_by("seq")
    Entry.objects.filter(pk=first.pk).update(facts=second.facts)
    Entry.objects.filter(pk=second.pk).update(facts=first.facts)
    assert flaws() == [Flaw(DAY, 1, "edited"), Flaw(DAY, 2, "edited")]


def test_an_entry_that_was_added_is_named(written: list[Head]) -> None:
    copied = Entry.objects.get(day=DAY, seq=3)
    Entry.objects.create(day=DAY, seq=4, name=copied.name, facts=copied.facts, actor_id=7, at=copied.at, mac=copied.mac)
    assert flaws() == [Flaw(DAY, 4, "added")]
    DayChain.objects.filter(day=DAY).update(entries=4)
    assert flaws() == [Flaw(DAY, 4, "edited")]


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"opening": "0" * 64}, "day reopened"),
        ({"ordinal": 7}, "day missing"),
        ({"head": "0" * 64}, "cut"),
        ({"entries": 2}, "cut"),
    ],
)
def test_an_edit_of_any_column_of_a_day_is_named(written: list[Head], change: dict[str, object], what: str) -> None:
    DayChain.objects.filter(day=DAY).update(**change)
    assert what in {flaw.what for flaw in flaws()}


def test_a_day_that_vanished_hides_no_edit_after_it(written: list[Head]) -> None:
    gone, after = dt.date(2020, 2, 18), dt.date(2020, 2, 19)
    Entry.objects.filter(day=gone).delete()
    DayChain.objects.filter(day=gone).delete()
    _edit_facts(Entry.objects.get(day=after, seq=2))
    assert flaws() == [Flaw(after, 0, "day missing"), Flaw(after, 2, "edited")]


def test_a_day_nobody_lived_cannot_be_added_without_the_key(written: list[Head]) -> None:
    DayChain.objects.create(day=dt.date(2020, 3, 1), ordinal=4, opening="0" * 64, head="0" * 64)
    assert flaws() == [Flaw(dt.date(2020, 3, 1), 0, "day reopened")]


def test_what_is_written_while_the_ledger_is_verified_is_no_flaw(
    written: list[Head], now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    tomorrow = now + dt.timedelta(days=3)
    moments = [now, tomorrow, tomorrow]
    plain = rules.entry_mac
    busy: list[bool] = []

    def meanwhile(*args, **kwargs):
        if moments and not busy:
            busy.append(True)
            beat_once(actor=Actor.system(), now=moments.pop(), name=f"late-{len(moments)}")
            busy.clear()
        return plain(*args, **kwargs)

    monkeypatch.setattr(rules, "entry_mac", meanwhile)
    assert flaws(written) == []
    assert Entry.objects.count() == 12
    assert flaws(written) == []


@dataclasses.dataclass(frozen=True, kw_only=True)
class Measured(Event):
    """Every kind of plain value."""

    values: tuple[object, ...]


@action
def measure(*, actor: Actor, now: dt.datetime, values: tuple[object, ...]) -> Measured:
    """Write values down."""
    return Measured(values=values)


def test_every_plain_value_comes_back_from_either_database_as_it_was_hashed(now: dt.datetime) -> None:
    values: tuple[object, ...] = (
        *(1, 1.0, -0.0, 0.1, 1e16, 1e-7, 1.2345678901234567e25, 1e300, 2**70, -(2**63), True, None),
        *("刘德顺", "a|b", "\u2028", "😀", "", (1, (2, 3)), {"z": 1, "a": {"2": 2.0}}),
        *(Decimal("1.10"), uuid.UUID(int=7), now, now.replace(microsecond=123456), now.date(), dt.timedelta(hours=1)),
    )
    measure(actor=Actor.system(), now=now.replace(microsecond=999999), values=values)
    measure(actor=Actor.system(), now=now.astimezone(dt.timezone(dt.timedelta(hours=-7))), values=())
    assert flaws() == []


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_is_refused_and_nothing_written(now: dt.datetime, value: float) -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        measure(actor=Actor.system(), now=now, values=(value,))
    assert not Entry.objects.exists()


def test_a_moment_without_a_zone_is_refused_and_nothing_written(now: dt.datetime) -> None:
    with pytest.raises(ValueError, match="naive"):
        measure(actor=Actor.system(), now=now.replace(tzinfo=None), values=())
    assert not Entry.objects.exists()


def test_a_clock_that_goes_back_over_midnight_writes_on_in_the_earlier_day(now: dt.datetime) -> None:
    for moment in (now, now + dt.timedelta(days=1), now, now - dt.timedelta(days=1)):
        beat_once(actor=Actor.system(), now=moment, name=moment.isoformat() + str(Entry.objects.count()))
    assert [(head.day.day, head.ordinal, head.entries) for head in queries.heads()] == [
        (17, 1, 2),
        (18, 2, 1),
        (16, 3, 1),
    ]
    assert flaws() == []


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps neither of them")
@pytest.mark.parametrize(
    "sql",
    [
        """UPDATE audit_entry SET facts = '{"name": "somebody else", "name": "0-1"}' WHERE day = '2020-02-17' AND seq = 2""",
        "UPDATE audit_entry SET at = 'yesterday' WHERE day = '2020-02-17' AND seq = 2",
    ],
)
def test_a_row_that_cannot_be_read_or_can_be_read_two_ways_is_named(written: list[Head], sql: str) -> None:
    connection.cursor().execute(sql)
    assert flaws(written) == [Flaw(DAY, 2, "edited")]


def test_a_ledger_whose_key_is_lost_is_not_continued_with_another(
    written: list[Head], now: dt.datetime, settings, tmp_path: Path
) -> None:
    settings.RENWANG_LEDGER_KEY_FILE = tmp_path / "lost.key"
    with pytest.raises(ImproperlyConfigured, match="is missing"):
        beat_once(actor=Actor.system(), now=now, name="after")
    assert not settings.RENWANG_LEDGER_KEY_FILE.exists()
    assert Entry.objects.count() == 9


def test_a_file_that_is_no_key_is_refused(tmp_path: Path) -> None:
    for text in ("", "abcd", "not hexadecimal", "二"):
        (tmp_path / "ledger.key").write_text(text)
        with pytest.raises(ImproperlyConfigured, match="not a key"):
            read_ledger_key(str(tmp_path / "ledger.key"))


def test_a_key_is_made_once_and_read_by_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "ledger.key"
    made = read_ledger_key(str(file))
    assert read_ledger_key(str(file)) == made and len(made) == 32
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]


def test_a_day_that_vanished_as_a_whole_is_seen(written: list[Head]) -> None:
    gone = dt.date(2020, 2, 18)
    Entry.objects.filter(day=gone).delete()
    DayChain.objects.filter(day=gone).delete()
    assert [flaw.what for flaw in flaws()] == ["day missing"]


def test_a_rewritten_entry_needs_the_key(written: list[Head]) -> None:
    assert {"edited", "cut"} <= {flaw.what for flaw in queries.verify(key=b"another key")}


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
