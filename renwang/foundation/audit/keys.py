"""The ledger's key, kept in a file of its own beside the data, never in the database."""

import os
import secrets
from pathlib import Path


def read_ledger_key(path: str) -> bytes:
    """Return the ledger's key (32 bytes); make it on the first run, readable by its owner alone."""
    file = Path(path)
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_name(f"{file.name}.{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_hex(32))
        try:
            os.link(fresh, file)  # of two first runs, one wins, and both read the winner's key
        except FileExistsError:
            pass
        fresh.unlink()
    return bytes.fromhex(file.read_text().strip())
