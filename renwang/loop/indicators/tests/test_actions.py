"""A day is written over while it lasts, fixed once, corrected in the open."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from renwang.foundation.access.rules import Actor, NotAllowed
from renwang.foundation.audit.models import Entry, Promise
from renwang.loop.indicators import actions, handlers, queries
from renwang.loop.indicators.models import Figure, FigureRows, Reckoning
from renwang.loop.indicators.rules import NoReason, StaleDay
from renwang.loop.rounds import actions as rounds
from renwang.loop.rounds.models import Contact

from .conftest import TODAY, Lived, keep

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()
NEXT_MORNING = dt.datetime(2020, 2, 17, 22, tzinfo=dt.UTC)  # six o'clock of the 18th


def told(reckoning: Reckoning) -> set[tuple[object, ...]]:
    """Return all figures of a counting as plain values."""
    columns = ("area", "indicator", "slice", "numerator", "denominator", "value")
    return set(Figure.objects.filter(reckoning=reckoning).values_list(*columns))


@pytest.fixture
def fixed(lived: Lived) -> Reckoning:
    """The day, settled in the night and fixed in the morning."""
    rounds.plan_day(actor=SYSTEM, now=NEXT_MORNING, day=dt.date(2020, 2, 18))
    handlers.count_days(NEXT_MORNING)
    return Reckoning.objects.get(day=TODAY)


def test_only_the_worker_keeps_figures(lived: Lived, district: Actor) -> None:
    counted = queries.counted_day(TODAY, now=lived.now)
    with pytest.raises(NotAllowed):
        actions.keep_figures(actor=district, now=lived.now, counted=counted)
    assert not Reckoning.objects.exists()


def test_counting_twice_is_once(kept: Reckoning, lived: Lived) -> None:
    before, rows = told(kept), FigureRows.objects.count()
    again = keep(TODAY, now=lived.now)
    assert again == kept and told(again) == before and FigureRows.objects.count() == rows
    assert Entry.objects.filter(name="indicators.keep_figures").count() == 2


def test_what_was_counted_before_does_not_write_over_what_was_counted_after(kept: Reckoning, lived: Lived) -> None:
    before = told(kept)
    earlier = lived.now - dt.timedelta(hours=1)
    stale = queries.counted_day(TODAY, now=earlier)
    Contact.objects.all().update(disposition="completed")
    actions.keep_figures(actor=SYSTEM, now=earlier, counted=stale)
    assert told(kept) == before
    kept.refresh_from_db()
    assert kept.computed_at == lived.now


def test_a_day_that_is_over_is_not_fixed_before_its_contacts_are_settled(lived: Lived) -> None:
    now = NEXT_MORNING
    assert keep(TODAY, now=now).is_fixed is False
    rounds.plan_day(actor=SYSTEM, now=now, day=dt.date(2020, 2, 18))
    assert keep(TODAY, now=now).is_fixed is True


def test_a_day_is_not_fixed_before_its_grace_is_over(lived: Lived) -> None:
    one_at_night = dt.datetime(2020, 2, 17, 17, tzinfo=dt.UTC)
    rounds.plan_day(actor=SYSTEM, now=one_at_night, day=dt.date(2020, 2, 18))
    assert keep(TODAY, now=one_at_night).is_fixed is False


def test_a_fixed_day_is_not_counted_over(fixed: Reckoning) -> None:
    before = told(fixed)
    Contact.objects.filter(day=TODAY).update(state="reached")
    with pytest.raises(actions.DayIsFixed):
        keep(TODAY, now=NEXT_MORNING)
    handlers.count_days(NEXT_MORNING)
    assert told(fixed) == before
    assert {row.day for row in Reckoning.objects.filter(is_fixed=False)} == {dt.date(2020, 2, 18)}


@pytest.mark.parametrize("way", ["update", "delete", "insert", "rows", "unfix", "forget"])
def test_the_database_itself_refuses_to_change_a_fixed_day(fixed: Reckoning, way: str) -> None:
    figure = Figure.objects.filter(reckoning=fixed).first()
    assert figure is not None
    ours = Figure.objects.filter(pk=figure.pk)
    ways = {
        "update": lambda: ours.update(numerator=0),
        "delete": ours.delete,
        "insert": lambda: Figure.objects.create(reckoning=fixed, area="370704", indicator="x.y", numerator=1),
        "rows": lambda: FigureRows.objects.filter(reckoning=fixed).update(counted=0),
        "unfix": lambda: Reckoning.objects.filter(pk=fixed.pk).update(is_fixed=False),
        "forget": fixed.delete,
    }
    with pytest.raises(DatabaseError, match="never change"), transaction.atomic():
        ways[way]()
    assert Figure.objects.filter(pk=figure.pk, numerator=figure.numerator).exists()


def test_a_correction_needs_a_right_a_reason_and_a_fixed_day(
    fixed: Reckoning, street_officer: Actor, district: Actor
) -> None:
    now = NEXT_MORNING
    with pytest.raises(NotAllowed):
        actions.correct_day(actor=street_officer, now=now, day=TODAY, because="迟报")
    with pytest.raises(NoReason):
        actions.correct_day(actor=district, now=now, day=TODAY, because="  ")
    with pytest.raises(NoReason):
        actions.correct_day(actor=district, now=now, day=dt.date(2020, 2, 18), because="还没完")


def test_a_correction_is_a_version_beside_the_first(fixed: Reckoning, district: Actor) -> None:
    before = told(fixed)
    Contact.objects.filter(day=TODAY).update(state="reached")
    actions.correct_day(actor=district, now=NEXT_MORNING, day=TODAY, because="离线答复迟到")
    assert queries.reckoning_of(TODAY) == fixed, "until it is counted the first holds"
    with pytest.raises(StaleDay):
        actions.correct_day(actor=district, now=NEXT_MORNING, day=TODAY, because="再来一次")
    promise = Promise.objects.get(kind=actions.COUNT)
    for _twice in range(2):
        handlers.keep_counting(promise.payload, now=NEXT_MORNING, report=lambda _percent: None)
    second = queries.reckoning_of(TODAY)
    assert second is not None and (second.version, second.because, second.is_fixed) == (2, "离线答复迟到", True)
    assert told(fixed) == before and told(second) != before
    coverage = Figure.objects.get(reckoning=second, area="370704", indicator="outreach.coverage")
    assert coverage.numerator == coverage.denominator == 7


def test_whoever_leads_may_have_a_day_counted_at_once(lived: Lived, helper: Actor, street_officer: Actor) -> None:
    with pytest.raises(NotAllowed):
        actions.count_now(actor=helper, now=lived.now, day=TODAY)
    for _twice in range(2):
        actions.count_now(actor=street_officer, now=lived.now, day=TODAY)
    promise = Promise.objects.get(kind=actions.COUNT)
    handlers.keep_counting(promise.payload, now=lived.now, report=lambda _percent: None)
    assert queries.reckoning_of(TODAY) is not None


def test_days_that_nobody_counted_are_made_good(lived: Lived) -> None:
    three_days_on = dt.datetime(2020, 2, 20, 2, tzinfo=dt.UTC)
    rounds.plan_day(actor=SYSTEM, now=three_days_on, day=dt.date(2020, 2, 20))
    handlers.count_days(three_days_on)
    fixed = dict(Reckoning.objects.values_list("day", "is_fixed"))
    assert fixed == {TODAY + dt.timedelta(days=n): n < 3 for n in range(4)}


def test_a_day_on_which_nobody_was_asked_is_fixed_as_well(small_district: object) -> None:
    """A district without a round, of firms alone."""
    noon = dt.datetime(2020, 2, 17, 4, tzinfo=dt.UTC)
    handlers.count_days(noon)
    handlers.count_days(noon + dt.timedelta(days=2))
    fixed = dict(Reckoning.objects.values_list("day", "is_fixed"))
    assert fixed == {TODAY + dt.timedelta(days=n): n < 2 for n in range(3)}
