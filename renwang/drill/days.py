"""The days that are played: real ones, up to this moment, and alive at whatever hour somebody looks."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from heapq import heappop, heappush
from itertools import count
from random import Random
from zoneinfo import ZoneInfo

Deed = Callable[[datetime], None]

# People of the drill are awake between these hours.
FIRST_HOUR, LAST_HOUR = time(7, 40), time(20, 40)
# Whoever looks before this hour sees the morning until then, played in the short time since midnight.
NEVER_BEFORE = time(10, 40)
MORNING = time(6)


@dataclass(frozen=True)
class Days:
    """``count`` days up to ``until``. The play has its own clock: ``real`` says when a moment of the play was."""

    until: datetime
    count: int
    zone: ZoneInfo

    @property
    def today(self) -> date:
        return self.until.astimezone(self.zone).date()

    @property
    def end(self) -> datetime:
        """The moment of the play that is now."""
        return max(self.until, self.at(self.today, NEVER_BEFORE))

    def day(self, place: int) -> date:
        """Return a day by its place; 0 is the first that is played, -1 the day before it."""
        return self.today - timedelta(days=self.count - 1 - place)

    def all(self) -> list[date]:
        """Return the days that are played, today last."""
        return [self.day(place) for place in range(self.count)]

    def at(self, day: date, hour: time) -> datetime:
        """Return a moment of a day by the district's clock."""
        return datetime.combine(day, hour, self.zone)

    def real(self, moment: datetime) -> datetime:
        """Return when a moment of the play was. Never later than now."""
        if moment >= self.end:
            return self.until
        if self.end == self.until or moment.astimezone(self.zone).date() < self.today:
            return moment
        midnight, morning = self.at(self.today, time()), self.at(self.today, MORNING)
        share = max(0.0, (moment - morning) / (self.end - morning))
        return midnight + share * (self.until - midnight)

    def awake(self, moment: datetime, random: Random) -> datetime:
        """Return the moment itself, or the next morning when nobody is up at that hour."""
        local = moment.astimezone(self.zone)
        if FIRST_HOUR <= local.time() <= LAST_HOUR:
            return moment
        day = local.date() + timedelta(days=1 if local.time() > LAST_HOUR else 0)
        return self.at(day, FIRST_HOUR) + timedelta(minutes=random.uniform(5, 150))


@dataclass
class Agenda:
    """What will happen, in the order of its moments: a later deed never happens before an earlier one."""

    heap: list[tuple[datetime, int, Deed]] = field(default_factory=list)
    numbers: "count[int]" = field(default_factory=count)
    done: int = 0

    def put(self, at: datetime, deed: Deed) -> None:
        """Let something happen at a moment of the play."""
        heappush(self.heap, (at, next(self.numbers), deed))

    def run(self, until: datetime, *, before_each: Callable[[datetime], None]) -> None:
        """Let everything happen that falls due; what lies after ``until`` never does."""
        while self.heap and self.heap[0][0] <= until:
            at, _number, deed = heappop(self.heap)
            before_each(at)
            deed(at)
            self.done += 1
