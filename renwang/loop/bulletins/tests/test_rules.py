"""How a number stands in a sentence, and how a text names one."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renwang.loop.bulletins.rules import (
    AMOUNT,
    COUNT,
    HOURS,
    INDEX,
    PERCENT,
    FigureTold,
    Name,
    Part,
    Place,
    Same,
    Shown,
    asked_in,
    broken_in,
    halved,
    in_words,
    pieces_of,
    shown_of,
)

HERE = Place("370704", Name("a.b"))


def told(unit: str, numerator: int, denominator: int = 0, value: str = "") -> FigureTold:
    return FigureTold(HERE, unit, numerator, denominator, Decimal(value) if value else None)


@pytest.mark.parametrize(
    ("figure", "part", "words"),
    [
        (told(COUNT, 3), "", "<5"),
        (told(COUNT, 0), "", "0"),
        (told(COUNT, 1204), "", "1,204"),
        (told(PERCENT, 97, 100, "97"), "", "≥95%"),
        (told(PERCENT, 97, 100, "97"), "n", "not told"),
        (told(PERCENT, 97, 100, "97"), "of", "100"),
        (told(PERCENT, 3, 100, "3"), "", "not told"),
        (told(PERCENT, 60, 100, "60"), "", "60%"),
        (told(HOURS, 7200, 2, "1"), "", "not told"),
        (told(HOURS, 72000, 8, "2.5"), "", "2.5"),
        (told(AMOUNT, 2, 0, "6000"), "", "not told"),
        (told(AMOUNT, 21, 0, "3760000"), "", "3,760,000"),
        (told(INDEX, 128, 0, "93.400000"), "", "93.4"),
        (told(INDEX, 1, 0, "88.05"), "", "not told"),
    ],
)
def test_a_published_number_tells_nothing_of_few(figure: FigureTold, part: str, words: str) -> None:
    shown = shown_of([figure], area="370704", below=[])
    assert in_words(figure, part, shown, withheld="not told") == words


def test_an_editor_sees_every_number() -> None:
    assert in_words(told(COUNT, 3), "", None, withheld="not told") == "3"
    assert in_words(told(PERCENT, 9999, 10000, "99.99"), "", None, withheld="") == "99.9%", "never rounded up to all"


def test_a_number_that_is_another_indicator_too_is_left_out_in_both() -> None:
    share = FigureTold(Place("370704", Name("a.share")), PERCENT, 97, 100, Decimal(97))
    count = FigureTold(Place("370704", Name("a.count")), COUNT, 97)
    shown = shown_of([share, count], area="370704", below=[], same=[Same("a.share", "n", "a.count")])
    assert shown[Part(share.place, "n")] == Shown.WITHHELD
    assert shown[Part(count.place, "n")] == Shown.WITHHELD


def test_who_was_reached_in_part_does_not_follow_from_who_was_reached_and_who_told_all() -> None:
    """60 of 100 were reached, 58 told all: the other two told a part."""
    share = FigureTold(Place("370704", Name("a.share")), PERCENT, 60, 100, Decimal(60))
    slices = {"": 100, "completed": 58, "partial": 2, "unresponsive": 30, "refused": 10}
    told = [FigureTold(Place("370704", Name("a.count", name)), COUNT, n) for name, n in slices.items()]
    same = [Same("a.share", "n", "a.count", ("completed", "partial")), Same("a.share", "of", "a.count")]
    shown = shown_of([share, *told], area="370704", below=[], same=same)
    stands = {part.place.name.slice: how for part, how in shown.items() if part.place.name.code == "a.count"}
    assert stands["partial"] == Shown.SMALL
    assert (
        Shown.OPEN in (stands["completed"], shown[Part(share.place, "n")])
        and stands["completed"] != shown[Part(share.place, "n")]
    ), "one of the two is told, not both"


def test_slices_of_a_share_are_left_out_where_the_count_leaves_them_out() -> None:
    """Confirmed of asked for, by item: how many were asked for stands in both indicators."""
    items = {"rice": (1, 3), "coal": (9, 20), "care": (6, 12), "": (16, 35)}
    figures = []
    for item, (confirmed, asked) in items.items():
        figures.append(FigureTold(Place("370704", Name("a.count", item)), COUNT, asked))
        figures.append(FigureTold(Place("370704", Name("a.share", item)), PERCENT, confirmed, asked, Decimal(50)))
    shown = shown_of(figures, area="370704", below=[], same=[Same("a.share", "of", "a.count")])
    for item in items:
        count = shown[Part(Place("370704", Name("a.count", item)), "n")]
        whole = shown[Part(Place("370704", Name("a.share", item)), "of")]
        assert (count == Shown.OPEN) == (whole == Shown.OPEN), item


@given(st.text(alphabet="{}#:ab. 户\n", max_size=40))
def test_a_text_comes_back_whole_from_its_pieces(text: str) -> None:
    assert "".join(piece.words for piece in pieces_of(text)) == text
    assert len(asked_in(text)) == sum(piece.asked is not None for piece in pieces_of(text))


def test_braces_of_a_chinese_keyboard_are_braces() -> None:
    assert [str(asked.name) for asked in asked_in(halved("｛a.b:c｝"))] == ["a.b:c"]
    assert broken_in("{a.b} {多少} }") == ["{多少}", "}"]
