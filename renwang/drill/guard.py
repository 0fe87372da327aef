"""May this database be played in? An empty one may; one that a drill made may be emptied; any other is somebody's."""

from enum import Enum
from pathlib import Path

from django.core.management import call_command
from django.db import DatabaseError, connection

from renwang.foundation.access.models import User
from renwang.foundation.audit.models import Entry
from renwang.loop.registry.models import Household, ImportBatch

from .cast import REGISTER_SOURCE
from .ledgers import WORKBOOKS

OURS = "registry_household"


class Standing(Enum):
    """Whose a database is."""

    EMPTY = "empty"
    A_DRILLS = "a drill's"
    SOMEBODYS = "somebody's"


class DatabaseRefused(Exception):
    """The database must not be played in; the words say why, and what to do."""


def prepare(*, fresh: bool) -> None:
    """Bring an empty database to the form of this version; with ``fresh`` empty that of an earlier drill before. Raises DatabaseRefused."""
    name = str(connection.settings_dict["NAME"])
    match standing():
        case Standing.SOMEBODYS:
            raise DatabaseRefused(
                f"{name} holds households or accounts that no drill has made. A drill never touches them: it plays in an "
                "empty database. Without DATABASE_URL and --keep it makes one for itself."
            )
        case Standing.A_DRILLS if not fresh:
            raise DatabaseRefused(f"{name} holds an earlier drill. --fresh empties it and plays anew.")
    if fresh and connection.vendor == "sqlite":
        # Row by row the database itself would refuse: what is published, and days that are fixed, never change.
        _take_away(Path(name))
    call_command("migrate", interactive=False, verbosity=0)
    if fresh:
        call_command("flush", interactive=False, verbosity=0)
    hurry()


def _take_away(file: Path) -> None:
    connection.close()
    for part in (file, file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm")):
        part.unlink(missing_ok=True)


def hurry() -> None:
    """Let the embedded database of a play not wait for the disk: what an interrupted play leaves is thrown away anyway."""
    if connection.vendor != "sqlite":
        return
    options = connection.settings_dict.setdefault("OPTIONS", {})
    # For the connections of the server's threads too, which are still to come.
    options["init_command"] = options.get("init_command", "") + " PRAGMA synchronous=OFF;"
    connection.close()


def standing() -> Standing:
    """Answer whose the database is. What cannot be read is somebody's."""
    try:
        tables = connection.introspection.table_names()
        if not tables:
            return Standing.EMPTY
        if OURS not in tables:
            return Standing.SOMEBODYS
        if not Household.objects.exists() and not User.objects.exists():
            return Standing.EMPTY
        return Standing.A_DRILLS if _is_a_drills() else Standing.SOMEBODYS
    except DatabaseError:
        return Standing.SOMEBODYS


def _is_a_drills() -> bool:
    """Answer whether every household came in by a drill: the ledger says by which list each was entered."""
    batches = ImportBatch.objects.filter(filename__in=WORKBOOKS).values_list("pk", flat=True)
    lists = {REGISTER_SOURCE, *(f"import:{pk}" for pk in batches)}
    entered: set[int] = set()
    for facts in Entry.objects.filter(name="registry.register_households").values_list("facts", flat=True):
        if facts.get("source") not in lists:
            return False
        entered.update(facts.get("household_ids", ()))
    # No household at all: the accounts are somebody's.
    return bool(entered) and set(Household.objects.values_list("subject_id", flat=True)) <= entered
