"""Archives of a whole district: one tar.gz with the database, the folders of files that belong to it, and a manifest that says
what it is and how to tell it is whole. Files pass through a piece at a time, however large they are.

The keys are never in it: who finds the archive must not be able to read the sealed fields.
"""

import hashlib
import json
import os
import secrets
import sqlite3
import subprocess
import tarfile
import tempfile
import zlib
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

FORMAT = 2
READ = frozenset({1, 2})  # 1 had no folders
MANIFEST = "manifest.json"
SUMS = "folders.sha256"  # a line for each file of the folders: checksum, name


class ArchiveError(Exception):
    """An archive cannot be written or read; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive says about itself. ``engine`` is "sqlite" or "postgresql"; ``heads`` are the ledger's, a line a day.

    ``folders``: how many files each folder has. A folder that is not named was not saved.
    """

    format: int
    made_at: str
    engine: str
    file: str
    bytes: int
    sha256: str
    version: str
    heads: tuple[str, ...]
    folders: dict[str, int] = field(default_factory=dict)


def write(
    path: Path,
    *,
    payload: Path,
    engine: str,
    version: str,
    heads: tuple[str, ...],
    made_at: datetime,
    folders: Mapping[str, Path] | None = None,
) -> Manifest:
    """Write the archive (mode 0600), whole or not at all; return its manifest. ``folders``: name → where its files lie."""
    files = {
        name: [each for each in sorted(place.rglob("*")) if each.is_file()] for name, place in (folders or {}).items()
    }
    manifest = Manifest(
        format=FORMAT,
        made_at=made_at.isoformat(),
        engine=engine,
        file="database.sqlite3" if engine == "sqlite" else "database.dump",
        bytes=payload.stat().st_size,
        sha256=_digest(payload),
        version=version,
        heads=heads,
        folders={name: len(found) for name, found in files.items()},
    )
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as raw:
            with tarfile.open(fileobj=raw, mode="w:gz", compresslevel=6) as tar, tempfile.TemporaryDirectory() as temp:
                told = Path(temp) / MANIFEST
                told.write_text(json.dumps(asdict(manifest), indent=2) + "\n", encoding="utf-8")
                tar.add(told, MANIFEST)
                tar.add(payload, manifest.file)
                _add_folders(tar, folders or {}, files, Path(temp) / SUMS)
            raw.flush()
            os.fsync(raw.fileno())
        draft.replace(path)
    except OSError as error:
        raise ArchiveError(f"Cannot write {path}: {error.strerror}.") from error
    finally:
        draft.unlink(missing_ok=True)
    return manifest


def _add_folders(
    tar: tarfile.TarFile, folders: Mapping[str, Path], files: Mapping[str, Sequence[Path]], sums: Path
) -> None:
    with sums.open("w", encoding="utf-8") as told:
        for name, place in folders.items():
            for file in files[name]:
                inside = f"{name}/{file.relative_to(place).as_posix()}"
                tar.add(file, inside)
                told.write(f"{_digest(file)}  {inside}\n")
    tar.add(sums, SUMS)


def read(path: Path, into: Path) -> tuple[Manifest, Path]:
    """Unpack an archive into a folder and prove that it is whole; return its manifest and the database's file.

    The folders of the manifest lie beside it under their names.
    """
    try:
        with tarfile.open(path, mode="r:gz") as tar:
            first = tar.next()
            if first is None or first.name != MANIFEST or not first.isfile():
                raise ArchiveError(f"{path} is not a backup of Renwang.")
            tar.extract(first, into, filter="data")
            # One pass: to look at all names first would unpack the whole archive twice.
            while (member := tar.next()) is not None:
                if not member.isfile():
                    raise ArchiveError(f"{path} is not a backup of Renwang.")
                tar.extract(member, into, filter="data")
    except FileNotFoundError:
        raise ArchiveError(f"There is no file {path}.") from None
    except (tarfile.TarError, EOFError, OSError, zlib.error) as error:
        raise ArchiveError(f"{path} is damaged or not a backup of Renwang ({type(error).__name__}).") from error
    try:
        raw = json.loads((into / MANIFEST).read_text(encoding="utf-8"))
        manifest = Manifest(**{**raw, "heads": tuple(raw["heads"])})
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ArchiveError(f"The manifest in {path} cannot be read.") from error
    if manifest.format not in READ:
        raise ArchiveError(f"{path} has format {manifest.format}; this version of Renwang reads format {FORMAT}.")
    payload = into / Path(manifest.file).name
    if not payload.exists() or _digest(payload) != manifest.sha256:
        raise ArchiveError(f"{path} is damaged: its content does not have the checksum it was written with.")
    if manifest.folders:
        _check_folders(path, into, manifest)
    return manifest, payload


def _check_folders(path: Path, into: Path, manifest: Manifest) -> None:
    """Raise ArchiveError unless every file of the folders is there, as it was, and no other."""
    try:
        lines = (into / SUMS).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        lines = []
    told = {name: digest for digest, _blanks, name in (line.partition("  ") for line in lines)}
    for folder, count in manifest.folders.items():
        if Path(folder).name != folder or folder.startswith("."):
            raise ArchiveError(f"{path} is not a backup of Renwang.")
        found = {
            f"{folder}/{each.relative_to(into / folder).as_posix()}": each
            for each in (into / folder).rglob("*")
            if each.is_file()
        }
        if len(found) != count or any(told.get(name) != _digest(each) for name, each in found.items()):
            raise ArchiveError(f"{path} is damaged: the files of the folder {folder} are not those that were written.")


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy a SQLite database as it is at one moment, while others write; then prove that the copy is sound."""
    with closing(sqlite3.connect(source, timeout=60)) as origin, closing(sqlite3.connect(target)) as copy:
        origin.backup(copy)
        # One plain file: an archive needs no -wal beside it.
        copy.execute("PRAGMA journal_mode=DELETE")
        check_sqlite(copy)


def put_sqlite(source: Path, target: Path) -> None:
    """Put a copy in the place of a database, in one transaction: whoever has it open sees the old or the new, whole."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(source)) as origin, closing(sqlite3.connect(target, timeout=60)) as place:
        check_sqlite(origin)
        try:
            origin.backup(place)
        except sqlite3.OperationalError as error:
            raise ArchiveError(
                f"The database {target} is busy ({error}). Stop the server and the worker first."
            ) from error
        place.execute("PRAGMA journal_mode=WAL")


def check_sqlite(connection: sqlite3.Connection) -> None:
    """Raise ArchiveError unless SQLite finds the database sound."""
    try:
        (told,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        raise ArchiveError(f"The database is damaged: {error}.") from error
    if told != "ok":
        raise ArchiveError(f"The database is damaged: {told}.")


def dump_postgresql(connection: dict[str, str], target: Path) -> None:
    """Dump a PostgreSQL database as it is at one moment. ``connection``: libpq's variables (PGHOST, PGDATABASE…)."""
    _run(["pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}"], connection)


def put_postgresql(source: Path, connection: dict[str, str]) -> None:
    """Put a dump in the place of everything in the schema ``public``, in one transaction."""
    script = source.with_suffix(".sql")
    _run(["pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(source)], connection)
    emptied = "DROP SCHEMA public CASCADE; CREATE SCHEMA public;"
    quiet = ["--quiet", "--no-psqlrc", "--output=/dev/null"]
    whole = ["--single-transaction", "--set=ON_ERROR_STOP=1"]
    _run(["psql", *quiet, *whole, f"--command={emptied}", f"--file={script}"], connection)


def _run(command: list[str], connection: dict[str, str]) -> None:
    try:
        done = subprocess.run(
            command, env={**os.environ, **connection}, check=False, stderr=subprocess.PIPE, encoding="utf-8"
        )
    except FileNotFoundError:
        raise ArchiveError(f"{command[0]} is missing. On Debian: apt-get install postgresql-client") from None
    if done.returncode:
        raise ArchiveError(f"{command[0]} failed: {done.stderr.strip()}")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
