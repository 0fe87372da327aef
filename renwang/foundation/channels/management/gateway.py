"""The gateway: one line to a short-message centre, what goes out over it and what comes in."""

import contextlib
import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import DatabaseError, connection
from django.utils import timezone

from renwang.foundation.access.rules import Actor
from renwang.foundation.audit.actions import count_what_has_grown, together

from .. import actions, kinds, queries
from ..actions import IncomingTold, ReceiptTold, Submitted, ToWire
from ..actions.receipts import FOR_THE_MOMENT
from ..engine.receipts import receipt_of, spellings
from ..engine.segments import Segment, piece_of, segments_of
from ..engine.session import Answered, Arrived, LineDown
from ..rules import NEVER_QUIET, QuietHours
from .holder import has_died

log = logging.getLogger("renwang.line")
MOST_CLAIMED = 1000  # messages given to the line in one transaction
LOOK_EVERY = 0.5  # seconds between two looks for messages where there were none
# Answers kept in one transaction, and seconds until they are kept at the latest; at once where the centre falls silent, for it
# may be waiting for us to acknowledge what it brought.
FLUSH_AT, FLUSH_AFTER = 2000, 0.2
HOLD_EARLY = 5.0  # seconds a receipt waits for the answer it overtook
RECENT = 100_000  # the centre's numbers that are remembered, so that such receipts are known
RECONNECT = (1.0, 2.0, 5.0, 10.0, 30.0)  # seconds
# Seconds of silence, then of half the rate, after the centre said that it takes no more.
PAUSE_FOR, SLOW_FOR = 1.0, 10.0
HOLD_EVERY = 10.0
THROTTLED = (0x58, 0x14)


@dataclass
class Counts:
    """What went over the line."""

    wired: int = 0
    sent: int = 0
    delivered: int = 0
    errored: int = 0
    failed: int = 0
    received: int = 0


@dataclass
class _Bucket:
    """So many segments a second, and no more than a tenth of a second's worth at once."""

    tokens: float = 1.0
    at: float = field(default_factory=time.monotonic)

    def fill(self, rate: float) -> None:
        moment = time.monotonic()
        self.tokens = min(self.tokens + (moment - self.at) * rate, max(rate / 10, 1.0))
        self.at = moment


@dataclass(frozen=True)
class _Heard:
    """Something the centre brought, and when. ``told``: what it says, if it is a receipt."""

    at: float
    arrived: Arrived
    told: ReceiptTold | None


class Gateway:
    """One channel's line. One thread; of several workers only the one that holds the line speaks.

    ``clock`` gives the time that is kept with messages; pauses and rates go by the machine's own clock. In the ``quiet``
    hours only urgent messages are given to the line.
    """

    def __init__(
        self,
        channel: kinds.Channel,
        *,
        clock: Callable[[], datetime],
        name: str = "gateway",
        quiet: QuietHours = NEVER_QUIET,
    ) -> None:
        self.channel, self.name, self.clock, self.quiet = channel, name, clock, quiet
        self.counts = Counts()
        self._system = Actor.system()
        self._session: kinds.Session | None = None
        self._outbox: deque[tuple[ToWire, int, Segment]] = deque()
        self._begun = 0  # the message whose segment was written last: its others may still be in the outbox
        self._answers: list[Submitted] = []
        self._refused = False
        self._arrived: list[_Heard] = []
        self._recent: dict[str, None] = {}
        self._bucket = _Bucket()
        self._paused_until = 0.0
        self._slow_until = 0.0
        self._failures = 0
        self._retry_at = 0.0
        self._flushed_at = time.monotonic()
        self._is_idle = False  # nothing was due at the last look
        self._looked_at = 0.0

    # --- driven by a worker, a drill or a test ---------------------------------------------------------------------------

    def run(self, is_stopped: Callable[[], bool]) -> None:
        """Speak over the line until told to stop; then answer what is open, and hang up."""
        held_at = 0.0
        try:
            while not is_stopped():
                try:
                    if time.monotonic() - held_at > HOLD_EVERY or not held_at:
                        if not actions.hold_line(code=self.channel.code, by=self.name, now=self.clock()):
                            held_at = 0.0
                            self._hang_up()
                            if has_died(holder := queries.holder_of(self.channel.code)):
                                actions.release_line(code=self.channel.code, by=holder)
                            else:
                                time.sleep(1.0)
                            continue
                        held_at = time.monotonic()
                    self.step(0.05)
                except DatabaseError as problem:
                    # What was heard is still in hand: it is kept when the database is back, and acknowledged only then.
                    log.warning("The line %s waits for the database: %s", self.channel.code, type(problem).__name__)
                    connection.close()
                    time.sleep(1.0)
            self._drain(5.0)
        finally:
            with contextlib.suppress(DatabaseError):
                self._hang_up()
                actions.release_line(code=self.channel.code, by=self.name)
            if self._session is not None:
                self._session.close()

    def pump(self, *, most_seconds: float = 60.0) -> Counts:
        """Send all that is due, take in all that has come, and return what went over the line in this call."""
        before = Counts(**vars(self.counts))
        until = time.monotonic() + most_seconds
        still = 0
        self._is_idle = False
        while time.monotonic() < until and still < 3:
            is_busy = self.step(0.005)
            is_waiting = self._session is None or self._outbox or self._open() or self._is_paused()
            still = 0 if is_busy or is_waiting else still + 1
        try:
            self.flush()
        except LineDown as problem:
            self._went_down(str(problem))
        return Counts(**{name: value - getattr(before, name) for name, value in vars(self.counts).items()})

    def step(self, seconds: float) -> bool:
        """Do one turn: give to the line, write, listen, keep. Waits at most so long; answers whether anything moved."""
        if self._session is None and not self._connect():
            time.sleep(min(seconds, max(self._retry_at - time.monotonic(), 0.0)))
            return False
        session = self._session
        assert session is not None
        try:
            moved = self._claim() + self._write(session)
            heard = session.listen(0.0 if moved else seconds)
            for one in heard:
                self._hear(one)
            if self._is_full() or not (moved or heard):
                self.flush()
                count_what_has_grown()
        except LineDown as problem:
            self._went_down(str(problem))
            return True
        return bool(moved or heard)

    def flush(self) -> None:
        """Keep what was heard; only then tell the centre that we have it."""
        self._flushed_at = time.monotonic()
        if not self._answers and not self._arrived:
            return
        now = self.clock()
        ripe: list[_Heard] = []
        held: list[_Heard] = []
        for one in self._arrived:
            (held if self._is_early(one) else ripe).append(one)
        before = self._answers, self._refused
        try:
            # One transaction: an answer and the receipt right behind it are one commit.
            with together():
                told = self._keep_answers(now, [one.told for one in ripe if one.told is not None])
                self._keep_receipts(told, now)
                self._keep_messages([one.arrived for one in ripe if one.told is None], now)
        except DatabaseError:
            self._answers, self._refused = before
            raise
        if not ripe:
            return
        self._arrived = held
        if self._session is not None:
            self._session.take([one.arrived for one in ripe])

    def close(self) -> None:
        """Keep what was heard and hang up."""
        self._drain(1.0)
        self._hang_up()

    # --- out ------------------------------------------------------------------------------------------------------------------

    def _claim(self) -> int:
        """Mark the next messages as given to the line: no more than half a second's worth, for what was marked and not written when
        this process dies stays unsure."""
        moment = time.monotonic()
        most = max(1, min(MOST_CLAIMED, int(self.channel.rate / 4)))  # most have two segments
        if len(self._outbox) >= most or self._is_paused():
            return 0
        if self._is_idle and moment - self._looked_at < LOOK_EVERY:
            return 0
        now, code = self.clock(), self.channel.code
        is_quiet = self.quiet.is_quiet(timezone.localtime(now))
        wired: list[ToWire] = []
        if not self._is_idle or queries.is_any_due(channel=code, now=now, only_urgent=is_quiet):
            done = actions.wire_messages(
                actor=self._system, now=now, channel=code, most=most, wired=wired, only_urgent=is_quiet
            )
            self.counts.wired += len(done.message_ids)
            self.counts.failed += len(done.expired_ids)
        self._looked_at, self._is_idle = moment, len(wired) < most
        for one in wired:
            for number, segment in enumerate(segments_of(one.text, one.reference), start=1):
                if number not in one.taken:
                    self._outbox.append((one, number, segment))
        return len(wired)

    def _is_paused(self) -> bool:
        """Answer whether the centre has just said that it takes no more."""
        return time.monotonic() < self._paused_until

    def _write(self, session: kinds.Session) -> int:
        if self._is_paused():
            return 0
        self._bucket.fill(self.channel.rate / 2 if time.monotonic() < self._slow_until else self.channel.rate)
        room = min(self.channel.window - session.outstanding, int(self._bucket.tokens), len(self._outbox))
        for _segment in range(room):
            one, number, segment = self._outbox.popleft()
            self._begun = one.message_id
            session.submit((one.message_id, number), one.address, segment, one.reference)
        self._bucket.tokens -= max(room, 0)
        return max(room, 0)

    # --- in -------------------------------------------------------------------------------------------------------------------

    def _hear(self, one: Answered | Arrived) -> None:
        if isinstance(one, Arrived):
            self._arrived.append(_Heard(time.monotonic(), one, _told(one) if one.is_receipt else None))
            return
        message_id, number = one.tag
        self._answers.append(Submitted(message_id, number, one.status, one.external_id))
        if one.status == 0:
            if len(self._recent) >= RECENT:
                for old in list(self._recent)[: RECENT // 2]:
                    del self._recent[old]
            self._recent[one.external_id] = None
            return
        self._refused = True
        # Of a message whose one segment was refused, the rest is not written.
        self._outbox = deque(waiting for waiting in self._outbox if waiting[0].message_id != message_id)
        if one.status in THROTTLED:
            self._throttle()

    def _throttle(self) -> None:
        moment = time.monotonic()
        if moment > self._paused_until:
            actions.note_line(
                actor=self._system, now=self.clock(), code=self.channel.code, is_up=True, is_throttled=True
            )
        self._paused_until, self._slow_until = moment + PAUSE_FOR, moment + SLOW_FOR

    def _keep_answers(self, now: datetime, receipts: Sequence[ReceiptTold] = ()) -> Sequence[ReceiptTold]:
        """Keep answers, and the receipts right behind them; return the receipts that are still to be kept."""
        if not self._answers:
            return receipts
        unplaced: list[ReceiptTold] = []
        held: list[Submitted] = []
        if self._refused and self._session is not None:
            # It is tried again only when each of its segments was answered: else one of them might go twice.
            still_open = {message_id for message_id, _number in self._session.unanswered()}
            held = [one for one in self._answers if one.status in FOR_THE_MOMENT and one.message_id in still_open]
        ripe = [one for one in self._answers if one not in held] if held else self._answers
        if ripe:
            done = actions.note_submitted(
                actor=self._system, now=now, answers=ripe, receipts=receipts, unplaced=unplaced
            )
            self.counts.sent += len(done.sent_ids)
            self.counts.delivered += len(done.delivered_ids)
            self.counts.errored += len(done.errored_ids)
            self.counts.failed += len(done.failed_ids)
        self._answers, self._refused = held, bool(held)
        return unplaced if ripe else receipts

    def _is_early(self, one: _Heard) -> bool:
        """Answer whether a receipt has overtaken the answer to its own submit."""
        if one.told is None or not self._open() or time.monotonic() - one.at > HOLD_EARLY:
            return False
        external_id = one.told.receipt.external_id
        return external_id not in self._recent and not any(name in self._recent for name in spellings(external_id))

    def _keep_receipts(self, receipts: Sequence[ReceiptTold], now: datetime) -> None:
        if receipts:
            done = actions.note_receipts(actor=self._system, now=now, receipts=receipts)
            self.counts.delivered += len(done.delivered_ids)
            self.counts.failed += len(done.failed_ids)

    def _keep_messages(self, arrived: list[Arrived], now: datetime) -> None:
        if arrived:
            told = [
                IncomingTold(
                    address=one.address or "?",
                    piece=piece_of(one.payload, one.coding, one.esm_class),
                    channel=self.channel.code,
                )
                for one in arrived
            ]
            done = actions.keep_incoming(actor=self._system, now=now, told=told)
            self.counts.received += len(done.incoming_ids)

    # --- the line -----------------------------------------------------------------------------------------------------------

    def _open(self) -> int:
        return self._session.outstanding if self._session is not None else 0

    def _is_full(self) -> bool:
        if len(self._answers) + len(self._arrived) >= FLUSH_AT:
            return True
        return bool(self._answers or self._arrived) and time.monotonic() - self._flushed_at > FLUSH_AFTER

    def _connect(self) -> bool:
        if time.monotonic() < self._retry_at:
            return False
        try:
            self._session = self.channel.open()
        except LineDown as problem:
            self._wait_before_next(str(problem))
            return False
        self._failures = 0
        actions.note_line(actor=self._system, now=self.clock(), code=self.channel.code, is_up=True)
        return True

    def _wait_before_next(self, trouble: str) -> None:
        self._retry_at = time.monotonic() + RECONNECT[min(self._failures, len(RECONNECT) - 1)]
        self._failures += 1
        if self._failures == 1:
            log.warning("The line %s is down: %s", self.channel.code, trouble)
            actions.note_line(
                actor=self._system, now=self.clock(), code=self.channel.code, is_up=False, trouble=trouble
            )

    def _went_down(self, trouble: str) -> None:
        """What was written and not answered stays on the wire: the centre may have it. What was not begun is taken back."""
        lost: set[int] = set()
        if self._session is not None:
            lost = {message_id for message_id, _number in self._session.unanswered()}
            self._session.close()
            self._session = None
        # What came in and was not kept yet is brought again.
        self._arrived.clear()
        # A message of which one segment was refused and another has no answer cannot be tried again.
        self._answers = [one for one in self._answers if one.status not in FOR_THE_MOMENT or one.message_id not in lost]
        self._keep_answers(self.clock())
        back = sorted({one.message_id for one, _number, _segment in self._outbox} - {self._begun})
        if back:
            actions.take_back_messages(actor=self._system, now=self.clock(), message_ids=back)
            self.counts.errored += len(back)
        self._outbox = deque(waiting for waiting in self._outbox if waiting[0].message_id == self._begun)
        self._wait_before_next(trouble)

    def _drain(self, seconds: float) -> None:
        """Write what was given to the line, and wait for the answers."""
        until = time.monotonic() + seconds
        try:
            while self._session is not None and (self._outbox or self._open()) and time.monotonic() < until:
                self._write(self._session)
                for one in self._session.listen(0.05):
                    self._hear(one)
            self.flush()
        except LineDown as problem:
            self._went_down(str(problem))

    def _hang_up(self) -> None:
        if self._outbox:
            self._went_down("told to stop")
        if self._session is not None:
            self._session.unbind()
            self._session = None


def _told(one: Arrived) -> ReceiptTold:
    text = one.payload.decode("latin-1")
    read = receipt_of(text, receipted_id=one.receipted_id, message_state=one.message_state)
    return ReceiptTold(read, one.reference, one.address)
