"""One round through the whole loop: open it, plan the contacts, ask by short message, take in the replies, work out findings, open cases.

For each size a new database beside the one of DATABASE_URL and a new process, so that memory and speed of one say nothing of another.
Messages go to a null centre (it takes and delivers everything at once); six of ten households write back, one reply in ten is a
fever or a need. The limit beside it: all rows that the round left behind, copied by a bare COPY into tables of the same columns,
indexes and constraints, in the same run.

    tools/with_postgres.sh .venv/bin/python benchmarks/round.py [--households 10000 100000 300000] [--json]
"""

import argparse
import contextlib
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

TARGET_RATE, TARGET_MB = 1000.0, 700
ANSWERING, IN_TROUBLE = 0.6, 0.1
TROUBLES = ("发烧38度", "没有米了", "降压药吃完了", "我发烧了38.2度", "家里没粮了", "缺降压药")
TABLES = (
    *("rounds_contact", "rounds_contactpart", "rounds_checkin", "rounds_finding"),
    *("channels_message", "channels_part", "channels_incoming", "cases_case", "audit_entry"),
)


def one_size(households: int) -> dict[str, Any]:
    """Play one round in this process, on the empty database of DATABASE_URL."""
    from benchmarks import city

    city.begin()
    from django.db import connection
    from django.utils import timezone

    from renwang.foundation.access.rules import Actor
    from renwang.foundation.channels.engine.null import NullSession
    from renwang.foundation.channels.engine.segments import segments_of
    from renwang.foundation.channels.engine.session import Arrived
    from renwang.foundation.channels.management.gateway import Gateway
    from renwang.foundation.channels.models import Incoming, Message
    from renwang.loop.cases.models import Case
    from renwang.loop.registry.models import Subject
    from renwang.loop.rounds import actions as rounds
    from renwang.loop.rounds.models import CheckIn, Contact, Finding, Waiting
    from renwang.loop.rounds.rules import Step

    city.settle(households, lap=city.Laps().lap)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

    @dataclass
    class Phones(NullSession):
        """The null centre, with phones that write back once they were asked to speak."""

        replies: Iterator[tuple[str, str]] = field(default_factory=lambda: iter(()))
        number: int = 10**9

        def listen(self, seconds: float) -> list[Any]:
            heard = super().listen(0)
            for address, text in self.replies:
                segment = segments_of(text)[0]
                self.number += 1
                heard.append(Arrived(self.number, address, segment.payload, segment.coding, segment.esm_class))
                if len(heard) >= 1000:
                    break
            return heard

    session = Phones()

    class Channel:
        rate, window, code = 1_000_000.0, 1000, "sms"

        def open(self) -> NullSession:
            return session

    # At nine in the morning, whenever it is run: at night nothing would be sent before eight.
    begun = timezone.localtime()
    nine = begun.replace(hour=9, minute=0, second=0, microsecond=0)
    ahead = (nine if nine >= begun else nine + timedelta(days=1)) - begun

    def clock() -> datetime:
        return timezone.now() + ahead

    system, now = Actor.system(), clock()
    today = timezone.localdate(now)
    laps = city.Laps()
    draft = rounds.RoundDraft(
        title="每日排查",
        office="health",
        area="370704",
        opens_on=today,
        closes_on=today,
        everybody=True,
        modes=(Step("sms", tries=1), Step("call"), Step("visit", tries=1)),
    )
    rounds.open_round(actor=system, now=now, round_id=rounds.draft_round(actor=system, now=now, draft=draft).round_id)
    rounds.plan_day(actor=system, now=now, day=today)
    laps.lap("open and plan")
    rounds.send_texts(actor=system, now=clock())
    laps.lap("write the messages")
    gateway = Gateway(Channel(), clock=clock)
    gateway.pump(most_seconds=3600)
    laps.lap("send, with receipts")
    chance = random.Random(11)
    asked = Contact.objects.filter(texted__gt=0).order_by("pk").values_list("pk", flat=True)
    texted = Message.objects.filter(about="rounds.contact").order_by("pk").values_list("address", flat=True)
    # The phones' answers are thought out before the clock goes on.
    session.replies = iter(
        [
            (address or "", chance.choice(TROUBLES) if chance.random() < IN_TROUBLE else "1")
            for address in texted.iterator(chunk_size=5000)
            if chance.random() < ANSWERING
        ]
    )
    laps.lap("the phones think (not counted)")
    gateway.pump(most_seconds=3600)
    laps.lap("take the replies in")
    rounds.take_new_replies(actor=system, now=clock())
    while rounds.work_out_waiting(actor=system, now=clock()):
        pass
    laps.lap("read them, find, open cases")
    counted = {name: took for name, took in laps.seconds.items() if "not counted" not in name}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    limit = _limit(connection)
    return {
        "households": Subject.objects.filter(kind="household").count(),
        "contacts": Contact.objects.count(),
        "asked": asked.count(),
        "delivered": Message.objects.filter(state="delivered").count(),
        "replies": Incoming.objects.count(),
        "to_a_person": Incoming.objects.filter(state="review").count(),
        "check_ins": CheckIn.objects.count(),
        "waiting": Waiting.objects.count(),
        "findings": Finding.objects.count(),
        "cases": Case.objects.count(),
        "seconds": counted,
        "total_s": round(sum(counted.values()), 1),
        "households_per_s": round(households / sum(counted.values())),
        "peak_mb": peak,
        "peak_before_mb": before,
        "limit_s": round(limit, 1),
        "share_of_limit": round(limit / sum(counted.values()), 3),
    }


def _limit(connection: Any) -> float:
    """Return the seconds in which a bare COPY writes the same rows into tables of the same form."""
    took = 0.0
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f'CREATE UNLOGGED TABLE "limit_{table}" (LIKE "{table}" INCLUDING ALL)')
            cursor.execute(f'ALTER TABLE "limit_{table}" SET LOGGED')
            with tempfile.TemporaryFile() as kept:
                with cursor.copy(f'COPY "{table}" TO STDOUT') as out:
                    for part in out:
                        kept.write(part)
                kept.seek(0)
                begun = time.perf_counter()
                with cursor.copy(f'COPY "limit_{table}" FROM STDIN') as into:
                    while part := kept.read(1 << 20):
                        into.write(part)
                took += time.perf_counter() - begun
            cursor.execute(f'DROP TABLE "limit_{table}"')
    return took


@contextlib.contextmanager
def own_database(url: str) -> Iterator[str]:
    """Yield the address of an empty database beside the given one."""
    import psycopg

    name = f"renwang_round_{os.getpid()}_{time.monotonic_ns() % 1_000_000}"
    with psycopg.connect(url, autocommit=True) as line:
        line.execute(f'CREATE DATABASE "{name}"')
    try:
        yield urlsplit(url)._replace(path=f"/{name}").geturl()
    finally:
        with psycopg.connect(url, autocommit=True) as line:
            line.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def main() -> int:
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--households", type=int, nargs="+", default=[10_000, 100_000, 300_000])
    reader.add_argument("--one", type=int, help=argparse.SUPPRESS)
    reader.add_argument("--json", action="store_true")
    options = reader.parse_args()
    if options.one:
        print(json.dumps(one_size(options.one)))
        return 0
    results = []
    for households in options.households:
        folder = tempfile.mkdtemp(prefix="renwang-round-")
        try:
            with own_database(os.environ["DATABASE_URL"]) as url:
                environment = os.environ | {"DATABASE_URL": url, "RENWANG_DATA": folder, "RENWANG_QUIET_HOURS": ""}
                command = [sys.executable, __file__, "--one", str(households)]
                told = subprocess.run(command, env=environment, cwd=ROOT, check=True, stdout=subprocess.PIPE)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        results.append(json.loads(told.stdout.splitlines()[-1]))
        if not options.json:
            for name, value in results[-1].items():
                print(f"{name:>18}  {value}", flush=True)
            print()
    rates = [one["households_per_s"] for one in results]
    reached = {
        "households/s": min(rates) >= TARGET_RATE,
        "flat": min(rates) >= 0.8 * max(rates),
        "memory": max(one["peak_mb"] for one in results) < TARGET_MB,
        "nothing lost": all(
            one["asked"] == one["delivered"] and one["waiting"] == 0 and one["cases"] >= one["findings"] > 0
            for one in results
        ),
    }
    if options.json:
        print(json.dumps({"sizes": results, "reached": reached}, indent=1))
    else:
        for name, well in reached.items():
            print(f"{name:>18}  {'reached' if well else 'MISSED'}")
    return 0 if all(reached.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
