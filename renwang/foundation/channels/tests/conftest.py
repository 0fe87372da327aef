"""A centre on a real socket, a line to it, and a gateway that is driven step by step."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest

from renwang.foundation.access.rules import Actor
from renwang.foundation.channels import actions
from renwang.foundation.channels.actions import MessageToSend
from renwang.foundation.channels.engine.centre import Centre, Fate, delivered
from renwang.foundation.channels.engine.pdus import Submit
from renwang.foundation.channels.engine.session import SmppChannel
from renwang.foundation.channels.management.gateway import Gateway
from renwang.foundation.channels.models import Message

PHONE = "15400000001"


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.moment = datetime(2020, 2, 17, 1, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def move(self, **by: float) -> datetime:
        """Let some time pass; return the moment then."""
        self.moment += timedelta(**by)
        return self.moment


class OpenCentre(Protocol):
    def __call__(self, fate: Callable[[Submit], Fate] = delivered) -> Centre: ...


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def open_centre() -> Iterator[OpenCentre]:
    """Return a function that opens a centre whose messages meet a fate."""
    opened: list[Centre] = []

    def make(fate: Callable[[Submit], Fate] = delivered) -> Centre:
        opened.append(Centre(fate).start())
        return opened[-1]

    yield make
    for centre in opened:
        centre.stop()


@pytest.fixture
def gateway_to(clock: Clock, transactional_db: None) -> Iterator[Callable[[Centre], Gateway]]:
    """Return a function that makes a gateway to a centre; closed at the end."""
    made: list[Gateway] = []

    def make(centre: Centre) -> Gateway:
        channel = SmppChannel("127.0.0.1", centre.port, "renwang", "secret", "10690000", rate=5000, window=20)
        made.append(Gateway(channel, clock=clock))
        return made[-1]

    yield make
    for gateway in made:
        gateway.close()


@pytest.fixture
def send(clock: Clock) -> Callable[..., list[Message]]:
    """Return a function that queues texts to one phone: ``send("平安", "…")``."""
    counted = 0

    def queue(*texts: str, address: str = PHONE, **more: object) -> list[Message]:
        nonlocal counted
        counted += 1
        done = actions.queue_messages(
            actor=Actor.system(),
            now=clock(),
            messages=[
                MessageToSend(key=f"t{counted}-{place}", address=address, text=text, **more)  # type: ignore[arg-type]
                for place, text in enumerate(texts)
            ],
        )
        return list(Message.objects.filter(pk__in=done.message_ids).order_by("pk"))

    return queue
