"""Chance for what is shown once: first passwords, recovery codes, and the secret of a second factor."""

import hmac
import secrets
from datetime import datetime
from hashlib import sha1

# Without letters and digits that look alike on paper or on an old phone.
LETTERS = "abcdefghjkmnpqrstuvwxyz"
DIGITS = "23456789"
RECOVERY_CODES = 10


def _groups(count: int) -> str:
    return "-".join("".join(secrets.choice(LETTERS + DIGITS) for _place in range(4)) for _group in range(count))


def make_password() -> str:
    """Return a first password that can be read out over the telephone: three groups, about 59 bits."""
    return _groups(3)


def make_recovery_codes(count: int = RECOVERY_CODES) -> tuple[str, ...]:
    """Return codes that each open the door once when the phone is lost: ``"k4mw-9tqz"``, about 39 bits each."""
    return tuple(_groups(2) for _code in range(count))


def make_secret() -> str:
    """Return the secret that a phone app shares: 20 bytes in hexadecimal, as RFC 4226 asks."""
    return secrets.token_hex(20)


def demo_secret(username: str) -> str:
    """Return the secret of a demo account. It protects nothing: everybody can compute it, and the demo shows its codes."""
    return sha1(f"renwang demo {username}".encode()).hexdigest()  # noqa: S324  # twenty bytes, not a protection


def code_at(secret: str, moment: datetime, *, after_step: int = -1) -> str:
    """Return the code a phone shows at a moment (RFC 6238: six digits, 30 s); of a later step where that one was used."""
    step = max(int(moment.timestamp()) // 30, after_step + 1)
    digest = hmac.digest(bytes.fromhex(secret), step.to_bytes(8, "big"), "sha1")
    at = digest[-1] & 15
    return f"{(int.from_bytes(digest[at : at + 4], 'big') & 0x7FFFFFFF) % 10**6:06d}"
