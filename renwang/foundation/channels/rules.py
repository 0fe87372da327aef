"""The ladder of a message, quiet hours, and how long to wait. Pure decisions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

WAITS_FOR_PARTS = timedelta(minutes=10)
PARTS_ARE_KEPT = timedelta(hours=6)  # a segment that a centre brings again within them is known
LONGEST_TEXT = 700  # characters: eleven segments, more than anybody reads


class MessageState(TextChoices):
    """Where a message to somebody stands. Who acts next: queued, errored – the line; wired, sent – the centre; the rest – nobody."""

    QUEUED = "queued", gettext_lazy("queued")
    WIRED = "wired", gettext_lazy("on the wire")
    SENT = "sent", gettext_lazy("sent")
    DELIVERED = "delivered", gettext_lazy("delivered")
    ERRORED = "errored", gettext_lazy("to be tried again")
    FAILED = "failed", gettext_lazy("failed")


S = MessageState
# A message that is on the wire is never queued again: whether the centre has it, only the centre can say.
MOVES: dict[MessageState, frozenset[MessageState]] = {
    S.QUEUED: frozenset({S.WIRED, S.FAILED}),
    S.WIRED: frozenset({S.SENT, S.DELIVERED, S.ERRORED, S.FAILED}),
    S.SENT: frozenset({S.DELIVERED, S.FAILED}),
    S.ERRORED: frozenset({S.WIRED, S.FAILED}),
    S.DELIVERED: frozenset(),
    # Given up as unsure, and the receipt comes after all.
    S.FAILED: frozenset({S.DELIVERED}),
}
ENDED = frozenset({S.DELIVERED, S.FAILED})
TO_SEND = frozenset({S.QUEUED, S.ERRORED})


class Fault(TextChoices):
    """Why a message was not sent, or not yet."""

    THROTTLED = "throttled", gettext_lazy("the centre takes no more for the moment")
    LINE_DOWN = "line_down", gettext_lazy("the line was down before it was sent")
    REFUSED = "refused", gettext_lazy("the centre refused it")
    BAD_NUMBER = "bad_number", gettext_lazy("no such number")
    UNDELIVERABLE = "undeliverable", gettext_lazy("it could not be delivered")
    EXPIRED = "expired", gettext_lazy("its time was over")
    UNSURE = "unsure", gettext_lazy("whether the centre has it is not known; it is not sent twice")
    NO_RECEIPT = "no_receipt", gettext_lazy("the centre took it and never said what became of it")
    CANCELLED = "cancelled", gettext_lazy("no longer needed")


# Faults after which the number itself is in doubt.
NUMBER_IN_DOUBT = frozenset({Fault.BAD_NUMBER})
BACK_OFF = (timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10), timedelta(minutes=30))
MOST_TRIES = 12
UNSURE_AFTER = timedelta(hours=1)  # on the wire without a word: its receipt may still come, but nobody waits longer
RECEIPT_WAITS = timedelta(hours=1)  # after a message's time is over


class IncomingState(TextChoices):
    """Where a message from somebody stands. Who acts next: new – the worker; review – a person."""

    NEW = "new", gettext_lazy("arrived")
    HANDLED = "handled", gettext_lazy("taken up")
    REVIEW = "review", gettext_lazy("to be read by a person")
    SET_ASIDE = "set_aside", gettext_lazy("needs no answer")


I = IncomingState  # noqa: E741
INCOMING_MOVES: dict[IncomingState, frozenset[IncomingState]] = {
    I.NEW: frozenset({I.HANDLED, I.REVIEW, I.SET_ASIDE}),
    I.REVIEW: frozenset({I.HANDLED, I.SET_ASIDE}),
    I.HANDLED: frozenset(),
    I.SET_ASIDE: frozenset(),
}


class Stray(TextChoices):
    """Why a receipt found no place."""

    UNKNOWN = "unknown", gettext_lazy("no message of ours has this number")
    AGAIN = "again", gettext_lazy("said before")
    UNREADABLE = "unreadable", gettext_lazy("it could not be read")


class MoveRefused(Exception):
    """A message or a reply cannot go there from where it stands."""


def check_move(old: str, new: str) -> None:
    """Raise MoveRefused unless a message may go from one state to the other."""
    if MessageState(new) not in MOVES[MessageState(old)]:
        raise MoveRefused(_("A message that is %(old)s cannot become %(new)s.") % {"old": old, "new": new})


_SPELLED = {0xFF10 + n: 0x30 + n for n in range(10)} | dict.fromkeys(map(ord, " -()（）－—.\u00a0\u3000"))


def dialled(number: str) -> str:
    """Return a telephone number as a centre is given it, however people spell it; "" where it is none (3 to 20 digits, the plus
    among them: SMPP has room for no more)."""
    plain = number.translate(_SPELLED)
    digits = plain.removeprefix("+")
    return plain if digits.isascii() and digits.isdecimal() and len(digits) >= 3 and len(plain) <= 20 else ""


def wait_after(tries: int) -> timedelta:
    """Return how long to wait after so many tries that failed for the moment."""
    return BACK_OFF[min(max(tries, 1), len(BACK_OFF)) - 1]


def state_of(parts: Sequence[str]) -> MessageState:
    """Return the state of a message by the states of all its segments: the worst first."""
    if S.FAILED in parts:
        return S.FAILED
    return S.DELIVERED if parts and all(part == S.DELIVERED for part in parts) else S.SENT


@dataclass(frozen=True)
class QuietHours:
    """From when to when nobody's phone rings for anything that can wait. From equals until: never quiet."""

    since: time
    until: time

    @classmethod
    def parse(cls, text: str) -> "QuietHours":
        """Return the hours of "21:00-08:00"; "" is none. Raises ValueError in words."""
        if not text.strip():
            return cls(time(), time())
        try:
            since, until = (time.fromisoformat(part.strip().zfill(5)) for part in text.split("-"))
        except ValueError:
            raise ValueError(f"Quiet hours are written like 21:00-08:00, not {text!r}.") from None
        return cls(since, until)

    def is_quiet(self, moment: datetime) -> bool:
        """Answer whether a local moment lies in them."""
        clock = moment.time().replace(tzinfo=None)
        if self.since <= self.until:
            return self.since <= clock < self.until
        return clock >= self.since or clock < self.until

    def after(self, moment: datetime) -> datetime:
        """Return the moment itself, or the end of the quiet hours it lies in."""
        if not self.is_quiet(moment):
            return moment
        end = moment.replace(hour=self.until.hour, minute=self.until.minute, second=0, microsecond=0)
        return end if end > moment else end + timedelta(days=1)


NEVER_QUIET = QuietHours(time(), time())
