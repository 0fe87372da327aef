"""How numbers and times are said."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from renwang.desk import wording

NOW = datetime(2020, 2, 17, 2, 42, tzinfo=UTC)  # 10:42 in the district


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (128000, "128\u2009000"),
        (0, "0"),
        (-1200, "−1\u2009200"),
        (86.42, "86.4"),
        (Decimal("93.4"), "93.4"),
        (None, "–"),
        ("37", "37"),
    ],
)
def test_thousands_stand_apart(value: wording.Number | str | None, said: str) -> None:
    assert wording.spaced(value) == said


@pytest.mark.parametrize(
    ("gap", "said"),
    [
        (timedelta(seconds=20), "刚刚"),
        (timedelta(minutes=5), "5 分钟前"),
        (timedelta(hours=2), "2 小时前"),
        (timedelta(hours=20), "昨天"),
        (timedelta(days=3), "3 天前"),
        (timedelta(hours=-3), "3 小时后"),
        (timedelta(hours=-23), "明天"),
        (timedelta(days=-2), "2 天后"),
    ],
)
def test_a_moment_is_said_as_people_say_it(gap: timedelta, said: str) -> None:
    with translation.override("zh-hans"):
        assert wording.relative(NOW - gap, NOW) == said


def test_the_date_is_the_districts_and_has_its_year_only_when_it_is_another() -> None:
    with translation.override("zh-hans"):
        assert wording.dated(NOW, NOW) == "2月17日 10:42"
        assert wording.dated(NOW - timedelta(days=300), NOW) == "2019年4月23日 10:42"
        assert wording.day(date(2020, 2, 17)) == "2月17日 星期一"


def test_english_counts_one_and_many() -> None:
    with translation.override("en"):
        assert wording.relative(NOW - timedelta(hours=1), NOW) == "1 hour ago"
        assert wording.relative(NOW - timedelta(hours=2), NOW) == "2 hours ago"
        assert wording.dated(NOW, NOW) == "17 Feb 10:42"
