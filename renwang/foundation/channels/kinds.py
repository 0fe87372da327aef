"""The plug for channels: a way over which messages go out and come in. The gateway asks here; it never names one itself."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from .engine.segments import Segment
from .engine.session import Answered, Arrived


class Session(Protocol):
    """One open connection. Every method raises LineDown where it has gone."""

    @property
    def outstanding(self) -> int: ...

    def unanswered(self) -> Sequence[tuple[int, int]]: ...

    def submit(self, tag: tuple[int, int], address: str, segment: Segment, reference: int) -> None: ...

    def listen(self, seconds: float) -> list[Answered | Arrived]: ...

    def take(self, arrived: Sequence[Arrived]) -> None: ...

    def unbind(self) -> None: ...

    def close(self) -> None: ...


class Channel(Protocol):
    """A way to people's phones. ``rate``: segments a second; ``window``: how many may wait for the other side's answer."""

    @property
    def code(self) -> str: ...

    @property
    def rate(self) -> float: ...

    @property
    def window(self) -> int: ...

    def open(self) -> Session: ...


_channels: dict[str, Channel] = {}


def register(channel: Channel) -> Channel:
    """Make a channel known; refuses a second one of the same code."""
    if _channels.setdefault(channel.code, channel) is not channel:
        raise ValueError(f"Two channels call themselves {channel.code!r}.")
    return channel


def channels() -> list[Channel]:
    """Return every channel that is set up, by code."""
    return [_channels[code] for code in sorted(_channels)]


def is_set_up(code: str) -> bool:
    """Answer whether messages can go out over a channel."""
    return code in _channels


@contextmanager
def only(channel: Channel) -> Iterator[None]:
    """Let this channel be the only one meanwhile: what is played must never reach the phones of real people."""
    before = dict(_channels)
    _channels.clear()
    _channels[channel.code] = channel
    try:
        yield
    finally:
        _channels.clear()
        _channels.update(before)
