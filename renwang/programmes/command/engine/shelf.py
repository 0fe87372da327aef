"""Files on a disk, each under the checksum of its content: the same content lies there once, and a changed one is noticed."""

import hashlib
import os
import secrets
from pathlib import Path


class NotOnTheShelf(Exception):
    """A file is gone, or is not what was put there."""


def digest_of(content: bytes) -> str:
    """Return the SHA-256 of a content, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def place_of(root: Path, digest: str) -> Path:
    """Return where a content lies."""
    return root / digest[:2] / digest


def put(root: Path, content: bytes) -> str:
    """Keep a content, readable by this account alone, whole or not at all; return its digest. Twice is once."""
    digest = digest_of(content)
    place = place_of(root, digest)
    if place.exists() and place.stat().st_size == len(content):
        return digest
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = place.with_name(f".{digest}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as raw:
            raw.write(content)
            raw.flush()
            os.fsync(raw.fileno())
        draft.replace(place)
    finally:
        draft.unlink(missing_ok=True)
    return digest


def take(root: Path, digest: str) -> bytes:
    """Return a content; raises NotOnTheShelf where it is gone or was changed."""
    try:
        content = place_of(root, digest).read_bytes()
    except OSError as error:
        raise NotOnTheShelf(digest) from error
    if digest_of(content) != digest:
        raise NotOnTheShelf(digest)
    return content
