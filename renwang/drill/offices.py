"""The offices ask: they write their questions and rounds on the system's pages, and open and close them there."""

from datetime import datetime, time, timedelta
from functools import partial

from .doors import ClosedDoor
from .enquiries import DRAFTS, QUESTIONS
from .filling import question_fields, round_fields
from .pages import number_at_end
from .world import World


class Offices:
    """All rounds of a play."""

    def __init__(self, world: World) -> None:
        self.world = world

    def begin(self) -> None:
        """Write down when each round is published."""
        days = self.world.days
        eve = days.at(days.day(-1), time(15))
        self.world.put(eve, self._questions)
        for minutes, key in enumerate(DRAFTS, start=1):
            self.world.put(eve + timedelta(minutes=7 * minutes), partial(self._publish, key=key))
        if days.count > 1:
            self.world.put(days.at(days.day(days.count - 2), time(19, 30)), self._close_one)

    def _questions(self, at: datetime) -> None:
        for office, questions in QUESTIONS.items():
            for question in questions:
                self.world.screen_of(office).do("/rounds/questions/", question_fields(question))

    def _publish(self, at: datetime, key: str) -> None:
        """Write a round and, unless it stays a draft, open it."""
        days = self.world.days
        draft = DRAFTS[key](days.day(0), days.day(1), days.today)
        fields = round_fields(draft, is_opened=key != "devices")
        self.world.rounds[key] = number_at_end(self.world.screen_of(draft.office).do("/rounds/new/", fields))

    def _close_one(self, at: datetime) -> None:
        led_to = self.world.screen_of("civil").do(f"/rounds/{self.world.rounds['coal']}/close/")
        if not led_to.startswith("/rounds/"):
            raise ClosedDoor(f"closing a round led to {led_to}")
