"""The demo's economy: the system itself computes 100 % of designated size and an index of 93.40 from the readings it was sent."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.utils import timezone

from renwang.drill import setting
from renwang.drill.clock import Clock
from renwang.drill.days import Days
from renwang.drill.doors import Doors
from renwang.drill.enterprises import DESIGNATED, SMALL, bring_enterprises_back
from renwang.drill.world import World
from renwang.foundation.access.rules import Actor
from renwang.loop.cases.models import Case
from renwang.loop.registry.engine.identifiers import read_credit_code
from renwang.programmes.enterprise import queries
from renwang.programmes.enterprise.models import (
    DayIndex,
    Enterprise,
    FilingStep,
    GateShift,
    PowerRun,
    Seat,
    Suspicion,
)
from renwang.programmes.enterprise.rules.filings import Status

NOW = dt.datetime(2020, 3, 12, 6, tzinfo=dt.UTC)


@pytest.mark.django_db(transaction=True)
def test_the_demos_firms_are_back_and_their_readings_come_to_93_40(settings: Any, tmp_path: Path) -> None:
    settings.RENWANG_DATA = tmp_path
    days = Days(NOW, 1, timezone.get_default_timezone())
    with Doors() as doors:
        world = World(days, Random(3), lambda _what: None, Clock(NOW), doors=doors, line=None)  # type: ignore[arg-type]
        setting._load_divisions(world, NOW - dt.timedelta(days=60))
        bring_enterprises_back(world)

    # Three firms in four have entered by their own link, filed themselves and said themselves that they work again.
    own = Seat.objects.values_list("user_id", flat=True)
    filed = FilingStep.objects.filter(new=Status.FILED)
    assert filed.filter(by__in=own).count() > 2 * filed.exclude(by__in=own).count() > 0
    assert FilingStep.objects.filter(new=Status.RESUMED, by__in=own).count() > 40
    assert GateShift.objects.filter(by__in=own).count() > 40
    assert Case.objects.filter(kind="enterprise.finance", status="verified").count() == 1
    assert not FilingStep.objects.filter(at__gt=NOW).exists()

    assert Enterprise.objects.count() == DESIGNATED + SMALL
    codes = Enterprise.objects.values_list("subject__organisation__credit_code", flat=True)
    assert all(read_credit_code(one).is_valid and one[2:8] == "990704" for one in codes)
    rates = {one.group: one.share for one in queries.rates(viewer=Actor.system(), by="size")}
    assert rates["designated"] == Decimal("100.00") and rates["small"] < 100
    told = DayIndex.objects.filter(area="370704", size="designated", industry="").latest("day")
    assert (told.resumption_rate, told.production_rate, told.index) == (
        Decimal(100),
        Decimal("86.80"),
        Decimal("93.40"),
    )
    # The index is made of the firms' own readings: their sums, and nothing beside.
    firms = queries.behind(viewer=Actor.system(), day=told.day, size="designated")
    assert (sum(one.kwh for one in firms) / sum(one.base_kwh for one in firms) * 100).quantize(
        Decimal("0.01")
    ) == told.production_rate
    assert {one.code for one in PowerRun.objects.latest("pk").notices.all()} >= {"unknown_meters"}
    assert Suspicion.objects.filter(is_above=True).count() == Case.objects.filter(kind="enterprise.look").count() == 1
