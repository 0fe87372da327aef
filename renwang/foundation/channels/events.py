"""What happens to messages. Ids only: no numbers, no words."""

from dataclasses import dataclass

from renwang.foundation.audit.events import Event


@dataclass(frozen=True, kw_only=True)
class MessagesQueued(Event):
    """Messages wait for the line; those whose key was known before are not among them. ``failed_ids``: their number is none."""

    message_ids: tuple[int, ...]
    failed_ids: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MessagesCancelled(Event):
    """Messages that were still queued are no longer needed."""

    message_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class MessagesWired(Event):
    """Messages are given to the line from now on; they are never given to it again unless the centre refuses them."""

    message_ids: tuple[int, ...]
    expired_ids: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MessagesSubmitted(Event):
    """The centre has answered: taken, to be tried again, or refused for ever. ``delivered_ids``: of those sent, whose receipts came
    right behind."""

    sent_ids: tuple[int, ...]
    errored_ids: tuple[int, ...]
    failed_ids: tuple[int, ...]
    delivered_ids: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ReceiptsNoted(Event):
    """Receipts have come."""

    delivered_ids: tuple[int, ...]
    failed_ids: tuple[int, ...]
    stray_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class MessagesGivenUp(Event):
    """Nobody waits any longer: the time of these is over, or whether the centre has them is not known."""

    failed_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class MessagesReceived(Event):
    """Phones have said something. ``part_ids``: segments whose others are still to come."""

    incoming_ids: tuple[int, ...]
    repeat_ids: tuple[int, ...]
    part_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class IncomingSettled(Event):
    """What phones said was taken up, put before a person, or set aside."""

    handled_ids: tuple[int, ...]
    review_ids: tuple[int, ...]
    set_aside_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class LineNoted(Event):
    """A line came up, went down or was throttled."""

    code: str
    is_up: bool
