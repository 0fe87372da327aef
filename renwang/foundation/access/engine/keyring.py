"""The key ring: which keys exist, which is current, where they are read from."""

import base64
import fcntl
import hashlib
import hmac
import json
import os
import secrets
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, get_args

KeySetName = Literal["data", "index", "ledger", "links"]
KEY_SETS: tuple[KeySetName, ...] = get_args(KeySetName)
KEY_BYTES = 32
KEY_ID_BYTES = 4


class KeyringError(Exception):
    """The key ring cannot be used; the message says why and what to do, and never shows a key."""


class KeyMissing(KeyringError):
    """A key that is needed is not in the ring (or there is no ring at all)."""


class KeyringExposed(KeyringError):
    """Others than the owner may read or change the key file."""


class KeyringMalformed(KeyringError):
    """The key ring is not in the form that `Keyring.dump` writes."""


@dataclass(frozen=True, slots=True)
class KeySet:
    """The keys of one purpose, by id (8 hex digits); new values are made with `current`, old ones still open."""

    current: str
    keys: Mapping[str, bytes] = field(repr=False)

    def secret(self, key_id: str | None = None) -> bytes:
        """Return 32 secret bytes: the current key, or the one with this id; raises KeyMissing."""
        wanted = self.current if key_id is None else key_id
        try:
            return self.keys[wanted]
        except KeyError:
            raise KeyMissing(f"Key {wanted} is not in the key ring. Restore the key file that holds it.") from None

    def secrets(self) -> tuple[bytes, ...]:
        """Return every key, the current one first."""
        return (
            self.keys[self.current],
            *(key for name, key in self.keys.items() if name != self.current),
        )


@dataclass(frozen=True, slots=True)
class Keyring:
    """Four sets that must never share a key: sealed data, blind indexes, the ledger's MAC, signed links."""

    data: KeySet
    index: KeySet
    ledger: KeySet
    links: KeySet

    def dump(self) -> str:
        """Return the ring as JSON text, the form `read_keyring` and RENWANG_KEYS take. Secret."""
        sets = {
            name: {
                "current": getattr(self, name).current,
                "keys": {i: base64.b64encode(k).decode() for i, k in getattr(self, name).keys.items()},
            }
            for name in KEY_SETS
        }
        return json.dumps({"version": 1, **sets}, indent=2) + "\n"


def generate_keyring() -> Keyring:
    """Return a ring of four fresh random keys, each of 32 bytes from the operating system."""
    return Keyring(**{name: _fresh_set() for name in KEY_SETS})


def rotate(ring: Keyring, key_set: KeySetName = "data") -> Keyring:
    """Return the ring with a new current key in one set; the keys before it stay, so old values still open."""
    before: KeySet = getattr(ring, key_set)
    fresh = _fresh_set(taken=before.keys)
    changed = KeySet(fresh.current, {**before.keys, **fresh.keys})
    return replace(ring, **{key_set: changed})


def retire(ring: Keyring, key_id: str, key_set: KeySetName = "data") -> Keyring:
    """Return the ring without one old key. Danger: what is still sealed with it can never be opened again."""
    before: KeySet = getattr(ring, key_set)
    if key_id == before.current:
        raise KeyringError(f"Key {key_id} is the current one. Add a new key first.")
    before.secret(key_id)
    changed = KeySet(
        before.current,
        {name: key for name, key in before.keys.items() if name != key_id},
    )
    return replace(ring, **{key_set: changed})


def derived(secret: bytes, label: str, length: int = KEY_BYTES) -> bytes:
    """Return `length` (at most 32) bytes for one use of a key, so that no two algorithms ever share one."""
    return hmac.digest(secret, b"renwang/" + label.encode(), hashlib.sha256)[:length]


def read_keyring(text: str) -> Keyring:
    """Return the ring written in JSON or TOML; raises KeyringMalformed."""
    try:
        raw: Any = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
        return Keyring(**{name: _set_from(raw[name]) for name in KEY_SETS})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        # The cause could quote the text, and the text is secret: only its kind is told.
        raise KeyringMalformed(f"The key ring is not readable ({type(error).__name__}).") from None


def load_keyring(path: Path | str | None, environ: Mapping[str, str]) -> Keyring:
    """Return the ring from a file, or without one from RENWANG_KEYS; raises KeyMissing, KeyringExposed, …Malformed."""
    if path:
        return load_keyring_file(Path(path))
    text = environ.get("RENWANG_KEYS", "").strip()
    if not text:
        raise KeyMissing("There is no key ring: set RENWANG_KEYRING_FILE to a key file, or RENWANG_KEYS to its text.")
    return read_keyring(text)


def load_keyring_file(path: Path) -> Keyring:
    """Return the ring in a file that nobody but its owner can read; raises KeyMissing, KeyringExposed, …Malformed."""
    try:
        with path.open(encoding="utf-8") as file:
            # Asked of the open file, not of the path: nobody can swap it in between.
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            if mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise KeyringExposed(f"Others may read the key file {path} (mode {mode:o}). Run: chmod 600 {path}")
            text = file.read()
    except FileNotFoundError:
        raise KeyMissing(f"There is no key file {path}. Restore it from where you keep its copy.") from None
    except UnicodeDecodeError:
        raise KeyringMalformed(f"The key file {path} is not text.") from None
    return read_keyring(text)


def save_keyring_file(ring: Keyring, path: Path) -> None:
    """Write the ring with mode 0600, whole or not at all, even if the machine stops half-way.

    Raises KeyringError where the file holds a key that the ring lacks, somebody having added it meanwhile: what was
    sealed with a key that is written over can never be opened again. (To retire a key, replace the file by hand.)
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)  # until it is closed
        if path.exists():
            _check_none_is_lost(load_keyring_file(path), ring, path)
        _write_file(ring, path)
        os.fsync(folder)
    finally:
        os.close(folder)


def _check_none_is_lost(before: Keyring, ring: Keyring, path: Path) -> None:
    for name in KEY_SETS:
        kept: KeySet = getattr(ring, name)
        if any(kept.keys.get(key_id) != key for key_id, key in getattr(before, name).keys.items()):
            raise KeyringError(f"The key file {path} was changed meanwhile. Run the command again.")


def _write_file(ring: Keyring, path: Path) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(ring.dump())
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def ensure_keyring_file(path: Path) -> Keyring:
    """Return the ring in the file; where there is no file, make one. Of two that start together, one ring wins."""
    if not path.exists():
        draft = path.with_name(f".{path.name}.new.{secrets.token_hex(4)}")
        save_keyring_file(generate_keyring(), draft)
        try:
            os.link(draft, path)  # refuses to replace a ring that appeared meanwhile
        except FileExistsError:
            pass
        finally:
            draft.unlink(missing_ok=True)
    return load_keyring_file(path)


def _fresh_set(taken: Mapping[str, bytes] | None = None) -> KeySet:
    key_id = secrets.token_hex(KEY_ID_BYTES)
    while taken and key_id in taken:
        key_id = secrets.token_hex(KEY_ID_BYTES)
    return KeySet(key_id, {key_id: secrets.token_bytes(KEY_BYTES)})


def _set_from(raw: Any) -> KeySet:
    current = str(raw["current"])
    keys = {str(name): base64.b64decode(text, validate=True) for name, text in raw["keys"].items()}
    if current not in keys or any(len(bytes.fromhex(name)) != KEY_ID_BYTES for name in keys):
        raise ValueError
    if any(len(key) != KEY_BYTES for key in keys.values()):
        raise ValueError
    return KeySet(current, keys)
