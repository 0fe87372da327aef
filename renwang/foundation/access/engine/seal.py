"""Sealed values: an envelope that opens only with the ring's key and only where it was sealed.

Envelope, in bytes: version 1 · algorithm 1 · key id 4 · nonce 12 · ciphertext n · tag 16. Authenticated beside
the text: the first six bytes and the purpose ("app.model.field"), so an envelope moved to another column does
not open. The row is not part of it: whoever may write the table can swap two rows, which the ledger shows.
"""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from typing import Final, Literal, Protocol, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM
from cryptography.hazmat.primitives.hmac import HMAC

from renwang.foundation.access.engine.keyring import (
    KEY_ID_BYTES,
    KeyMissing,
    Keyring,
    derived,
)
from renwang.foundation.access.engine.normal import normalise

Algorithm = Literal["aes-256-gcm", "sm4-gcm"]
Row = TypeVar("Row")

VERSION: Final = 1
ALGORITHM_BYTE: Final[dict[Algorithm, int]] = {"aes-256-gcm": 1, "sm4-gcm": 2}
ALGORITHM_OF: Final = {byte: name for name, byte in ALGORITHM_BYTE.items()}
HEADER: Final = 2 + KEY_ID_BYTES
NONCE: Final = 12
TAG: Final = 16
OVERHEAD: Final = HEADER + NONCE + TAG
INDEX_BYTES: Final = 16
_BLOCK: Final = 64  # bytes that SHA-256 takes in at a time


class SealBroken(Exception):
    """The envelope was changed, cut, or belongs to another purpose. The message never shows its content."""


class _Aead(Protocol):
    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes: ...
    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes: ...


class _Sm4Gcm:
    """SM4-GCM with the calls of AESGCM."""

    def __init__(self, key: bytes) -> None:
        self._key = SM4(key)

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes:
        cipher = Cipher(self._key, GCM(nonce)).encryptor()
        cipher.authenticate_additional_data(associated_data)
        return cipher.update(data) + cipher.finalize() + cipher.tag

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes:
        cipher = Cipher(self._key, GCM(nonce, data[-TAG:])).decryptor()
        cipher.authenticate_additional_data(associated_data)
        return cipher.update(data[:-TAG]) + cipher.finalize()


class Sealer:
    """Seals with the ring's current key and opens with any of its keys. Made once, used by all threads."""

    def __init__(self, ring: Keyring, algorithm: Algorithm = "aes-256-gcm") -> None:
        self.ring = ring
        self.algorithm: Algorithm = algorithm
        self._header = bytes((VERSION, ALGORITHM_BYTE[algorithm])) + bytes.fromhex(ring.data.current)
        self._ciphers: dict[bytes, _Aead] = {}
        self._current = self._cipher(self._header)
        self._digests = tuple(_digester(secret, algorithm) for secret in ring.index.secrets())

    def seal(self, value: bytes, purpose: bytes) -> bytes:
        """Return the envelope of some bytes (up to 2 GiB); it is OVERHEAD bytes longer."""
        # A random nonce may repeat after about 2**32 seals with one key: rotate long before.
        nonce = os.urandom(NONCE)
        return self._header + nonce + self._current.encrypt(nonce, value, self._header + purpose)

    def open(self, envelope: bytes, purpose: bytes) -> bytes:
        """Return what was sealed; raises SealBroken, or KeyMissing where the ring lacks the key."""
        header = envelope[:HEADER]
        cipher = self._current if header == self._header else self._cipher(header)
        if len(envelope) < OVERHEAD:
            raise SealBroken("The sealed value is cut short.")
        try:
            return cipher.decrypt(
                envelope[HEADER : HEADER + NONCE],
                envelope[HEADER + NONCE :],
                header + purpose,
            )
        except InvalidTag:
            raise SealBroken(f"A value sealed for {purpose.decode()} was changed, or was sealed elsewhere.") from None

    def is_current(self, envelope: bytes) -> bool:
        """Answer whether the envelope is sealed with the current key and algorithm, without opening it."""
        return envelope[:HEADER] == self._header

    def blind(self, value: str, kind: str) -> bytes:
        """Return the 16-byte index of a normalised value; equal values of one kind have equal indexes everywhere."""
        return self._digests[0](_indexed(value, kind))

    def blind_or_none(self, value: str, kind: str) -> bytes | None:
        """Return the index of a value, None for one with nothing in it."""
        plain = normalise(value, kind)
        return self._digests[0](f"{kind}\0{plain}".encode()) if plain else None

    def blinds(self, value: str, kind: str) -> list[bytes]:
        """Return the index under every index key, the current first: for `__in` while a rotation is under way."""
        text = _indexed(value, kind)
        return [digest(text) for digest in self._digests]

    def _cipher(self, header: bytes) -> _Aead:
        known = self._ciphers.get(header)
        if known is not None:
            return known
        if len(header) < HEADER or header[0] != VERSION or header[1] not in ALGORITHM_OF:
            raise SealBroken("This is not a sealed value that this version can open.")
        secret = self.ring.data.secret(header[2:HEADER].hex())
        cipher: _Aead
        if ALGORITHM_OF[header[1]] == "sm4-gcm":
            cipher = _Sm4Gcm(derived(secret, "seal/sm4-gcm", 16))
        else:
            cipher = AESGCM(derived(secret, "seal/aes-256-gcm"))
        return self._ciphers.setdefault(header, cipher)


def reseal(rows: Iterable[tuple[Row, bytes]], purpose: bytes, sealer: Sealer) -> Iterator[tuple[Row, bytes]]:
    """Yield (row, new envelope) for each envelope that is not yet under the current key and algorithm."""
    for row, envelope in rows:
        if not sealer.is_current(envelope):
            yield row, sealer.seal(sealer.open(envelope, purpose), purpose)


def _indexed(value: str, kind: str) -> bytes:
    return f"{kind}\0{normalise(value, kind)}".encode()


def _digester(secret: bytes, algorithm: Algorithm) -> Callable[[bytes], bytes]:
    """Return HMAC-SM3 where SM4 seals, else HMAC-SHA256, cut to INDEX_BYTES."""
    if algorithm == "sm4-gcm":
        sm3_key = derived(secret, "index/sm3")
        keyed = HMAC(sm3_key, hashes.SM3())

        def by_sm3(text: bytes) -> bytes:
            mac = keyed.copy()
            mac.update(text)
            return mac.finalize()[:INDEX_BYTES]

        return by_sm3
    # HMAC written out (RFC 2104): both hashes have taken in their half of the key once, and each text begins with a copy.
    # The library's one-shot call looks its algorithm up anew every time, which takes four times as long.
    padded = derived(secret, "index/sha256").ljust(_BLOCK, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded))
    outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in padded))

    def by_sha256(text: bytes) -> bytes:
        first = inner.copy()
        first.update(text)
        second = outer.copy()
        second.update(first.digest())
        return second.digest()[:INDEX_BYTES]

    return by_sha256


__all__ = ["Algorithm", "KeyMissing", "SealBroken", "Sealer", "reseal"]
