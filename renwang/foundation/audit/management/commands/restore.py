"""``renwang restore``: bring a backup back, and prove its ledger."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from renwang.foundation.audit.engine import archive
from renwang.foundation.audit.engine.folders import held, put

from .backup import libpq_variables


class Command(BaseCommand):
    """Bring a backup back."""

    help = (
        "Put an archive in the place of the database. Refuses where there is data, unless --replace; proves the ledger."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help="the archive that `renwang backup` wrote")
        parser.add_argument(
            "--replace", action="store_true", help="replace what is there (a backup of it is made first)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with tempfile.TemporaryDirectory(dir=settings.RENWANG_DATA, prefix=".renwang-restore-") as temp:
            try:
                manifest, payload = archive.read(options["path"], Path(temp))
            except archive.ArchiveError as error:
                raise CommandError(str(error)) from error
            if strange := set(manifest.folders) - set(settings.RENWANG_FOLDERS):
                raise CommandError(f"This version of Renwang knows no folder {min(strange)}. Nothing was changed.")
            if manifest.engine != connection.vendor:
                raise CommandError(
                    f"The archive holds a {manifest.engine} database, but DATABASE_URL names a {connection.vendor} one."
                )
            noted = Path(temp) / "heads.txt"
            noted.write_text("".join(f"{line}\n" for line in manifest.heads), encoding="ascii")
            safety = self._make_room(replace=options["replace"])
            if connection.vendor == "sqlite":
                # Proved before anything is replaced.
                self._prove(f"sqlite:///{quote(str(payload))}", noted, afterwards="Nothing was changed.")
            connection.close()
            try:
                if connection.vendor == "sqlite":
                    archive.put_sqlite(payload, Path(str(connection.settings_dict["NAME"])))
                else:
                    archive.put_postgresql(payload, libpq_variables())
            except archive.ArchiveError as error:
                raise CommandError(f"{error} Nothing was changed.") from error
            for name in manifest.folders:
                folder = Path(settings.RENWANG_DATA) / name
                with held(folder):
                    put(Path(temp) / name, folder)
            if connection.vendor != "sqlite":
                back = f" What was there before is in {safety}." if safety else ""
                self._prove(_postgresql_url(), noted, afterwards=f"It is in place all the same.{back}")
        call_command("migrate", interactive=False, verbosity=0)
        self.stdout.write(f"Restored what was there at {manifest.made_at}. The ledger is as it was written.")
        for name in settings.RENWANG_FOLDERS:
            if name in manifest.folders:
                self.stdout.write(f"The folder {name} has its {manifest.folders[name]:,} files again.")
            else:
                self.stdout.write(
                    f"The archive is of a version that did not save the folder {name}: it was left as it is."
                )

    def _make_room(self, *, replace: bool) -> Path | None:
        """Refuse to overwrite a district, or first put it aside; return where."""
        if not _has_data():
            return None
        if not replace:
            raise CommandError("The database is not empty. To replace what is there, say --replace.")
        safety = (
            Path(settings.RENWANG_DATA) / f"before-restore-{timezone.localtime(timezone.now()):%Y%m%d-%H%M%S}.tar.gz"
        )
        call_command("backup", str(safety), stdout=self.stderr)
        return safety

    def _prove(self, database_url: str, noted: Path, *, afterwards: str) -> None:
        """Run ``ledger_verify`` in a process of its own on the given database; raise CommandError unless it is proved."""
        environment = {
            **os.environ,
            "DATABASE_URL": database_url,
            "RENWANG_DATA": str(settings.RENWANG_DATA),
            "RENWANG_KEY_DIR": str(settings.RENWANG_KEY_DIR),
        }
        done = subprocess.run(
            [sys.executable, "-m", "django", "ledger_verify", "--heads", str(noted)],
            env=environment,
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        if done.returncode:
            raise CommandError(
                f"The archive's ledger cannot be proved with the keys in {settings.RENWANG_KEY_DIR}:\n{done.stdout.strip()}\n"
                f"Restore the key folder that belongs to it, or distrust the archive. {afterwards}"
            )


def _postgresql_url() -> str:
    """Return the connection's address, for the environment of a process of our own."""
    told = connection.settings_dict
    password = f":{quote(str(told['PASSWORD']), safe='')}" if told["PASSWORD"] else ""
    options = {"host": told["HOST"], "port": told["PORT"], **told["OPTIONS"]}
    query = urlencode(
        {name: str(value) for name, value in options.items() if value and name in {"host", "port", "sslmode"}}
    )
    return f"postgresql://{quote(str(told['USER']), safe='')}{password}@/{quote(str(told['NAME']), safe='')}?{query}"


def _has_data() -> bool:
    """Answer whether anything was ever written through the door here."""
    if "audit_entry" not in connection.introspection.table_names():
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM audit_entry LIMIT 1")
        return cursor.fetchone() is not None
