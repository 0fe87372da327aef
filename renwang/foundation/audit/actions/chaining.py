"""Chain what was done to the day's ledger: the last thing an action does, so that the day is held shortly."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from .. import rules
from ..models import DayChain, Entry


@dataclass(frozen=True)
class Said:
    """One thing that was done, before it is chained: the action's name, its event's fields, who and when."""

    name: str
    raw: dict[str, Any]
    actor_id: int | None
    at: datetime


# How far this process has chained each day: (entries, head). Only a guess that spares a look: an UPDATE that it guards
# finds nothing where another process went on, or a transaction was taken back, and then the day is locked and read.
_guessed: dict[date, tuple[int, str]] = {}
_DAYS_KEPT = 7


def chain(said: Sequence[Said], *, key: bytes) -> None:
    """Chain entries in their order, each to its local day."""
    by_day: dict[date, list[Said]] = defaultdict(list)
    for one in said:
        by_day[timezone.localtime(one.at).date()].append(one)
    for day in sorted(by_day):
        guess = _guessed.get(day)
        if guess is not None and _append(day, by_day[day], guess, key):
            continue
        locked = _lock(day, key)
        if not _append(day, by_day[day], (locked.entries, locked.head), key):
            raise RuntimeError("The ledger's day moved although it was locked.")


def stored(at: datetime) -> datetime:
    """Return a moment as the database gives it back: UTC, microseconds."""
    return at.astimezone(UTC)


def _append(day: date, said: Sequence[Said], end: tuple[int, str], key: bytes) -> bool:
    """Write entries behind a day's end; answer whether that still was its end (otherwise nothing is written)."""
    seq, head = end
    rows: list[Entry] = []
    for one in said:
        facts = json.loads(json.dumps(one.raw, cls=DjangoJSONEncoder))
        seq += 1
        mac = rules.entry_mac(
            key,
            before=head,
            day=day,
            seq=seq,
            name=one.name,
            actor_id=one.actor_id,
            at=stored(one.at),
            facts=rules.canonical(facts),
        )
        head = rules.seal(key, mac)
        rows.append(
            Entry(day=day, seq=seq, name=one.name, facts=facts, actor_id=one.actor_id, at=stored(one.at), mac=mac)
        )
    done = _append_at_once if connection.vendor == "postgresql" else _append_in_two
    if not done(day, rows, end, (seq, head)):
        return False
    if len(_guessed) >= _DAYS_KEPT:
        _guessed.clear()
    _guessed[day] = (seq, head)
    return True


def _append_in_two(day: date, rows: list[Entry], end: tuple[int, str], new_end: tuple[int, str]) -> bool:
    found = DayChain.objects.filter(day=day, entries=end[0], head=end[1])
    if not found.update(entries=new_end[0], head=new_end[1]):
        return False
    Entry.objects.bulk_create(rows)
    return True


def _append_at_once(day: date, rows: list[Entry], end: tuple[int, str], new_end: tuple[int, str]) -> bool:
    """Do the same in one statement: every action waits for it, and a crowd of them one after the other."""
    columns = [
        {
            "seq": row.seq,
            "name": row.name,
            "facts": row.facts,
            "actor_id": row.actor_id,
            "at": row.at.isoformat(),
            "mac": row.mac,
        }
        for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH moved AS (
                UPDATE audit_daychain SET entries = %s, head = %s WHERE day = %s AND entries = %s AND head = %s
                RETURNING day
            )
            INSERT INTO audit_entry (day, seq, name, facts, actor_id, at, mac)
            SELECT moved.day, said.seq, said.name, said.facts, said.actor_id, said.at, said.mac
            FROM moved, json_to_recordset(%s::json) AS said (
                seq integer, name text, facts jsonb, actor_id bigint, at timestamptz, mac text)
            """,
            [*new_end, day, *end, json.dumps(columns)],
        )
        return bool(cursor.rowcount)


def _lock(day: date, key: bytes) -> DayChain:
    """Return the day's chain, locked until this transaction ends; opens the day where it is its first."""
    found = DayChain.objects.select_for_update().filter(day=day).first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            # The last day is locked while the next one opens: of two that open days, one waits for the other.
            last = DayChain.objects.select_for_update().order_by("-ordinal").first()
            ordinal, before = (last.ordinal + 1, last.opening) if last else (1, "")
            start = rules.opening(key, day=day, ordinal=ordinal, before=before)
            DayChain.objects.create(day=day, ordinal=ordinal, opening=start, head=start)
    except IntegrityError:
        # Another worker opened the day (or took the ordinal) first.
        return _lock(day, key)
    return DayChain.objects.select_for_update().get(day=day)
