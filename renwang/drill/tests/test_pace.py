"""Whoever watches sees a played hour take so many seconds, the nights none; a play that is slower than that does not run after it."""

import datetime as dt
import time
from zoneinfo import ZoneInfo

import pytest

from renwang.drill import pace as paces
from renwang.drill.clock import Clock
from renwang.drill.pace import Pace

ZONE = ZoneInfo("Asia/Shanghai")
SINCE = dt.datetime(2020, 2, 17, tzinfo=ZONE)


class Watch:
    """A clock of the machine's that only waiting moves."""

    def __init__(self) -> None:
        self.moment, self.waited = 0.0, 0.0

    def monotonic(self) -> float:
        return self.moment

    def wait(self, seconds: float) -> None:
        self.moment += seconds
        self.waited += seconds


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    made = Watch()
    monkeypatch.setattr(paces.time, "monotonic", made.monotonic)
    return made


def at(day: int, hour: float) -> dt.datetime:
    return dt.datetime(2020, 2, day, tzinfo=ZONE) + dt.timedelta(hours=hour)


def test_an_hour_takes_its_seconds_and_a_night_none(watch: Watch) -> None:
    pace = Pace(20.0, wait=watch.wait)
    for moment in (at(17, 8), at(17, 8.5), at(17, 10), at(17, 21)):
        pace.keep(moment, SINCE)
    assert watch.waited == pytest.approx(13 * 20)
    for moment in (at(17, 23), at(18, 3), at(18, 8)):
        pace.keep(moment, SINCE)
    assert watch.waited == pytest.approx(13 * 20 + 20)  # the second day begins at seven


def test_nothing_waits_before_the_first_day_or_without_a_pace(watch: Watch) -> None:
    Pace(20.0, wait=watch.wait).keep(at(16, 9), SINCE)
    hurried = Pace(0.0, wait=watch.wait)
    hurried.keep(at(17, 8), SINCE)
    hurried.keep(at(17, 20), SINCE)
    assert not watch.waited


def test_what_the_play_itself_took_counts_and_is_not_run_after(watch: Watch) -> None:
    pace = Pace(20.0, wait=watch.wait)
    pace.keep(at(17, 8), SINCE)
    watch.moment += 15  # the play was at work
    pace.keep(at(17, 9), SINCE)
    assert watch.waited == pytest.approx(5)
    watch.moment += 100
    pace.keep(at(17, 10), SINCE)
    pace.keep(at(17, 11), SINCE)
    assert watch.waited == pytest.approx(5 + 20)


def test_the_plays_clock_stands_never_goes_back_and_runs_on_when_told() -> None:
    clock = Clock(at(17, 8))
    clock.move(at(17, 9))
    clock.move(at(17, 8))
    assert clock() == clock() == at(17, 9)
    clock.run_on()
    time.sleep(0.02)
    assert at(17, 9) < clock() < at(17, 9.1)
