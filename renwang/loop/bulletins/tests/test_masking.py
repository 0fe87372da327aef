"""No number that is left out of a published page follows from what is shown."""

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renwang.loop.bulletins.rules import Cell, Shown, Total, is_small, masked

Key = tuple[int, int]


def table(rows: Sequence[Sequence[int]]) -> tuple[dict[Key, Cell], list[Total[Key]]]:
    """Return a table with its totals on the right and below, as cells (0-based; the last of each row and column)."""
    height, width = len(rows), len(rows[0])
    full = [[*row, sum(row)] for row in rows]
    full.append([sum(column) for column in zip(*full, strict=True)])
    cells = {(y, x): Cell(value) for y, row in enumerate(full) for x, value in enumerate(row)}
    totals = [Total((y, width), tuple((y, x) for x in range(width))) for y in range(height + 1)]
    totals += [Total((height, x), tuple((y, x) for y in range(height))) for x in range(width + 1)]
    return cells, totals


def possible(  # noqa: C901  # a reader with patience
    cells: Mapping[Key, Cell], totals: Sequence[Total[Key]], shown: Mapping[Key, Shown], key: Key, *, most: int = 0
) -> set[int]:
    """Return up to two values a number may have for whoever reads the page and knows its rules: by trying them all."""
    most = most or max(cell.value for cell in cells.values()) + 6
    hidden = [one for one in cells if cells[one].is_silent or shown[one] != Shown.OPEN]

    def domain(one: Key) -> list[int]:
        cell = cells[one]
        if cell.is_silent:
            return list(range((most if cell.at_most is None else cell.at_most) + 1))
        if shown[one] == Shown.SMALL:
            return [1, 2, 3, 4]
        return [value for value in range(most + 1) if is_small(cell.value) or not is_small(value)]

    order = [key, *(one for one in hidden if one != key)]
    found: set[int] = set()

    def fits(told: dict[Key, int]) -> bool:
        for total in totals:
            unknown = [one for one in total.keys if one not in told]
            if not unknown and told[total.whole] != sum(told[one] for one in total.parts):
                return False
            parts = sum(told.get(one, 0) for one in total.parts)
            if total.whole in told and parts > told[total.whole]:
                return False
        return True

    def search(at: int, told: dict[Key, int]) -> bool:
        if at == len(order):
            return True
        return any(fits(more := {**told, order[at]: value}) and search(at + 1, more) for value in domain(order[at]))

    known = {one: cell.value for one, cell in cells.items() if one not in hidden}
    for value in domain(key):
        told = {**known, key: value}
        if fits(told) and search(1, told):
            found.add(value)
            if len(found) > 1:
                break
    return found


def left_out_and_told(cells: Mapping[Key, Cell], totals: Sequence[Total[Key]]) -> list[Key]:
    """Return the small numbers a patient reader can tell. That a number left out is nought may follow: it is told of nobody."""
    shown = masked(cells, totals)
    hidden = [key for key in shown if shown[key] != Shown.OPEN and is_small(cells[key].value)]
    hidden += [key for key, cell in cells.items() if cell.is_silent and is_small(cell.value)]
    return [key for key in hidden if len(possible(cells, totals, shown, key)) < 2]


def test_numbers_from_one_to_four_are_never_shown_and_others_that_stand_alone_are() -> None:
    shown = masked({value: Cell(value) for value in range(8)}, [])
    assert [value for value in shown if shown[value] == Shown.SMALL] == [1, 2, 3, 4]
    assert [value for value in shown if shown[value] == Shown.OPEN] == [0, 5, 6, 7]


def test_a_single_small_part_takes_another_with_it() -> None:
    cells, totals = table([[2], [20], [30]])
    shown = masked(cells, totals)
    assert shown[0, 0] == Shown.SMALL
    assert Shown.WITHHELD in shown.values()
    assert left_out_and_told(cells, totals) == []


@pytest.mark.parametrize(
    "column", [(4, 4), (1, 1), (4, 4, 0), (1, 5), (1, 5, 0), (1, 1, 1, 1), (3,), (2, 0, 0), (1, 1, 9)]
)
def test_known_traps(column: tuple[int, ...]) -> None:
    cells, totals = table([[value] for value in column])
    assert left_out_and_told(cells, totals) == []


def test_who_was_not_reached_does_not_follow_from_who_was() -> None:
    cells = {(0, 0): Cell(97), (0, 1): Cell(100), (0, 2): Cell(3, is_silent=True, at_most=5)}
    totals = [Total((0, 1), ((0, 0), (0, 2)))]
    shown = masked(cells, totals)
    assert shown[0, 0] == Shown.WITHHELD and shown[0, 1] == Shown.OPEN
    assert left_out_and_told(cells, totals) == []


def test_totals_that_do_not_add_up_are_not_believed() -> None:
    cells = {(0, 0): Cell(2), (0, 1): Cell(50), (1, 0): Cell(60)}
    shown = masked(cells, [Total((1, 0), ((0, 0), (0, 1)))])
    assert [shown[key] for key in cells] == [Shown.SMALL, Shown.OPEN, Shown.OPEN]


def test_a_page_without_small_numbers_is_shown_whole() -> None:
    cells, totals = table([[5, 0, 17], [0, 8, 9]])
    assert set(masked(cells, totals).values()) == {Shown.OPEN}


@given(st.lists(st.integers(0, 12), min_size=1, max_size=5))
@settings(max_examples=100, deadline=None)
def test_nothing_left_out_of_a_column_can_be_told(column: list[int]) -> None:
    cells, totals = table([[value] for value in column])
    assert left_out_and_told(cells, totals) == []


@given(st.lists(st.lists(st.integers(0, 7), min_size=2, max_size=2), min_size=2, max_size=3))
@settings(max_examples=40, deadline=None)
def test_nothing_left_out_of_a_table_can_be_told(rows: list[list[int]]) -> None:
    cells, totals = table(rows)
    assert left_out_and_told(cells, totals) == []


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=2))
@settings(max_examples=60, deadline=None)
def test_nothing_left_out_of_shares_can_be_told(areas: list[tuple[int, int]]) -> None:
    """Reached, asked and (never written) not reached, by area and together."""
    full = [(reached, rest) for reached, rest in areas]
    full.append((sum(one for one, _ in full), sum(one for _, one in full)))
    cells: dict[Key, Cell] = {}
    totals: list[Total[Key]] = []
    for y, (reached, rest) in enumerate(full):
        cells[y, 0], cells[y, 1] = Cell(reached), Cell(reached + rest)
        cells[y, 2] = Cell(rest, is_silent=True, at_most=5 if 0 < rest < 5 and reached + rest >= 5 else None)
        totals.append(Total((y, 1), ((y, 0), (y, 2))))
    totals += [Total((len(areas), x), tuple((y, x) for y in range(len(areas)))) for x in (0, 1)]
    assert left_out_and_told(cells, totals) == []


def two_bulletins(
    streets: Sequence[int], villages: Sequence[int], *, street_first: bool
) -> tuple[dict[Key, Cell], list[Total[Key]], dict[Key, Shown]]:
    """Return what a reader of two bulletins has: of a district (its streets), and of its last street (its villages)."""
    last = sum(villages)
    row = [*streets, last]
    of_district = {(0, x): Cell(value) for x, value in enumerate([*row, sum(row)])}
    sums_of_district = [Total((0, len(row)), tuple((0, x) for x in range(len(row))))]
    of_street = {(0, len(streets)): Cell(last)} | {(1, x): Cell(value) for x, value in enumerate(villages)}
    sums_of_street = [Total((0, len(streets)), tuple((1, x) for x in range(len(villages))))]
    pages = [(of_district, sums_of_district), (of_street, sums_of_street)]
    shown: dict[Key, Shown] = {}
    known: dict[Key, Cell] = {}
    sums: list[Total[Key]] = []
    for cells, totals in reversed(pages) if street_first else pages:
        known, sums = known | cells, sums + totals
        shown = masked(known, sums, fixed=shown)
    return of_district | of_street, sums_of_district + sums_of_street, shown


def test_what_the_district_leaves_out_of_a_street_the_street_does_not_tell() -> None:
    cells, totals, shown = two_bulletins([2, 30], [12], street_first=False)
    assert shown[0, 1] == Shown.OPEN and shown[0, 2] == Shown.WITHHELD and shown[1, 0] == Shown.WITHHELD
    assert len(possible(cells, totals, shown, (0, 0))) > 1


def test_where_a_street_has_told_its_number_the_district_leaves_out_another() -> None:
    cells, totals, shown = two_bulletins([2, 30], [12], street_first=True)
    assert shown[0, 2] == Shown.OPEN and shown[0, 1] == Shown.WITHHELD
    assert len(possible(cells, totals, shown, (0, 0))) > 1


@given(
    st.lists(st.integers(0, 9), min_size=2, max_size=3),
    st.lists(st.integers(0, 9), min_size=1, max_size=2),
    st.booleans(),
)
@settings(max_examples=80, deadline=None)
def test_nothing_left_out_can_be_told_from_two_bulletins(
    streets: list[int], villages: list[int], street_first: bool
) -> None:
    cells, totals, shown = two_bulletins(streets, villages, street_first=street_first)
    told = [
        key
        for key in cells
        if shown[key] != Shown.OPEN and is_small(cells[key].value) and len(possible(cells, totals, shown, key)) < 2
    ]
    assert told == []


@given(st.lists(st.lists(st.integers(0, 40), min_size=4, max_size=4), min_size=16, max_size=16))
@settings(max_examples=15, deadline=None)
def test_a_table_of_sixteen_subdistricts_is_done_quickly_and_hides_every_small_number(rows: list[list[int]]) -> None:
    cells, totals = table(rows)
    shown = masked(cells, totals)
    assert all(shown[key] != Shown.OPEN for key, cell in cells.items() if is_small(cell.value))
