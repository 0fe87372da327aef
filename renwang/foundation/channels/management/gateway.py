"""The gateway: one line to a short-message centre, what goes out over it and what comes in."""

import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from renwang.foundation.access.rules import Actor

from .. import actions, kinds
from ..actions import IncomingTold, ReceiptTold, Submitted, ToWire
from ..engine.receipts import receipt_of, spellings
from ..engine.segments import Segment, piece_of, segments_of
from ..engine.session import Answered, Arrived, LineDown

log = logging.getLogger("renwang.line")
CLAIM = 500  # messages given to the line in one transaction
FLUSH_AT, FLUSH_AFTER = 500, 0.05  # answers kept in one transaction, seconds until they are kept at the latest
HOLD_EARLY = 5.0  # seconds a receipt waits for the answer it overtook
RECENT = 100_000  # the centre's numbers that are remembered, so that such receipts are known
RECONNECT = (1.0, 2.0, 5.0, 10.0, 30.0)  # seconds
SLOW_FOR = 10.0  # seconds at half the rate after the centre said that it takes no more
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

    rate: float
    tokens: float = 1.0
    at: float = field(default_factory=time.monotonic)

    def take(self, rate: float) -> bool:
        now = time.monotonic()
        self.tokens = min(self.tokens + (now - self.at) * rate, max(rate / 10, 1.0))
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


class Gateway:
    """One channel's line. One thread; of several workers only the one that holds the line speaks."""

    def __init__(self, channel: kinds.Channel, *, clock: Callable[[], datetime], name: str = "gateway") -> None:
        self.channel, self.name, self.clock = channel, name, clock
        self.counts = Counts()
        self._system = Actor.system()
        self._session: kinds.Session | None = None
        self._outbox: deque[tuple[ToWire, int, Segment]] = deque()
        self._answers: list[Submitted] = []
        self._arrived: list[tuple[float, Arrived]] = []
        self._recent: dict[str, None] = {}
        self._bucket = _Bucket(channel.rate)
        self._slow_until = 0.0
        self._failures = 0
        self._retry_at = 0.0
        self._flushed_at = time.monotonic()
        self._is_quiet = False  # nothing was due at the last look
        self._looked_at = 0.0

    # --- driven by a worker, a drill or a test ---------------------------------------------------------------------------

    def run(self, is_stopped: Callable[[], bool]) -> None:
        """Speak over the line until told to stop; then answer what is open, and hang up."""
        held_at = 0.0
        try:
            while not is_stopped():
                if time.monotonic() - held_at > HOLD_EVERY or not held_at:
                    if not actions.hold_line(code=self.channel.code, by=self.name, now=self.clock()):
                        held_at = 0.0
                        self._hang_up()
                        time.sleep(1.0)
                        continue
                    held_at = time.monotonic()
                self.step(0.05)
            self._drain(5.0)
        finally:
            self._hang_up()
            actions.release_line(code=self.channel.code, by=self.name)

    def pump(self, *, most_seconds: float = 60.0) -> Counts:
        """Send all that is due, take in all that has come, and return what went over the line in this call."""
        before = Counts(**vars(self.counts))
        until = time.monotonic() + most_seconds
        still = 0
        self._is_quiet = False
        while time.monotonic() < until and still < 3:
            is_busy = self.step(0.005)
            is_waiting = self._session is None or self._outbox or self._open() or self._is_paused()
            still = 0 if is_busy or is_waiting else still + 1
        self.flush()
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
            if self._is_full() or not heard:
                self.flush()
        except LineDown as problem:
            self._went_down(str(problem))
            return True
        return bool(moved or heard)

    def flush(self) -> None:
        """Keep what was heard; only then tell the centre that we have it."""
        self._flushed_at = time.monotonic()
        now = self.clock()
        if self._answers:
            answers, self._answers = self._answers, []
            done = actions.note_submitted(actor=self._system, now=now, answers=answers)
            self.counts.sent += len(done.sent_ids)
            self.counts.errored += len(done.errored_ids)
            self.counts.failed += len(done.failed_ids)
        ripe = [(at, one) for at, one in self._arrived if not self._is_early(at, one)]
        if not ripe:
            return
        self._arrived = [held for held in self._arrived if held not in ripe]
        self._keep_receipts([one for _at, one in ripe if one.is_receipt], now)
        self._keep_messages([one for _at, one in ripe if not one.is_receipt], now)
        if self._session is not None:
            self._session.take([one for _at, one in ripe])

    def close(self) -> None:
        """Keep what was heard and hang up."""
        self._drain(1.0)
        self._hang_up()

    # --- out ------------------------------------------------------------------------------------------------------------------

    def _claim(self) -> int:
        moment = time.monotonic()
        if len(self._outbox) >= CLAIM or self._is_paused():
            return 0
        if self._is_quiet and moment - self._looked_at < 0.5:
            return 0
        wired: list[ToWire] = []
        done = actions.wire_messages(
            actor=self._system, now=self.clock(), channel=self.channel.code, most=CLAIM, wired=wired
        )
        self._looked_at, self._is_quiet = moment, not wired
        self.counts.wired += len(done.message_ids)
        self.counts.failed += len(done.expired_ids)
        for one in wired:
            for number, segment in enumerate(segments_of(one.text, one.reference), start=1):
                self._outbox.append((one, number, segment))
        return len(wired)

    def _is_paused(self) -> bool:
        """Answer whether the centre has just said that it takes no more."""
        return time.monotonic() < self._slow_until - SLOW_FOR + 1

    def _write(self, session: kinds.Session) -> int:
        written = 0
        rate = self.channel.rate / 2 if time.monotonic() < self._slow_until else self.channel.rate
        while self._outbox and session.outstanding < self.channel.window and self._bucket.take(rate):
            one, number, segment = self._outbox.popleft()
            session.submit((one.message_id, number), one.address, segment, one.reference)
            written += 1
        return written

    # --- in -------------------------------------------------------------------------------------------------------------------

    def _hear(self, one: Answered | Arrived) -> None:
        if isinstance(one, Arrived):
            self._arrived.append((time.monotonic(), one))
            return
        message_id, number = one.tag
        self._answers.append(Submitted(message_id, number, one.status, one.external_id))
        if one.status == 0:
            if len(self._recent) >= RECENT:
                for old in list(self._recent)[: RECENT // 2]:
                    del self._recent[old]
            self._recent[one.external_id] = None
        else:
            # Of a message whose one segment was refused, the rest is not written.
            self._outbox = deque(waiting for waiting in self._outbox if waiting[0].message_id != message_id)
            if one.status in THROTTLED:
                self._slow_until = time.monotonic() + SLOW_FOR
                actions.note_line(
                    actor=self._system, now=self.clock(), code=self.channel.code, is_up=True, is_throttled=True
                )

    def _is_early(self, at: float, one: Arrived) -> bool:
        """Answer whether a receipt has overtaken the answer to its own submit."""
        if not one.is_receipt or not self._open() or time.monotonic() - at > HOLD_EARLY:
            return False
        return not any(name in self._recent for name in spellings(self._receipt(one).receipt.external_id))

    @staticmethod
    def _receipt(one: Arrived) -> ReceiptTold:
        text = one.payload.decode("latin-1")
        read = receipt_of(text, receipted_id=one.receipted_id, message_state=one.message_state)
        return ReceiptTold(read, one.reference, one.address)

    def _keep_receipts(self, receipts: list[Arrived], now: datetime) -> None:
        if receipts:
            done = actions.note_receipts(actor=self._system, now=now, receipts=[self._receipt(one) for one in receipts])
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
        if not self._failures:
            log.warning("The line %s is down: %s", self.channel.code, trouble)
            actions.note_line(
                actor=self._system, now=self.clock(), code=self.channel.code, is_up=False, trouble=trouble
            )
        self._retry_at = time.monotonic() + RECONNECT[min(self._failures, len(RECONNECT) - 1)]
        self._failures += 1

    def _went_down(self, trouble: str) -> None:
        """What was written and not answered stays on the wire: the centre may have it. What was not begun is taken back."""
        if self._session is not None:
            self._session.close()
            self._session = None
        # What came in and was not kept yet is brought again.
        self._arrived.clear()
        self.flush()
        begun = {one.message_id for one, number, _segment in self._outbox if number > 1}
        begun &= {one.message_id for one, number, _segment in self._outbox} - {
            one.message_id for one, number, _segment in self._outbox if number == 1
        }
        back = sorted({one.message_id for one, _number, _segment in self._outbox} - begun)
        self._outbox = deque(waiting for waiting in self._outbox if waiting[0].message_id in begun)
        if back:
            actions.take_back_messages(actor=self._system, now=self.clock(), message_ids=back)
            self.counts.errored += len(back)
        self._wait_before_next(trouble)

    def _drain(self, seconds: float) -> None:
        """Write what was given to the line, and wait for the answers."""
        until = time.monotonic() + seconds
        while self._session is not None and (self._outbox or self._open()) and time.monotonic() < until:
            try:
                self._write(self._session)
                for one in self._session.listen(0.05):
                    self._hear(one)
            except LineDown as problem:
                self._went_down(str(problem))
                return
        try:
            self.flush()
        except LineDown as problem:
            self._went_down(str(problem))

    def _hang_up(self) -> None:
        if self._outbox:
            self._went_down("told to stop")
        if self._session is not None:
            self._session.unbind()
            self._session = None
