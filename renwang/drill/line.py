"""The drill's own short-message centre on a loopback port, and the system's real line to it: SMPP over TCP, both ways."""

import contextlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from django.conf import settings

from renwang.foundation.channels import kinds
from renwang.foundation.channels.engine.centre import Centre, Fate
from renwang.foundation.channels.engine.pdus import Submit
from renwang.foundation.channels.engine.segments import piece_of
from renwang.foundation.channels.engine.session import SmppChannel
from renwang.foundation.channels.management.gateway import Gateway
from renwang.foundation.channels.rules import QuietHours

HOST, SOURCE = "127.0.0.1", "10690000"
RATE, WINDOW = (
    10_000.0,
    500,
)  # segments a second, submits without an answer: a play must not wait for a carrier's limits
PATIENCE = 60.0  # seconds until everything that is on its way must have come
SILENT = Fate(receipt="")  # taken; what becomes of it, the phones say later


class LineStuck(Exception):
    """What went over the line did not come to an end."""


@dataclass
class Text:
    """One message as a phone got it, of all its segments, with the centre's numbers."""

    address: str
    reference: int
    words: str = ""
    segments: list[tuple[Submit, str]] = field(default_factory=list)


class Line:
    """The centre and the gateway while the play lasts. The gateway is driven in the play's own thread and time."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._taken: list[tuple[Submit, str]] = []  # appended to by the centre's thread
        password = secrets.token_hex(4)
        self.centre = Centre(lambda _submit: SILENT, host=HOST, password=password, keeps_log=False, tell=self._take)
        self._password, self._clock = password, clock
        self._parts: dict[tuple[str, int], dict[int, tuple[Submit, str]]] = {}
        self._said = 0
        self._open = contextlib.ExitStack()

    def __enter__(self) -> Self:
        self._open.enter_context(self.centre)
        channel = SmppChannel(
            host=HOST,
            port=self.centre.port,
            system_id="drill",
            password=self._password,
            source=SOURCE,
            rate=RATE,
            window=WINDOW,
        )
        self._open.enter_context(kinds.only(channel))
        quiet = QuietHours.parse(settings.RENWANG_QUIET_HOURS)
        self.gateway = Gateway(channel, clock=self._clock, name="drill", quiet=quiet)
        self._open.callback(self.gateway.close)
        return self

    def __exit__(self, *_problem: object) -> None:
        self._open.close()

    def exchange(self) -> list[Text]:
        """Send all that is due, take in all that phones have said; return the messages that have now wholly arrived."""
        until = time.monotonic() + PATIENCE
        self.gateway.pump()
        while not self.centre.is_idle:
            if time.monotonic() > until:
                raise LineStuck(f"{self.centre.unacknowledged} messages of phones are not taken.")
            self.gateway.pump()
        taken, self._taken[:] = list(self._taken), []
        return [whole for submit, number in taken if (whole := self._join(submit, number)) is not None]

    def receipt(self, text: Text, receipt: str, error: str = "000") -> None:
        """Say what became of a message: DELIVRD, UNDELIV, EXPIRED."""
        for submit, number in text.segments:
            self.centre.report(submit, number, Fate(receipt=receipt, error=error))

    def say(self, number: str, words: str) -> None:
        """Let a phone write to the district."""
        self._said += 1
        self.centre.say(number, words, destination=SOURCE, reference=self._said % 65_536)

    def _take(self, submit: Submit, number: str) -> None:
        self._taken.append((submit, number))

    def _join(self, submit: Submit, number: str) -> Text | None:
        piece = piece_of(submit.payload, submit.coding, submit.esm_class)
        key = submit.destination, submit.reference or 0
        parts = self._parts.setdefault(key, {})
        parts[piece.number] = submit, number
        if len(parts) < piece.total:
            return None
        del self._parts[key]
        segments = [parts[place] for place in sorted(parts)]
        words = "".join(piece_of(one.payload, one.coding, one.esm_class).text for one, _number in segments)
        return Text(*key, words, segments)
