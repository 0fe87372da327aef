"""Take a file in piece by piece, however large it is: in memory is one piece of it."""

import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path


class TooLarge(Exception):
    """The file has more bytes than are taken; nothing of it stays."""


@dataclass(frozen=True, slots=True)
class Received:
    """A file that lies whole on the disk, under a name that nobody reads yet. ``digest``: SHA-256."""

    path: Path
    digest: str
    size: int


@contextmanager
def received(pieces: Iterable[bytes], folder: Path, *, most: int) -> Iterator[Received]:
    """Write the pieces into a folder; whoever wants the file renames it, else it is gone afterwards. Raises TooLarge."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f".{secrets.token_hex(8)}.new"
    digest, size = sha256(), 0
    try:
        with path.open("xb") as file:
            for piece in pieces:
                size += len(piece)
                if size > most:
                    raise TooLarge
                digest.update(piece)
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())  # acknowledged is kept, whatever happens to the machine
        yield Received(path, digest.hexdigest(), size)
    finally:
        path.unlink(missing_ok=True)
