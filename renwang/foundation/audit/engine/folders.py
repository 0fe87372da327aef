"""Folders of files that belong to the data beside the database: held still, taken as they are at one moment, put back whole.

Files in them are never changed in place: a new one is written beside and renamed. So a second name (a hard link) keeps what was.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Let only one at a time change a folder and what the database says of it: whoever writes files, or takes a copy of both.

    Waits for the other. Holds between the processes of one machine that ask for it; ends with the process.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder.with_name(f".{folder.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def taken(folder: Path, into: Path) -> list[Path]:
    """Give every file of a folder a second name under ``into`` (a copy where the disk knows no links); return the names, relative.

    What begins with a dot is not finished, and is left out.
    """
    names = []
    for place in sorted(folder.rglob("*")) if folder.is_dir() else []:
        name = place.relative_to(folder)
        if not place.is_file() or any(part.startswith(".") for part in name.parts):
            continue
        other = into / name
        other.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(place, other)
        except FileNotFoundError:
            continue  # taken back meanwhile
        except OSError:
            shutil.copyfile(place, other)
        names.append(name)
    return names


def put(source: Path, folder: Path) -> None:
    """Put a folder in the place of another, which is gone afterwards. Both lie on one disk, so that each step is a renaming."""
    source.mkdir(parents=True, exist_ok=True)
    old = folder.with_name(f".{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    source.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
