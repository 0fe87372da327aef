"""Secrets that a first run makes for itself, in files that only the owner reads."""

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def make_private_folder(path: Path) -> Path:
    """Make a folder only its owner enters, and return it."""
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def read_or_make(path: Path) -> str:
    """Return the secret in a file; make file (mode 0600) and secret on the first run.

    Of several processes that start at once, one wins and all read the winner's.
    """
    if not path.exists():
        make_private_folder(path.parent)
        # By chance, not by process number: in a container every first run may have the same one.
        fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(64))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    secret = path.read_text(encoding="ascii").strip()
    if not secret:
        raise ImproperlyConfigured(f"{path} is empty. Restore it, or remove it (everybody signs in anew).")
    return secret
