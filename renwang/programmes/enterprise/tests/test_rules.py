"""Pure decisions: working days, codes, checklists, the day's order, gates."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from renwang.loop.registry.engine.working_days import (
    due_after,
    is_known,
    is_working_day,
    working_day_after,
    working_days_between,
)
from renwang.programmes.enterprise.rules import checks, day_plan, filings, gates, industry
from renwang.programmes.enterprise.rules.enterprises import (
    DuplicateCode,
    NotACreditCode,
    Refused,
    checked,
    overlap,
    twice,
)
from renwang.programmes.enterprise.rules.filings import MOVES, NEXT, ForbiddenMove, NotComplete, Status

from .conftest import GOOD, code, told

FANGZI = ZoneInfo("Asia/Shanghai")
DAYS = st.dates(dt.date(2019, 1, 1), dt.date(2026, 12, 31))


# ── working days ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2020-01-19", True),  # a Sunday made up for
        ("2020-01-31", False),  # the lengthened Spring Festival
        ("2020-02-02", False),
        ("2020-02-03", True),
        ("2020-02-08", False),
        ("2020-04-26", True),  # a Sunday before Labour Day
        ("2024-02-04", True),
        ("2026-10-10", True),
        ("2026-10-07", False),
    ],
)
def test_a_day_is_a_working_day_as_the_notice_of_its_year_says(day: str, works: bool) -> None:
    assert is_working_day(dt.date.fromisoformat(day)) is works


def test_for_a_year_without_a_notice_monday_to_friday_count() -> None:
    assert not is_known(2050)
    assert is_working_day(dt.date(2050, 1, 3)) and not is_working_day(dt.date(2050, 1, 1))


@given(DAYS)
def test_every_known_day_agrees_with_the_published_notices(day: dt.date) -> None:
    assert is_working_day(day) == chinese_calendar.is_workday(day)


@given(DAYS, st.integers(0, 12))
def test_the_nth_working_day_has_n_working_days_before_it(day: dt.date, count: int) -> None:
    found = working_day_after(day, count)
    assert working_days_between(day, found) == count
    assert count == 0 or is_working_day(found)


@pytest.mark.parametrize(
    ("filed", "due"),
    [
        ("2020-02-17 10:00", "2020-02-19 18:00"),  # Monday → Wednesday
        ("2020-02-21 17:59", "2020-02-25 18:00"),  # Friday → Tuesday
        ("2020-01-22 09:00", "2020-02-03 18:00"),  # over the Spring Festival: 23 January, 3 February
        ("2020-04-24 09:00", "2020-04-27 18:00"),  # the Sunday of 26 April is worked
        ("2020-02-22 09:00", "2020-02-25 18:00"),  # on a Saturday
    ],
)
def test_a_filing_is_answered_by_the_end_of_the_second_working_day(filed: str, due: str) -> None:
    at = dt.datetime.fromisoformat(filed).replace(tzinfo=FANGZI)
    assert f"{filings.answer_due(at):%Y-%m-%d %H:%M}" == due


def test_an_extension_is_asked_for_a_working_day_before_the_end() -> None:
    due = dt.date(2020, 2, 26)
    assert filings.is_in_time_to_extend(today=dt.date(2020, 2, 25), due_on=due)
    assert not filings.is_in_time_to_extend(today=due, due_on=due)
    assert not filings.is_in_time_to_extend(today=dt.date(2020, 2, 29), due_on=dt.date(2020, 3, 1))


def test_the_end_of_office_hours_keeps_the_zone() -> None:
    at = dt.datetime(2020, 2, 17, 10, tzinfo=FANGZI)
    assert due_after(at, 3, dt.time(18)).utcoffset() == dt.timedelta(hours=8)


# ── the way of a filing ─────────────────────────────────────────────────────────────────────────────────────────────


def test_every_status_says_who_acts_next_and_leads_somewhere() -> None:
    assert set(MOVES) == set(Status) == set(NEXT)
    reached = {Status.DRAFT} | {new for news in MOVES.values() for new in news}
    assert reached == set(Status)


@given(st.sampled_from(list(Status)), st.sampled_from(list(Status)))
def test_only_the_moves_of_the_table_are_allowed(old: Status, new: Status) -> None:
    if new in MOVES[old]:
        filings.check_move(old, new)
    else:
        with pytest.raises(ForbiddenMove):
            filings.check_move(old, new)


@given(st.lists(st.sampled_from(list(Status)), max_size=12))
def test_no_way_leads_to_work_without_acceptance_and_a_check(wanted: list[Status]) -> None:
    at, seen = Status.DRAFT, [Status.DRAFT]
    for new in wanted:
        if new in MOVES[at]:
            at = new
            seen.append(new)
    if Status.RESUMED in seen:
        before = seen[: seen.index(Status.RESUMED)]
        assert Status.ACCEPTED in before and Status.INSPECTED in before


def test_a_filing_names_everything_that_is_missing() -> None:
    empty = filings.Contents(
        "",
        0,
        is_signed=False,
        masks=0,
        masks_a_day=0,
        disinfectant=Decimal(0),
        disinfectant_a_day=Decimal(0),
        thermometers=0,
    )
    with pytest.raises(NotComplete) as refused:
        filings.check_contents(empty)
    assert len(refused.value.missing) == 5


@given(st.integers(0, 10_000), st.integers(1, 500), st.integers(0, 500), st.integers(1, 50))
def test_stock_lasts_as_long_as_its_scarcest_part(masks: int, a_day: int, kilos: int, kilos_a_day: int) -> None:
    lasts = filings.days_of_stock(
        masks=masks, masks_a_day=a_day, disinfectant=Decimal(kilos), disinfectant_a_day=Decimal(kilos_a_day)
    )
    assert (lasts * a_day <= masks and lasts * kilos_a_day <= kilos) or lasts == 999
    assert (lasts + 1) * a_day > masks or (lasts + 1) * kilos_a_day > kilos or lasts == 999


# ── codes and industries ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_credit_code_with_a_slip_is_refused_and_the_right_character_is_named() -> None:
    right = code(1)
    wrong = right[:-1] + ("0" if right[-1] != "0" else "1")
    with pytest.raises(NotACreditCode, match=right[-1]):
        checked(told(credit_code=wrong))
    assert checked(told()).credit_code == right


def test_codes_that_stand_twice_are_listed() -> None:
    assert twice(["a", "b", "a", "c", "b"]) == ["a", "b"]
    assert "a、b" in str(DuplicateCode(["a", "b"]))


@pytest.mark.parametrize(
    ("typed", "kept"), [("C17", "C17"), ("c 1751", "C1751"), ("1751", "C1751"), ("E", "E"), ("3360", "C3360")]
)
def test_an_industry_is_kept_as_letter_and_digits(typed: str, kept: str) -> None:
    assert industry.read_industry(typed) == kept


@pytest.mark.parametrize("typed", ["", "Z", "B17", "C99", "17A", "C17511", "98"])
def test_what_is_no_industry_is_refused(typed: str) -> None:
    with pytest.raises(industry.NoSuchIndustry):
        industry.read_industry(typed)


def test_an_industry_is_called_by_its_division_where_we_know_it() -> None:
    assert industry.called("C1751", english=False) == "纺织业"
    assert industry.called("C1751", english=True) == "Textiles"
    assert industry.called("J66", english=True) == "Finance"


def test_periods_overlap_when_they_share_a_day() -> None:
    day = dt.date
    assert overlap(day(2020, 1, 1), None, day(2020, 1, 31), day(2020, 2, 1))
    assert not overlap(day(2020, 1, 1), day(2020, 1, 30), day(2020, 1, 31), None)


# ── checklists ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_site_as_it_should_be_has_no_findings() -> None:
    assert checks.findings_of(GOOD) == []


@pytest.mark.parametrize(
    ("field", "value", "found"),
    [
        ("gate_disinfection", False, "gate_disinfection"),
        ("gate_temperature", False, "gate_temperature"),
        ("stock_days", 2, "stock"),
        ("isolation_room", False, "isolation_room"),
        ("canteen", False, "canteen"),
        ("in_a_room", 7, "dormitory_rooms"),
        ("area_each", Decimal("2.4"), "dormitory_area"),
        ("posters", False, "posters"),
    ],
)
def test_each_thing_that_is_wrong_is_found(field: str, value: object, found: str) -> None:
    from dataclasses import replace

    assert checks.findings_of(replace(GOOD, **{field: value})) == [found]
    assert found in checks.WRONG


def test_without_a_canteen_and_a_dormitory_nothing_is_wrong_with_them() -> None:
    from dataclasses import replace

    assert checks.findings_of(replace(GOOD, canteen=None, in_a_room=None, area_each=None)) == []


# ── a cadre's day ───────────────────────────────────────────────────────────────────────────────────────────────────

STOPS = st.lists(
    st.builds(
        day_plan.Stop,
        enterprise_id=st.integers(1, 500),
        is_waiting=st.booleans(),
        last_on=st.none() | st.dates(dt.date(2020, 2, 1), dt.date(2020, 2, 16)),
        lon=st.floats(119.0, 119.4),
        lat=st.floats(36.5, 36.8),
    ),
    max_size=30,
    unique_by=lambda stop: stop.enterprise_id,
)
TODAY = dt.date(2020, 2, 17)


@given(STOPS)
def test_who_waits_is_looked_at_today_and_nobody_twice(stops: list[day_plan.Stop]) -> None:
    found = day_plan.chosen(stops, today=TODAY)
    assert {stop.enterprise_id for stop in stops if stop.is_waiting} <= {stop.enterprise_id for stop in found}
    assert len({stop.enterprise_id for stop in found}) == len(found)
    waiting = sum(stop.is_waiting for stop in stops)
    assert len(found) <= max(day_plan.MOST_A_DAY, waiting)
    assert len(found) >= min(len(stops), day_plan.LEAST_A_DAY)


@given(STOPS)
def test_the_longest_unseen_comes_first_in_rotation(stops: list[day_plan.Stop]) -> None:
    chosen = [stop for stop in day_plan.chosen(stops, today=TODAY) if not stop.is_waiting]
    left = [stop for stop in stops if not stop.is_waiting and stop not in chosen]
    for stop in chosen:
        assert all((stop.last_on or dt.date.min) <= (other.last_on or dt.date.min) for other in left)


@given(STOPS)
def test_the_driving_order_keeps_every_stop_and_is_no_longer_than_the_list(stops: list[day_plan.Stop]) -> None:
    some = stops[:10]
    road = day_plan.in_driving_order(some, start=(119.2, 36.6))
    assert sorted(stop.enterprise_id for stop in road) == sorted(stop.enterprise_id for stop in some)
    assert day_plan.length_of(road, start=(119.2, 36.6)) <= day_plan.length_of(some, start=(119.2, 36.6)) + 1


def test_a_firm_without_a_place_comes_last() -> None:
    nowhere = day_plan.Stop(1, is_waiting=True, last_on=None, lon=None, lat=None)
    here = day_plan.Stop(2, is_waiting=False, last_on=None, lon=119.1, lat=36.6)
    assert day_plan.in_driving_order([nowhere, here])[-1] is nowhere


# ── gates ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_fever_is_above_37_3_and_not_at_it() -> None:
    assert not gates.Reading("张", Decimal("37.3")).is_fever
    assert gates.Reading("张", Decimal("37.4")).is_fever


def test_a_roll_list_is_read_however_people_write_it() -> None:
    found = gates.read_roll("王工 36.5\n李师傅，37.6℃，否\n\n张三\t36.9")
    assert [(one.who, str(one.degrees), one.has_mask) for one in found] == [
        ("王工", "36.5", True),
        ("李师傅", "37.6", False),
        ("张三", "36.9", True),
    ]


@pytest.mark.parametrize("text", ["王工", "王工 很热", "王工 365", "王工 NaN"])
def test_a_line_that_cannot_be_read_is_named_by_its_number(text: str) -> None:
    with pytest.raises(Refused, match="1"):
        gates.read_roll(text)


@pytest.mark.parametrize(
    ("people", "measured", "masked"), [(-1, 0, 0), (30_000, 0, 0), (10, 11, 0), (10, 10, 11), (10, -1, 0), (10, 10, -1)]
)
def test_numbers_that_cannot_be_are_refused(people: int, measured: int, masked: int) -> None:
    with pytest.raises(Refused):
        gates.check_shift(gates.ShiftTold(people, measured, masked, is_disinfected=True))


@pytest.mark.parametrize("degrees", ["33.9", "43.1", "NaN", "Infinity"])
def test_what_is_no_temperature_of_a_living_person_is_refused(degrees: str) -> None:
    with pytest.raises(Refused):
        gates.check_degrees(Decimal(degrees))
