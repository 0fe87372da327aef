"""Short signed tokens: a number that nobody can guess or change without the key."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable

NUMBER_BYTES = 5  # a million million numbers
MAC_BYTES = 10  # 80 bits: guessing is a matter of years, and each guess is a request


def sign(number: int, *, purpose: str, secret: bytes) -> str:
    """Return a token of 20 characters for a number, valid for one purpose."""
    body = number.to_bytes(NUMBER_BYTES, "big")
    return base64.urlsafe_b64encode(body + _mac(body, purpose, secret)).decode().rstrip("=")


def read(token: str, *, purpose: str, secrets: Iterable[bytes]) -> int | None:
    """Return the number of a token signed with any of the keys, or None where it was not."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return None
    body, told = raw[:NUMBER_BYTES], raw[NUMBER_BYTES:]
    if len(told) != MAC_BYTES or not any(hmac.compare_digest(told, _mac(body, purpose, key)) for key in secrets):
        return None
    return int.from_bytes(body, "big")


def _mac(body: bytes, purpose: str, secret: bytes) -> bytes:
    key = hmac.digest(secret, b"renwang/" + purpose.encode(), hashlib.sha256)
    return hmac.digest(key, body, hashlib.sha256)[:MAC_BYTES]
