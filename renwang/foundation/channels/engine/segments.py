"""How a text is cut into the segments of short messages, and joined again. GSM 03.38, 3GPP TS 23.040."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from smpplib import gsm

GSM_7, LATIN_1, UCS_2 = 0, 3, 8  # data_coding
WITH_HEADER = 0x40  # esm_class: the payload begins with a user data header
MOST_SEGMENTS = 255
_ESCAPE = 0x1B
# The library's table fills the places where GSM 03.38 has no letter with a back quote; neither it nor the escape is a letter there.
_NO_LETTERS = frozenset("`\x1b")


@dataclass(frozen=True)
class Segment:
    """One segment as it goes over the line. ``payload``: at most 140 octets (160 septets kept one an octet)."""

    payload: bytes
    coding: int
    esm_class: int = 0


@dataclass(frozen=True)
class Piece:
    """One segment as it arrived. ``total`` 1: a whole message."""

    text: str
    reference: int = 0
    total: int = 1
    number: int = 1


def segments_of(text: str, reference: int = 0) -> list[Segment]:
    """Return the segments of a text. No character is torn apart: neither an emoji nor an escaped letter."""
    try:
        if not _NO_LETTERS.isdisjoint(text):
            raise UnicodeError
        # A header of seven octets leaves 152 septets, or 132 octets of whole characters. Its reference has two octets: of
        # one octet, two messages to one phone are soon mixed up.
        body, coding, alone, most = gsm.gsm_encode(text), GSM_7, 160, 152
    except UnicodeError:
        body, coding, alone, most = text.encode("utf-16-be", "surrogatepass"), UCS_2, 140, 132
    if len(body) <= alone:
        return [Segment(body, coding)]
    pieces: list[bytes] = []
    start = 0
    while start < len(body):
        end = _whole(body, min(start + most, len(body)), coding)
        pieces.append(body[start:end])
        start = end
    if len(pieces) > MOST_SEGMENTS:
        raise ValueError(f"A text of {len(pieces)} segments; at most {MOST_SEGMENTS} are possible.")
    head = bytes((0x06, 0x08, 0x04, reference >> 8 & 0xFF, reference & 0xFF, len(pieces)))
    return [
        Segment(head + bytes((number,)) + piece, coding, WITH_HEADER) for number, piece in enumerate(pieces, start=1)
    ]


def _whole(body: bytes, end: int, coding: int) -> int:
    """Return where to cut so that the character before the cut is whole."""
    if end < len(body):
        if coding == UCS_2 and 0xD8 <= body[end - 2] <= 0xDB:
            return end - 2
        if coding == GSM_7 and body[end - 1] == _ESCAPE:
            return end - 1
    return end


def piece_of(payload: bytes, coding: int, esm_class: int) -> Piece:
    """Return what a segment says. What cannot be read as it claims is read as well as it can be: nothing is dropped."""
    reference, total, number = 0, 1, 1
    if esm_class & WITH_HEADER and payload and len(payload) > payload[0]:
        header, payload = payload[1 : payload[0] + 1], payload[payload[0] + 1 :]
        reference, total, number = _joined_by(header)
    return Piece(_text(payload, coding), reference, total, number)


def _joined_by(header: bytes) -> tuple[int, int, int]:
    """Return (reference, total, number) of a user data header; (0, 1, 1) where it joins nothing."""
    at = 0
    while at + 2 <= len(header):
        kind, length = header[at], header[at + 1]
        value = header[at + 2 : at + 2 + length]
        if kind == 0x00 and len(value) == 3 and 0 < value[2] <= value[1]:
            return value[0], value[1], value[2]
        if kind == 0x08 and len(value) == 4 and 0 < value[3] <= value[2]:
            return value[0] << 8 | value[1], value[2], value[3]
        at += 2 + length
    return 0, 1, 1


def _text(payload: bytes, coding: int) -> str:
    # The group of a coding that carries a message class (0xF0…) is of no use here; 0x08 and 0x18 mean UCS-2.
    if coding & 0x0C == UCS_2 and coding < 0xF0:
        return payload.decode("utf-16-be", "replace")
    if coding in (LATIN_1, 1):
        return payload.decode("latin-1")
    if coding in (GSM_7, 0xF0, 0xF1):
        return _gsm_text(payload)
    try:
        return payload.decode("utf-8")
    except UnicodeDecodeError:
        return payload.decode("gb18030", "replace")


def _gsm_text(payload: bytes) -> str:
    table = gsm.GSM_CHARACTER_TABLE
    found: list[str] = []
    octets = iter(payload)
    for octet in octets:
        place = 0x80 + next(octets, 0x20) if octet == _ESCAPE else octet
        found.append(table[place] if place < len(table) and octet < 0x80 else "\ufffd")
    return "".join(found)


def joined(pieces: Mapping[int, str] | Sequence[Piece]) -> str:
    """Return the text of pieces in the order of their numbers; what is missing is shown as …"""
    if isinstance(pieces, Mapping):
        by_number, total = dict(pieces), max(pieces, default=0)
    else:
        by_number = {piece.number: piece.text for piece in pieces}
        total = max((piece.total for piece in pieces), default=0)
    return "".join(by_number.get(number, "…") for number in range(1, total + 1))
