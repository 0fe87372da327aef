"""What was asked for, promised, received and confirmed: kept apart, told as it stood at the end of a day."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest

from conftest import District
from renwang.foundation.access.rules import Actor, NotAllowed
from renwang.loop.cases.models import Case
from renwang.loop.fulfilment import actions as fulfilment
from renwang.loop.fulfilment.models import Line
from renwang.loop.indicators import kinds, queries
from renwang.loop.indicators.models import Reckoning
from renwang.loop.indicators.queries import DayFigures

from .conftest import TODAY, Lived, bring, keep

pytestmark = pytest.mark.django_db
ASKED, PROMISED, CAME, CONFIRMED = (
    "supplies.requested",
    "supplies.committed",
    "supplies.received",
    "supplies.verified",
)
FOOD = "provisions.food_parcel"


def funnel(told: DayFigures, area: str, slice: str = "") -> tuple[int, int, int, int, int]:
    """Return asked for, promised, received, confirmed, and of how many confirmed."""
    confirmed = told.of(area, CONFIRMED, slice)
    counts = [told.of(area, code, slice).numerator for code in (ASKED, PROMISED, CAME)]
    return counts[0], counts[1], counts[2], confirmed.numerator, confirmed.denominator


def figures(reckoning: Reckoning, area: str) -> DayFigures:
    return queries.figures_of(reckoning, [area])


def test_only_what_the_household_confirmed_is_progress(kept: Reckoning, small_district: District) -> None:
    root = small_district.root.code
    told = figures(kept, root)
    assert funnel(told, root) == funnel(told, root, FOOD) == (2, 1, 1, 1, 2)
    assert told.of(root, CONFIRMED).value == Decimal(50)


def test_what_came_and_nobody_confirmed_counts_as_received_only(
    lived: Lived, district: Actor, small_district: District
) -> None:
    root, case = small_district.root.code, Case.objects.get(subject=lived.families[3].household)
    bring(district, case, "4", now=lived.now)
    assert funnel(figures(keep(TODAY, now=lived.now + dt.timedelta(minutes=1)), root), root) == (3, 2, 2, 1, 3)


def test_half_of_what_was_asked_for_is_not_all_of_it(lived: Lived, district: Actor, small_district: District) -> None:
    root = small_district.root.code
    line = Line.objects.get(case__subject=lived.families[3].household)
    fulfilment.commit_line(
        actor=district, now=lived.now, line_id=line.pk, quantity=Decimal(1), submission_id=uuid.uuid4(), note="库存"
    )
    later = lived.now + dt.timedelta(minutes=1)
    assert funnel(figures(keep(TODAY, now=later), root), root)[1] == 1
    fulfilment.commit_line(
        actor=district, now=later, line_id=line.pk, quantity=Decimal(1), submission_id=uuid.uuid4(), note="库存"
    )
    assert funnel(figures(keep(TODAY, now=later + dt.timedelta(minutes=1)), root), root)[1] == 2


def test_what_was_lost_on_the_way_is_promised_no_longer(
    lived: Lived, district: Actor, small_district: District
) -> None:
    root, now = small_district.root.code, lived.now
    line = Line.objects.get(case__subject=lived.families[3].household)
    given = {"line_id": line.pk, "quantity": Decimal(2)}
    fulfilment.commit_line(actor=district, now=now, **given, submission_id=uuid.uuid4(), note="库存")  # type: ignore[arg-type]
    fulfilment.send_line(actor=district, now=now, **given, submission_id=uuid.uuid4())  # type: ignore[arg-type]
    assert funnel(figures(keep(TODAY, now=now + dt.timedelta(minutes=1)), root), root)[1] == 2
    fulfilment.lose_line(actor=district, now=now, **given, submission_id=uuid.uuid4(), note="路上洒漏")  # type: ignore[arg-type]
    assert funnel(figures(keep(TODAY, now=now + dt.timedelta(minutes=2)), root), root)[1] == 1


def test_what_moved_after_the_day_does_not_change_it(lived: Lived, district: Actor, small_district: District) -> None:
    root, midnight = small_district.root.code, dt.datetime(2020, 2, 17, 16, tzinfo=dt.UTC)
    before = funnel(figures(keep(TODAY, now=lived.now), root), root)
    case = Case.objects.get(subject=lived.families[3].household)
    bring(district, case, "4", now=midnight)  # the first moment of the next day
    line = Line.objects.filter(case=case).earliest("pk")
    fulfilment.commit_line(
        actor=district, now=midnight, line_id=line.pk, quantity=Decimal(2), submission_id=uuid.uuid4(), note="库存"
    )
    assert funnel(figures(keep(TODAY, now=midnight + dt.timedelta(hours=1)), root), root) == before
    tomorrow = figures(keep(TODAY + dt.timedelta(days=1), now=midnight + dt.timedelta(hours=1)), root)
    assert funnel(tomorrow, root) == (3, 3, 2, 1, 3)


def test_what_was_taken_back_is_asked_for_no_longer(lived: Lived, district: Actor, small_district: District) -> None:
    root = small_district.root.code
    line = Line.objects.get(case__subject=lived.families[3].household)
    fulfilment.cancel_line(
        actor=district, now=lived.now, line_id=line.pk, submission_id=uuid.uuid4(), reason="亲戚已送到"
    )
    assert funnel(figures(keep(TODAY, now=lived.now), root), root) == (1, 1, 1, 1, 1)


@pytest.mark.parametrize(("days", "asked"), [(6, 2), (7, 0)])
def test_a_request_stands_for_seven_days(lived: Lived, small_district: District, days: int, asked: int) -> None:
    root, day = small_district.root.code, TODAY + dt.timedelta(days=days)
    told = figures(keep(day, now=lived.now + dt.timedelta(days=days)), root)
    assert funnel(told, root)[0] == asked


def test_who_stands_behind_it_is_opened_by_who_sees_supplies_there(
    kept: Reckoning, district: Actor, outsider: Actor, small_district: District
) -> None:
    for code in (ASKED, PROMISED, CAME, CONFIRMED):
        with pytest.raises(NotAllowed):
            queries.rows_page(viewer=outsider, reckoning=kept, indicator=kinds.get(code), area=small_district.root.code)
    page = queries.rows_page(
        viewer=district, reckoning=kept, indicator=kinds.get(CAME), area=small_district.root.code, slice=FOOD
    )
    assert [line.title for line in page.lines] == ["家0"] and "3" in page.lines[0].detail
