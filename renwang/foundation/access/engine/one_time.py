"""Chance for what is shown once: first passwords, recovery codes, and the secret of a second factor."""

import secrets

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
