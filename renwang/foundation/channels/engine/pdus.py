"""SMPP 3.4 as a short-message centre for drills and tests reads and writes it, and the PDUs that we write and read by the thousand."""

import struct
from dataclasses import dataclass

BIND = {0x01, 0x02, 0x09}
SUBMIT, DELIVER, UNBIND, ENQUIRE = 0x04, 0x05, 0x06, 0x15
RESPONSE = 0x80000000
ANSWER = SUBMIT | RESPONSE
NACK = RESPONSE  # generic_nack: "this is no PDU that I understand"
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


@dataclass(frozen=True, slots=True)
class Delivered:
    """A deliver_sm: a message from a phone, or a receipt."""

    source: str
    esm_class: int
    coding: int
    payload: bytes
    reference: int | None = None
    receipted_id: str = ""
    message_state: int | None = None


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


def answered_of(raw: bytes) -> str | None:
    """Return the number under which a submit_sm_resp says the segment was taken ("" where it gives none); None for one that is not
    written as usual, which is the client library's to read."""
    if len(raw) == 16:
        return ""
    end = raw.find(b"\0", 16)
    return raw[16:end].decode("ascii", "replace") if end >= 0 else None


def delivered_of(raw: bytes) -> Delivered | None:
    """Return what a deliver_sm brings, at a tenth of the cost of the client library; None for one that is not written as usual."""
    try:
        at = raw.index(b"\0", 16) + 3  # behind service type, and type and plan of the source's number
        end = raw.index(b"\0", at)
        source = raw[at:end].decode("ascii", "replace")
        at = raw.index(b"\0", end + 3) + 1
        esm_class = raw[at]
        at = raw.index(b"\0", at + 3) + 1
        at = raw.index(b"\0", at) + 1
        coding, length = raw[at + 2], raw[at + 4]
        at += 5 + length
        if at > len(raw):
            return None
        found: dict[int, bytes] = {}
        payload = raw[at - length : at]
        while at < len(raw):
            tag, size = _OPTION.unpack_from(raw, at)
            at += 4 + size
            if at > len(raw) or size != _OPTIONS.get(tag, size):
                return None
            found[tag] = raw[at - size : at]
    except (ValueError, IndexError, struct.error):
        return None
    state = found.get(0x0427)
    reference = found.get(0x0204)
    return Delivered(
        source=source,
        esm_class=esm_class,
        coding=coding,
        payload=found.get(0x0424) or payload,
        reference=int.from_bytes(reference, "big") if reference is not None else None,
        receipted_id=found.get(0x001E, b"").rstrip(b"\0").decode("ascii", "replace"),
        message_state=state[0] if state is not None else None,
    )


_OPTIONS = {0x0204: 2, 0x0427: 1}  # octets of user_message_reference and message_state
_OPTION = struct.Struct(">HH")


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
