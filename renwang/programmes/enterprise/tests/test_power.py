"""Readings that are sent, kept by day, computed, and opened again to their firms; and what is wrong with them, said."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from conftest import District
from renwang.foundation.access.rules import Actor, NotAllowed
from renwang.foundation.audit.models import Promise
from renwang.loop.cases.models import Case
from renwang.loop.indicators import kinds
from renwang.loop.indicators.rules import Day
from renwang.loop.indicators.tests.conftest import keep
from renwang.loop.indicators.tests.contract import check_figures_open
from renwang.programmes.enterprise import actions, handlers, queries
from renwang.programmes.enterprise.models import (
    DayIndex,
    Enterprise,
    FirmPower,
    PowerNotice,
    PowerRun,
    ReadingFile,
    Suspicion,
)
from renwang.programmes.enterprise.rules.enterprises import MeterIn, Refused, Stale
from renwang.programmes.enterprise.rules.power import FileState
from renwang.programmes.enterprise.views.charts import chart

DAY = dt.date(2020, 2, 17)
BASE = [dt.date(2019, 12, day) for day in range(1, 11)]


@pytest.fixture(autouse=True)
def data(settings: Any, tmp_path: Path) -> Path:
    """A data folder of its own."""
    settings.RENWANG_DATA = tmp_path
    return tmp_path


@pytest.fixture
def metered(office: Actor, firm: Enterprise, other_firm: Enterprise, now: dt.datetime) -> tuple[Enterprise, Enterprise]:
    """Two firms with a meter each, and a second one at the mill."""
    since = dt.date(2019, 1, 1)
    meters = [MeterIn(firm.pk, "M1", since), MeterIn(firm.pk, "M2", since), MeterIn(other_firm.pk, "M3", since)]
    actions.set_meters(actor=office, now=now, meters=meters)
    return firm, other_firm


def csv(*days: dt.date, head: str = "表号,日期,电量", **kwh: object) -> bytes:
    lines = [head, *(f"{meter},{day},{amount}" for day in days for meter, amount in kwh.items())]
    return "\n".join(lines).encode("gb18030")


def send(actor: Actor, now: dt.datetime, content: bytes, name: str = "readings.csv", **more: Any) -> ReadingFile:
    taken = actions.take_readings(actor=actor, now=now, filename=name, content=content, **more)
    handlers.keep_readings({"file_id": taken.file_id}, now=now)
    return ReadingFile.objects.get(pk=taken.file_id)


def compute(now: dt.datetime) -> None:
    for one in Promise.objects.filter(kind=actions.COMPUTE).order_by("pk"):
        handlers.compute_index(one.payload, now=now)


@pytest.fixture
def computed(office: Actor, metered: Any, now: dt.datetime) -> dt.date:
    """The index of one day: the mill at 80 % of its base, the other at 10 %."""
    send(office, now, csv(*BASE, M1=600, M2=400, M3=1000), "base.csv")
    send(office, now, csv(DAY, M1=500, M2=300, M3=100), "day.csv")
    compute(now)
    return DAY


def test_only_the_industry_office_and_the_command_send_readings(
    street_officer: Actor, boss: Actor, now: dt.datetime
) -> None:
    for actor in (street_officer, boss):
        with pytest.raises(NotAllowed):
            actions.take_readings(actor=actor, now=now, filename="a.csv", content=csv(DAY, M1=1))
    assert not ReadingFile.objects.exists()


@pytest.mark.parametrize(("name", "content"), [("a.pdf", b"x"), ("a.csv", b"")])
def test_what_is_no_file_of_readings_is_refused(office: Actor, now: dt.datetime, name: str, content: bytes) -> None:
    with pytest.raises(Refused):
        actions.take_readings(actor=office, now=now, filename=name, content=content)


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


def test_the_index_is_computed_for_each_area_industry_and_size(computed: dt.date, small_district: District) -> None:
    district = DayIndex.objects.get(day=computed, area=small_district.root.code, size="", industry="")
    assert (district.enterprises, district.resumed) == (2, 1)
    # One of two firms is above 30 %: 50 %; the resumed one's 800 of a base of 2000: 40 %; the index 45.
    assert (district.resumption_rate, district.production_rate, district.index) == (
        Decimal("50.00"),
        Decimal("40.00"),
        Decimal("45.00"),
    )
    assert district.zone == "suppressed"
    street = DayIndex.objects.get(day=computed, area=small_district.street.code, size="designated", industry="")
    assert street.index == Decimal("90.00")
    assert {row.industry for row in queries.by_industry(area=small_district.root.code, day=computed, size="")} == {
        "C17",
        "C34",
    }
    flags = dict(FirmPower.objects.values_list("enterprise__subject__name", "is_resumed"))
    assert flags == {"示范纺织厂": True, "外乡机械厂": False}


def test_the_same_file_twice_is_one_and_computed_again_is_the_same(
    office: Actor, computed: dt.date, now: dt.datetime
) -> None:
    before = list(
        DayIndex.objects.order_by("area", "industry", "size").values_list("area", "industry", "size", "index")
    )
    again = actions.take_readings(actor=office, now=now, filename="day.csv", content=csv(DAY, M1=500, M2=300, M3=100))
    assert again.is_repeat
    compute(now)
    assert (
        list(DayIndex.objects.order_by("area", "industry", "size").values_list("area", "industry", "size", "index"))
        == before
    )


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


def test_without_readings_of_the_base_nothing_is_computed_and_it_is_said(
    office: Actor, metered: Any, now: dt.datetime
) -> None:
    send(office, now, csv(DAY, M1=500, M2=300, M3=100), "day.csv")
    compute(now)
    assert PowerRun.objects.latest("pk").problem
    assert not DayIndex.objects.exists()


def test_a_meter_that_moved_counts_for_whoever_has_it(office: Actor, metered: Any, now: dt.datetime) -> None:
    firm, other = metered
    actions.set_meters(actor=office, now=now, meters=[MeterIn(other.pk, "M2", DAY)])
    send(office, now, csv(*BASE, M1=600, M2=400, M3=1000), "base.csv")
    send(office, now, csv(DAY, M1=500, M2=300, M3=100), "day.csv")
    compute(now)
    used = dict(FirmPower.objects.values_list("enterprise_id", "kwh"))
    assert used == {firm.pk: Decimal("500.00"), other.pk: Decimal("400.00")}


def test_the_method_is_set_with_its_zones_and_days_are_computed_anew(
    office: Actor, computed: dt.date, now: dt.datetime, street_officer: Actor
) -> None:
    told: dict[str, Any] = {
        "method": "wuhan", "base_from": BASE[0], "base_to": BASE[-1], "told_size": "", "recovering_from": Decimal(40),
        "steady_from": Decimal(60), "look_from": 70, "notice_on": None,
    }  # fmt: skip
    with pytest.raises(NotAllowed):
        actions.set_power(actor=street_officer, now=now, **told)
    for wrong in ({"method": "own"}, {"base_to": None}, {"steady_from": Decimal(10)}, {"look_from": 0}):
        with pytest.raises(Refused):
            actions.set_power(actor=office, now=now, **told | wrong)
    actions.set_power(actor=office, now=now + dt.timedelta(hours=1), **told)
    compute(now)
    district = DayIndex.objects.get(day=computed, area="370704", size="", industry="")
    # All firms' use counts: 900 of 2000.
    assert (district.method, district.production_rate, district.zone) == ("wuhan", Decimal("45.00"), "recovering")


def test_every_figure_of_the_economy_opens_to_its_rows(
    computed: dt.date, now: dt.datetime, office: Actor, firm: Enterprise
) -> None:
    for code in ("enterprise.power_index", "enterprise.resumed"):
        assert check_figures_open(kinds.get(code), keep(computed, now=now + dt.timedelta(minutes=1))) > 0


def day_of(day: dt.date) -> Day:
    since = dt.datetime.combine(day, dt.time(), timezone.get_default_timezone())
    return Day(day, since, since + dt.timedelta(days=1), is_over=True)


@pytest.mark.parametrize(("days", "is_settled"), [(0, True), (1, False), (3, False), (4, True)])
def test_a_day_waits_for_its_readings_as_long_as_they_come(computed: dt.date, days: int, is_settled: bool) -> None:
    """The grid company sends a day on the next: fixed in the night, the index would never be told."""
    index = kinds.get("enterprise.power_index")
    assert index.is_settled(day_of(computed + dt.timedelta(days=days))) is is_settled


@pytest.mark.django_db
def test_where_nobody_reads_meters_no_day_waits(now: dt.datetime) -> None:
    assert kinds.get("enterprise.power_index").is_settled(day_of(timezone.localdate(now)))


def test_an_odd_load_curve_sends_the_cadre_to_look_once_and_leaves_the_index_alone(
    computed: dt.date, firm: Enterprise, other_firm: Enterprise, cadre: Actor, now: dt.datetime
) -> None:
    before = list(DayIndex.objects.values_list("pk", "index"))
    found = [
        {"enterprise_id": firm.pk, "score": Decimal("72.5"), "reasons": "flat_load,night_as_day", "is_above": True},
        {"enterprise_id": other_firm.pk, "score": Decimal(12), "reasons": "", "is_above": False},
    ]
    for _time in range(2):
        kept = actions.keep_suspicions(actor=Actor.system(), now=now, day=computed, found=found)
    assert kept.count_above == 0, "the second time nobody is sent again"
    case = Case.objects.get(kind="enterprise.look")
    assert (case.subject_id, case.holder_id) == (firm.pk, cadre.user_id)
    assert Suspicion.objects.count() == 2
    assert list(DayIndex.objects.values_list("pk", "index")) == before


def test_a_firm_and_a_stranger_never_read_the_score(
    computed: dt.date, firm: Enterprise, now: dt.datetime, make_seat: Any
) -> None:
    found = [{"enterprise_id": firm.pk, "score": Decimal("88.8"), "reasons": "flat_load", "is_above": True}]
    actions.keep_suspicions(actor=Actor.system(), now=now, day=computed, found=found)
    client = Client()
    client.force_login(make_seat(firm), backend="django.contrib.auth.backends.ModelBackend")
    text = client.get(reverse("enterprise:own", args=[firm.pk])).content.decode()
    assert "88.8" not in text


def test_a_chart_leaves_a_gap_where_a_day_is_missing_and_keeps_its_labels_apart() -> None:
    days = [dt.date(2020, 2, day) for day in range(10, 16)]
    values = {day: Decimal(50) for day in days if day.day != 12}
    drawn = chart([("a", "strong", values), ("b", "other", values)], days=days, cuts=[(Decimal(80), "steady")])
    assert drawn is not None
    assert [len(line.points) for line in drawn.lines] == [2, 2]
    assert abs(drawn.lines[0].y - drawn.lines[1].y) >= 15
    assert chart([("a", "strong", {})], days=days) is None
