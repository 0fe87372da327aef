"""In which order a day is worked through."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from renwang.desk.ordering import Stop, day_order, walk

NOW = dt.datetime(2020, 2, 17, 2, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(hours=2)


def stop(key: int, **given: object) -> Stop:
    return Stop(key=key, due_at=given.pop("due_at", NOW), **given)  # type: ignore[arg-type]


def test_what_burns_comes_first_and_what_is_for_later_last() -> None:
    stops = [stop(1, due_at=LATER), stop(2), stop(3, is_alarm=True, due_at=LATER)]
    assert day_order(stops, now=NOW) == [3, 2, 1]


def test_one_walks_from_each_place_to_the_nearest() -> None:
    stops = [stop(1, lon=119.0, lat=36.0), stop(2, lon=119.2, lat=36.0), stop(3, lon=119.1, lat=36.0)]
    assert day_order(stops, now=NOW, start=(118.9, 36.0)) == [1, 3, 2]


def test_the_walk_to_what_is_due_begins_where_the_alarms_end() -> None:
    stops = [stop(1, lon=119.0, lat=36.0), stop(2, lon=119.2, lat=36.0), stop(3, lon=119.3, lat=36.0, is_alarm=True)]
    assert day_order(stops, now=NOW, start=(119.0, 36.0)) == [3, 2, 1]


def test_what_has_no_place_follows_by_address_and_nine_stands_before_ten() -> None:
    stops = [stop(1, address="西街10号"), stop(2, address="西街9号"), stop(3, lon=119.0, lat=36.0)]
    assert day_order(stops, now=NOW) == [3, 2, 1]


def test_later_ones_stand_by_their_hour() -> None:
    stops = [stop(1, due_at=LATER + dt.timedelta(hours=1)), stop(2, due_at=LATER)]
    assert day_order(stops, now=NOW) == [2, 1]


places = st.one_of(st.none(), st.floats(min_value=-80, max_value=80))


@given(st.lists(st.tuples(places, places, st.booleans(), st.text(max_size=4)), max_size=25))
def test_nobody_is_lost_and_nobody_stands_twice(rows: list[tuple[float | None, float | None, bool, str]]) -> None:
    stops = [
        stop(key, lon=lon, lat=lat, is_alarm=alarm, address=address)
        for key, (lon, lat, alarm, address) in enumerate(rows)
    ]
    assert sorted(day_order(stops, now=NOW)) == list(range(len(rows)))
    assert len(walk(stops)) == len(stops)
