"""Readings of a few meters, sent, kept and computed: what the tests of the index share."""

import datetime as dt
from typing import Any

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.models import Promise
from renwang.programmes.enterprise import actions, handlers, queries
from renwang.programmes.enterprise.engine.receiving import received
from renwang.programmes.enterprise.events import ReadingsTaken
from renwang.programmes.enterprise.models import ReadingFile

DAY = dt.date(2020, 2, 17)
BASE = [dt.date(2019, 12, day) for day in range(1, 11)]


def csv(*days: dt.date, head: str = "表号,日期,电量", **kwh: object) -> bytes:
    lines = [head, *(f"{meter},{day},{amount}" for day in days for meter, amount in kwh.items())]
    return "\n".join(lines).encode("gb18030")


def take(actor: Actor, now: dt.datetime, content: bytes, name: str = "readings.csv", **more: Any) -> ReadingsTaken:
    with received((content,), queries.inbox_folder(), most=10**6) as file:
        return actions.take_readings(actor=actor, now=now, filename=name, file=file, **more)


def send(actor: Actor, now: dt.datetime, content: bytes, name: str = "readings.csv", **more: Any) -> ReadingFile:
    taken = take(actor, now, content, name, **more)
    handlers.keep_readings({"file_id": taken.file_id}, now=now)
    return ReadingFile.objects.get(pk=taken.file_id)


def compute(now: dt.datetime) -> None:
    for one in Promise.objects.filter(kind=actions.COMPUTE).order_by("pk"):
        handlers.compute_index(one.payload, now=now)
