"""What each way brings in over time: hour by hour without a gap, with an axis that can be read."""

import datetime as dt

from renwang.loop.rounds.rules.yields import DAY, HOUR, TALL, bars, by_mode, marks, top_of

EIGHT = dt.datetime(2020, 2, 17, 8, tzinfo=dt.UTC)


def hours(*several: int) -> list[dt.datetime]:
    return [EIGHT + dt.timedelta(hours=one) for one in several]


def test_nothing_asked_is_nothing_drawn() -> None:
    assert by_mode({}, {}, HOUR) == {}
    assert bars([], 0, HOUR) == [] and marks([], HOUR) == []
    assert not top_of({})


def test_every_mode_has_every_hour_between_the_first_and_the_last() -> None:
    asked = {(EIGHT, "sms"): 100, (EIGHT + 5 * HOUR, "call"): 7}
    answered = {(EIGHT + HOUR, "sms"): 40}
    found = by_mode(asked, answered, HOUR)
    assert [one.moment for one in found["sms"]] == hours(0, 1, 2, 3, 4, 5)
    assert [one.moment for one in found["call"]] == hours(0, 1, 2, 3, 4, 5)
    assert [(one.asked, one.answered) for one in found["sms"]][:2] == [(100, 0), (0, 40)]
    assert top_of(found) == 100


def test_of_a_long_round_the_last_hours_are_drawn() -> None:
    found = by_mode({(EIGHT, "call"): 1, (EIGHT + 200 * HOUR, "call"): 2}, {}, HOUR)["call"]
    assert len(found) == 96 and found[-1].asked == 2 and sum(one.asked for one in found) == 2


def test_bars_stand_in_their_hour_on_one_scale_and_an_empty_hour_has_none() -> None:
    found = by_mode({(EIGHT, "sms"): 100, (EIGHT + 19 * HOUR, "sms"): 50}, {(EIGHT, "sms"): 25}, HOUR)["sms"]
    drawn = bars(found, 100, HOUR)
    assert tuple(bar.x for bar in drawn) == (0, 95)
    assert drawn[0].asked_height == TALL and not drawn[0].asked_y
    assert drawn[0].answered_height == TALL / 4 and drawn[0].answered_y == TALL * 3 / 4
    assert drawn[1].asked_height == TALL / 2 and not drawn[1].answered_height
    assert all(bar.x >= 0 and bar.x + bar.width <= 100 for bar in drawn)


def test_each_way_is_drawn_on_a_scale_of_its_own() -> None:
    """Two thousand messages in one hour do not make fifty visits a line on the floor."""
    found = by_mode({(EIGHT, "sms"): 2000, (EIGHT, "visit"): 50}, {(EIGHT, "visit"): 40}, HOUR)
    for mode, rows in found.items():
        (bar,) = bars(rows, top_of({mode: rows}), HOUR)
        assert bar.asked_height == TALL, mode


def test_a_single_visit_beside_a_thousand_messages_is_seen() -> None:
    found = by_mode({(EIGHT, "sms"): 1000, (EIGHT, "visit"): 1}, {}, HOUR)
    (bar,) = bars(found["visit"], top_of(found), HOUR)
    assert bar.asked_height > 1 and bar.asked_y == TALL - bar.asked_height


def test_the_axis_names_days_and_as_many_hours_as_have_room() -> None:
    one_day = marks(hours(*range(14)), HOUR)  # eight to nine in the evening
    assert [(mark.moment.hour, mark.is_hour) for mark in one_day] == [
        (8, False),
        (12, True),
        (15, True),
        (18, True),
        (21, True),
    ]
    three_days = marks(hours(*range(62)), HOUR)
    assert [mark.moment.day for mark in three_days if not mark.is_hour] == [17, 18, 19]
    assert {mark.moment.hour for mark in three_days if mark.is_hour} == {12}


def test_a_first_evening_too_narrow_for_its_date_has_none() -> None:
    late = [EIGHT + dt.timedelta(hours=14) + one * HOUR for one in range(50)]
    assert [mark.has_words for mark in marks(late, HOUR) if not mark.is_hour][:2] == [False, True]


def test_of_many_days_some_are_named() -> None:
    days = [EIGHT + one * DAY for one in range(30)]
    named = marks(days, DAY)
    assert len(named) == 8 and named[0].moment == EIGHT and named[1].moment == EIGHT + 4 * DAY
