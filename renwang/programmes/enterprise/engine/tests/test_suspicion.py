"""What a load curve shows of electricity that is used only to be counted, always against the firm's own base."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from .. import Refused, Table
from ..suspicion import REASONS, Evidence, Features, Look, Shape, Suspicion, Weights, judged, load_features

BASE = [date(2019, 11, 4) + timedelta(n) for n in range(14)]
WINDOW = [date(2020, 2, 17) + timedelta(n) for n in range(14)]
NOTICE = WINDOW[3]
Curve = Callable[[date, int], float]


def worker(day: date, quarter: int) -> float:
    """By day 100 kW up and down, at night 5; on Sundays nobody comes."""
    if day.weekday() == 6 or not 32 <= quarter < 72:
        return 5
    return 100 + 30 * ((quarter * 7 + day.toordinal() * 3) % 5 - 2)


def lamps(day: date, quarter: int) -> float:
    return 40


def standing(day: date, quarter: int) -> float:
    return 5


def cold(day: date, quarter: int) -> float:
    return 60 + quarter % 3


def nights(day: date, quarter: int) -> float:
    return worker(day, (quarter + 48) % 96)


def after_notice(curve: Curve) -> Curve:
    return lambda day, quarter: curve(day, quarter) if day > NOTICE else standing(day, quarter)


def features(usual: Curve, now: Curve, *, points: int = 96, notice: date | None = NOTICE, **more: object) -> Features:
    rows = [
        ("M1", datetime(day.year, day.month, day.day) + timedelta(minutes=15 * q), curve(day, q))
        for days, curve in ((BASE, usual), (WINDOW, now))
        for day in days
        for q in range(points)
    ]
    (found,) = load_features(
        loads=Table(rows=rows, names=("meter_id", "at", "kw")),
        enterprises=Table(rows=[("F1", "M1")], names=("enterprise_id", "meter_id")),
        look=Look((BASE[0], BASE[-1]), (WINDOW[0], WINDOW[-1]), notice),
    )
    return found


def codes(found: Suspicion) -> set[str]:
    return {reason.code for reason in found.reasons}


def test_daily_readings_and_overlapping_days_are_refused() -> None:
    firms = Table(rows=[("F1", "M1")], names=("enterprise_id", "meter_id"))
    daily = Table(rows=[("M1", "2020-02-10", 3)], names=("meter_id", "day", "kwh"))
    look = Look((BASE[0], BASE[-1]), (WINDOW[0], WINDOW[-1]))
    with pytest.raises(Refused, match="missing_columns"):
        load_features(loads=daily, enterprises=firms, look=look)
    with pytest.raises(Refused, match="bad_question"):
        load_features(loads=daily, enterprises=firms, look=Look((BASE[0], WINDOW[3]), (WINDOW[0], WINDOW[-1])))


def test_a_firm_that_works_as_ever_is_not_suspected() -> None:
    found = judged(features(worker, worker))
    assert (found.score, found.reasons, found.is_above) == (0, (), False)


@pytest.mark.parametrize("curve", [cold, nights], ids=["a cold store", "a night shift"])
def test_who_was_always_odd_is_not_suspected_for_it(curve: Curve) -> None:
    assert judged(features(curve, curve)).score < 10


def test_who_comes_back_after_the_notice_like_everybody_is_not_above_the_line() -> None:
    found = judged(features(worker, after_notice(worker)))
    assert codes(found) == {"jump_after_notice"}
    assert not found.is_above


def test_who_stands_still_for_repair_claims_nothing() -> None:
    found = features(worker, standing)
    assert found.now.days == 0
    assert judged(found).score == 0


def test_lamps_left_on_after_the_notice_are_above_the_line_and_the_reasons_say_why() -> None:
    found = judged(features(worker, after_notice(lamps)))
    assert found.is_above
    assert {"night_as_day", "flat_load", "smooth_load", "jump_after_notice"} <= codes(found)
    night = next(reason for reason in found.reasons if reason.code == "night_as_day")
    assert night.values["now"] == 1.0
    assert night.values["usual"] < 0.1


def test_what_others_saw_raises_the_score_and_the_curve_alone_stays_the_curve() -> None:
    plain = features(worker, worker, notice=None)
    full = Evidence(gate_share=0.9, staff_share=0.95, goods_requests=3)
    empty = Evidence(gate_share=0.05, staff_share=0.1, goods_requests=0)
    assert judged(plain, full).score == 0
    found = judged(plain, empty)
    assert found.is_above
    assert codes(found) == {"few_at_gate", "few_staff", "no_goods"}


def test_the_line_can_be_moved_and_so_can_the_weights() -> None:
    found = features(worker, after_notice(worker))
    score = judged(found).score
    assert judged(found, line=score).is_above
    assert not judged(found, line=score + Decimal("0.1")).is_above
    assert judged(found, weights=Weights(jump_after_notice=0)).score == 0


def test_days_with_too_few_points_are_not_looked_at() -> None:
    found = features(worker, worker, points=80)
    assert (found.usual.days, found.now.days, found.use) == (0, 0, None)
    assert judged(found).score == 0


def test_the_meters_of_a_firm_make_one_curve() -> None:
    rows = [
        (meter, datetime(day.year, day.month, day.day) + timedelta(minutes=15 * q), kw)
        for day in BASE + WINDOW
        for q in range(96)
        for meter, kw in (("A", 10 if q < 48 else 0), ("B", 0 if q < 48 else 10))
    ]
    (found,) = load_features(
        loads=Table(rows=rows, names=("meter_id", "at", "kw")),
        enterprises=Table(rows=[("F1", "A"), ("F1", "B")], names=("enterprise_id", "meter_id")),
        look=Look((BASE[0], BASE[-1]), (WINDOW[0], WINDOW[-1])),
    )
    assert found.usual.kwh == pytest.approx(240)
    assert found.usual.spread == pytest.approx(0)
    assert found.use == pytest.approx(1)


def test_every_sign_has_a_weight_and_every_weight_a_sign() -> None:
    assert set(REASONS) == set(Weights.__slots__)
    shape = Shape(10, 100.0, 1.0, 0.0, 0.0, 1.0, 0.0, (1.0,) * 8)
    usual = Shape(10, 100.0, 0.1, 0.6, 0.3, 0.1, 0.3, (0.1, 0.1, 0.5, 2.5, 2.5, 1.5, 0.5, 0.3))
    every = judged(
        Features("F", usual, shape, 1.0, -0.5, 0.1, 1.0), Evidence(gate_share=0, staff_share=0, goods_requests=0)
    )
    assert codes(every) == set(REASONS)
    for reason in every.reasons:
        assert tuple(reason.values) == REASONS[reason.code]
    assert every.score > 99
