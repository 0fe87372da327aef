"""The ledger's key, kept in a file of its own beside the data, never in the database."""

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

KEY_BYTES = 32


def read_ledger_key(path: str) -> bytes:
    """Return the ledger's key (32 bytes); make it on the first run, readable by its owner alone.

    Raises ImproperlyConfigured where the file is not such a key: an empty one would seal nothing.
    """
    file = Path(path)
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as writing:
            writing.write(secrets.token_hex(KEY_BYTES))
            writing.flush()
            os.fsync(writing.fileno())
        try:
            os.link(fresh, file)  # of two first runs, one wins, and both read the winner's key
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    try:
        key = bytes.fromhex(file.read_text(encoding="ascii").strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise ImproperlyConfigured(f"{path} is not a key of the ledger. Restore it from where you keep its copy.")
    return key
