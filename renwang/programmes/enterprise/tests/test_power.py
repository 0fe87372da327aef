"""The index: computed, kept, opened again to its firms; the method that is set, and what the load curves say."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from conftest import District, MakeUser
from renwang.foundation.access.models import User
from renwang.foundation.access.rules import Actor, NotAllowed
from renwang.loop.cases.models import Case
from renwang.loop.indicators import kinds
from renwang.loop.indicators.rules import Day
from renwang.loop.indicators.tests.conftest import keep
from renwang.loop.indicators.tests.contract import check_figures_open
from renwang.programmes.enterprise import actions, queries
from renwang.programmes.enterprise.models import (
    DayIndex,
    Enterprise,
    FirmPower,
    PowerRun,
    Suspicion,
)
from renwang.programmes.enterprise.rules.enterprises import MeterIn, Refused
from renwang.programmes.enterprise.views.charts import chart

from .metering import BASE, DAY, compute, csv, send, take


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
    again = take(office, now, csv(DAY, M1=500, M2=300, M3=100), "day.csv")
    assert again.is_repeat
    compute(now)
    assert (
        list(DayIndex.objects.order_by("area", "industry", "size").values_list("area", "industry", "size", "index"))
        == before
    )


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
    run = PowerRun.objects.latest("pk")
    assert (run.method, run.base_from, run.base_to) == ("wuhan", BASE[0], BASE[-1])


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


def test_the_score_is_read_only_where_one_may_go_and_look(
    computed: dt.date, firm: Enterprise, other_firm: Enterprise, now: dt.datetime, make_user: MakeUser,
    small_district: District, settings: Any,
) -> None:  # fmt: skip
    settings.RENWANG_SECOND_FACTOR = False
    for one, score in ((firm, "77.7"), (other_firm, "66.6")):
        found = [{"enterprise_id": one.pk, "score": Decimal(score), "reasons": "flat_load", "is_above": True}]
        actions.keep_suspicions(actor=Actor.system(), now=now, day=computed, found=found)
    # The health office reads of all firms; this account is a street's officer of the first street besides.
    both = make_user("both", health_officer=small_district.root.code, street_officer=small_district.street.code)
    client = Client()
    client.force_login(both, backend="django.contrib.auth.backends.ModelBackend")
    assert "77.7" in client.get(reverse("enterprise:page", args=[firm.pk])).content.decode()
    page = client.get(reverse("enterprise:page", args=[other_firm.pk]))
    assert page.status_code == 200 and "66.6" not in page.content.decode()


def test_a_year_is_computed_by_months_and_the_base_has_no_index() -> None:
    day = dt.date
    base = (day(2019, 10, 1), day(2019, 12, 31))
    parts = queries.days_to_compute(day(2019, 9, 20), day(2020, 3, 5), base)
    assert parts == [
        (day(2019, 9, 20), day(2019, 9, 30)), (day(2020, 1, 1), day(2020, 1, 31)), (day(2020, 2, 1), day(2020, 3, 2)),
        (day(2020, 3, 3), day(2020, 3, 5)),
    ]  # fmt: skip
    assert queries.days_to_compute(day(2019, 10, 1), day(2019, 12, 31), base) == []
    assert queries.days_to_compute(day(2019, 10, 1), day(2019, 10, 2), None) == [(day(2019, 10, 1), day(2019, 10, 2))]


def test_the_method_that_compares_with_last_year_finds_its_base(office: Actor, metered: Any, now: dt.datetime) -> None:
    actions.set_power(
        actor=office, now=now, method="hangzhou-2022", base_from=None, base_to=None, told_size="",
        recovering_from=Decimal(50), steady_from=Decimal(80), look_from=60, notice_on=None,
    )  # fmt: skip
    last_year = [dt.date(2019, 2, 14) + dt.timedelta(days=n) for n in range(7)]
    send(office, now, csv(*last_year, M1=600, M2=400, M3=1000), "2019.csv")
    send(office, now, csv(DAY, M1=900, M2=300, M3=1200), "day.csv")
    compute(now)
    assert DayIndex.objects.get(day=DAY, area="370704", size="", industry="").index == Decimal("120.00")


def test_the_page_calls_the_method_by_its_name_in_both_languages_and_says_what_it_counts(
    office: Actor, computed: dt.date, settings: Any
) -> None:
    settings.RENWANG_SECOND_FACTOR = False
    client = Client()
    client.force_login(User.objects.get(pk=office.user_id), backend="django.contrib.auth.backends.ModelBackend")
    address = f"{reverse('enterprise:power')}?size="
    for language, name, base in (
        ("zh-hans", "企业复工电力指数（浙江）", "2019-10-01"),
        ("en", "Power index of resumption (Zhejiang)", "more than 30 % of its base"),
    ):
        text = client.get(address, headers={"accept-language": language}).content.decode()
        assert name in text and base in text
        assert "zhejiang" not in text


def test_the_firms_behind_a_figure_stand_with_what_they_told_of_their_staff(
    office: Actor, boss: Actor, firm: Enterprise, computed: dt.date, now: dt.datetime, settings: Any
) -> None:
    settings.RENWANG_SECOND_FACTOR = False
    actions.report_day(actor=boss, now=now, enterprise_id=firm.pk, day=DAY, staff_back=96, capacity_use=71)
    FirmPower.objects.exclude(enterprise=firm).update(rate=None)
    assert [one.rate for one in queries.behind(viewer=office, day=computed)] == [None, Decimal("80.00")]
    client = Client()
    client.force_login(User.objects.get(pk=office.user_id), backend="django.contrib.auth.backends.ModelBackend")
    text = client.get(f"{reverse('enterprise:power_firms')}?day={DAY}&size=").content.decode()
    assert "96 / 120" in text and ">71<" in text


def test_a_chart_leaves_a_gap_where_a_day_is_missing_and_keeps_its_labels_apart() -> None:
    days = [dt.date(2020, 2, day) for day in range(10, 16)]
    values = {day: Decimal(50) for day in days if day.day != 12}
    drawn = chart([("a", "strong", values), ("b", "other", values)], days=days, cuts=[(Decimal(80), "steady")])
    assert drawn is not None
    assert [len(line.points) for line in drawn.lines] == [2, 2]
    assert abs(drawn.lines[0].y - drawn.lines[1].y) >= 15
    assert chart([("a", "strong", {})], days=days) is None
