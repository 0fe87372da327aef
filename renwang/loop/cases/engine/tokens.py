"""The text of a signed link: short enough for an SMS, says nothing about anybody."""

import base64
import hashlib
import hmac
from collections.abc import Iterable

MAC_BYTES = 10  # 80 bits: nobody guesses one within the days a link lives


def token(link_id: int, key: bytes) -> str:
    """Return the token of a link: its number in base 36, a point, and what proves that we made it."""
    number = _base36(link_id)
    return f"{number}.{_proof(number, key)}"


def link_id(text: str, keys: Iterable[bytes]) -> int | None:
    """Return the number in a token that one of our keys made, or None."""
    number, _, proof = text.partition(".")
    if not number.isascii() or not number.isalnum() or len(number) > 12 or not proof.isascii():
        return None
    if not any(hmac.compare_digest(_proof(number, key), proof) for key in keys):
        return None
    return int(number, 36)


def _proof(number: str, key: bytes) -> str:
    mac = hmac.new(key, f"cases.confirmation|{number}".encode(), hashlib.sha256).digest()[:MAC_BYTES]
    return base64.b32encode(mac).decode().lower()


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[rest] + digits
    return digits or "0"
