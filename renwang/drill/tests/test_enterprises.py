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
from renwang.drill.enterprises import DESIGNATED, SMALL, bring_enterprises_back
from renwang.drill.world import World
from renwang.foundation.access.rules import Actor
from renwang.loop.cases.models import Case
from renwang.loop.registry.engine.identifiers import read_credit_code
from renwang.programmes.enterprise import queries
from renwang.programmes.enterprise.models import DayIndex, Enterprise, PowerRun, Suspicion

NOW = dt.datetime(2020, 3, 12, 6, tzinfo=dt.UTC)


@pytest.mark.django_db
def test_the_demos_firms_are_back_and_their_readings_come_to_93_40(settings: Any, tmp_path: Path) -> None:
    settings.RENWANG_DATA = tmp_path
    days = Days(NOW, 1, timezone.get_default_timezone())
    # The economy is brought back after the days have passed: nobody comes in by the doors any more.
    world = World(days, Random(3), lambda _what: None, Clock(NOW), doors=None, line=None)  # type: ignore[arg-type]
    setting._load_divisions(world, NOW - dt.timedelta(days=60))
    bring_enterprises_back(world)

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
