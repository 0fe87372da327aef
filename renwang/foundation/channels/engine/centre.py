"""A short-message centre for drills, tests and benchmarks: it takes messages, gives receipts, and speaks for the phones.

Not for real messages: there is no network behind it. It does by itself nothing by chance: what becomes of a message is
what ``fate`` says.
"""

import asyncio
import itertools
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Self

from . import pdus
from .pdus import Submit
from .segments import segments_of


@dataclass(frozen=True)
class Fate:
    """What becomes of one segment. ``receipt``: the centre's word, "" for none at all; seconds are real ones."""

    status: int = pdus.OK
    receipt: str = "DELIVRD"
    error: str = "000"
    answers_after: float = 0.0
    receipt_after: float = 0.0
    receipt_first: bool = False  # before the answer to the submit, as some centres do
    receipts: int = 1
    hangs_up: bool = False  # takes it and drops the line before it answers
    answers_with: bytes | None = None  # instead of the number and its end: octets that are no answer
    is_nack: bool = False  # refused by a generic_nack


@dataclass(eq=False)
class Client:
    """One client, and what was brought to it without an acknowledgement yet."""

    writer: asyncio.StreamWriter
    brought: set[int] = field(default_factory=set)


def delivered(_submit: Submit) -> Fate:
    """Return the fate of a good day: taken and delivered."""
    return Fate()


def every(which: int, unusual: Fate, usual: Callable[[Submit], Fate] = delivered) -> Callable[[Submit], Fate]:
    """Return fates by count: each so-manieth segment meets an unusual one ("every 10th is throttled")."""
    counted = itertools.count(1)
    return lambda submit: unusual if next(counted) % which == 0 else usual(submit)


class Centre:
    """The centre, in a thread of its own. ``port`` 0 takes a free one."""

    def __init__(
        self,
        fate: Callable[[Submit], Fate] = delivered,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        password: str | None = None,
        keeps_log: bool = True,
        tell: Callable[[Submit, str], None] | None = None,
        acknowledged: Callable[[str], None] | None = None,
        first_number: int = 1,
    ) -> None:
        self.fate, self.host, self.port, self.password = fate, host, port, password
        self.keeps_log, self.tell, self.acknowledged = keeps_log, tell, acknowledged
        self.log: list[Submit] = []
        self.taken = 0
        self.binds = 0
        self.is_closed_to_binds = False
        self._numbers = itertools.count(first_number)
        self._sequences = itertools.count(1)
        self._bound: list[Client] = []
        self._to_bring: dict[int, tuple[bytes, str]] = {}  # nobody has acknowledged these yet
        self._brings: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._server: asyncio.Server | None = None
        self._thread = threading.Thread(target=self._run, name="short-message-centre", daemon=True)

    # --- from outside: any thread -------------------------------------------------------------------------------------

    def start(self) -> Self:
        """Begin to listen; ``port`` is then known."""
        self._thread.start()
        self._call(self._listen)
        return self

    def stop(self) -> None:
        """Hang up and listen no more."""
        self._call(self._close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_problem: object) -> None:
        self.stop()

    def say(
        self, source: str, text: str, *, destination: str = "10690000", reference: int = 0, label: str = ""
    ) -> None:
        """Let a phone send a message; it is brought again until it is acknowledged. ``label``: what ``acknowledged`` is told then."""
        self._call(lambda: self._say(source, text, destination, reference, label))

    def report(self, submit: Submit, number: str, fate: Fate) -> None:
        """Bring the receipts of a segment that was taken in an earlier life of this centre."""

        async def at_once() -> None:
            self._receipts(submit, fate, number)

        self._call(at_once)

    def bring(self, *, source: str, payload: bytes, coding: int = 0, esm_class: int = 0) -> None:
        """Bring any deliver_sm, a broken one too."""

        async def at_once() -> None:
            self._bring(source=source, payload=payload, coding=coding, esm_class=esm_class)

        self._call(at_once)

    def drop(self) -> None:
        """Drop every line."""

        async def at_once() -> None:
            for client in list(self._bound):
                client.writer.transport.abort()

        self._call(at_once)

    @property
    def unacknowledged(self) -> int:
        """How many messages and receipts nobody has acknowledged."""
        return len(self._to_bring)

    @property
    def is_idle(self) -> bool:
        """Whether nothing is on its way: no receipt to come, nothing without an acknowledgement."""
        return not self._to_bring and not self._brings

    # --- inside the loop ------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    def _call(self, make: Callable[[], object]) -> None:
        done: Future[object] = asyncio.run_coroutine_threadsafe(make(), self._loop)  # type: ignore[arg-type]
        done.result(10)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, self.host, self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
        for client in list(self._bound):
            client.writer.transport.abort()
        for task in list(self._brings):
            task.cancel()
        await asyncio.sleep(0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        client = Client(writer)
        try:
            while True:
                head = await reader.readexactly(16)
                length, command, _status, sequence = pdus.header(head)
                raw = head + await reader.readexactly(length - 16)
                if command == pdus.SUBMIT:
                    self._take(client, pdus.submit_of(raw))
                elif command == pdus.DELIVER | pdus.RESPONSE:
                    client.brought.discard(sequence)
                    self._is_acknowledged(sequence)
                elif command in pdus.BIND:
                    self._bind(client, raw, command, sequence)
                elif command in (pdus.ENQUIRE, pdus.UNBIND):
                    writer.write(pdus.pdu(command | pdus.RESPONSE, sequence))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, ValueError, IndexError):
            pass
        finally:
            if client in self._bound:
                self._bound.remove(client)
            if self._bound:
                self._write_again(self._bound[-1], client.brought)
            writer.close()

    def _write_again(self, client: Client, sequences: set[int]) -> None:
        for sequence in sorted(sequences & self._to_bring.keys()):
            client.brought.add(sequence)
            client.writer.write(self._to_bring[sequence][0])

    def _is_acknowledged(self, sequence: int) -> None:
        _raw, label = self._to_bring.pop(sequence, (b"", ""))
        if label and self.acknowledged is not None:
            self.acknowledged(label)

    def _bind(self, client: Client, raw: bytes, command: int, sequence: int) -> None:
        system_id, at = pdus.text_at(raw, 16)
        password, _end = pdus.text_at(raw, at)
        is_refused = self.is_closed_to_binds or (self.password is not None and password != self.password)
        status = pdus.BIND_FAILED if is_refused else pdus.OK
        client.writer.write(pdus.pdu(command | pdus.RESPONSE, sequence, system_id.encode() + b"\0", status))
        if not is_refused:
            self.binds += 1
            self._bound.append(client)
            self._write_again(client, set(self._to_bring))

    def _take(self, client: Client, submit: Submit) -> None:
        fate = self.fate(submit)
        number = ""
        if fate.status == pdus.OK:
            number = f"{next(self._numbers):010d}"
            self.taken += 1
            if self.keeps_log:
                self.log.append(submit)
            if self.tell is not None:
                self.tell(submit, number)
        if fate.hangs_up:
            self._receipts(submit, fate, number)
            client.writer.transport.abort()
            return
        body = number.encode() + b"\0" if fate.answers_with is None else fate.answers_with
        answer = pdus.pdu(pdus.SUBMIT | pdus.RESPONSE, submit.sequence, body, fate.status)
        if fate.is_nack:
            answer = pdus.pdu(pdus.NACK, submit.sequence, b"", fate.status)
        if fate.receipt_first:
            self._receipts(submit, fate, number)
        if fate.answers_after:
            self._later(fate.answers_after, lambda: client.writer.write(answer))
        else:
            client.writer.write(answer)
        if not fate.receipt_first:
            self._receipts(submit, fate, number)

    def _receipts(self, submit: Submit, fate: Fate, number: str) -> None:
        if not number or not fate.receipt or not submit.wants_receipt:
            return
        text = (
            f"id:{number} sub:001 dlvrd:001 submit date:2002170900 done date:2002170900 "
            f"stat:{fate.receipt} err:{fate.error} text:"
        )

        def bring() -> None:
            self._bring(
                source=submit.destination,
                destination=submit.source,
                payload=text.encode(),
                esm_class=4,
                reference=submit.reference,
                label=f"receipt:{number}",
            )

        for _time in range(fate.receipts):
            if fate.receipt_after:
                self._later(fate.receipt_after, bring)
            else:
                bring()

    def _later(self, seconds: float, do: Callable[[], None]) -> None:
        async def wait() -> None:
            await asyncio.sleep(seconds)
            do()

        task = self._loop.create_task(wait())
        self._brings.add(task)
        task.add_done_callback(self._brings.discard)

    async def _say(self, source: str, text: str, destination: str, reference: int, label: str) -> None:
        for segment in segments_of(text, reference):
            self._bring(
                source=source,
                destination=destination,
                payload=segment.payload,
                coding=segment.coding,
                esm_class=segment.esm_class,
                label=label,
            )

    def _bring(
        self,
        *,
        source: str,
        payload: bytes,
        destination: str = "10690000",
        coding: int = 0,
        esm_class: int = 0,
        reference: int | None = None,
        label: str = "",
    ) -> None:
        sequence = next(self._sequences)
        raw = pdus.deliver(
            sequence,
            source=source,
            destination=destination,
            payload=payload,
            coding=coding,
            esm_class=esm_class,
            reference=reference,
        )
        self._to_bring[sequence] = raw, label
        for client in self._bound[-1:]:
            client.brought.add(sequence)
            client.writer.write(raw)
