"""Officers read what no machine may guess at: the list of replies, street by street, twice a day."""

from datetime import datetime, time
from functools import partial

from .pages import replies_in
from .world import World

READ_AT = (time(11, 0), time(17, 0))
LEFT_TODAY = "street"  # whoever looks finds some that nobody has read
MINUTES = (0.5, 1.5)  # for one reply


class Replies:
    """The reading of replies in a play."""

    def __init__(self, world: World) -> None:
        self.world = world

    def begin(self) -> None:
        """Write down who reads when."""
        readers = [player.username for player in self.world.cast.players.values() if player.role == "street_officer"]
        for day in self.world.days.all():
            for hour in READ_AT:
                for place, username in enumerate((*readers, "district")):
                    if day == self.world.days.today and username == LEFT_TODAY:
                        continue
                    at = self.world.days.at(day, hour) + self.world.minutes(place, place + 4)
                    self.world.put(at, partial(self._read, username=username))

    def _read(self, at: datetime, username: str) -> None:
        """Let whoever wrote be called, where a household of the area was asked; else say why no answer is needed."""
        screen = self.world.screen_of(username)
        for number, contact in replies_in(screen.get("/replies/")):
            if contact:
                screen.do(f"/replies/{number}/", {"deed": "call", "contact": contact, "note": ""})
            else:
                screen.do(f"/replies/{number}/", {"deed": "none", "note": "号码不在本辖区任何一户名下"})
            self.world.worked["replies"] += self.world.random.uniform(*MINUTES)
