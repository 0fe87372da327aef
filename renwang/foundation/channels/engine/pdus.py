"""SMPP 3.4 as a short-message centre for drills and tests reads and writes it, and the one PDU that we write by the thousand."""

import struct
from dataclasses import dataclass

BIND = {0x01, 0x02, 0x09}
SUBMIT, DELIVER, UNBIND, ENQUIRE = 0x04, 0x05, 0x06, 0x15
RESPONSE = 0x80000000
OK, THROTTLED, BAD_DESTINATION, BIND_FAILED = 0x00, 0x58, 0x0B, 0x0D
_HEADER = struct.Struct(">LLLL")


@dataclass(frozen=True)
class Submit:
    """A segment as the centre receives it."""

    sequence: int
    source: str
    destination: str
    esm_class: int
    wants_receipt: bool
    coding: int
    payload: bytes
    reference: int | None


def pdu(command: int, sequence: int, body: bytes = b"", status: int = OK) -> bytes:
    """Return a whole PDU."""
    return _HEADER.pack(16 + len(body), command, status, sequence) + body


def header(raw: bytes) -> tuple[int, int, int, int]:
    """Return (length, command, status, sequence)."""
    found = _HEADER.unpack(raw[:16])
    return found[0], found[1], found[2], found[3]


def text_at(raw: bytes, at: int) -> tuple[str, int]:
    """Return a C-octet string and where it ends."""
    end = raw.index(b"\0", at)
    return raw[at:end].decode("ascii", "replace"), end + 1


def submit_of(raw: bytes) -> Submit:
    """Return the submit_sm of a whole PDU; raises ValueError or IndexError where it is broken."""
    _service, at = text_at(raw, 16)
    source, at = text_at(raw, at + 2)
    destination, at = text_at(raw, at + 2)
    esm_class = raw[at]
    _schedule, at = text_at(raw, at + 3)
    _validity, at = text_at(raw, at)
    registered, _replace, coding, _default, length = raw[at : at + 5]
    payload, at = raw[at + 5 : at + 5 + length], at + 5 + length
    reference = None
    while at + 4 <= len(raw):
        tag, size = struct.unpack(">HH", raw[at : at + 4])
        value, at = raw[at + 4 : at + 4 + size], at + 4 + size
        if tag == 0x0204:
            reference = int.from_bytes(value, "big")
        elif tag == 0x0424:
            payload = value
    return Submit(
        sequence=header(raw)[3],
        source=source,
        destination=destination,
        esm_class=esm_class,
        wants_receipt=bool(registered & 1),
        coding=coding,
        payload=payload,
        reference=reference,
    )


def submit(
    sequence: int, *, source: str, destination: str, payload: bytes, coding: int, esm_class: int, reference: int
) -> bytes:
    """Return a submit_sm that asks for a receipt: octet for octet what the client library writes, at a tenth of its cost."""
    body = b"".join(
        (
            b"\0\0\1",
            source.encode(),
            b"\0\0\1",
            destination.encode(),
            b"\0",
            bytes((esm_class, 0, 0)),
            b"\0\0",
            bytes((1, 0, coding, 0, len(payload))),
            payload,
            struct.pack(">HHH", 0x0204, 2, reference),
        )
    )
    return pdu(SUBMIT, sequence, body)


def deliver(
    sequence: int,
    *,
    source: str,
    destination: str,
    payload: bytes,
    coding: int = 0,
    esm_class: int = 0,
    reference: int | None = None,
    receipted_id: str = "",
) -> bytes:
    """Return a deliver_sm: a message from a phone, or a receipt (esm_class 4)."""
    head = b"\0" + b"\0\1" + source.encode() + b"\0" + b"\0\1" + destination.encode() + b"\0"
    body = head + bytes((esm_class, 0, 0)) + b"\0\0" + bytes((0, 0, coding, 0, len(payload))) + payload
    if reference is not None:
        body += struct.pack(">HHH", 0x0204, 2, reference)
    if receipted_id:
        value = receipted_id.encode() + b"\0"
        body += struct.pack(">HH", 0x001E, len(value)) + value
    return pdu(DELIVER, sequence, body)
