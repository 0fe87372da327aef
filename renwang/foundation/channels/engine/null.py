"""A channel without a line: everything is taken and delivered at once. For rehearsals and measurements."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from .segments import Segment
from .session import RECEIPT, Answered, Arrived


@dataclass
class NullSession:
    """Takes every segment, and says at the next turn that it was delivered."""

    _heard: list[Answered | Arrived] = field(default_factory=list)
    _taken: int = 0

    @property
    def outstanding(self) -> int:
        """How many segments are not answered yet: none is kept waiting beyond the next turn."""
        return sum(1 for one in self._heard if isinstance(one, Answered))

    def unanswered(self) -> list[tuple[int, int]]:
        """Return the segments without an answer yet."""
        return [one.tag for one in self._heard if isinstance(one, Answered)]

    def submit(self, tag: tuple[int, int], address: str, segment: Segment, reference: int) -> None:
        """Take one segment."""
        self._taken += 1
        number = f"null-{tag[0]}-{tag[1]}"
        receipt = f"id:{number} stat:DELIVRD err:000".encode()
        self._heard.append(Answered(tag, 0, number))
        self._heard.append(Arrived(self._taken, address, receipt, 0, RECEIPT, reference=reference))

    def listen(self, seconds: float) -> list[Answered | Arrived]:
        """Return what is to be said; waits where there is nothing."""
        heard, self._heard = self._heard, []
        if not heard:
            time.sleep(seconds)
        return heard

    def take(self, arrived: Sequence[Arrived]) -> None:
        """Nothing is brought twice here."""

    def unbind(self) -> None:
        """Nothing to hang up."""

    def close(self) -> None:
        """Nothing to hang up."""


@dataclass(frozen=True)
class NullChannel:
    """Messages that go nowhere."""

    rate: float = 1_000_000.0
    window: int = 1000
    code: str = "sms"

    def open(self) -> NullSession:
        """Return a session."""
        return NullSession()
