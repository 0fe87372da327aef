"""The system's own worker inside a play: it keeps what was promised and does what must happen every so often, in played time."""

from datetime import datetime, timedelta

from renwang.foundation.audit import actions, kinds

from .world import World

NAME = "drill"


class Keeping:
    """One worker that lives in the play's days."""

    def __init__(self, world: World) -> None:
        self.world = world

    def begin(self) -> None:
        """Come by every hour of every day."""
        for day in self.world.days.all():
            midnight = self.world.days.at(day, datetime.min.time())
            for hour in range(24):
                self.world.put(midnight + timedelta(hours=hour, minutes=4), self.turn, by_day=False)

    def turn(self, at: datetime) -> None:
        """Begin every tick once, then keep what is due."""
        for tick in kinds.ticks():
            tick.run(self.world.real(at))
        self.keep_promises(at)

    def tick(self, name: str, at: datetime) -> None:
        """Do one thing that must happen every so often now, as a worker that comes by every few seconds would."""
        next(tick for tick in kinds.ticks() if tick.name == name).run(self.world.real(at))

    def keep_promises(self, at: datetime) -> None:
        """Keep all that is due, and what comes of it."""
        now = self.world.real(at)
        while taken := actions.claim(worker=NAME, now=now, most=1):
            for promise in taken:
                kinds.effect(promise.kind).keep(promise.payload, now=now, report=_to_nobody)
                actions.keep(promise_id=promise.pk, worker=NAME, now=now)


def _to_nobody(_percent: int) -> None:
    """Report progress to nobody."""
