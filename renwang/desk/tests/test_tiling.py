"""Where tiles stand, and how dark they are."""

from hypothesis import given
from hypothesis import strategies as st

from renwang.desk.tiling import Spot, columns_for, placed, step_of, steps_for


def test_north_stands_above_south_and_west_before_east() -> None:
    spots = [Spot("se", 2, 1), Spot("nw", 1, 2), Spot("ne", 2, 2), Spot("sw", 1, 1)]
    assert placed(spots, columns=2) == {"nw": (0, 0), "ne": (0, 1), "sw": (1, 0), "se": (1, 1)}


def test_what_has_no_place_on_the_ground_follows_in_rows_of_its_own() -> None:
    assert placed([Spot("b", None, None), Spot("a", None, None), Spot("c", 1, 1)], columns=2) == {
        "c": (0, 0),
        "a": (1, 0),
        "b": (1, 1),
    }


spots = st.lists(
    st.builds(Spot, st.text(min_size=1, max_size=6), st.none() | st.floats(-180, 180), st.none() | st.floats(-80, 80)),
    max_size=60,
    unique_by=lambda spot: spot.code,
)


@given(spots, st.integers(min_value=1, max_value=12))
def test_no_two_tiles_stand_on_one_place(given_spots: list[Spot], columns: int) -> None:
    found = placed(given_spots, columns=columns)
    assert len(set(found.values())) == len(given_spots)
    assert all(column < columns for _row, column in found.values())


@given(st.lists(st.integers(min_value=0, max_value=10_000), max_size=40))
def test_nothing_is_the_lightest_and_the_highest_the_darkest(values: list[int]) -> None:
    steps = steps_for(values)
    assert list(steps) == sorted(set(steps))
    assert step_of(0, steps) == 0
    if values and max(values):
        assert step_of(max(values), steps) == len(steps) <= 4


def test_columns_suit_the_number_of_tiles() -> None:
    assert [columns_for(n) for n in (0, 1, 4, 40)] == [1, 2, 3, 8]
