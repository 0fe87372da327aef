"""Passwords of invented accounts: the costly hash of a real password would only keep the drill waiting."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher, get_hasher, reset_hashers


class QuickArgon2PasswordHasher(Argon2PasswordHasher):
    """The house's own hash at the least cost. One password of the demo is printed for everybody, the others are 256 random bits:
    nobody guesses either sooner by this. At an account's first sign-in at a real server it is hashed anew."""

    time_cost = 1
    memory_cost = 64
    parallelism = 1


@contextmanager
def quick_passwords() -> Iterator[None]:
    """Let passwords that are made meanwhile be hashed at the least cost, where the costly hash is in use."""
    before = settings.PASSWORD_HASHERS
    if get_hasher().algorithm != QuickArgon2PasswordHasher.algorithm:
        yield
        return
    quick = f"{QuickArgon2PasswordHasher.__module__}.{QuickArgon2PasswordHasher.__qualname__}"
    try:
        _use([quick, *before[1:]])
        yield
    finally:
        _use(before)


def _use(hashers: list[str]) -> None:
    settings.PASSWORD_HASHERS = hashers
    reset_hashers(setting="PASSWORD_HASHERS")
