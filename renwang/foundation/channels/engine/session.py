"""One session with a short-message centre: bind, write, listen. It decides nothing and keeps nothing beyond the session."""

import logging
import select
import socket
import struct
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from smpplib import consts, exceptions, smpp
from smpplib.client import Client

from .pdus import ANSWER, DELIVER, answered_of, delivered_of, header, submit
from .segments import Segment

log = logging.getLogger("renwang.line")
log_of_library = logging.getLogger("renwang.smpp")
log_of_library.setLevel(logging.ERROR)
RECEIPT = 0x04  # esm_class of deliver_sm: it carries a receipt
UNKNOWN_ERROR = 0xFF  # command_status
ENQUIRE_AFTER = 30.0  # seconds of silence
MOST_HELD_BACK = 16_384  # octets
_DELIVER_ANSWER = struct.Struct(">LLLLB")


class LineDown(Exception):
    """The centre cannot be reached, refuses us, or has hung up."""


@dataclass(frozen=True)
class Answered:
    """The centre's answer to one segment. ``status`` 0: taken, under ``external_id``."""

    tag: tuple[int, int]  # message, segment
    status: int
    external_id: str


@dataclass(frozen=True)
class Arrived:
    """A message or receipt that the centre brings. It brings it again unless ``Session.take`` acknowledges it."""

    sequence: int
    address: str
    payload: bytes
    coding: int
    esm_class: int
    receipted_id: str = ""
    message_state: int | None = None
    reference: int | None = None

    @property
    def is_receipt(self) -> bool:
        return bool(self.esm_class & RECEIPT)


class _Client(Client):  # type: ignore[misc]
    """The library's client, reading what has arrived in one go, and acknowledging only when told."""

    def __init__(self, host: str, port: int, timeout: float) -> None:
        super().__init__(host, port, timeout=timeout, logger_name="renwang.smpp", allow_unknown_opt_params=True)
        self.buffer = bytearray()

    @property
    def line(self) -> Any:
        """The socket, None once it is closed."""
        return self._socket

    def hang_up(self) -> None:
        """Close the socket."""
        found, self._socket = self.line, None
        self.state = consts.SMPP_CLIENT_STATE_CLOSED
        if found is not None:
            found.close()

    def receive(self) -> bool:
        """Take in what has arrived; False where the other side has hung up."""
        try:
            found = self.line.recv(262_144)
        except (TimeoutError, BlockingIOError):
            return True
        except OSError:
            return False
        self.buffer += found
        return bool(found)

    def next_raw(self) -> bytes | None:
        """Return the octets of the next whole PDU, or None."""
        if len(self.buffer) < 4:
            return None
        length = int.from_bytes(self.buffer[:4], "big")
        if length < 16 or length > 100_000:
            raise LineDown("the centre sends what is not SMPP")
        if len(self.buffer) < length:
            return None
        raw = bytes(self.buffer[:length])
        del self.buffer[:length]
        return raw

    def parsed(self, raw: bytes) -> Any:
        """Return a PDU as the library reads it."""
        try:
            return smpp.parse_pdu(raw, client=self, allow_unknown_opt_params=True)
        except Exception as problem:  # noqa: BLE001  # the library raises whatever: one broken PDU must not end the line
            log.warning("A PDU that cannot be read: %s", type(problem).__name__)
            return _Unreadable(raw)


class _Unreadable:
    """A PDU that the library cannot read: only its header is known."""

    command = "unreadable"

    def __init__(self, raw: bytes) -> None:
        self.code = int.from_bytes(raw[4:8], "big")
        self.status = int.from_bytes(raw[8:12], "big")
        self.sequence = int.from_bytes(raw[12:16], "big")


class Session:
    """A bound session. One thread only."""

    def __init__(
        self, host: str, port: int, *, system_id: str, password: str, source: str, timeout: float = 10
    ) -> None:
        self.source = source
        self._client = _Client(host, port, timeout)
        self._waiting: dict[int, tuple[int, int]] = {}
        self._heard_at = time.monotonic()
        self._enquired = False
        self._out = bytearray()  # written at the next turn, many segments at once
        try:
            self._client.connect()
            self._client.bind_transceiver(system_id=system_id, password=password)
        except (exceptions.ConnectionError, exceptions.PDUError, OSError) as problem:
            self.close()
            raise LineDown(f"{type(problem).__name__}: {problem}") from None
        self._client.line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    @property
    def outstanding(self) -> int:
        """How many segments the centre has not answered yet."""
        return len(self._waiting)

    def unanswered(self) -> list[tuple[int, int]]:
        """Return the segments without an answer: after the line has gone down, nobody knows whether they were taken."""
        return list(self._waiting.values())

    def submit(self, tag: tuple[int, int], address: str, segment: Segment, reference: int) -> None:
        """Write one segment to the line; raises LineDown, and then it may or may not have gone."""
        sequence = self._client.next_sequence()
        self._waiting[sequence] = tag
        self._out += submit(
            sequence,
            source=self.source,
            destination=address,
            payload=segment.payload,
            coding=segment.coding,
            esm_class=segment.esm_class,
            reference=reference,
        )
        if len(self._out) > MOST_HELD_BACK:
            self._write()

    def take(self, arrived: Sequence[Arrived]) -> None:
        """Acknowledge what has been kept; raises LineDown, and then the centre brings it again."""
        # A header, and a message number that is always empty.
        self._out += b"".join(_DELIVER_ANSWER.pack(17, 0x80000005, 0, one.sequence, 0) for one in arrived)
        self._write()

    def listen(self, seconds: float) -> list[Answered | Arrived]:
        """Return what has arrived within so many seconds, at once where something has; raises LineDown."""
        client = self._client
        self._write()
        if client.line is None:
            raise LineDown("closed")
        if select.select([client.line], [], [], seconds)[0]:
            self._heard_at, self._enquired = time.monotonic(), False
            if not client.receive() and not client.buffer:
                raise LineDown("the centre has hung up")
        elif time.monotonic() - self._heard_at > ENQUIRE_AFTER:
            self._enquire()
        found: list[Answered | Arrived] = []
        while (raw := client.next_raw()) is not None:
            if (one := self._read_usual(raw)) is None:
                one = self._read(client.parsed(raw))
            if one is not None:
                found.append(one)
        return found

    def _read_usual(self, raw: bytes) -> Answered | Arrived | None:
        """Read the two PDUs that come by the thousand, where they are written as usual; None for all others."""
        _length, command, status, sequence = header(raw)
        if command == ANSWER and sequence in self._waiting and (external_id := answered_of(raw)) is not None:
            return Answered(self._waiting.pop(sequence), status, external_id)
        if command != DELIVER or (told := delivered_of(raw)) is None:
            return None
        return Arrived(
            sequence=sequence,
            address=told.source,
            payload=told.payload,
            coding=told.coding,
            esm_class=told.esm_class,
            receipted_id=told.receipted_id,
            message_state=told.message_state,
            reference=told.reference,
        )

    def _read(self, pdu: Any) -> Answered | Arrived | None:
        if pdu.command == "submit_sm_resp":
            tag = self._waiting.pop(pdu.sequence, None)
            return Answered(tag, pdu.status, _words(getattr(pdu, "message_id", b""))) if tag is not None else None
        if pdu.command == "generic_nack" or (pdu.command == "unreadable" and pdu.code == ANSWER):
            # Answered all the same: a segment that waits for ever holds its place in the window, and a few end the line.
            tag = self._waiting.pop(pdu.sequence, None)
            status = pdu.status if pdu.command == "unreadable" else pdu.status or UNKNOWN_ERROR
            return Answered(tag, status, "") if tag is not None else None
        if pdu.command == "deliver_sm":
            payload = getattr(pdu, "message_payload", None) or pdu.short_message or b""
            return Arrived(
                sequence=pdu.sequence,
                address=_words(pdu.source_addr),
                payload=bytes(payload),
                coding=pdu.data_coding or 0,
                esm_class=pdu.esm_class or 0,
                receipted_id=_words(getattr(pdu, "receipted_message_id", None)),
                message_state=getattr(pdu, "message_state", None),
                reference=getattr(pdu, "user_message_reference", None),
            )
        if pdu.command == "enquire_link":
            answer = smpp.make_pdu("enquire_link_resp", client=self._client)
            answer.sequence = pdu.sequence
            self._send(answer)
        elif pdu.command == "unbind":
            answer = smpp.make_pdu("unbind_resp", client=self._client)
            answer.sequence = pdu.sequence
            self._send(answer)
            raise LineDown("the centre unbinds")
        elif pdu.command == "unreadable" and pdu.code == 5:
            # Refused for ever (ESME_RX_P_APPN): brought again, it would be as unreadable.
            refusal = smpp.make_pdu("deliver_sm_resp", client=self._client, status=0x65)
            refusal.sequence = pdu.sequence
            self._send(refusal)
        return None

    def _enquire(self) -> None:
        if self._enquired:
            raise LineDown("the centre is silent")
        self._enquired, self._heard_at = True, time.monotonic()
        self._send(smpp.make_pdu("enquire_link", client=self._client))

    def _send(self, pdu: Any) -> None:
        self._out += pdu.generate()
        self._write()

    def _write(self) -> None:
        """Write what is ready; raises LineDown, and then some of it may have gone."""
        if not self._out:
            return
        out, self._out = bytes(self._out), bytearray()
        try:
            self._client.line.sendall(out)
        except (OSError, AttributeError) as problem:
            raise LineDown(type(problem).__name__) from None

    def unbind(self) -> None:
        """Say goodbye and hang up."""
        try:
            self._client.send_pdu(smpp.make_pdu("unbind", client=self._client))
        except (exceptions.ConnectionError, exceptions.PDUError, OSError, AttributeError):
            pass
        self.close()

    def close(self) -> None:
        """Hang up."""
        self._client.hang_up()


def _words(value: Any) -> str:
    if value is None:
        return ""
    return value.decode("ascii", "replace").rstrip("\0") if isinstance(value, bytes) else str(value)


@dataclass(frozen=True)
class SmppChannel:
    """Short messages over SMPP 3.4. ``rate``: segments a second; ``window``: submits without an answer."""

    host: str
    port: int
    system_id: str
    password: str
    source: str
    rate: float = 100.0
    window: int = 50
    code: str = "sms"

    def open(self) -> Session:
        """Return a bound session; raises LineDown."""
        return Session(self.host, self.port, system_id=self.system_id, password=self.password, source=self.source)
