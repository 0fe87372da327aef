"""Days and numbers as ledgers write them. The properties hold for any day; the examples are those seen in the field."""

import math
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renwang.foundation.sheets.engine.dates import EXCEL_ZERO, Day, read_day
from renwang.foundation.sheets.engine.numbers import chinese_number, read_number

DAYS = st.dates(date(1910, 1, 2), date(2099, 12, 31))
DIGITS = "〇一二三四五六七八九"


def in_words(number: int) -> str:
    """Return 1 … 99 in Chinese numerals."""
    tens, ones = divmod(number, 10)
    return ("" if not tens else "十" if tens == 1 else DIGITS[tens] + "十") + (DIGITS[ones] if ones else "")


@pytest.mark.parametrize(
    "told",
    [
        "昨天",
        "2020-13-02",
        "2020-02-30",
        "十三月",
        "",
        "无",
        "2月3日",
        True,
        None,
        12.5,
        7,
        "18.5",
        "370704195001010017",
        "12345678901",
    ],
)
def test_what_tells_no_day_is_not_guessed(told: object) -> None:
    assert read_day(told) is None


@pytest.mark.parametrize(
    "told",
    [
        "2020.2.3", "2020-2-3", "2020/02/03", "2020年2月3日", "2020年2月3号", "二〇二〇年二月三日", "二○二○年二月三日", "２０２０．２．３",
        "20200203", 20200203, 20200203.0, 43864, 43864.0, "43864", " 2020. 2. 3 ", "2020-02-03 08:30", "2020/2/3 8:00:00", "2020-02-03T08:00:00",
        "2020年2月3日（星期一）", "20.2.3", date(2020, 2, 3), datetime(2020, 2, 3, 8, 30),
    ],
)  # fmt: skip
def test_one_day_is_read_in_every_way_it_is_written(told: object) -> None:
    found = read_day(told)
    assert found is not None and found.day == date(2020, 2, 3) and found.grain == "day"


def test_a_day_without_a_year_is_of_the_ledgers_year() -> None:
    for told in ("2月3日", "二月三日", "2.3", "2月3号"):
        found = read_day(told, year=2020)
        assert found is not None and found.day == date(2020, 2, 3) and not found.year_was_told


def test_a_month_and_a_year_stand_for_their_first_day_and_say_so() -> None:
    month, year = read_day("2014年5月"), read_day("2014")
    assert month is not None and (month.day, month.grain) == (date(2014, 5, 1), "month")
    assert year is not None and (year.day, year.grain) == (date(2014, 1, 1), "year")
    assert read_day("202002").grain == "month"  # type: ignore[union-attr]


@given(DAYS)
def test_any_day_is_the_same_day_however_it_is_written(day: date) -> None:
    year = "".join(DIGITS[int(digit)] for digit in str(day.year))
    for told in (
        day.isoformat(),
        f"{day:%Y%m%d}",
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{year}年{in_words(day.month)}月{in_words(day.day)}日",
        (day - EXCEL_ZERO).days,
        datetime(day.year, day.month, day.day, 9, 30),
    ):
        found = read_day(told)
        assert found is not None and found.day == day, told


@given(st.text(max_size=30))
def test_no_text_breaks_the_reading_of_days_or_numbers(text: str) -> None:
    day, number = read_day(text, year=2020), read_number(text)
    assert day is None or isinstance(day, Day)
    assert number is None or not math.isnan(number)


@pytest.mark.parametrize("told", ["", "abc", "二三十", None, True, "12-3", "1,2,3"])
def test_what_tells_no_number_is_not_guessed(told: object) -> None:
    assert read_number(told) is None


@pytest.mark.parametrize(
    ("told", "number"),
    [("1,200元", 1200), ("１２０", 120), ("3.5万", 35000), ("二十三", 23), ("12%", 0.12), ("(500)", -500), ("一百零五", 105),
     ("三万二千", 32000), ("-7", -7), ("￥1,000.50", 1000.5), ("120平方米", 120), ("6个月", 6), (4, 4), (2.5, 2.5)],
)  # fmt: skip
def test_numbers_are_read_as_ledgers_write_them(told: object, number: float) -> None:
    assert read_number(told) == pytest.approx(number)


@given(st.integers(1, 99))
def test_numerals_are_numbers(number: int) -> None:
    assert chinese_number(in_words(number)) == number


@given(st.integers(-(10**12), 10**12))
def test_a_number_with_thousands_separators_is_that_number(number: int) -> None:
    assert read_number(f"{number:,}") == number
