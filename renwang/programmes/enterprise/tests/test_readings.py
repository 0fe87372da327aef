"""Files of readings: sent, laid down by day, asked about, taken back, saved; and what is wrong with them, said."""

import datetime as dt
import shutil
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from renwang.foundation.access.models import User
from renwang.foundation.access.rules import Actor, NotAllowed
from renwang.foundation.audit.models import Promise
from renwang.programmes.enterprise import actions, handlers, queries
from renwang.programmes.enterprise.engine import Refused as EngineRefused
from renwang.programmes.enterprise.engine.receiving import TooLarge, received
from renwang.programmes.enterprise.models import (
    DayIndex,
    FirmPower,
    PowerNotice,
    PowerRun,
    ReadingFile,
    Suspicion,
)
from renwang.programmes.enterprise.rules.enterprises import Refused, Stale
from renwang.programmes.enterprise.rules.power import FileState

from .metering import BASE, DAY, compute, csv, send, take


def test_only_the_industry_office_and_the_command_send_readings(
    street_officer: Actor, boss: Actor, now: dt.datetime, data: Path
) -> None:
    for actor in (street_officer, boss):
        with pytest.raises(NotAllowed):
            take(actor, now, csv(DAY, M1=1))
    assert not ReadingFile.objects.exists()
    assert not list(queries.inbox_folder().iterdir()), "what is refused does not stay on the disk"


@pytest.mark.parametrize(("name", "content"), [("a.pdf", b"x"), ("a.csv", b"")])
def test_what_is_no_file_of_readings_is_refused(
    office: Actor, data: Path, now: dt.datetime, name: str, content: bytes
) -> None:
    with pytest.raises(Refused):
        take(office, now, content, name)


@pytest.mark.parametrize(
    "content",
    [
        "表号,日期\nM1,2020-02-17\n".encode(),
        b"\xff\xfe\x00\x00rubbish",
        "表号,日期,电量\nM1,昨天,1\nM2,昨天,2\n".encode(),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(
    office: Actor, metered: Any, now: dt.datetime, content: bytes
) -> None:
    row = send(office, now, content)
    assert row.state == FileState.REFUSED and row.problem
    assert not DayIndex.objects.exists()


def test_readings_lie_by_day_in_the_data_folder_and_not_in_the_database(computed: dt.date, data: Path) -> None:
    days = sorted(place.name for place in (data / "readings" / "daily").iterdir())
    assert days == [*(f"day={day}" for day in BASE), f"day={DAY}"]
    assert {field.name for field in FirmPower._meta.get_fields()} == {
        "id",
        "enterprise",
        "day",
        "kwh",
        "base_kwh",
        "rate",
        "is_resumed",
        "state",
    }


def test_what_is_wrong_with_readings_is_counted_and_listed(office: Actor, metered: Any, now: dt.datetime) -> None:
    send(office, now, csv(*BASE, M1=600, M2=400, M3=1000), "base.csv")
    lines = (
        "表号,日期,电量\nM1,2020-02-17,500\nM1,2020-02-17,700\nM2,2020-02-17,-5\nM3,2020-02-17,100\nM9,2020-02-17,1\n"
    )
    send(office, now, lines.encode(), "day.csv")
    compute(now)
    run = PowerRun.objects.latest("pk")
    found = dict(PowerNotice.objects.filter(run=run).values_list("code", "count"))
    assert {"unknown_meters", "read_twice_different", "negative"} <= set(found)
    assert "M9" in PowerNotice.objects.get(run=run, code="unknown_meters").examples
    assert (run.firms, run.firms_read) == (2, 2)


def test_a_title_in_ten_thousands_is_asked_about_and_kept_only_when_said(
    office: Actor, metered: Any, now: dt.datetime
) -> None:
    send(office, now, csv(*BASE, M1=600, M2=400, M3=1000), "base.csv")
    row = send(office, now, csv(DAY, head="表号,日期,用电量（万千瓦时）", M1="0.05", M2="0.03", M3="0.01"), "wan.csv")
    assert row.state == FileState.ASKING
    compute(now)
    assert not DayIndex.objects.filter(day=DAY).exists()
    actions.settle_unit(actor=office, now=now, file_id=row.pk, unit="wan-kwh")
    with pytest.raises(Stale):
        actions.settle_unit(actor=office, now=now, file_id=row.pk, unit="kwh")
    handlers.keep_readings({"file_id": row.pk}, now=now)
    compute(now)
    assert DayIndex.objects.get(day=DAY, area="370704", size="", industry="").index == Decimal("45.00")


def test_amounts_a_ten_thousandth_of_what_the_meters_had_are_asked_about(
    office: Actor, metered: Any, now: dt.datetime
) -> None:
    send(office, now, csv(*BASE, M1=600, M2=400, M3=1000), "base.csv")
    row = send(office, now, csv(DAY, M1="0.05", M2="0.03", M3="0.01"), "odd.csv")
    assert row.state == FileState.ASKING and row.problem


def test_a_file_taken_back_leaves_its_days_and_may_be_sent_again(
    office: Actor, computed: dt.date, now: dt.datetime
) -> None:
    row = ReadingFile.objects.get(filename="day.csv")
    actions.withdraw_readings(actor=office, now=now, file_id=row.pk)
    with pytest.raises(Stale):
        actions.withdraw_readings(actor=office, now=now, file_id=row.pk)
    handlers.forget_readings({"file_id": row.pk}, now=now)
    assert PowerRun.objects.latest("pk").problem
    assert not DayIndex.objects.filter(day=DAY).exists()
    again = send(office, now, csv(DAY, M1=600, M2=400, M3=1000), "right.csv")
    assert again.state == FileState.KEPT
    for one in Promise.objects.filter(kind=actions.COMPUTE).order_by("-pk")[:1]:
        handlers.compute_index(one.payload, now=now)
    assert DayIndex.objects.get(day=DAY, area="370704", size="", industry="").index == Decimal("100.00")


def test_a_file_is_sent_on_the_page_and_laid_down_by_the_worker(
    office: Actor, metered: Any, now: dt.datetime, settings: Any, data: Path
) -> None:
    settings.RENWANG_SECOND_FACTOR = False
    client = Client()
    client.force_login(User.objects.get(pk=office.user_id), backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("enterprise:readings")
    for wrong in (SimpleUploadedFile("a.pdf", b"x"), SimpleUploadedFile("a.csv", b"")):
        assert client.post(address, {"file": wrong}).status_code == 422
    content = csv(*BASE, M1=600, M2=400, M3=1000)
    assert client.post(address, {"file": SimpleUploadedFile("base.csv", content)}).status_code == 302
    row = ReadingFile.objects.get()
    assert (row.state, row.is_unit_sure) == (FileState.WAITING, False)
    assert [each.read_bytes() for each in queries.inbox_folder().iterdir()] == [content]
    assert "hx-trigger" in client.get(address).content.decode().partition('id="files"')[2].partition(">")[0]
    promised = Promise.objects.get(kind=actions.KEEP)
    handlers.keep_readings(promised.payload, now=now)
    assert ReadingFile.objects.get().state == FileState.KEPT
    assert "hx-trigger" not in client.get(address).content.decode().partition('id="files"')[2].partition(">")[0]


def test_a_file_whose_middle_is_broken_is_refused_in_words(
    office: Actor, metered: Any, now: dt.datetime, data: Path
) -> None:
    whole = data / "whole.parquet"
    duckdb.sql(
        f"copy (select 'M' || (i % 3) as meter_id, date '2020-02-01' + (i % 20)::int as day, i * 1.5 as kwh "
        f"from range(60000) t(i)) to '{whole}' (format parquet)"
    )
    content = bytearray(whole.read_bytes())
    middle = len(content) // 2
    content[middle - 4000 : middle + 4000] = b"\xff" * 8000
    row = send(office, now, bytes(content), "broken.parquet")
    assert row.state == FileState.REFUSED and row.problem
    assert not list(queries.readings_folder().glob("daily/*/*.parquet"))


def test_a_computation_that_lacked_memory_is_promised_anew_and_told(
    office: Actor, computed: dt.date, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object, **_more: object) -> None:
        raise EngineRefused("engine_failed", engine="duckdb", reason="out of memory")

    before = list(DayIndex.objects.values_list("pk", "index"))
    monkeypatch.setattr("renwang.programmes.enterprise.engine.opened", full)
    with pytest.raises(EngineRefused):
        handlers.compute_index({"first": str(DAY), "last": str(DAY)}, now=now)
    assert PowerRun.objects.latest("pk").problem
    assert list(DayIndex.objects.values_list("pk", "index")) == before


def test_a_file_that_is_too_large_leaves_nothing_behind(data: Path) -> None:
    with pytest.raises(TooLarge), received((b"x" * 600, b"y" * 600), queries.inbox_folder(), most=1000):
        pass
    assert list(queries.inbox_folder().iterdir()) == []


def test_a_file_that_was_taken_back_and_sent_again_at_once_stays(
    office: Actor, computed: dt.date, now: dt.datetime
) -> None:
    row = ReadingFile.objects.get(filename="day.csv")
    actions.withdraw_readings(actor=office, now=now, file_id=row.pk)
    again = send(office, now, csv(DAY, M1=500, M2=300, M3=100), "day.csv")
    # The promise to forget the first is kept late: its readings are those of the second by now.
    handlers.forget_readings({"file_id": row.pk}, now=now)
    assert again.state == FileState.KEPT
    assert list(queries.readings_folder().glob(f"daily/day={DAY}/*.parquet"))


def test_load_curves_of_the_base_alone_are_kept_and_nobody_is_judged(
    office: Actor, metered: Any, now: dt.datetime
) -> None:
    day = dt.date(2019, 12, 30)
    lines = [f"M1,{day} {n // 4:02d}:{n % 4 * 15:02d}:00,{20 + n % 5}" for n in range(96)]
    row = send(office, now, ("表号,时间,负荷\n" + "\n".join(lines)).encode(), "load.csv")
    assert row.state == FileState.KEPT
    handlers.judge_loads(Promise.objects.get(kind=actions.JUDGE).payload, now=now)
    assert not Suspicion.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "postgresql" and shutil.which("pg_dump") is None, reason="no pg_dump")
def test_the_readings_come_back_with_the_database_and_make_the_same_index(
    office: Actor, computed: dt.date, now: dt.datetime, tmp_path: Path, data: Path
) -> None:
    def indices() -> list[Any]:
        return list(
            DayIndex.objects.order_by("area", "industry", "size").values_list("area", "industry", "size", "index")
        )

    before = indices()
    call_command("backup", str(tmp_path / "district.tar.gz"), stdout=StringIO())
    row = ReadingFile.objects.get(filename="day.csv")
    actions.withdraw_readings(actor=office, now=now, file_id=row.pk)
    handlers.forget_readings({"file_id": row.pk}, now=now)
    assert not DayIndex.objects.filter(day=DAY).exists()
    call_command("restore", str(tmp_path / "district.tar.gz"), "--replace", stdout=StringIO(), stderr=StringIO())
    assert indices() == before
    DayIndex.objects.all().delete()
    handlers.compute_index({"first": str(DAY), "last": str(DAY)}, now=now)
    assert indices() == before
